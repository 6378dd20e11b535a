/* Who looked at a case, and who tried to. */
#include "base/mem.h"
#include "house/record/inside.h"
#include "house/store/audit.h"

static const char seen[] = "case.viewed", refused_word[] = "case.refused";

/* Whether there is a case of this number at all: nothing else may tell. */
static bool there_is(const struct desk *k, int64_t school, int64_t id)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct entry_may program = record_program(school);
	struct entry e;
	return entry_get(k->store, &a, &program, id, 0, &e) == OK && is_case_register(e.reg);
}

enum err record_looked(const struct desk *k, const struct act *act, int64_t id, bool refused)
{
	if (refused && !there_is(k, act->school, id))
		return OK;
	return audit_add(k->store->db, act, refused ? refused_word : seen, (struct audit_about){ "case-file", id }, NULL);
}

enum err record_looks(const struct desk *k, struct arena *a, const struct entry_may *may, int64_t id, struct case_look **out, size_t *n)
{
	struct entry e;
	struct audit_record *all;
	size_t have;
	TRY(case_for_work(k, a, may, id, &e));
	TRY(audit_of(k->store->db, a, may->school, (struct audit_about){ "case-file", id }, &all, &have));
	struct case_look *list = arena_array(a, struct case_look, have + 1);
	for (size_t i = 0; i < have; i++)
		list[i] = (struct case_look){ .at_utc = all[i].at_utc, .person = all[i].person, .refused = str_is(all[i].what, refused_word) };
	*out = list;
	*n = have;
	return OK;
}
