/* One case: everything about it on one page, and what is done to it. */
#include "base/clock.h"
#include "base/mem.h"
#include "house/page/case.h"
#include "house/page/form.h"

static struct str join(struct arena *a, const struct str *v, size_t n, const char *between)
{
	AUTO(buf_done) struct buf b = buf_init(4000);
	for (size_t i = 0; i < n; i++) {
		buf_z(&b, i ? between : "");
		buf_add(&b, v[i]);
	}
	return arena_str(a, buf_str(&b));
}

struct str page_step_roles(struct page_ctx *c, const struct proc_step *s)
{
	const struct str *roles;
	size_t n = procedure_who(s, &c->web->library->profile, &roles);
	struct str *titles = arena_array(c->arena, struct str, n + 1);
	for (size_t i = 0; i < n; i++) {
		enum role r;
		titles[i] = role_read(roles[i], &r) == OK ? str_z(role_title(r)) : roles[i];
	}
	return join(c->arena, titles, n, " or ");
}

static const char *colour_of(const struct step_status *s)
{
	switch (s->state) {
	case STATE_OPEN:   return "blue";
	case STATE_LOCKED: return "yellow";
	case STATE_DONE:   return "green";
	default:           return "grey";
	}
}

static struct str why_of(struct page_ctx *c, const struct case_step *s)
{
	const struct step_status *t = &s->status;
	if (t->state == STATE_WAITING && t->why.n)
		return arena_fmt(c->arena, "After: %.*s", STRF(t->why));
	if (t->state == STATE_OPEN && t->n_learners)
		return arena_fmt(c->arena, "Waits for %zu of the children involved.", t->n_learners);
	return t->why;
}

static struct view_case_steps step_row(struct page_ctx *c, const struct case_view *v, const struct case_step *s)
{
	const struct step_status *t = &s->status;
	bool open = str_is(v->line.state, "open"), blocked = t->state == STATE_LOCKED || t->state == STATE_WAITING;
	struct str href = arena_fmt(c->arena, "/case/%lld/step/%.*s", (long long)v->line.id, STRF(s->def->id));
	return (struct view_case_steps){ .href = open && (t->state == STATE_OPEN || t->state == STATE_DONE) ? href : STR_NONE,
		.truth = open && blocked ? arena_fmt(c->arena, "%.*s?truth=yes", STRF(href)) : STR_NONE,
		.title = s->def->title, .text = t->state == STATE_OPEN ? s->def->text : STR_NONE, .who = page_step_roles(c, s->def),
		.state = str_z(step_state_words(t->state)), .colour = str_z(colour_of(t)),
		.due = t->state == STATE_OPEN && t->due_utc ? arena_fmt(c->arena, "due %.*s", STRF(page_when(c, t->due_utc))) : STR_NONE,
		.why = why_of(c, s),
		.details = s->details, .by = s->recorded_utc ? arena_fmt(c->arena, "recorded by %.*s on %.*s", STRF(page_who(c, s->by)),
		STRF(page_when(c, s->recorded_utc))) : STR_NONE, .overdue = t->overdue, .late = t->late, .disorder = t->out_of_order,
		.clauses = join(c->arena, s->def->clauses, s->def->n_clauses, " ") };
}

/* What is to do stands first, what is settled last; within a group the procedure's own order. */
static int group_of(const struct step_status *s)
{
	return s->state == STATE_OPEN ? 0 : s->state == STATE_LOCKED || s->state == STATE_WAITING ? 1 : 2;
}

static const struct view_case_steps *step_rows(struct page_ctx *c, const struct case_view *v)
{
	static const enum text_key headings[] = { TEXT_case_to_do, TEXT_case_not_yet, TEXT_case_settled };
	struct view_case_steps *rows = arena_array(c->arena, struct view_case_steps, v->n_steps + 1);
	size_t n = 0;
	for (int group = 0; group < (int)ARRAY_N(headings); group++)
		for (size_t i = 0, first = n; i < v->n_steps; i++) {
			if (group_of(&v->steps[i].status) != group)
				continue;
			rows[n] = step_row(c, v, &v->steps[i]);
			rows[n].heading = n == first ? page_text(headings[group]) : STR_NONE;
			n++;
		}
	return rows;
}

static const struct view_case_events *event_rows(struct page_ctx *c, const struct case_view *v)
{
	struct view_case_events *rows = arena_array(c->arena, struct view_case_events, v->n_chronology + 1);
	for (size_t i = 0; i < v->n_chronology; i++) {
		const struct case_event *e = &v->chronology[i];
		bool later = e->recorded_utc > e->at_utc + 300;
		rows[i] = (struct view_case_events){ .at = page_when(c, e->at_utc), .by = page_who(c, e->by), .title = e->title,
			.text = e->text, .disorder = e->out_of_order, .later = later ? page_when(c, e->recorded_utc) : STR_NONE };
	}
	return rows;
}

static void fact(struct part_summary_rows *rows, size_t *n, struct str key, struct str value)
{
	if (value.n)
		rows[(*n)++] = (struct part_summary_rows){ .key = key, .value = value };
}

/* What the form of the report asked beside the words, by the register's own labels. */
static void told_beside(struct page_ctx *c, const struct case_view *v, struct part_summary_rows *rows, size_t *n)
{
	static const char *const fields[] = { "said", "whom", "place", "body", "pictures" };
	const struct reg *r = registers_find(c->web->registers, v->line.reg);
	for (size_t i = 0; r && i < ARRAY_N(fields); i++) {
		const struct field *f = reg_field(r, str_z(fields[i]));
		fact(rows, n, f ? f->label : STR_NONE, entry_value(&v->entry, fields[i]));
	}
}

static struct part_summary facts_of(struct page_ctx *c, const struct case_view *v)
{
	struct part_summary_rows *rows = arena_array(c->arena, struct part_summary_rows, 16);
	size_t n = 0;
	fact(rows, &n, page_text(TEXT_cases_reference), v->line.reference);
	fact(rows, &n, page_text(TEXT_case_first_words), entry_value(&v->entry, "words"));
	told_beside(c, v, rows, &n);
	if (v->limited)
		return (struct part_summary){ .rows = rows, .n_rows = n };
	fact(rows, &n, page_text(TEXT_cases_who), v->line.subject ? page_who(c, v->line.subject) : STR_NONE);
	fact(rows, &n, STR("Procedure"), arena_fmt(c->arena, "%.*s, version %lld", STRF(v->procedure.title), (long long)v->procedure.version));
	fact(rows, &n, STR("Opened"), page_when(c, v->line.opened_utc));
	fact(rows, &n, STR("Looked after by"), v->line.owner ? page_who(c, v->line.owner) : STR("nobody yet"));
	fact(rows, &n, page_text(TEXT_case_address), entry_value(&v->entry, "address"));
	fact(rows, &n, page_text(TEXT_case_reporter), entry_value(&v->entry, "reporter"));
	return (struct part_summary){ .rows = rows, .n_rows = n };
}

static const struct str *missing_of(struct page_ctx *c, const struct case_view *v)
{
	struct str *list = arena_array(c->arena, struct str, v->n_missing + 1);
	for (size_t i = 0; i < v->n_missing; i++)
		list[i] = v->procedure.steps[v->missing[i]].title;
	return list;
}

/* Deputies and the lead, without those who must not know of it: a select tells nothing by leaving somebody out. */
static enum err people_of(struct page_ctx *c, const struct case_view *v, struct part_select *out)
{
	static const enum role desk[] = { ROLE_DSL, ROLE_DEPUTY, ROLE_HEAD, ROLE_LEADERSHIP, ROLE_CHAIR };
	struct part_select_items *items = arena_array(c->arena, struct part_select_items, 64);
	size_t n = 0;
	items[n++] = (struct part_select_items){ .value = STR(""), .label = STR("Choose") };
	for (size_t i = 0; i < ARRAY_N(desk); i++) {
		struct person *p;
		size_t n_people;
		TRY(person_of_role(c->db, c->arena, c->school, desk[i], &p, &n_people));
		for (size_t k = 0; k < n_people && n < 64; k++) {
			struct entry_may theirs = record_may(c->school, p[k].id, ROLE_BIT(desk[i]));
			bool out_of_it = p[k].id == c->person->id;
			for (size_t e = 0; e < v->entry.n_people; e++)
				out_of_it = out_of_it || (v->entry.people[e].person == p[k].id && v->entry.people[e].as != ENTRY_AUTHOR &&
				                          v->entry.people[e].as != ENTRY_ASSIGNED);
			if (!out_of_it && ((theirs.classes | theirs.own) & ENTRY_BIT(v->entry.class)))
				items[n++] = (struct part_select_items){ .value = arena_fmt(c->arena, "%lld", (long long)p[k].id), .label = p[k].name };
		}
	}
	*out = (struct part_select){ .name = STR("to"), .label = page_text(TEXT_case_hand_to), .error = page_wrong_text(c, "to"),
		.items = items, .n_items = n };
	return OK;
}

static const struct str *children_of(struct page_ctx *c, const struct case_view *v)
{
	struct str *list = arena_array(c->arena, struct str, v->n_learners + 1);
	for (size_t i = 0; i < v->n_learners; i++)
		list[i] = page_who(c, v->learners[i]);
	return list;
}

static struct part_select procedures_of(struct page_ctx *c, const struct case_view *v)
{
	const struct library *l = c->web->library;
	struct part_select_items *items = arena_array(c->arena, struct part_select_items, l->n + 1);
	size_t n = 0;
	items[n++] = (struct part_select_items){ .value = STR(""), .label = STR("Choose") };
	for (size_t i = 0; i < l->n; i++)
		if (!str_eq(l->procedures[i].id, v->procedure.id) && topic_of_procedure(&l->topics, l->procedures[i].id))
			items[n++] = (struct part_select_items){ .value = l->procedures[i].id, .label = l->procedures[i].title,
				.checked = str_eq(page_field(c, "procedure"), l->procedures[i].id) };
	return (struct part_select){ .name = STR("procedure"), .label = page_text(TEXT_case_change_to), .error = page_wrong_text(c, "procedure"),
		.items = items, .n_items = n };
}

/* An answer that was given says that another procedure would lead better. */
static struct str change_hint(struct page_ctx *c, const struct case_view *v)
{
	for (size_t i = 0; i < v->n_steps; i++)
		for (size_t k = 0; k < v->steps[i].def->n_answers; k++) {
			const struct proc_answer *x = &v->steps[i].def->answers[k];
			const struct procedure *p = library_procedure(c->web->library, x->change);
			if (p && v->steps[i].status.state == STATE_DONE && str_eq(v->steps[i].status.answer, x->id) && !str_eq(p->id, v->procedure.id))
				return arena_fmt(c->arena, "Because of the answer \"%.*s\" this procedure leads better: %.*s.", STRF(x->label), STRF(p->title));
		}
	return STR_NONE;
}

enum { LOOKS_SHOWN = 30 };

/* The newest first. */
static enum err looks_of(struct page_ctx *c, const struct desk_view *k, const struct case_view *v, const struct str **out, size_t *n)
{
	struct case_look *looks;
	size_t have;
	*n = 0;
	if (v->limited)
		return OK;
	TRY(record_looks(&k->desk, c->arena, &k->may, v->line.id, &looks, &have));
	struct str *list = arena_array(c->arena, struct str, LOOKS_SHOWN);
	for (size_t i = have; i-- > 0 && *n < LOOKS_SHOWN;)
		list[(*n)++] = arena_fmt(c->arena, "%.*s: %.*s%.*s", STRF(page_when(c, looks[i].at_utc)), STRF(page_who(c, looks[i].person)),
		                         STRF(looks[i].words));
	*out = list;
	return OK;
}

/* Opens the file, and keeps that it was opened. */
static enum err look(struct page_ctx *c, const struct desk_view *k, int64_t id, struct case_view *v)
{
	struct act act = page_act(c, "looked at a case");
	enum err e = record_view(&k->desk, c->arena, &k->may, id, v);
	if (e == OK || e == ERR_ABSENT)
		TRY(record_looked(&k->desk, &act, id, e != OK));
	return e;
}

static enum err show(struct page_ctx *c, int64_t id, bool print)
{
	struct desk_view k;
	struct case_view v;
	struct part_select people;
	const struct str *looks = NULL;
	size_t n_looks;
	TRY(page_desk(c, &k));
	TRY(look(c, &k, id, &v));
	TRY(looks_of(c, &k, &v, &looks, &n_looks));
	TRY(people_of(c, &v, &people));
	return page_show(c, case, "A case", .id = id, .title = v.line.title, .limited = v.limited, .print = print,
		.open = str_is(v.line.state, "open"), .fresh = !v.line.acknowledged, .errors = page_errors(c), .facts = facts_of(c, &v),
		.never = v.procedure.never, .n_never = v.procedure.n_never, .steps = step_rows(c, &v), .n_steps = v.n_steps,
		.events = event_rows(c, &v), .n_events = v.n_chronology, .missing = missing_of(c, &v), .n_missing = v.n_missing,
		.looks = looks, .n_looks = n_looks,
		.children = children_of(c, &v), .n_children = v.n_learners, .child_case = v.entry.class == ENTRY_CHILD,
		.child = page_input(c, "child", TEXT_case_child, page_text(TEXT_case_child_hint)),
		.part_in = page_input(c, "part", TEXT_case_part, STR_NONE), .procedures = procedures_of(c, &v),
		.change_why = page_field(c, "change_why"), .change_hint = change_hint(c, &v), .change_error = page_wrong_text(c, "change_why"),
		.help = case_help(c), .people = people, .from_error = page_wrong_text(c, "from"), .reopen_error = page_wrong_text(c, "reopen_why"));
}

static enum err open_desk(struct page_ctx *c, struct desk_view *k, int64_t *id)
{
	TRY(page_id(c, "id", id));
	return page_desk(c, k);
}

enum err case_show(struct page_ctx *c)
{
	int64_t id;
	TRY(page_id(c, "id", &id));
	return show(c, id, false);
}

enum err case_print(struct page_ctx *c)
{
	int64_t id;
	TRY(page_id(c, "id", &id));
	return show(c, id, true);
}

enum err case_again(struct page_ctx *c, int64_t id) { return show(c, id, false); }

enum err case_answer(struct page_ctx *c, int64_t id, enum err e, const char *done)
{
	if (e == ERR_INVALID && page_is_wrong(c))
		return show(c, id, false);
	TRY(e);
	page_flash(c, FLASH_DONE, "%s", done);
	return page_redirect(c, "/case/%lld", (long long)id);
}

enum err case_seen(struct page_ctx *c)
{
	struct desk_view k;
	int64_t id;
	struct act act = page_act(c, "taken on");
	TRY(open_desk(c, &k, &id));
	return case_answer(c, id, record_acknowledge(&k.desk, &act, &k.may, id), "You have taken it on.");
}

enum err case_note_do(struct page_ctx *c)
{
	struct desk_view k;
	int64_t id;
	struct act act = page_act(c, "a note");
	struct str kind = page_field(c, "kind");
	enum note_kind what = str_is(kind, "amendment") ? NOTE_AMENDMENT : str_is(kind, "contact") ? NOTE_CONTACT : NOTE_PLAIN;
	TRY(open_desk(c, &k, &id));
	return case_answer(c, id, record_note(&k.desk, &act, &k.may, id, what, page_field(c, "text"), 0, &c->errors), "The note is kept.");
}

enum err case_hand_over(struct page_ctx *c)
{
	struct desk_view k;
	int64_t id, to = 0;
	role_set roles = 0;
	struct act act = page_act(c, "handed over");
	struct case_view v;
	TRY(open_desk(c, &k, &id));
	TRY(record_view(&k.desk, c->arena, &k.may, id, &v));     /* before anything is said about the form */
	if (str_i64(page_field(c, "to"), &to) != OK || to <= 0 || role_held(c->db, c->school, to, clock_utc(), &roles) != OK)
		page_wrong(c, "to", "Please choose to whom.");
	if (page_is_wrong(c))
		return show(c, id, false);
	return case_answer(c, id, record_hand_over(&k.desk, &act, &k.may, id, to, roles, page_field(c, "why"), &c->errors),
	                   "The case is handed over.");
}

/* Everybody of that name who works here, or has to do with the school; never whoever asks. */
static enum err keep_from(struct page_ctx *c, const struct desk_view *k, int64_t id, struct str name)
{
	struct act act = page_act(c, "kept from somebody");
	struct person_query q = { .words = name, .limit = 50 };
	struct person *p;
	size_t n, found = 0;
	int64_t total;
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	TRY(db_tx_begin(c->db, &tx));
	TRY(person_list(c->db, c->arena, c->school, &q, &p, &n, &total));
	for (size_t i = 0; i < n; i++) {
		if (p[i].kind == KIND_LEARNER || p[i].id == c->person->id || !str_ieq(p[i].name, name))
			continue;
		TRY(record_exclude(&k->desk, &act, &k->may, id, p[i].id, ENTRY_BARRED));
		found++;
	}
	if (!found)
		page_wrong(c, "from", "There is nobody of this name. Write it as it stands in the role register.");
	return found ? db_tx_commit(&tx) : ERR_INVALID;
}

enum err case_keep_from(struct page_ctx *c)
{
	struct desk_view k;
	struct case_view v;
	int64_t id;
	TRY(open_desk(c, &k, &id));
	TRY(record_view(&k.desk, c->arena, &k.may, id, &v));     /* before anything is said about the form */
	if (v.limited)
		return ERR_ABSENT;
	struct str name = page_need(c, "from", PERSON_NAME_MAX, "Write the name of the person.");
	return case_answer(c, id, page_is_wrong(c) ? ERR_INVALID : keep_from(c, &k, id, name), "They do not see this case any more.");
}

enum err case_close(struct page_ctx *c)
{
	struct desk_view k;
	int64_t id;
	struct act act = page_act(c, "closed");
	TRY(open_desk(c, &k, &id));
	return case_answer(c, id, record_close(&k.desk, &act, &k.may, id, &c->errors), "The case is closed.");
}

enum err case_reopen(struct page_ctx *c)
{
	struct desk_view k;
	int64_t id;
	struct act act = page_act(c, "opened again");
	struct case_view v;
	TRY(open_desk(c, &k, &id));
	TRY(record_view(&k.desk, c->arena, &k.may, id, &v));
	struct str why = page_need(c, "reopen_why", 2000, "Please say why.");
	if (page_is_wrong(c))
		return show(c, id, false);
	return case_answer(c, id, record_reopen(&k.desk, &act, &k.may, id, why), "The case is open again.");
}
