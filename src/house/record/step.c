/* Recording a step of a case: what was answered, whether it may be planned now, and the truth whenever it comes. */
#include "base/clock.h"
#include "base/mem.h"
#include "house/record/inside.h"
#include "house/record/lesson.h"

static struct str value_of(const struct step_input *in, struct str field)
{
	for (size_t i = 0; i < in->n_values; i++)
		if (str_eq(in->values[i].name, field))
			return str_trim(in->values[i].value);
	return STR_NONE;
}

static bool asked(const struct proc_field *f, struct str answer)
{
	return !f->only_if.n || str_eq(f->only_if, answer);
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
		return time_read_iso(v, &t) == OK ? time_words(a, t) : STR_NONE;
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
	struct str v = value_of(in, f->id);
	if (!asked(f, in->answer))
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

static const char *what_word(enum proc_what w)
{
	return w == PROC_DONE ? "done" : w == PROC_SKIPPED ? "skipped" : "undone";
}

static enum err keep_step(const struct desk *k, const struct act *act, struct entry *e, const struct step_input *in,
                          struct str details, struct diag *d)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct fields f = { 0 };
	fields_text(&f, "step", in->step);
	fields_text(&f, "what", str_z(what_word(in->what)));
	fields_text(&f, "answer", in->answer);
	fields_text(&f, "details", details);
	fields_text(&f, "reason", in->reason);
	fields_int(&a, &f, "about", in->about);
	fields_int(&a, &f, "happened", in->happened_utc ? in->happened_utc : clock_utc());
	TRY(case_child(k, act, e, "case-step", &f, d));
	return case_refresh(k, act, e);
}

static bool names_learner(const struct run *r, int64_t person)
{
	for (size_t i = 0; i < r->n_learners; i++)
		if (r->learners[i] == person)
			return true;
	return false;
}

enum err record_step(const struct desk *k, const struct act *act, const struct entry_may *may, int64_t id,
                     const struct step_input *in, struct diag *d)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(buf_done) struct buf details = buf_init(RECORD_WORDS_MAX);
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	struct entry e;
	struct run r = { 0 };
	size_t before = d->errors;
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
	if (in->about && !names_learner(&r, in->about))
		return ERR_ABSENT;
	TRY(check_order(&r.status[i], in, d));
	if (in->what == PROC_DONE)
		check_done(k, &a, &r.p.steps[i], in, &details, d);
	else
		check_reason(&r.p.steps[i], in, d);
	if (d->errors > before)
		return ERR_INVALID;
	TRY(case_acknowledge(k, act, &e));
	TRY(keep_step(k, act, &e, in, buf_str(&details), d));
	TRY(lesson_follow(k, act, &e, in, d));
	return db_tx_commit(&tx);
}
