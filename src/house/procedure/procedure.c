/* The engine: pure, over a definition that procedure_read has checked. */
#include "house/procedure/procedure.h"

bool procedure_uploads(const struct procedure *p) { return !p->no_uploads; }

ptrdiff_t procedure_find(const struct procedure *p, struct str id)
{
	for (size_t i = 0; i < p->n; i++)
		if (str_eq(p->steps[i].id, id))
			return (ptrdiff_t)i;
	return -1;
}

const struct proc_step *procedure_step(const struct procedure *p, struct str id)
{
	ptrdiff_t i = procedure_find(p, id);
	return i < 0 ? NULL : &p->steps[i];
}

const char *step_state_words(enum step_state s)
{
	static const char *const words[] = {
		[STATE_WAITING] = "Waiting", [STATE_OPEN] = "To do", [STATE_LOCKED] = "Locked", [STATE_DONE] = "Done",
		[STATE_SKIPPED] = "Does not apply, with a reason", [STATE_NOT_APPLICABLE] = "Does not apply",
	};
	return words[s];
}

size_t procedure_who(const struct proc_step *s, const struct profile *p, const struct str **out)
{
	const struct param *x = s->who_param.n && p ? profile_param(p, s->who_param) : NULL;
	*out = x && x->n_values ? x->values : s->who;
	return x && x->n_values ? x->n_values : s->n_who;
}

/* The entry in force of a step: the last one, unless it was taken back. */
static const struct proc_entry *in_force(const struct proc_facts *f, struct str step)
{
	const struct proc_entry *last = NULL;
	for (size_t i = 0; i < f->n; i++)
		if (str_eq(f->entries[i].step, step))
			last = f->entries[i].what == PROC_UNDONE ? NULL : &f->entries[i];
	return last;
}

/* The same for one child or adult: their own entry; for children also one that was made for all.  No word to one adult
 * stands for another. */
const struct proc_entry *procedure_entry_for(const struct proc_step *s, const struct proc_facts *f, int64_t who)
{
	const struct proc_entry *last = NULL;
	for (size_t i = 0; i < f->n; i++)
		if (str_eq(f->entries[i].step, s->id) &&
		    (f->entries[i].about == who || (!f->entries[i].about && s->each == EACH_LEARNER)))
			last = f->entries[i].what == PROC_UNDONE ? NULL : &f->entries[i];
	return last;
}

/* The entry that completes a step for each: the latest, once there is one for everybody. */
static const struct proc_entry *in_force_each(const struct proc_step *s, const struct proc_facts *f, size_t *waiting)
{
	const struct proc_entry *last = NULL;
	const int64_t *all = s->each == EACH_ADULT ? f->adults : f->learners;
	size_t n = s->each == EACH_ADULT ? f->n_adults : f->n_learners;
	*waiting = 0;
	for (size_t i = 0; i < n; i++) {
		const struct proc_entry *e = procedure_entry_for(s, f, all[i]);
		*waiting += !e;
		if (e && (!last || e->happened_utc > last->happened_utc))
			last = e;
	}
	return n ? *waiting ? NULL : last : in_force(f, s->id);
}

bool proc_field_asked(const struct proc_field *f, struct str answer)
{
	struct str rest = f->only_if, word;
	if (!f->only_if.n)
		return true;
	while (rest.n && str_next(&rest, ' ', &word))
		if (!str_is(word, "or") && str_eq(word, answer))
			return true;
	return false;
}

static bool one_of(const struct proc_cond *c, struct str v)
{
	for (size_t i = 0; i < c->n_values; i++)
		if (str_eq(c->values[i], v))
			return true;
	return false;
}

static bool param_holds(const struct proc_cond *c, const struct profile *p)
{
	const struct param *x = p ? profile_param(p, c->key) : NULL;
	for (size_t i = 0; x && i < x->n_values; i++)
		if (c->n_values ? one_of(c, x->values[i]) : str_is(x->values[i], "yes"))
			return true;
	return false;
}

enum truth { NO, YES, UNKNOWN };

static bool settled(const struct step_status *s)
{
	return s->state == STATE_DONE || s->state == STATE_SKIPPED || s->state == STATE_NOT_APPLICABLE;
}

static enum truth holds(const struct proc_cond *c, const struct profile *p, const struct step_status *all)
{
	if (c->is_param)
		return param_holds(c, p) != c->negate ? YES : NO;
	const struct step_status *s = &all[c->step];
	if (!settled(s))
		return UNKNOWN;
	if (s->state != STATE_DONE)
		return NO;
	return one_of(c, s->answer) != c->negate ? YES : NO;
}

static int64_t later(int64_t a, int64_t b) { return a > b ? a : b; }

/* All conditions together; *since grows to the moment the last of them came true. */
static enum truth applies(const struct procedure *p, const struct proc_step *s, const struct proc_facts *f,
                          const struct step_status *all, struct step_status *out)
{
	enum truth t = YES;
	for (size_t i = 0; i < s->n_when; i++) {
		enum truth one = holds(&s->when[i], f->profile, all);
		if (one == NO)
			return NO;
		if (one == UNKNOWN) {
			out->why = p->steps[s->when[i].step].title;
			t = UNKNOWN;
		} else if (!s->when[i].is_param) {
			out->open_since_utc = later(out->open_since_utc, all[s->when[i].step].done_utc);
		}
	}
	return t;
}

static bool needs_met(const struct procedure *p, const struct proc_step *s, const struct step_status *all,
                      struct step_status *out)
{
	for (size_t i = 0; i < s->n_needs; i++) {
		if (!settled(&all[s->needs[i]])) {
			out->why = p->steps[s->needs[i]].title;
			return false;
		}
		out->open_since_utc = later(out->open_since_utc, all[s->needs[i]].done_utc);
	}
	return true;
}

/* A lock whose step does not apply holds nothing back. */
static bool lock_open(const struct step_status *s)
{
	return s->state == STATE_DONE || s->state == STATE_NOT_APPLICABLE;
}

static const struct proc_lock *shut(const struct proc_step *s, const struct step_status *all)
{
	for (size_t i = 0; i < s->n_locks; i++)
		if (!lock_open(&all[s->locks[i].step]))
			return &s->locks[i];
	return NULL;
}

/* What was in force of a step at that time. */
static const struct proc_entry *by_then(const struct proc_facts *f, struct str step, int64_t at)
{
	const struct proc_entry *last = NULL;
	for (size_t i = 0; i < f->n; i++)
		if (str_eq(f->entries[i].step, step) && f->entries[i].happened_utc <= at)
			last = f->entries[i].what == PROC_UNDONE ? NULL : &f->entries[i];
	return last;
}

static bool was_done(const struct proc_entry *e) { return e && e->what == PROC_DONE; }

static bool need_was_met(const struct proc_step *s, const struct proc_facts *f, const struct step_status *now, int64_t at)
{
	if (now->state == STATE_NOT_APPLICABLE)
		return true;
	return by_then(f, s->id, at) && (!s->each || settled(now));
}

static bool condition_held(const struct proc_cond *c, const struct proc_facts *f, int64_t at)
{
	const struct proc_entry *e = by_then(f, c->key, at);
	return c->is_param || (was_done(e) && one_of(c, e->answer) != c->negate);
}

/* Whether something that should have come first was not there when this happened.  What was corrected since counts as it
 * stood then. */
static bool too_early(const struct procedure *p, const struct proc_step *s, const struct proc_facts *f, const struct step_status *all, int64_t happened)
{
	for (size_t i = 0; i < s->n_locks; i++)
		if (all[s->locks[i].step].state != STATE_NOT_APPLICABLE && !was_done(by_then(f, p->steps[s->locks[i].step].id, happened)))
			return true;
	for (size_t i = 0; i < s->n_needs; i++)
		if (!need_was_met(&p->steps[s->needs[i]], f, &all[s->needs[i]], happened))
			return true;
	for (size_t i = 0; i < s->n_when; i++)
		if (!condition_held(&s->when[i], f, happened))
			return true;
	return false;
}

static int64_t due_of(const struct proc_step *s, const struct proc_facts *f, int64_t since)
{
	switch (s->due) {
	case DUE_AT_ONCE:     return since;
	case DUE_MINUTES:     return calendar_minutes_on(f->calendar, since, s->due_amount);
	case DUE_SCHOOL_DAYS: return calendar_days_on(f->calendar, since, s->due_amount);
	default:              return 0;
	}
}

/* "At once" is shown from the start and turns red after the profile's minutes. */
static int64_t red_from(const struct proc_step *s, const struct proc_facts *f, int64_t due)
{
	int64_t grace = s->due == DUE_AT_ONCE && f->profile ? profile_number(f->profile, "immediate.red_minutes", 30) : 0;
	return due + grace * 60;
}

static void put_done(const struct procedure *p, const struct proc_step *s, const struct proc_entry *e, const struct proc_facts *f,
                     const struct step_status *all, struct step_status *out)
{
	out->state = e->what == PROC_SKIPPED ? STATE_SKIPPED : STATE_DONE;
	out->done_utc = e->happened_utc;
	out->answer = e->answer;
	out->out_of_order = out->state == STATE_DONE && !s->never_locked && too_early(p, s, f, all, e->happened_utc);
	out->late = out->due_utc && e->happened_utc > red_from(s, f, out->due_utc);
	out->why = STR_NONE;
}

static void put_open(const struct proc_step *s, const struct proc_facts *f, const struct step_status *all,
                     struct step_status *out)
{
	const struct proc_lock *lock = shut(s, all);
	out->state = lock ? STATE_LOCKED : STATE_OPEN;
	out->why = lock ? lock->why : STR_NONE;
	out->overdue = out->due_utc && f->now_utc > red_from(s, f, out->due_utc);
}

static void run_step(const struct procedure *p, size_t i, const struct proc_facts *f, struct step_status *all)
{
	const struct proc_step *s = &p->steps[i];
	struct step_status out = { .open_since_utc = f->opened_utc, .never_locked = s->never_locked };
	const struct proc_entry *e = s->each ? in_force_each(s, f, &out.n_wait) : in_force(f, s->id);
	enum truth t = applies(p, s, f, all, &out);
	bool ready = needs_met(p, s, all, &out) && t == YES;
	if (ready)
		out.due_utc = due_of(s, f, out.open_since_utc);
	else
		out.open_since_utc = 0;
	if (e)
		put_done(p, s, e, f, all, &out);
	else if (t == NO)
		out = (struct step_status){ .state = STATE_NOT_APPLICABLE, .never_locked = s->never_locked };
	else if (ready)
		put_open(s, f, all, &out);
	else
		out.state = STATE_WAITING;
	all[i] = out;
}

void procedure_run(const struct procedure *p, const struct proc_facts *f, struct step_status *out)
{
	memset(out, 0, sizeof *out * p->n);
	for (size_t i = 0; i < p->n; i++)
		run_step(p, p->order[i], f, out);
}

enum err procedure_may(const struct step_status *s, struct str *why)
{
	*why = s->why;
	return s->never_locked || s->state == STATE_OPEN || s->state == STATE_DONE || s->state == STATE_SKIPPED ? OK : ERR_STATE;
}

size_t procedure_missing(const struct procedure *p, const struct step_status *s, size_t *out)
{
	size_t n = 0;
	for (size_t i = 0; i < p->n; i++)
		if (!p->steps[i].optional && !settled(&s[i]))
			out[n++] = i;
	return n;
}

/* ---- what a step does besides ---- */

static bool does_any(const struct proc_step *s, bool any, struct str answer, enum proc_effect from, enum proc_effect upto)
{
	for (size_t i = 0; i < s->n_does; i++)
		if (s->does[i].what >= from && s->does[i].what <= upto && (any || !s->does[i].answer.n || str_eq(s->does[i].answer, answer)))
			return true;
	return false;
}

bool proc_step_turns(const struct proc_step *s, struct str answer) { return does_any(s, false, answer, EFFECT_SUSPEND, EFFECT_RESTORE); }
bool proc_step_closes(const struct proc_step *s, struct str answer) { return does_any(s, false, answer, EFFECT_BLOCK, EFFECT_BLOCK_PAGE); }
bool proc_step_asks_whom(const struct proc_step *s) { return does_any(s, true, STR_NONE, EFFECT_SUSPEND, EFFECT_RESTORE); }
