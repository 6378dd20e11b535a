/* Recording a step: its question, its fields, its contacts, made from the procedure alone. */
#include "base/clock.h"
#include "base/mem.h"
#include "house/contact/directory.h"
#include "house/page/case.h"
#include "house/record/when.h"
#include "house/web/directive.h"
#include "wire/form.h"

enum { TEXT_ROWS = 5 };

/* What a form begins with: nothing, or the record that it corrects. */
struct start { struct str earlier, answer; struct form values; int64_t seen, who; bool settled; };

/* What was typed; before anything was, what the record says that is corrected. */
static struct str typed(struct page_ctx *c, const struct start *at, struct str name)
{
	if (c->req->form.n)
		return page_field(c, name.p);
	if (str_is(name, "answer"))
		return at->answer;
	return str_starts(name, STR("f-")) ? form_get(&at->values, name.p + 2) : STR_NONE;
}

static struct part_radios_items *choices(struct page_ctx *c, const struct start *at, const struct proc_answer *v, size_t n, struct str name)
{
	struct part_radios_items *items = arena_array(c->arena, struct part_radios_items, n + 1);
	struct str chosen = typed(c, at, name);
	for (size_t i = 0; i < n; i++)
		items[i] = (struct part_radios_items){ .value = v[i].id, .label = v[i].label, .checked = str_eq(chosen, v[i].id),
			.id = i ? STR_NONE : name };
	return items;
}

static const struct proc_answer *contact_choices(struct page_ctx *c, const struct proc_step *s)
{
	struct proc_answer *v = arena_array(c->arena, struct proc_answer, s->n_contacts + 1);
	for (size_t i = 0; i < s->n_contacts; i++) {
		const struct contact *x = contact_find(&c->web->library->contacts, s->contacts[i]);
		v[i] = (struct proc_answer){ s->contacts[i], x ? x->title : s->contacts[i] };
	}
	return v;
}

static struct view_case_step_inputs input_of(struct page_ctx *c, const struct start *at, const struct proc_step *s, const struct proc_field *f)
{
	struct str name = arena_fmt(c->arena, "f-%.*s", STRF(f->id)), error = page_wrong_text(c, arena_z(c->arena, f->id));
	struct str value = typed(c, at, name);
	struct view_case_step_inputs x = { 0 };
	if (f->type == ASK_TEXT) {
		x.is_area = true;
		x.area = (struct part_textarea){ .name = name, .label = f->label, .value = value, .error = error, .rows = TEXT_ROWS };
	} else if (f->type == ASK_CHOICE || f->type == ASK_CONTACT) {
		const struct proc_answer *v = f->type == ASK_CHOICE ? f->options : contact_choices(c, s);
		size_t n = f->type == ASK_CHOICE ? f->n_options : s->n_contacts;
		x.is_pick = true;
		x.pick = (struct part_radios){ .name = name, .legend = f->label, .error = error, .items = choices(c, at, v, n, name), .n_items = n };
	} else {
		x.is_line = true;
		x.line = (struct part_input){ .name = name, .label = f->label, .value = value, .error = error,
			.hint = f->type == ASK_WHEN ? STR("For example 10:30, or 14/9/2026 10:30") : STR_NONE };
	}
	return x;
}

static const struct view_case_step_inputs *inputs_of(struct page_ctx *c, const struct start *at, const struct proc_step *s)
{
	struct view_case_step_inputs *v = arena_array(c->arena, struct view_case_step_inputs, s->n_fields + 1);
	for (size_t i = 0; i < s->n_fields; i++)
		v[i] = input_of(c, at, s, &s->fields[i]);
	return v;
}

/* When its link was last tried, and how that went. */
static struct str last_check(struct page_ctx *c, const struct contact *x)
{
	struct store st = { .db = c->db, .keys = c->web->keys, .registers = c->web->registers };
	struct contact_known known;
	if (contact_known_of(&st, c->arena, c->school, x->id, &known) != OK || !known.checked_utc)
		return STR_NONE;
	return arena_fmt(c->arena, "%s on %.*s", known.opens ? "The link opened" : "The link did not open", STRF(time_date_words(c->arena, known.checked_utc)));
}

static const struct view_case_step_contacts *contacts_of(struct page_ctx *c, const struct proc_step *s, size_t *n)
{
	struct view_case_step_contacts *v = arena_array(c->arena, struct view_case_step_contacts, s->n_contacts + 1);
	*n = 0;
	for (size_t i = 0; i < s->n_contacts; i++) {
		const struct contact *x = contact_find(&c->web->library->contacts, s->contacts[i]);
		if (!x)
			continue;
		x = contact_now(&c->web->library->contacts, x);
		v[(*n)++] = (struct view_case_step_contacts){ .name = x->title, .use = x->use, .phone = str_find(x->title, x->phone) < 0 ? x->phone : STR_NONE, .web = x->web, .mail = x->mail,
			.checked = last_check(c, x) };
	}
	return v;
}

static struct str clauses_of(struct page_ctx *c, const struct proc_step *s)
{
	AUTO(buf_done) struct buf b = buf_init(500);
	for (size_t i = 0; i < s->n_clauses; i++)
		buf_fmt(&b, "%s%.*s", i ? ", " : "", STRF(s->clauses[i]));
	return arena_str(c->arena, buf_str(&b));
}

static struct str adult_hint(struct page_ctx *c, const struct case_view *v, int64_t person)
{
	for (size_t i = 0; i < v->n_adults; i++) {
		const struct case_adult *x = &v->adults[i];
		if (x->person == person)
			return arena_fmt(c->arena, "%.*s%s%.*s%s%s%s", STRF(x->phone), x->phone.n && x->language.n ? ", " : "", STRF(x->language),
			                 x->interpreter ? ", " : "", x->interpreter ? page_text(TEXT_step_interpreter).p : "",
			                 x->excluded ? " Must not see this case: think twice." : "");
	}
	return STR_NONE;
}

/* A step for each child or adult: which one; of children also all of them. */
static struct part_radios person_radios(struct page_ctx *c, const struct case_view *v, const struct proc_step *s, int64_t chosen)
{
	bool adults = s->each == EACH_ADULT;
	const int64_t *all = adults ? v->facts.adults : v->facts.learners;
	size_t n_all = adults ? v->facts.n_adults : v->facts.n_learners, n = 0;
	struct part_radios_items *items = arena_array(c->arena, struct part_radios_items, n_all + 1);
	if (!adults)
		items[n++] = (struct part_radios_items){ .value = STR("0"), .label = page_text(TEXT_step_all_children), .id = STR("child"), .checked = !chosen };
	for (size_t i = 0; i < n_all; i++) {
		struct str value = arena_fmt(c->arena, "%lld", (long long)all[i]);
		items[n] = (struct part_radios_items){ .value = value, .label = page_case_person(c, v, all[i]), .id = n ? STR_NONE : STR("child"),
			.hint = adults ? adult_hint(c, v, all[i]) : STR_NONE, .checked = chosen == all[i] || (adults && n_all == 1) };
		n++;
	}
	return (struct part_radios){ .name = STR("child"), .legend = page_text(adults ? TEXT_step_which_adult : TEXT_step_which_child), .items = items,
		.n_items = n, .error = page_wrong_text(c, "child") };
}

static const struct case_step *step_of(const struct case_view *v, const struct proc_step *s)
{
	for (size_t i = 0; i < v->n_steps; i++)
		if (v->steps[i].def == s)
			return &v->steps[i];
	return NULL;
}

/* The record in force, of this child or adult when the step is for each. */
static struct start start_of(struct page_ctx *c, const struct case_view *v, const struct proc_step *s, int64_t who)
{
	const struct case_step *x = step_of(v, s);
	bool one = s->each == EACH_NONE || who;
	const struct proc_entry *e = s->each && who ? procedure_entry_for(s, &v->facts, who) : NULL;
	struct start out = { .seen = x ? x->entry : 0 };
	out.who = who;
	out.settled = x && (s->each && who ? e != NULL : one && (x->status.state == STATE_DONE || x->status.state == STATE_SKIPPED));
	if (!out.settled || s->repeats || !x->entry)
		return out;
	out.earlier = x->details.n ? x->details : STR("Recorded");
	out.answer = e ? e->answer : x->status.answer;
	(void)form_read(c->arena, x->values, &out.values);        /* of our own making; none: the form stands empty */
	return out;
}

/* The newest record that stood before the writer when the form was opened. */
static int64_t posted_seen(struct page_ctx *c)
{
	int64_t seen = 0;
	return str_i64(page_field(c, "seen"), &seen) == OK ? seen : 0;
}

/* Who is asked about: named in the address or the form. */
static int64_t person_asked(struct page_ctx *c)
{
	int64_t who = 0;
	struct str v = c->req->form.n ? page_field(c, "child") : page_query(c, "who");
	return str_i64(v, &who) == OK && who > 0 ? who : 0;
}

/* Everybody of the case whose access this step can stop or give back; one alone needs no question. */
static struct part_checkboxes whom_boxes(struct page_ctx *c, const struct case_view *v, const struct proc_step *s)
{
	int64_t all[CASE_PEOPLE_MAX];
	size_t n = proc_step_asks_whom(s) ? case_people(&v->entry, all) : 0;
	struct part_checkboxes_items *items = arena_array(c->arena, struct part_checkboxes_items, n + 1);
	for (size_t i = 0; i < n; i++) {
		struct str value = arena_fmt(c->arena, "%lld", (long long)all[i]), one;
		size_t at = 0;
		items[i] = (struct part_checkboxes_items){ .value = value, .label = page_case_person(c, v, all[i]), .id = i ? STR_NONE : STR("whom") };
		while (form_each(&c->req->form, "whom", &at, &one))
			items[i].checked = items[i].checked || str_eq(one, value);
	}
	return (struct part_checkboxes){ .name = STR("whom"), .legend = page_text(TEXT_step_whom), .hint = page_text(TEXT_step_whom_hint),
		.error = page_wrong_text(c, "whom"), .items = items, .n_items = n > 1 ? n : 0 };
}

static bool has_people(const struct case_view *v, const struct proc_step *s)
{
	return (s->each == EACH_ADULT && v->facts.n_adults) || (s->each == EACH_LEARNER && v->facts.n_learners > 1);
}

/* Where the steps stand that this one must be read with. */
static const struct str *shows_of(struct page_ctx *c, const struct case_view *v, const struct proc_step *s)
{
	struct str *out = arena_array(c->arena, struct str, s->n_shows + 1);
	for (size_t i = 0; i < s->n_shows; i++) {
		const struct proc_step *other = &v->procedure.steps[s->shows[i]];
		const struct case_step *x = step_of(v, other);
		for (size_t k = 0; !x && k < v->n_steps; k++)
			x = str_eq(v->steps[k].def->id, other->id) ? &v->steps[k] : NULL;
		bool done = x && (x->status.state == STATE_DONE || x->status.state == STATE_SKIPPED);
		out[i] = arena_fmt(c->arena, "%.*s %.*s", STRF(other->title), STRF(page_text(done ? TEXT_step_shown_done : TEXT_step_shown_open)));
	}
	return out;
}

static enum err show(struct page_ctx *c, int64_t id, const struct case_view *v, const struct proc_step *s, bool truth)
{
	size_t n;
	const struct view_case_step_contacts *contacts = contacts_of(c, s, &n);
	const struct start at = start_of(c, v, s, person_asked(c));
	struct part_radios radios = { .name = STR("answer"), .legend = s->title, .error = page_wrong_text(c, "answer"),
		.items = choices(c, &at, s->answers, s->n_answers, STR("answer")), .n_items = s->n_answers };
	bool nobody = s->each == EACH_ADULT && !v->facts.n_adults;
	struct part_checkboxes whom = whom_boxes(c, v, s);
	page_case_about(c, v, s);
	return page_show(c, case_step, "A step", .id = id, .step = s->id, .title = s->title, .text = s->text, .truth = truth,
		.errors = page_errors(c), .answer = radios, .has_answer = s->n_answers > 0, .inputs = inputs_of(c, &at, s),
		.n_inputs = s->n_fields, .contacts = contacts, .n_contacts = n, .shows = shows_of(c, v, s), .n_shows = s->n_shows, .may_skip = s->may_skip && !at.settled, .earlier = at.earlier,
		.may_undo = at.settled, .seen = c->req->form.n ? posted_seen(c) : at.seen, .hint = nobody ? page_text(TEXT_case_no_family) : STR_NONE,
		.happened = page_field(c, "happened"), .happened_error = page_wrong_text(c, "happened"), .reason = page_field(c, "reason"),
		.child = person_radios(c, v, s, at.who), .whom = whom, .has_whom = whom.n_items > 0, .has_child = has_people(v, s),
		.reason_error = page_wrong_text(c, "reason"), .clauses = clauses_of(c, s));
}

/* The step of a case that the asker works on; ERR_ABSENT for everybody else. */
static enum err find(struct page_ctx *c, struct desk_view *k, int64_t *id, const struct case_view **view, const struct proc_step **out)
{
	struct case_view *v = arena_new(c->arena, struct case_view);
	TRY(case_open_whole(c, k, id, v));
	const struct proc_step *s = procedure_step(&v->procedure, page_param(c, "step"));
	if (!s)
		return ERR_ABSENT;
	*view = v;
	for (size_t i = 0; i < v->n_steps; i++)
		if (str_eq(v->steps[i].def->id, s->id))
			s = v->steps[i].def;
	*out = s;
	return OK;
}

enum err case_step_show(struct page_ctx *c)
{
	struct desk_view k;
	int64_t id;
	const struct proc_step *s;
	const struct case_view *v;
	TRY(find(c, &k, &id, &v, &s));
	return show(c, id, v, s, str_is(page_query(c, "truth"), "yes"));
}

static struct entry_field *values_of(struct page_ctx *c, const struct proc_step *s)
{
	struct entry_field *v = arena_array(c->arena, struct entry_field, s->n_fields + 1);
	for (size_t i = 0; i < s->n_fields; i++)
		v[i] = (struct entry_field){ s->fields[i].id, page_field(c, arena_fmt(c->arena, "f-%.*s", STRF(s->fields[i].id)).p) };
	return v;
}

static const int64_t *whom_of(struct page_ctx *c, size_t *n)
{
	int64_t *v = arena_array(c->arena, int64_t, CASE_PEOPLE_MAX);
	struct str one;
	size_t at = 0;
	*n = 0;
	while (*n < CASE_PEOPLE_MAX && form_each(&c->req->form, "whom", &at, &one))
		if (str_i64(one, &v[*n]) == OK && v[*n] > 0)
			(*n)++;
	return v;
}

static struct step_input input_from(struct page_ctx *c, const struct proc_step *s)
{
	struct step_input in = { .step = s->id, .what = page_ticked(c, "undo") ? PROC_UNDONE : page_ticked(c, "skip") ? PROC_SKIPPED : PROC_DONE,
		.about = person_asked(c), .answer = page_field(c, "answer"), .values = values_of(c, s), .n_values = s->n_fields,
		.reason = page_field(c, "reason"), .corrects = page_ticked(c, "corrects"), .seen = posted_seen(c),
		.already_happened = page_ticked(c, "truth") };
	in.whom = whom_of(c, &in.n_whom);
	struct str happened = page_field(c, "happened");
	if (happened.n && when_read(happened, clock_utc(), &in.happened_utc) != OK)
		page_wrong(c, "happened", "Please write the time like 10:30, or with the day: 14/9/2026 10:30.");
	return in;
}

enum err case_step_do(struct page_ctx *c)
{
	struct desk_view k;
	int64_t id, other = 0;
	const struct proc_step *s;
	const struct case_view *v;
	struct act act = page_act(c, "a step");
	TRY(find(c, &k, &id, &v, &s));
	struct step_input in = input_from(c, s);
	if (page_is_wrong(c))
		return show(c, id, v, s, in.already_happened);
	enum err e = record_step_seen(&k.desk, &act, &k.may, id, &in, &c->errors, &other);
	if ((e == ERR_INVALID || e == ERR_STATE) && page_is_wrong(c))
		return show(c, id, v, s, in.already_happened);
	TRY(e);
	if (in.what == PROC_DONE && proc_step_closes(s, in.answer) && directive_ask(c, "emergency", "", NULL) != OK)
		page_flash(c, FLASH_DONE, "Recorded. The filter could not be told this very moment: it closes the site within a minute. Look at the page of the filter's state.");
	else if (other)
		page_flash(c, FLASH_DONE, "Recorded. %.*s recorded this step too while you were writing: both are kept. Look at both under what happened, "
		           "and correct the step if they differ.", STRF(page_who(c, other)));
	else
		page_flash(c, FLASH_DONE, in.what == PROC_UNDONE ? "Taken back. What was recorded stays to be read." : "Recorded.");
	return page_redirect(c, "/case/%lld", (long long)id);
}
