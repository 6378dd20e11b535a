/* One case: everything about it on one page, what to do now on top. */
#include "base/clock.h"
#include "base/mem.h"
#include "house/casefile/retention.h"
#include "house/page/case.h"
#include "house/page/form.h"

struct str page_join(struct arena *a, const struct str *v, size_t n, const char *between)
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
	return page_join(c->arena, titles, n, " or ");
}

static void fact(struct part_summary_rows *rows, size_t *n, struct str key, struct str value)
{
	if (value.n)
		rows[(*n)++] = (struct part_summary_rows){ .key = key, .value = value };
}

/* What the form of the report asked beside the words, by the register's own labels. */
static void told_beside(struct page_ctx *c, const struct case_view *v, struct part_summary_rows *rows, size_t *n)
{
	static const char *const fields[] = { "said", "whom", "place", "body", "pictures", "asked" };
	const struct reg *r = registers_find(c->web->registers, v->line.reg);
	for (size_t i = 0; r && i < ARRAY_N(fields); i++) {
		const struct field *f = reg_field(r, str_z(fields[i]));
		fact(rows, n, f ? f->label : STR_NONE, entry_value(&v->entry, fields[i]));
	}
}

/* On paper the address of what nobody should open is left out where it may lead to pictures of children. */
static struct part_summary facts_of(struct page_ctx *c, const struct case_view *v, bool print)
{
	struct part_summary_rows *rows = arena_array(c->arena, struct part_summary_rows, 16);
	size_t n = 0;
	fact(rows, &n, page_text(TEXT_cases_reference), v->line.reference);
	if (v->limited || print)
		fact(rows, &n, page_text(TEXT_case_first_words), entry_value(&v->entry, "words"));
	told_beside(c, v, rows, &n);
	if (v->limited)
		return (struct part_summary){ .rows = rows, .n_rows = n };
	fact(rows, &n, page_text(TEXT_cases_who), v->line.subject ? page_who(c, v->line.subject) : STR_NONE);
	fact(rows, &n, STR("Procedure"), arena_fmt(c->arena, "%.*s, version %lld", STRF(v->procedure.title), (long long)v->procedure.version));
	fact(rows, &n, STR("Opened"), page_when(c, v->line.opened_utc));
	fact(rows, &n, STR("Looked after by"), v->line.owner ? page_who(c, v->line.owner) : STR("nobody yet"));
	if (print && entry_value(&v->entry, "address").n && !procedure_uploads(&v->procedure))
		fact(rows, &n, page_text(TEXT_case_address), STR("Kept in the program, and not printed"));
	else
		fact(rows, &n, page_text(TEXT_case_address), entry_value(&v->entry, "address"));
	fact(rows, &n, page_text(TEXT_case_reporter), entry_value(&v->entry, "reporter"));
	return (struct part_summary){ .rows = rows, .n_rows = n };
}

/* Steps, our own steps, and answers that are waited for. */
static const struct str *missing_of(struct page_ctx *c, const struct case_view *v, size_t *n)
{
	struct str *list = arena_array(c->arena, struct str, v->n_missing + v->n_actions + v->n_referrals + 1);
	*n = 0;
	for (size_t i = 0; i < v->n_missing; i++)
		list[(*n)++] = v->procedure.steps[v->missing[i]].title;
	for (size_t i = 0; i < v->n_actions; i++)
		if (str_is(v->actions[i].state, "open"))
			list[(*n)++] = v->actions[i].title;
	for (size_t i = 0; i < v->n_referrals; i++)
		if (str_is(v->referrals[i].state, "waiting"))
			list[(*n)++] = arena_fmt(c->arena, "An answer of %.*s, or the reason why nobody waits", STRF(v->referrals[i].agency));
	return list;
}

/* Whoever holds two roles stands there once. */
static bool chosen(const struct part_select_items *items, size_t n, struct page_ctx *c, int64_t person)
{
	for (size_t i = 0; i < n; i++)
		if (str_eq(items[i].value, arena_fmt(c->arena, "%lld", (long long)person)))
			return true;
	return false;
}

/* Deputies and the lead, without those who must not know of it: a select tells nothing by leaving somebody out. */
static enum err people_of(struct page_ctx *c, const struct case_view *v, const char *name, enum text_key label, struct part_select *out)
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
			bool owner = strcmp(name, "to") != 0, out_of_it = !owner && p[k].id == c->person->id;
			for (size_t e = 0; e < v->entry.n_people; e++)
				out_of_it = out_of_it || (v->entry.people[e].person == p[k].id && v->entry.people[e].as != ENTRY_AUTHOR &&
				                          v->entry.people[e].as != ENTRY_ASSIGNED);
			if (!out_of_it && !chosen(items, n, c, p[k].id) && ((theirs.classes | (owner ? 0 : theirs.own)) & ENTRY_BIT(v->entry.class)))
				items[n++] = (struct part_select_items){ .value = arena_fmt(c->arena, "%lld", (long long)p[k].id), .label = p[k].name,
					.checked = str_eq(page_field(c, name), arena_fmt(c->arena, "%lld", (long long)p[k].id)) };
		}
	}
	*out = (struct part_select){ .name = str_z(name), .label = page_text(label), .error = page_wrong_text(c, name),
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

/* Whether a procedure can lead this case: those about adults lead nothing else. */
static bool leads(const struct library *l, const struct case_view *v, struct str id)
{
	if (v->entry.class != ENTRY_CHILD)
		return record_about_adults(id);
	return !record_about_adults(id) && topic_of_procedure(&l->topics, id);
}

static struct part_select procedures_of(struct page_ctx *c, const struct case_view *v)
{
	const struct library *l = c->web->library;
	struct part_select_items *items = arena_array(c->arena, struct part_select_items, l->n + 1);
	size_t n = 0;
	items[n++] = (struct part_select_items){ .value = STR(""), .label = STR("Choose") };
	for (size_t i = 0; i < l->n; i++)
		if (!str_eq(l->procedures[i].id, v->procedure.id) && leads(l, v, l->procedures[i].id))
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

enum { NEVER_SHOWN = 5, LONG_AGO_S = 300 };

static const struct view_case_events *event_rows(struct page_ctx *c, const struct case_view *v)
{
	struct view_case_events *rows = arena_array(c->arena, struct view_case_events, v->n_chronology + 1);
	for (size_t i = 0; i < v->n_chronology; i++) {
		const struct case_event *e = &v->chronology[i];
		bool later = e->recorded_utc > e->at_utc + LONG_AGO_S;
		rows[i] = (struct view_case_events){ .at = page_when(c, e->at_utc), .by = page_who(c, e->by), .title = e->title,
			.text = e->text, .disorder = e->out_of_order, .replaced = e->replaced, .later = later ? page_when(c, e->recorded_utc) : STR_NONE };
	}
	return rows;
}

static const struct view_case_print_events *print_rows(struct page_ctx *c, const struct case_view *v)
{
	const struct view_case_events *from = event_rows(c, v);
	struct view_case_print_events *rows = arena_array(c->arena, struct view_case_print_events, v->n_chronology + 1);
	for (size_t i = 0; i < v->n_chronology; i++)
		rows[i] = (struct view_case_print_events){ .at = from[i].at, .by = from[i].by, .title = from[i].title, .text = from[i].text,
			.disorder = from[i].disorder, .replaced = from[i].replaced, .later = from[i].later };
	return rows;
}

static const struct view_case_own *own_rows(struct page_ctx *c, const struct case_view *v, size_t *n)
{
	struct view_case_own *rows = arena_array(c->arena, struct view_case_own, v->n_actions + 1);
	*n = 0;
	for (size_t i = 0; i < v->n_actions; i++) {
		const struct case_action *x = &v->actions[i];
		if (str_is(x->state, "open"))
			rows[(*n)++] = (struct view_case_own){ .key = arena_fmt(c->arena, "%lld", (long long)x->id), .title = x->title, .why = x->why,
				.owner = page_who(c, x->owner), .due = arena_fmt(c->arena, "until %.*s", STRF(time_date_words(c->arena, x->due_utc))),
				.overdue = x->overdue, .action = arena_fmt(c->arena, "/case/%lld/action/%lld", (long long)v->line.id, (long long)x->id) };
	}
	return rows;
}

static const struct view_case_waiting *waiting_rows(struct page_ctx *c, const struct case_view *v, size_t *n)
{
	struct view_case_waiting *rows = arena_array(c->arena, struct view_case_waiting, v->n_referrals + 1);
	*n = 0;
	for (size_t i = 0; i < v->n_referrals; i++) {
		const struct case_referral *x = &v->referrals[i];
		if (str_is(x->state, "waiting"))
			rows[(*n)++] = (struct view_case_waiting){ .key = arena_fmt(c->arena, "%lld", (long long)x->id), .agency = x->agency,
				.what = x->reference.n ? arena_fmt(c->arena, "%.*s (%.*s)", STRF(x->what), STRF(x->reference)) : x->what,
				.chase = time_date_words(c->arena, x->chase_utc), .overdue = x->overdue,
				.action = arena_fmt(c->arena, "/case/%lld/referral/%lld", (long long)v->line.id, (long long)x->id) };
	}
	return rows;
}

/* What a step had closed for everybody, and who may lift it. */
static enum err closed_rows(struct page_ctx *c, const struct desk_view *k, const struct case_view *v, struct view_case_closed **out, size_t *n)
{
	struct case_block *b;
	size_t have;
	bool may = page_has_role(c, ROLE_DSL) || page_has_role(c, ROLE_HEAD);
	*n = 0;
	TRY(record_blocks(&k->desk, c->arena, &k->may, v->line.id, &b, &have));
	*out = arena_array(c->arena, struct view_case_closed, have + 1);
	for (size_t i = 0; i < have; i++)
		if (b[i].on)
			(*out)[(*n)++] = (struct view_case_closed){ .key = arena_fmt(c->arena, "%lld", (long long)b[i].id), .host = arena_fmt(c->arena, "%.*s%.*s", STRF(b[i].host), STRF(b[i].path)), .may_lift = may,
				.says = arena_fmt(c->arena, "Since %.*s nobody reaches this %s through the filter. It stays so until the safeguarding lead or the headteacher lifts it.%s",
					STRF(page_when(c, b[i].since_utc)), b[i].path.n ? "page" : "site", may ? "" : " Ask them."),
				.action = arena_fmt(c->arena, "/case/%lld/block/%lld/lift", (long long)v->line.id, (long long)b[i].id) };
	return OK;
}

static struct part_select agencies_of(struct page_ctx *c)
{
	const struct contacts *all = &c->web->library->contacts;
	struct part_select_items *items = arena_array(c->arena, struct part_select_items, all->n + 1);
	size_t n = 0;
	items[n++] = (struct part_select_items){ .value = STR(""), .label = STR("Choose") };
	for (size_t i = 0; i < all->n; i++)
		if (all->v[i].state == CONTACT_LIVE && all->v[i].audience & (FOR_STAFF | FOR_SETTINGS))
			items[n++] = (struct part_select_items){ .value = all->v[i].id, .label = all->v[i].title,
				.checked = str_eq(page_field(c, "agency"), all->v[i].id) };
	return (struct part_select){ .name = STR("agency"), .label = page_text(TEXT_case_ask_agency), .error = page_wrong_text(c, "agency"),
		.items = items, .n_items = n };
}

static struct part_radios channels_of(struct page_ctx *c)
{
	const struct reg *r = registers_find(c->web->registers, STR("referral"));
	const struct field *f = r ? reg_field(r, STR("channel")) : NULL;
	struct part_radios_items *items = arena_array(c->arena, struct part_radios_items, f ? f->n_choices + 1 : 1);
	for (size_t i = 0; f && i < f->n_choices; i++)
		items[i] = (struct part_radios_items){ .value = f->choices[i].value, .label = f->choices[i].label, .id = i ? STR_NONE : STR("channel"),
			.checked = str_eq(page_field(c, "channel"), f->choices[i].value) };
	return (struct part_radios){ .name = STR("channel"), .legend = page_text(TEXT_case_ask_channel), .error = page_wrong_text(c, "channel"),
		.items = items, .n_items = f ? f->n_choices : 0 };
}

/* Whether a form that stands folded has something wrong in it. */
static bool wrong_in(struct page_ctx *c, const char *const fields[], size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (page_wrong_text(c, fields[i]).n)
			return true;
	return false;
}

static bool no_family(const struct case_view *v)
{
	return !v->facts.n_adults && v->n_learners > 0;
}

static struct str leads_of(struct page_ctx *c, const struct case_view *v)
{
	if (!v->line.subject)
		return v->procedure.title;
	return arena_fmt(c->arena, "%.*s. %.*s", STRF(v->procedure.title), STRF(page_who(c, v->line.subject)));
}

static enum err show_whole(struct page_ctx *c, const struct desk_view *k, const struct case_view *v)
{
	static const char *const own[] = { "action_title", "action_why", "action_owner", "action_due" };
	static const char *const ask[] = { "agency", "channel", "what", "sent", "chase", "reference" };
	static const char *const folded[] = { "child", "part", "procedure", "change_why", "to", "from" };
	struct part_select people, owner;
	struct case_offer offer = { 0 };
	struct view_case_closed *closed;
	const struct str *looks = NULL;
	size_t n_looks, n_now, n_later, n_settled, n_own, n_waiting, n_asked, n_family, n_done, n_missing, n_closed;
	TRY(closed_rows(c, k, v, &closed, &n_closed));
	TRY(looks_of(c, k, v, &looks, &n_looks));
	TRY(people_of(c, v, "to", TEXT_case_hand_to, &people));
	TRY(people_of(c, v, "action_owner", TEXT_case_own_owner, &owner));
	TRY(record_offer(&k->desk, c->arena, &k->may, v->line.id, &offer));
	const struct part_case_step *now = page_case_steps(c, v, 0, &n_now), *later = page_case_steps(c, v, 1, &n_later);
	const struct part_case_step *settled = page_case_steps(c, v, 2, &n_settled);
	const struct view_case_own *own_list = own_rows(c, v, &n_own);
	const struct view_case_waiting *waiting = waiting_rows(c, v, &n_waiting);
	const struct str *asked = page_case_asked(c, v, false, &n_asked), *family = page_case_family(c, v, &n_family);
	const struct str *done = page_case_own(c, v, false, &n_done), *missing = missing_of(c, v, &n_missing);
	size_t shown = v->procedure.n_never > NEVER_SHOWN ? NEVER_SHOWN : v->procedure.n_never;
	return page_show(c, case, "A case", .id = v->line.id, .title = v->line.title, .leads = leads_of(c, v), .open = str_is(v->line.state, "open"),
		.fresh = !v->line.acknowledged, .danger = v->line.danger, .errors = page_errors(c), .words = entry_value(&v->entry, "words"),
		.facts = facts_of(c, v, false), .never = v->procedure.never, .n_never = shown, .never_more = v->procedure.never + shown,
		.n_never_more = v->procedure.n_never - shown, .now = now, .n_now = n_now, .later = later, .n_later = n_later, .settled = settled,
		.n_settled = n_settled, .count_later = (int64_t)n_later, .count_settled = (int64_t)n_settled,
		.count_events = (int64_t)v->n_chronology, .n_events = v->n_chronology, .offer = offer.any, .change_hint = change_hint(c, v),
		.waiting = waiting, .n_waiting = n_waiting, .asked = asked, .n_asked = n_asked, .own = own_list, .n_own = n_own, .own_done = done,
		.n_own_done = n_done, .events = event_rows(c, v), .missing = missing, .n_missing = n_missing, .closed = closed, .n_closed = n_closed, .people = people, .help = case_help(c), .owner = owner,
		.agency = agencies_of(c), .channel = channels_of(c), .action_title = page_input(c, "action_title", TEXT_case_own_title, STR_NONE),
		.action_why = page_input(c, "action_why", TEXT_case_own_why, STR_NONE),
		.action_due = page_input(c, "action_due", TEXT_case_own_due, page_text(TEXT_case_own_due_hint)),
		.ref_what = page_input(c, "what", TEXT_case_ask_what, STR_NONE), .ref_number = page_input(c, "reference", TEXT_case_ask_number, STR_NONE),
		.ref_sent = page_input(c, "sent", TEXT_case_ask_sent, page_text(TEXT_case_ask_sent_hint)),
		.ref_chase = page_input(c, "chase", TEXT_case_ask_chase, page_text(TEXT_case_ask_chase_hint)),
		.add_open = wrong_in(c, own, ARRAY_N(own)), .ask_open = wrong_in(c, ask, ARRAY_N(ask)), .folded_open = wrong_in(c, folded, ARRAY_N(folded)),
		.children = children_of(c, v), .n_children = v->n_learners, .family = family, .n_family = n_family, .no_family = no_family(v),
		.looks = looks, .n_looks = n_looks, .child = page_input(c, "child", TEXT_case_child, page_text(TEXT_case_child_hint)),
		.part_in = page_input(c, "part", TEXT_case_part, STR_NONE), .procedures = procedures_of(c, v),
		.change_why = page_field(c, "change_why"), .change_error = page_wrong_text(c, "change_why"), .may_involve = true,
		.may_change = true, .from_error = page_wrong_text(c, "from"),
		.reopen_error = page_wrong_text(c, "reopen_why"), .note_error = page_wrong_text(c, "text"));
}

/* What is left of a case that two people disposed of: that it was there, and the certificate. */
static enum err show_disposed(struct page_ctx *c, const struct desk_view *k, int64_t id)
{
	int64_t certificate;
	TRY(disposal_of(&k->desk, c->arena, &k->may, id, &certificate));
	return page_show(c, case_disposed, "Disposed of", .certificate = certificate ? arena_fmt(c->arena, "/retention/%lld", (long long)certificate) : STR_NONE);
}

static enum err show(struct page_ctx *c, int64_t id)
{
	struct desk_view k;
	struct case_view v;
	TRY(page_desk(c, &k));
	TRY(look(c, &k, id, &v));
	if (v.entry.destroyed)
		return show_disposed(c, &k, id);
	page_case_about(c, &v, NULL);
	if (v.limited)
		return page_show(c, case, "A case", .id = id, .title = v.line.title, .limited = true, .facts = facts_of(c, &v, false),
			.open = str_is(v.line.state, "open"), .help = case_help(c));
	return show_whole(c, &k, &v);
}

static enum err print(struct page_ctx *c, int64_t id)
{
	struct desk_view k;
	struct case_view v;
	const struct str *looks = NULL;
	size_t n_looks, n_steps = 0, n_asked, n_own, n_family;
	TRY(page_desk(c, &k));
	TRY(look(c, &k, id, &v));
	if (v.entry.destroyed)
		return show_disposed(c, &k, id);
	TRY(looks_of(c, &k, &v, &looks, &n_looks));
	const struct part_case_step *steps = page_case_steps(c, &v, -1, &n_steps);
	const struct str *asked = page_case_asked(c, &v, true, &n_asked), *own = page_case_own(c, &v, true, &n_own);
	const struct str *family = page_case_family(c, &v, &n_family);
	return page_show(c, case_print, "A case", .id = id, .title = v.line.title, .printed = arena_fmt(c->arena, "%.*s, %.*s", STRF(c->person->name), STRF(page_when(c, clock_utc()))),
		.facts = facts_of(c, &v, true), .never = v.procedure.never,
		.n_never = v.procedure.n_never, .steps = steps, .n_steps = n_steps, .events = print_rows(c, &v), .n_events = v.n_chronology,
		.asked = asked, .n_asked = n_asked, .own = own, .n_own = n_own, .family = family, .n_family = n_family, .looks = looks,
		.n_looks = n_looks);
}

enum err case_show(struct page_ctx *c)
{
	int64_t id;
	TRY(page_id(c, "id", &id));
	return show(c, id);
}

enum err case_print(struct page_ctx *c)
{
	int64_t id;
	TRY(page_id(c, "id", &id));
	return print(c, id);
}

enum err case_again(struct page_ctx *c, int64_t id) { return show(c, id); }

enum err case_answer(struct page_ctx *c, int64_t id, enum err e, const char *done)
{
	if (e == ERR_INVALID && page_is_wrong(c))
		return show(c, id);
	TRY(e);
	page_flash(c, FLASH_DONE, "%s", done);
	return page_redirect(c, "/case/%lld", (long long)id);
}

enum err case_open_whole(struct page_ctx *c, struct desk_view *k, int64_t *id, struct case_view *v)
{
	TRY(page_id(c, "id", id));
	TRY(page_desk(c, k));
	TRY(record_view(&k->desk, c->arena, &k->may, *id, v));
	return v->limited ? ERR_ABSENT : OK;
}
