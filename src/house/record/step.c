/* Recording a step of a case: what was answered, whether it may be planned now, and the truth whenever it comes. */
#include "base/clock.h"
#include "base/mem.h"
#include "house/record/inside.h"
#include "house/record/lesson.h"
#include "house/record/when.h"
#include "wire/form.h"

struct str case_step_value(const struct step_input *in, struct str field)
{
	for (size_t i = 0; i < in->n_values; i++)
		if (str_eq(in->values[i].name, field))
			return str_trim(in->values[i].value);
	return STR_NONE;
}

static struct str option_label(const struct proc_field *f, struct str value)
{
	for (size_t i = 0; i < f->n_options; i++)
		if (str_eq(f->options[i].id, value))
			return f->options[i].label;
	return STR_NONE;
}

/* What a value says to a reader; absent: it does not fit the field. */
static struct str spoken(const struct desk *k, struct arena *a, const struct proc_step *s, const struct proc_field *f,
                         struct str v)
{
	int64_t t;
	if (f->type == ASK_CHOICE)
		return option_label(f, v);
	if (f->type == ASK_WHEN)
		return when_read(v, clock_utc(), &t) == OK ? time_words(a, t) : STR_NONE;
	if (f->type != ASK_CONTACT)
		return v;
	for (size_t i = 0; i < s->n_contacts; i++)
		if (str_eq(s->contacts[i], v) && contact_find(&k->library->contacts, v))
			return contact_find(&k->library->contacts, v)->title;
	return STR_NONE;
}

static void check_field(const struct desk *k, struct arena *a, const struct proc_step *s, const struct proc_field *f,
                        const struct step_input *in, struct buf *details, struct diag *d)
{
	struct str v = case_step_value(in, f->id);
	if (!proc_field_asked(f, in->answer))
		return;
	if (!v.n) {
		if (f->required)
			diag_add(d, DIAG_ERROR, f->id, 0, "Please answer: %.*s", STRF(f->label));
		return;
	}
	struct str said = str_utf8(v) ? spoken(k, a, s, f, v) : STR_NONE;
	if (!said.n) {
		diag_add(d, DIAG_ERROR, f->id, 0, "This answer does not fit: %.*s", STRF(f->label));
		return;
	}
	buf_fmt(details, "%.*s: %.*s\n", STRF(f->label), STRF(said));
}

static void check_answer(const struct proc_step *s, const struct step_input *in, struct buf *details, struct diag *d)
{
	if (!s->n_answers)
		return;
	for (size_t i = 0; i < s->n_answers; i++)
		if (str_eq(s->answers[i].id, in->answer)) {
			buf_fmt(details, "%.*s\n", STRF(s->answers[i].label));
			return;
		}
	diag_add(d, DIAG_ERROR, STR("answer"), 0, "Please choose an answer: %.*s", STRF(s->title));
}

static void check_done(const struct desk *k, struct arena *a, const struct proc_step *s, const struct step_input *in,
                       struct buf *details, struct diag *d)
{
	check_answer(s, in, details, d);
	for (size_t i = 0; i < s->n_fields; i++)
		check_field(k, a, s, &s->fields[i], in, details, d);
	if (buf_ok(details) != OK)
		diag_add(d, DIAG_ERROR, STR("answer"), 0, "This is longer than %d characters.", RECORD_WORDS_MAX);
}

static void check_reason(const struct proc_step *s, const struct step_input *in, struct diag *d)
{
	if (in->what == PROC_SKIPPED && !s->may_skip)
		diag_add(d, DIAG_ERROR, STR("what"), 0, "This step cannot be left out: %.*s", STRF(s->title));
	if (!str_trim(in->reason).n)
		diag_add(d, DIAG_ERROR, STR("reason"), 0, "Please give the reason.");
}

/* A planned act needs its step open; the truth is always taken, never from the future. */
static enum err check_order(const struct step_status *s, const struct step_input *in, struct diag *d)
{
	struct str why;
	if (in->happened_utc > clock_utc() + 60) {
		diag_add(d, DIAG_ERROR, STR("happened"), 0, "This lies in the future.");
		return ERR_INVALID;
	}
	if (in->already_happened || in->what == PROC_UNDONE || procedure_may(s, &why) == OK)
		return OK;
	diag_add(d, DIAG_ERROR, STR("step"), 0, "%s: %.*s If it has already happened, say so and it is recorded.",
	         step_state_words(s->state), STRF(why));
	return ERR_STATE;
}

/* What was typed, so that a correction begins with it. */
static struct str values_of(struct arena *a, const struct proc_step *s, const struct step_input *in)
{
	AUTO(buf_done) struct buf b = buf_init(4 * RECORD_WORDS_MAX);
	for (size_t i = 0; i < s->n_fields; i++)
		if (proc_field_asked(&s->fields[i], in->answer) && case_step_value(in, s->fields[i].id).n)
			form_add(&b, s->fields[i].id, case_step_value(in, s->fields[i].id));
	return buf_ok(&b) == OK ? arena_str(a, buf_str(&b)) : STR_NONE;
}

static const char *what_word(enum proc_what w)
{
	return w == PROC_DONE ? "done" : w == PROC_SKIPPED ? "skipped" : "undone";
}

static enum err keep_step(const struct desk *k, const struct act *act, struct entry *e, const struct proc_step *s,
                          const struct step_input *in, struct str details, struct diag *d)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct fields f = { 0 };
	fields_text(&f, "step", in->step);
	fields_text(&f, "what", str_z(what_word(in->what)));
	fields_text(&f, "answer", in->answer);
	fields_text(&f, "details", details);
	fields_text(&f, "values", values_of(&a, s, in));
	fields_text(&f, "reason", in->reason);
	fields_int(&a, &f, "about", in->about);
	fields_int(&a, &f, "happened", in->happened_utc ? in->happened_utc : clock_utc());
	return case_child(k, act, e, "case-step", &f, d);
}

/* Which child or adult an entry of a step for each is about. */
static enum err check_about(const struct run *r, const struct proc_step *s, const struct step_input *in, struct diag *d)
{
	const int64_t *all = s->each == EACH_ADULT ? r->given.adults : r->learners;
	size_t n = s->each == EACH_ADULT ? r->given.n_adults : r->n_learners;
	for (size_t i = 0; in->about && i < n; i++)
		if (all[i] == in->about)
			return OK;
	if (in->about)
		return ERR_ABSENT;
	if (s->each != EACH_ADULT || !n)
		return OK;
	diag_add(d, DIAG_ERROR, STR("child"), 0, "Choose which adult: each is told, or not told, by themselves.");
	return ERR_INVALID;
}

/* Who needs an interpreter, by the family's file, is not told without one. */
static void check_interpreter(const struct run *r, const struct step_input *in, struct diag *d)
{
	for (size_t i = 0; i < r->n_adults; i++)
		if (r->adults[i].person == in->about && r->adults[i].interpreter && str_is(case_step_value(in, STR("interpreter")), "none"))
			diag_add(d, DIAG_ERROR, STR("interpreter"), 0, "The family's file says that %.*s needs an interpreter. Never a child. If that is no longer so, "
			         "mend it in the family's file first.", STRF(r->adults[i].name));
}

static enum err check_strict(const struct desk *k, const struct act *act, struct arena *a, const struct proc_step *s, struct diag *d)
{
	const struct str *roles;
	size_t n = procedure_who(s, &k->library->profile, &roles);
	for (size_t i = 0; i < n && s->strict && act->person; i++)
		if (person_holds(k, act->school, act->person, arena_z(a, roles[i])))
			return OK;
	if (!s->strict || !act->person)
		return OK;
	diag_add(d, DIAG_ERROR, STR("step"), 0, "This is not yours to record: \"%.*s\" is for the safeguarding lead or a deputy alone.", STRF(s->title));
	return ERR_FORBIDDEN;
}

/* The newest record of a step that somebody else made since the writer opened the form. */
static int64_t unseen(const struct run *r, const struct step_input *in, int64_t writer)
{
	for (size_t i = r->n; i-- > 0;)
		if (str_eq(r->facts[i].step, in->step))
			return r->entries[i].id > in->seen && r->entries[i].made_by && r->entries[i].made_by != writer ? r->entries[i].made_by : 0;
	return 0;
}

static enum err check_all(const struct desk *k, const struct act *act, struct arena *a, const struct run *r, size_t i,
                          const struct step_input *in, struct buf *details, struct diag *d)
{
	const struct proc_step *s = &r->p.steps[i];
	size_t before = d->errors;
	TRY(check_strict(k, act, a, s, d));
	TRY(check_about(r, s, in, d));
	TRY(check_order(&r->status[i], in, d));
	if (in->what == PROC_DONE)
		check_done(k, a, s, in, details, d);
	else
		check_reason(s, in, d);
	if (in->corrects && in->what == PROC_DONE && !str_trim(in->reason).n)
		diag_add(d, DIAG_ERROR, STR("reason"), 0, "Say why it is corrected. What stood there before stays to be read.");
	check_interpreter(r, in, d);
	return d->errors > before ? ERR_INVALID : OK;
}

enum err record_step_seen(const struct desk *k, const struct act *act, const struct entry_may *may, int64_t id,
                          const struct step_input *in, struct diag *d, int64_t *other)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(buf_done) struct buf details = buf_init(RECORD_WORDS_MAX);
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	struct entry e;
	struct run r = { 0 };
	TRY(db_tx_begin(k->store->db, &tx));
	TRY(case_for_work(k, &a, may, id, &e));
	if (!str_is(e.state, "open")) {
		diag_add(d, DIAG_ERROR, STR("step"), 0, "This case is closed. Open it again first.");
		return ERR_STATE;
	}
	TRY(case_run(k, &a, act->school, &e, &r));
	ptrdiff_t i = procedure_find(&r.p, in->step);
	if (i < 0)
		return ERR_ABSENT;
	TRY(check_all(k, act, &a, &r, (size_t)i, in, &details, d));
	TRY(case_acknowledge(k, act, &e));
	TRY(keep_step(k, act, &e, &r.p.steps[i], in, buf_str(&details), d));
	TRY(lesson_follow(k, act, &e, in, d));
	if (in->what == PROC_DONE) {
		TRY(case_step_tasks(k, act, &e, &r.p.steps[i], in));
		TRY(case_step_does(k, act, &e, &r.p.steps[i], in, d));
		TRY(case_step_referral(k, act, &e, &r.p.steps[i], in));
	}
	TRY(case_refresh(k, act, &e));
	if (other)
		*other = unseen(&r, in, act->person);
	return db_tx_commit(&tx);
}

enum err record_step(const struct desk *k, const struct act *act, const struct entry_may *may, int64_t id,
                     const struct step_input *in, struct diag *d)
{
	return record_step_seen(k, act, may, id, in, d, NULL);
}
