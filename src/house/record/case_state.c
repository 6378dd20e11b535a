/* How a case stands: its procedure run over what was recorded, and what is due next. */
#include "base/clock.h"
#include "base/mem.h"
#include "gen_queries.h"
#include "house/account/appointment.h"
#include "house/record/inside.h"

size_t case_learners(const struct entry *e, int64_t *out)
{
	size_t n = 0;
	for (size_t i = 0; i < e->n_people; i++)
		if ((e->people[i].as == ENTRY_SUBJECT && e->class == ENTRY_CHILD) || e->people[i].as == ENTRY_INVOLVED)
			out[n++] = e->people[i].person;
	return n;
}

enum err case_run(const struct desk *k, struct arena *a, int64_t school, const struct entry *e, struct run *out)
{
	TRY(case_procedure(k, a, school, e, &out->p));
	TRY(case_entries(k, a, school, e, &out->facts, &out->entries, &out->n));
	out->learners = arena_array(a, int64_t, e->n_people + 1);
	out->n_learners = case_learners(e, out->learners);
	out->status = arena_array(a, struct step_status, out->p.n + 1);
	TRY(case_adults(k, a, school, e, out->learners, out->n_learners, &out->adults, &out->n_adults));
	int64_t *told = arena_array(a, int64_t, out->n_adults + 1);
	size_t n_told = 0;
	for (size_t i = 0; i < out->n_adults; i++)
		if (!out->adults[i].kept_from)
			told[n_told++] = out->adults[i].person;
	out->given = (struct proc_facts){ .profile = &k->library->profile, .calendar = library_calendar(k->library), .entries = out->facts,
		.n = out->n, .learners = out->learners, .n_learners = out->n_learners, .adults = told, .n_adults = n_told,
		.opened_utc = e->made_utc, .now_utc = clock_utc() };
	procedure_run(&out->p, &out->given, out->status);
	return OK;
}

/* The open step that is due first; -1 when none has a time. */
static ptrdiff_t first_due(const struct run *r)
{
	ptrdiff_t best = -1;
	for (size_t i = 0; i < r->p.n; i++) {
		const struct step_status *s = &r->status[i];
		if (s->state != STATE_OPEN || !s->due_utc)
			continue;
		if (best < 0 || s->due_utc < r->status[best].due_utc)
			best = (ptrdiff_t)i;
	}
	return best;
}

static void put_category(const struct run *r, struct fields *f)
{
	ptrdiff_t i = procedure_find(&r->p, STR("risk-area"));
	if (i >= 0 && r->status[i].state == STATE_DONE)
		fields_text(f, "risk_area", r->status[i].answer);
}

/* Parents who must still be told, in a procedure that asks for it now. */
static bool parents_owed(const struct run *r)
{
	for (size_t i = 0; i < r->p.n; i++) {
		struct str id = r->p.steps[i].id;
		bool open = r->status[i].state == STATE_OPEN || r->status[i].state == STATE_LOCKED;
		if (open && (str_starts(id, STR("parents")) || str_is(id, "telling-harm")))
			return true;
	}
	return false;
}

static bool by_the_desk(const struct proc_step *s, const struct profile *p)
{
	const struct str *who;
	size_t n = procedure_who(s, p, &who);
	for (size_t i = 0; i < n; i++)
		if (str_is(who[i], "dsl") || str_is(who[i], "deputy") || str_is(who[i], "head") || str_is(who[i], "chair") || str_is(who[i], "staff"))
			return true;
	return n == 0;
}

/* Something is to do that only others can do: a teacher, a technician. */
static bool waits_for_others(const struct run *r, const struct profile *p)
{
	for (size_t i = 0; i < r->p.n; i++)
		if (r->status[i].state == STATE_OPEN && !r->p.steps[i].optional && !by_the_desk(&r->p.steps[i], p))
			return true;
	return false;
}

/* What is due first of steps of one's own and of others' answers: their words stay sealed, so the case says which kind. */
static enum err sooner(const struct desk *k, struct arena *a, int64_t school, const struct entry *e, int64_t *due, struct str *next,
                       bool *waits)
{
	struct case_action *actions;
	struct case_referral *asked;
	size_t n;
	TRY(case_actions(k, a, school, e, &actions, &n));
	if (n && str_is(actions[0].state, "open") && (!*due || actions[0].due_utc < *due)) {
		*due = actions[0].due_utc;
		*next = STR("A step of our own");
	}
	TRY(case_referrals(k, a, school, e, &asked, &n));
	*waits = n && str_is(asked[0].state, "waiting");
	if (*waits && (!*due || asked[0].chase_utc < *due)) {
		*due = asked[0].chase_utc;
		*next = STR("Ask again for an answer");
	}
	return OK;
}

enum err case_refresh(const struct desk *k, const struct act *act, struct entry *e)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct run r = { 0 };
	struct fields f = { 0 };
	TRY(case_run(k, &a, act->school, e, &r));
	ptrdiff_t i = first_due(&r);
	int64_t due = i < 0 ? 0 : r.status[i].due_utc;
	struct str next = i < 0 ? STR("-") : r.p.steps[i].title;
	bool waits;
	TRY(sooner(k, &a, act->school, e, &due, &next, &waits));
	fields_int(&a, &f, "due", due);
	fields_text(&f, "next", next);
	put_category(&r, &f);
	fields_text(&f, "parents", parents_owed(&r) ? STR("owed") : STR("settled"));
	fields_text(&f, "waits", waits || waits_for_others(&r, &k->library->profile) ? STR("yes") : STR("no"));
	return case_put(k, act, e, NULL, &f);
}

enum err case_step_auto(const struct desk *k, const struct act *act, const struct entry *e, const char *step,
                        const char *answer, struct str details, int64_t happened_utc)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(diag_done) struct diag d = diag_init(10);
	struct fields f = { 0 };
	fields_text(&f, "step", str_z(step));
	fields_text(&f, "what", STR("done"));
	fields_text(&f, "answer", str_z(answer));
	fields_text(&f, "details", details);
	fields_int(&a, &f, "happened", happened_utc ? happened_utc : clock_utc());
	return case_child(k, act, e, "case-step", &f, &d);
}
