/* Who looked at a case, and who tried to. */
#include "base/mem.h"
#include "house/record/inside.h"
#include "house/store/audit.h"

static const struct { const char *what, *words; } looks[] = {
#define LOOK_ROW_(name, what, words) { what, words },
	LOOK_TABLE(LOOK_ROW_)
#undef LOOK_ROW_
};

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
	return record_looked_how(k, act, id, refused ? LOOK_REFUSED : LOOK_CASE);
}

enum err record_looked_how(const struct desk *k, const struct act *act, int64_t id, enum look_how how)
{
	return audit_add(k->store->db, act, looks[how].what, (struct audit_about){ "case-file", id }, NULL);
}

enum err record_file(const struct desk *k, struct arena *a, const struct entry_may *may, int64_t id, struct entry *out)
{
	return case_for_work(k, a, may, id, out);
}

static enum look_how look_of(struct str what)
{
	for (size_t i = 0; i < ARRAY_N(looks); i++)
		if (str_is(what, looks[i].what))
			return (enum look_how)i;
	return LOOK_CASE;
}

enum err record_looks(const struct desk *k, struct arena *a, const struct entry_may *may, int64_t id, struct case_look **out, size_t *n)
{
	struct entry e;
	struct audit_record *all;
	size_t have;
	TRY(case_for_work(k, a, may, id, &e));
	TRY(audit_of(k->store->db, a, may->school, (struct audit_about){ "case-file", id }, &all, &have));
	struct case_look *list = arena_array(a, struct case_look, have + 1);
	for (size_t i = 0; i < have; i++) {
		enum look_how how = look_of(all[i].what);
		list[i] = (struct case_look){ .at_utc = all[i].at_utc, .person = all[i].person, .refused = how == LOOK_REFUSED, .words = str_z(looks[how].words) };
	}
	*out = list;
	*n = have;
	return OK;
}
