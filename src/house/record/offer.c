/* A running case keeps the procedure that it began with, and is offered the newer one. */
#include "base/clock.h"
#include "base/mem.h"
#include "house/procedure/combine.h"
#include "house/record/inside.h"

/* The newest text for this case: the procedure as it is now, with what was forbidden by those that led the case before. */
static enum err newest(const struct desk *k, struct arena *a, int64_t school, const struct entry *e, const struct procedure *now,
                       struct procedure *out)
{
	AUTO(diag_done) struct diag d = diag_init(10);
	struct str rest = entry_value(e, "former"), word = STR_NONE;
	struct procedure before;
	int64_t text = 0;
	const struct procedure *p = library_procedure(k->library, now->id);
	if (!p)
		return ERR_ABSENT;
	while (rest.n && str_next(&rest, ' ', &word))
		(void)str_i64(word, &text);       /* a word of ours: a number; the last one counts */
	if (!text) {
		*out = *p;
		return OK;
	}
	TRY(case_text(k, a, school, text, &before));
	return procedure_combine(a, &before, p, &d, out);
}

static enum err offered(const struct desk *k, struct arena *a, int64_t school, const struct entry *e, struct procedure *now,
                        struct procedure *next, bool *any)
{
	*any = false;
	if (!str_is(e->state, "open"))
		return OK;
	TRY(case_procedure(k, a, school, e, now));
	enum err found = newest(k, a, school, e, now, next);
	if (found == ERR_ABSENT)
		return OK;
	TRY(found);
	*any = !str_eq(next->digest, now->digest) && !str_eq(next->digest, entry_value(e, "offer_kept"));
	return OK;
}

enum err record_offer(const struct desk *k, struct arena *a, const struct entry_may *may, int64_t id, struct case_offer *out)
{
	struct entry e;
	struct procedure now, next;
	struct case_offer o = { 0 };
	TRY(case_for_work(k, a, may, id, &e));
	TRY(offered(k, a, may->school, &e, &now, &next, &o.any));
	if (o.any) {
		o.version = next.version;
		procedure_compare(a, &now, &next, &o.v, &o.n);
	}
	*out = o;
	return OK;
}

/* What stands for everybody in the old text, and is asked of each adult by the new one, is carried over to each. */
static enum err carry(const struct desk *k, const struct act *act, struct arena *a, const struct entry *e, const struct run *r,
                      const struct proc_step *s)
{
	for (size_t i = r->n; i-- > 0;) {
		if (!str_eq(r->facts[i].step, s->id) || r->facts[i].about)
			continue;
		for (size_t w = 0; w < r->given.n_adults && r->facts[i].what != PROC_UNDONE; w++) {
			AUTO(diag_done) struct diag d = diag_init(5);
			struct fields f = { 0 };
			fields_text(&f, "step", s->id);
			fields_text(&f, "what", entry_value(&r->entries[i], "what"));
			fields_text(&f, "answer", r->facts[i].answer);
			fields_text(&f, "details", entry_value(&r->entries[i], "details"));
			fields_text(&f, "reason", STR("Carried over from the earlier version of the procedure"));
			fields_int(a, &f, "about", r->given.adults[w]);
			fields_int(a, &f, "happened", r->facts[i].happened_utc);
			TRY(case_child(k, act, e, "case-step", &f, &d));
		}
		return OK;
	}
	return OK;
}

static enum err take(const struct desk *k, const struct act *act, struct arena *a, struct entry *e, const struct procedure *next)
{
	struct run r = { 0 };
	struct fields f = { 0 };
	int64_t text;
	TRY(case_run(k, a, act->school, e, &r));
	for (size_t i = 0; i < next->n; i++) {
		const struct proc_step *was = procedure_step(&r.p, next->steps[i].id);
		if (next->steps[i].each == EACH_ADULT && was && was->each != EACH_ADULT)
			TRY(carry(k, act, a, e, &r, &next->steps[i]));
	}
	TRY(procedure_keep(k, act, next, &text));
	fields_int(a, &f, "procedure_text", text);
	return case_put(k, act, e, NULL, &f);
}

static enum err keep_old(const struct desk *k, const struct act *act, struct entry *e, const struct procedure *next)
{
	struct fields f = { 0 };
	fields_text(&f, "offer_kept", next->digest);
	return case_put(k, act, e, NULL, &f);
}

enum err record_offer_answer(const struct desk *k, const struct act *act, const struct entry_may *may, int64_t id, bool take_it,
                             struct str why, struct diag *d)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	struct entry e;
	struct procedure now, next;
	bool any;
	TRY(db_tx_begin(k->store->db, &tx));
	TRY(case_for_work(k, &a, may, id, &e));
	TRY(offered(k, &a, act->school, &e, &now, &next, &any));
	if (!any)
		return ERR_STATE;
	if (!str_trim(why).n || why.n > 2000 || !str_utf8(why)) {
		diag_add(d, DIAG_ERROR, STR("offer_why"), 0, "Say why, in at most 2000 characters.");
		return ERR_INVALID;
	}
	TRY(take_it ? take(k, act, &a, &e, &next) : keep_old(k, act, &e, &next));
	TRY(case_note(k, act, &e, "version", arena_fmt(&a, "%s version %lld of \"%.*s\". %.*s", take_it ? "Taken:" : "Not taken, the old text stays:",
	                                               (long long)next.version, STRF(next.title), STRF(why)), 0));
	TRY(case_refresh(k, act, &e));
	return db_tx_commit(&tx);
}
