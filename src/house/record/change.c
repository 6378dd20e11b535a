/* A case grows: another child is involved, or another procedure leads. */
#include "base/clock.h"
#include "house/account/people.h"
#include "house/procedure/combine.h"
#include "house/record/inside.h"

enum { PART_MAX = 200, WHY_MAX = 2000 };

static enum err check_text(struct str v, const char *field, size_t max, const char *ask, struct diag *d)
{
	if (str_trim(v).n && v.n <= max && str_utf8(v))
		return OK;
	diag_add(d, DIAG_ERROR, str_z(field), 0, "%s At most %zu characters.", ask, max);
	return ERR_INVALID;
}

static enum err is_learner(const struct desk *k, struct arena *a, int64_t school, int64_t person)
{
	struct person p;
	TRY(person_get(k->store->db, a, school, person, &p));
	return p.kind == KIND_LEARNER ? OK : ERR_ABSENT;
}

enum err record_involve(const struct desk *k, const struct act *act, const struct entry_may *may, int64_t id,
                        int64_t learner, struct str part, struct diag *d)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	struct entry e;
	TRY(check_text(part, "part", PART_MAX, "Say what the child has to do with it.", d));
	TRY(db_tx_begin(k->store->db, &tx));
	TRY(case_for_work(k, &a, may, id, &e));
	if (!str_is(e.state, "open"))
		return ERR_STATE;
	TRY(is_learner(k, &a, act->school, learner));
	if (!stands_as(&e, learner, ENTRY_INVOLVED) && !stands_as(&e, learner, ENTRY_SUBJECT))
		TRY(case_person_add(k, act, &e, learner, ENTRY_INVOLVED));
	struct str name = person_name(k->store->db, &a, act->school, learner);
	TRY(case_note(k, act, &e, "involved", arena_fmt(&a, "%.*s: %.*s", STRF(name), STRF(part)), 0));
	TRY(entry_get(k->store, &a, may, id, 0, &e));
	TRY(case_refresh(k, act, &e));
	return db_tx_commit(&tx);
}

static enum err swap(const struct desk *k, const struct act *act, struct arena *a, struct entry *e, const struct procedure *both)
{
	struct fields f = { 0 };
	struct str former = entry_value(e, "former");
	int64_t text;
	TRY(procedure_keep(k, act, both, &text));
	fields_text(&f, "kind", both->id);
	fields_text(&f, "former", arena_fmt(a, "%.*s%s%lld", STRF(former), former.n ? " " : "", (long long)entry_int(e, "procedure_text")));
	fields_int(a, &f, "procedure_text", text);
	return case_put(k, act, e, NULL, &f);
}

bool record_about_adults(struct str procedure) { return str_is(procedure, "allegation") || str_is(procedure, "low-level"); }

enum err record_change(const struct desk *k, const struct act *act, const struct entry_may *may, int64_t id,
                       struct str procedure, struct str why, struct diag *d)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	struct entry e;
	struct procedure before, both;
	const struct procedure *next = library_procedure(k->library, procedure);
	TRY(check_text(why, "change_why", WHY_MAX, "Say why another procedure leads.", d));
	TRY(db_tx_begin(k->store->db, &tx));
	TRY(case_for_work(k, &a, may, id, &e));
	if (!str_is(e.state, "open"))
		return ERR_STATE;
	TRY(case_procedure(k, &a, act->school, &e, &before));
	if (!next || str_eq(next->id, before.id) || record_about_adults(next->id) != (e.class != ENTRY_CHILD)) {
		diag_add(d, DIAG_ERROR, STR("procedure"), 0, "Choose another procedure than the one that leads now.");
		return ERR_INVALID;
	}
	TRY(procedure_combine(&a, &before, next, d, &both));
	TRY(swap(k, act, &a, &e, &both));
	TRY(case_note(k, act, &e, "changed", arena_fmt(&a, "From \"%.*s\" to \"%.*s\". %.*s", STRF(before.title), STRF(next->title),
	                                               STRF(why)), 0));
	TRY(case_refresh(k, act, &e));
	return db_tx_commit(&tx);
}
