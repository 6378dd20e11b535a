/* Recording a step: its question, its fields, its contacts, made from the procedure alone. */
#include "base/clock.h"
#include "base/mem.h"
#include "house/contact/directory.h"
#include "house/page/desk.h"

enum { TEXT_ROWS = 5 };

static struct part_radios_items *choices(struct page_ctx *c, const struct proc_answer *v, size_t n, struct str name)
{
	struct part_radios_items *items = arena_array(c->arena, struct part_radios_items, n + 1);
	struct str chosen = page_field(c, name.p);
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

static struct view_case_step_inputs input_of(struct page_ctx *c, const struct proc_step *s, const struct proc_field *f)
{
	struct str name = arena_fmt(c->arena, "f-%.*s", STRF(f->id)), error = page_wrong_text(c, arena_z(c->arena, f->id));
	struct str value = page_field(c, name.p);
	struct view_case_step_inputs x = { 0 };
	if (f->type == ASK_TEXT) {
		x.is_area = true;
		x.area = (struct part_textarea){ .name = name, .label = f->label, .value = value, .error = error, .rows = TEXT_ROWS };
	} else if (f->type == ASK_CHOICE || f->type == ASK_CONTACT) {
		const struct proc_answer *v = f->type == ASK_CHOICE ? f->options : contact_choices(c, s);
		size_t n = f->type == ASK_CHOICE ? f->n_options : s->n_contacts;
		x.is_pick = true;
		x.pick = (struct part_radios){ .name = name, .legend = f->label, .error = error, .items = choices(c, v, n, name), .n_items = n };
	} else {
		x.is_line = true;
		x.line = (struct part_input){ .name = name, .label = f->label, .value = value, .error = error,
			.hint = f->type == ASK_WHEN ? STR("For example 2026-09-14 10:30") : STR_NONE };
	}
	return x;
}

static const struct view_case_step_inputs *inputs_of(struct page_ctx *c, const struct proc_step *s)
{
	struct view_case_step_inputs *v = arena_array(c->arena, struct view_case_step_inputs, s->n_fields + 1);
	for (size_t i = 0; i < s->n_fields; i++)
		v[i] = input_of(c, s, &s->fields[i]);
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
		v[(*n)++] = (struct view_case_step_contacts){ .name = x->title, .use = x->use, .phone = x->phone, .web = x->web, .mail = x->mail,
			.checked = last_check(c, x) };
	}
	return v;
}

static struct str clauses_of(struct page_ctx *c, const struct proc_step *s)
{
	AUTO(buf_done) struct buf b = buf_init(500);
	for (size_t i = 0; i < s->n_clauses; i++)
		buf_fmt(&b, "%s%.*s", i ? " " : "", STRF(s->clauses[i]));
	return arena_str(c->arena, buf_str(&b));
}

/* A step for each child: which one, or all of them. */
static struct part_radios child_radios(struct page_ctx *c, const struct case_view *v)
{
	struct part_radios_items *items = arena_array(c->arena, struct part_radios_items, v->n_learners + 1);
	struct str chosen = page_field(c, "child");
	items[0] = (struct part_radios_items){ .value = STR("0"), .label = page_text(TEXT_step_all_children), .id = STR("child"),
		.checked = !chosen.n || str_is(chosen, "0") };
	for (size_t i = 0; i < v->n_learners; i++) {
		struct str value = arena_fmt(c->arena, "%lld", (long long)v->learners[i]);
		items[i + 1] = (struct part_radios_items){ .value = value, .label = page_who(c, v->learners[i]), .checked = str_eq(chosen, value) };
	}
	return (struct part_radios){ .name = STR("child"), .legend = page_text(TEXT_step_which_child), .items = items,
		.n_items = v->n_learners + 1 };
}

static enum err show(struct page_ctx *c, int64_t id, const struct case_view *v, const struct proc_step *s, bool truth)
{
	size_t n;
	const struct view_case_step_contacts *contacts = contacts_of(c, s, &n);
	struct part_radios radios = { .name = STR("answer"), .legend = s->title, .error = page_wrong_text(c, "answer"),
		.items = choices(c, s->answers, s->n_answers, STR("answer")), .n_items = s->n_answers };
	return page_show(c, case_step, "A step", .id = id, .step = s->id, .title = s->title, .text = s->text, .truth = truth,
		.errors = page_errors(c), .answer = radios, .has_answer = s->n_answers > 0, .inputs = inputs_of(c, s),
		.n_inputs = s->n_fields, .contacts = contacts, .n_contacts = n, .may_skip = s->may_skip,
		.happened = page_field(c, "happened"), .happened_error = page_wrong_text(c, "happened"), .reason = page_field(c, "reason"),
		.child = child_radios(c, v), .has_child = s->each_learner && v->n_learners > 1,
		.reason_error = page_wrong_text(c, "reason"), .clauses = clauses_of(c, s));
}

/* The step of a case that the asker works on; ERR_ABSENT for everybody else. */
static enum err find(struct page_ctx *c, struct desk_view *k, int64_t *id, const struct case_view **view, const struct proc_step **out)
{
	struct case_view *v = arena_new(c->arena, struct case_view);
	TRY(page_id(c, "id", id));
	TRY(page_desk(c, k));
	TRY(record_view(&k->desk, c->arena, &k->may, *id, v));
	const struct proc_step *s = v->limited ? NULL : procedure_step(&v->procedure, page_param(c, "step"));
	if (!s)
		return ERR_ABSENT;
	*view = v;
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

enum err case_step_do(struct page_ctx *c)
{
	struct desk_view k;
	int64_t id;
	const struct proc_step *s;
	const struct case_view *v;
	struct act act = page_act(c, "a step");
	TRY(find(c, &k, &id, &v, &s));
	struct step_input in = { .step = s->id, .what = page_ticked(c, "skip") ? PROC_SKIPPED : PROC_DONE, .answer = page_field(c, "answer"),
		.values = values_of(c, s), .n_values = s->n_fields, .reason = page_field(c, "reason"), .already_happened = page_ticked(c, "truth") };
	(void)str_i64(page_field(c, "child"), &in.about);      /* not a number: 0, all of them */
	struct str happened = page_field(c, "happened");
	if (happened.n && time_read_iso(happened, &in.happened_utc) != OK)
		page_wrong(c, "happened", "Please write the time like 2026-09-14 10:30.");
	if (page_is_wrong(c))
		return show(c, id, v, s, in.already_happened);
	enum err e = record_step(&k.desk, &act, &k.may, id, &in, &c->errors);
	if ((e == ERR_INVALID || e == ERR_STATE) && page_is_wrong(c))
		return show(c, id, v, s, in.already_happened);
	TRY(e);
	page_flash(c, FLASH_DONE, "Recorded.");
	return page_redirect(c, "/case/%lld", (long long)id);
}
