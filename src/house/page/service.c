/* Services and apps: the list, one of them, the way from "wanted" to "open". */
#include "house/service/service.h"

#include "base/clock.h"
#include "base/mem.h"
#include "base/time.h"
#include "gen_ui.h"
#include "house/page/desk.h"
#include "house/page/filter_form.h"
#include "house/page/page_store.h"
#include "house/page/routes.h"
#include "house/page/service_form.h"
#include "house/web/table.h"

enum { PAGE = 50, GAPS_SHOWN = 12 };
#define EDUCATORS (ROLE_BIT(ROLE_TEACHER) | ROLE_BIT(ROLE_DSL) | ROLE_BIT(ROLE_DEPUTY) | ROLE_BIT(ROLE_SENCO) | ROLE_BIT(ROLE_HEAD) | ROLE_BIT(ROLE_LEADERSHIP))
#define LEADERS (ROLE_BIT(ROLE_HEAD) | ROLE_BIT(ROLE_LEADERSHIP))

static bool leads(const struct page_ctx *c) { return page_may(c, CAP_RISK, ACCESS_APPROVE) && (c->roles & LEADERS); }
/* Writes facts of any service; who only drafts asks for new ones and assesses. */
static bool keeps(const struct page_ctx *c) { return page_reach(c, CAP_RISK, ACCESS_WRITE) & (REACH_ALL | REACH_TECHNICAL | REACH_OTHER) || leads(c); }

static bool may_side(const struct page_ctx *c, enum assess_side side)
{
	switch (side) {
	case SIDE_EDUCATOR: return c->roles & EDUCATORS && page_may(c, CAP_RISK, ACCESS_READ);
	case SIDE_TECHNICIAN: return page_reach(c, CAP_RISK, ACCESS_WRITE) & REACH_TECHNICAL;
	case SIDE_LEADER: return leads(c);
	}
	return false;
}

/* ---- words ---- */

static struct str label_of(struct page_ctx *c, const char *field, struct str value)
{
	const struct reg *r = registers_find(c->web->registers, STR("service"));
	const struct field *f = r ? reg_field(r, str_z(field)) : NULL;
	for (size_t i = 0; f && i < f->n_choices; i++)
		if (str_eq(f->choices[i].value, value))
			return f->choices[i].label;
	return value;
}

static struct str day_words(struct page_ctx *c, int64_t utc) { return utc ? time_date_words(c->arena, utc) : STR_NONE; }

static void light_words(struct page_ctx *c, const struct entry *e, const struct service_now *s, struct str *word, const char **colour)
{
	static const struct { const char *state, *word; } grey[] = { { "retired", "No longer used" }, { "mistake", "Entered by mistake" }, { "not-used", "Not used here" } };
	static const struct { const char *word, *colour; } all[] = {
		[LIGHT_CLOSED] = { "Closed", "red" }, [LIGHT_GREEN] = { "Open", "green" }, [LIGHT_AMBER] = { "Open, due soon", "yellow" }, [LIGHT_RED] = { "Overdue", "red" },
		[LIGHT_GREY] = { "Not used", "grey" },
	};
	*word = str_z(all[s->light].word);
	*colour = all[s->light].colour;
	for (size_t i = 0; i < ARRAY_N(grey); i++)
		if (str_is(e->state, grey[i].state))
			*word = str_z(grey[i].word);
	if (str_is(e->state, "wanted"))
		*word = STR("Wanted, closed");
	if (str_is(e->state, "in-use") && (s->light == LIGHT_GREEN || s->light == LIGHT_AMBER)) {
		*word = STR("In use, to be assessed");
		*colour = "yellow";
	}
}

/* ---- the list ---- */

static struct view_services_rows row_of(struct page_ctx *c, struct store *st, const struct entry *e)
{
	struct service_now s = { .light = LIGHT_CLOSED };
	const char *colour;
	struct str word;
	(void)service_now(st, c->arena, c->school, e, clock_utc(), &s);      /* unread counts as closed */
	light_words(c, e, &s, &word, &colour);
	return (struct view_services_rows){ .href = arena_fmt(c->arena, "/services/%lld", (long long)e->id), .name = entry_value(e, "name"),
		.kind = label_of(c, "kind", entry_value(e, "kind")), .state = word, .colour = str_z(colour), .day = day_words(c, s.day_utc),
		.whom = str_is(e->state, "in-use") ? page_text(TEXT_service_as_before) : service_groups_text(c, entry_value(&s.assessment, "groups")) };
}

static enum err csv(struct page_ctx *c, const struct view_services_rows *rows, size_t n)
{
	static const char *const heads[] = { "Name", "Kind", "State", "For whom", "Next day" };
	csv_begin(c, "services.csv");
	for (size_t i = 0; i < ARRAY_N(heads); i++)
		csv_cell(c, str_z(heads[i]));
	csv_row(c);
	for (size_t i = 0; i < n; i++) {
		csv_cell(c, rows[i].name);
		csv_cell(c, rows[i].kind);
		csv_cell(c, rows[i].state);
		csv_cell(c, rows[i].whom);
		csv_cell(c, rows[i].day);
		csv_row(c);
	}
	return csv_end(c);
}

static enum err gaps(struct page_ctx *c, struct store *st, struct view_services_gaps **out, size_t *n, size_t *total)
{
	struct missing *m;
	TRY(service_gaps(st, c->arena, c->school, clock_utc(), &m, total));
	*n = *total < GAPS_SHOWN ? *total : GAPS_SHOWN;
	*out = arena_array(c->arena, struct view_services_gaps, *n + 1);
	for (size_t i = 0; i < *n; i++)
		(*out)[i] = (struct view_services_gaps){ .says = m[i].says, .href = m[i].link };
	return OK;
}

enum err services_show(struct page_ctx *c)
{
	struct table t = table_read(c, PAGE);
	struct store st = page_store(c);
	struct entry_may may = filter_may(c);
	struct entry_page page;
	struct view_services_gaps *g;
	size_t n_gaps, total;
	struct str which = page_query(c, "state");
	struct entry_query q = { .reg = "service", .states = { "wanted", "in-use", "assessed", "not-used" }, .offset = t.offset, .limit = t.csv ? ENTRY_PAGE_MAX : PAGE,
		.order_by = "name", .ascending = true };
	if (str_is(which, "past"))
		memcpy(q.states, (const char *[ENTRY_STATES_MAX]){ "retired", "mistake" }, sizeof q.states);
	if (t.q.n)
		q.where[q.n_where++] = (struct entry_where){ "name", ENTRY_STARTS, 0, t.q };
	TRY(entry_list(&st, c->arena, &may, &q, &page));
	struct view_services_rows *rows = arena_array(c->arena, struct view_services_rows, page.n + 1);
	for (size_t i = 0; i < page.n; i++)
		rows[i] = row_of(c, &st, &page.entries[i]);
	if (t.csv)
		return csv(c, rows, page.n);
	TRY(gaps(c, &st, &g, &n_gaps, &total));
	t.total = page.total;
	t.limit = PAGE;
	return page_show(c, services, "Services and apps", .may_add = page_may(c, CAP_RISK, ACCESS_WRITE), .may_import = keeps(c), .q = t.q, .past = str_is(which, "past"),
		.rows = rows, .n_rows = page.n, .gaps = g, .n_gaps = n_gaps, .more = total > n_gaps ? (int64_t)(total - n_gaps) : 0,
		.csv = table_csv_href(c), .pages = table_pages(c, &t));
}

/* ---- facts ---- */

static const char *const facts[] = { "name", "kind", "hosts", "purpose", "benefit", "audience", "ages", "supplier", "contract", "contract-end", "cost", "owner",
	"accounts", "admins", "children-data", "accountable", "data-facts", "iwf", "setting-devices", "note" };
static const char *const wanted[] = { "name", "kind", "hosts", "purpose", "benefit", "ages", "supplier" };

static enum err form(struct page_ctx *c, const char *title, struct str action, struct str back, const char *const *names, size_t n, const struct entry *now)
{
	return page_show(c, service_form, title, .title = str_z(title), .errors = page_errors(c), .action = action, .back = back,
		.inputs = service_inputs(c, "service", names, n, now), .n_inputs = n, .button = page_text(TEXT_service_save));
}

enum err service_new_show(struct page_ctx *c)
{
	struct entry_field preset[] = { { STR("kind"), page_query(c, "kind") }, { STR("name"), page_query(c, "name") }, { STR("hosts"), page_query(c, "hosts") } };
	struct entry now = { .fields = preset, .n_fields = ARRAY_N(preset) };
	return form(c, "Something new is wanted", STR("/services/new"), STR("/services"), wanted, ARRAY_N(wanted), &now);
}

/* Findings of the gate belong to the page, not to a field of it. */
static bool wrong(struct page_ctx *c, enum err e)
{
	return e != OK && page_is_wrong(c);
}

enum err service_new_do(struct page_ctx *c)
{
	struct store st = page_store(c);
	struct act act = page_act(c, "a service is wanted");
	struct entry_field f[ARRAY_N(wanted)];
	int64_t id;
	service_typed(c, "service", wanted, ARRAY_N(wanted), f);
	struct service_in in = { f, ARRAY_N(f), leads(c) };
	enum err e = service_add(&st, &act, "wanted", &in, &c->errors, &id);
	if (wrong(c, e))
		return service_new_show(c);
	TRY(e);
	filter_publish(c);
	page_flash(c, FLASH_DONE, "It is in the register. It stays closed until its risk assessment is signed.");
	return page_redirect(c, "/services/%lld", (long long)id);
}

struct one { struct store st; struct entry e; };

static enum err load(struct page_ctx *c, struct one *o)
{
	int64_t id;
	TRY(page_id(c, "id", &id));
	o->st = page_store(c);
	return service_get(&o->st, c->arena, c->school, id, &o->e);
}

static struct str path_of(struct page_ctx *c, const struct one *o, const char *tail)
{
	return arena_fmt(c->arena, "/services/%lld%s", (long long)o->e.id, tail);
}

static enum err edit_page(struct page_ctx *c, struct one *o)
{
	return form(c, "Change what is known", path_of(c, o, "/edit"), path_of(c, o, ""), facts, ARRAY_N(facts), &o->e);
}

enum err service_edit_show(struct page_ctx *c)
{
	struct one o;
	TRY(load(c, &o));
	return keeps(c) ? edit_page(c, &o) : ERR_FORBIDDEN;
}

enum err service_edit_do(struct page_ctx *c)
{
	struct one o;
	struct entry_field f[ARRAY_N(facts)];
	struct act act = page_act(c, "facts of a service");
	TRY(load(c, &o));
	if (!keeps(c))
		return ERR_FORBIDDEN;
	service_typed(c, "service", facts, ARRAY_N(facts), f);
	struct service_in in = { f, ARRAY_N(f), leads(c) };
	enum err e = page_is_wrong(c) ? ERR_INVALID : service_change(&o.st, &act, &o.e, &in, &c->errors);
	if (wrong(c, e))
		return edit_page(c, &o);
	TRY(e);
	filter_publish(c);
	return page_redirect(c, "/services/%lld", (long long)o.e.id);
}

/* ---- one service ---- */

static struct str who_signed(struct page_ctx *c, const struct entry *a, const char *who, const char *on)
{
	int64_t id = 0, at = 0;
	if (str_i64(entry_value(a, who), &id) != OK || !id)
		return STR("not yet");
	(void)time_read_iso(entry_value(a, on), &at);       /* absent: no day is shown */
	return arena_fmt(c->arena, "%.*s, %.*s", STRF(page_who(c, id)), STRF(time_words(c->arena, at)));
}

static struct part_summary signatures(struct page_ctx *c, const struct entry *a)
{
	struct part_summary_rows *rows = arena_array(c->arena, struct part_summary_rows, 7);
	int64_t learner = 0;
	size_t n = 0;
	rows[n++] = (struct part_summary_rows){ .key = page_text(TEXT_service_for), .value = str_i64(entry_value(a, "learner"), &learner) == OK && learner ?
		page_who(c, learner) : service_groups_text(c, entry_value(a, "groups")) };
	rows[n++] = (struct part_summary_rows){ .key = page_text(TEXT_service_risk), .value = entry_value(a, "risk").n ?
		arena_fmt(c->arena, "%.*s of 9", STRF(entry_value(a, "risk"))) : STR("not said") };
	rows[n++] = (struct part_summary_rows){ .key = page_text(TEXT_service_review), .value = entry_value(a, "review") };
	rows[n++] = (struct part_summary_rows){ .key = page_text(TEXT_service_educator), .value = who_signed(c, a, "educator", "educator-on") };
	rows[n++] = (struct part_summary_rows){ .key = page_text(TEXT_service_technician), .value = who_signed(c, a, "technician", "technician-on") };
	rows[n++] = (struct part_summary_rows){ .key = page_text(TEXT_service_leader), .value = who_signed(c, a, "leader", "leader-on") };
	return (struct part_summary){ .rows = rows, .n_rows = n };
}

/* What was answered, in the order of the questions. */
static struct part_summary answers(struct page_ctx *c, const struct entry *a)
{
	const struct reg *r = registers_find(c->web->registers, STR("assessment"));
	struct part_summary_rows *rows = arena_array(c->arena, struct part_summary_rows, r ? r->n_fields + 1 : 1);
	size_t n = 0;
	for (size_t i = 0; r && i < r->n_fields; i++) {
		const struct field *f = &r->fields[i];
		struct str v = entry_value(a, f->name.p);
		if (f->type == FIELD_LONGTEXT && v.n)
			rows[n++] = (struct part_summary_rows){ .key = str_is(f->name, "hosts") ? page_text(TEXT_service_hosts) : f->label, .value = v };
	}
	return (struct part_summary){ .rows = rows, .n_rows = n };
}

static struct part_summary facts_of(struct page_ctx *c, const struct entry *e)
{
	const struct reg *r = registers_find(c->web->registers, STR("service"));
	struct part_summary_rows *rows = arena_array(c->arena, struct part_summary_rows, ARRAY_N(facts) + 1);
	size_t n = 0;
	for (size_t i = 1; r && i < ARRAY_N(facts); i++) {
		const struct field *f = reg_field(r, str_z(facts[i]));
		struct str v = entry_value(e, facts[i]);
		int64_t id;
		if (!f || !v.n)
			continue;
		if (f->type == FIELD_PERSON && str_i64(v, &id) == OK)
			v = page_who(c, id);
		rows[n++] = (struct part_summary_rows){ .key = f->label, .value = f->type == FIELD_CHOICE ? label_of(c, facts[i], v) : v };
	}
	return (struct part_summary){ .rows = rows, .n_rows = n };
}

static enum err missing(struct page_ctx *c, struct one *o, const struct service_now *s, const struct entry *draft, struct view_service_missing **out, size_t *n)
{
	struct gate_answer ready = { 0 }, sign = { 0 };
	if (draft->id) {
		TRY(gate_open(&o->st, c->arena, c->school, "ready", draft, clock_utc(), &ready));
		TRY(gate_open(&o->st, c->arena, c->school, "sign", draft, clock_utc(), &sign));
	}
	const struct gate_answer *all[] = { &s->gate, &ready, &sign };
	*out = arena_array(c->arena, struct view_service_missing, s->gate.n + ready.n + sign.n + 1);
	*n = 0;
	for (size_t i = 0; i < ARRAY_N(all); i++)
		for (size_t k = 0; k < all[i]->n; k++)
			(*out)[(*n)++] = (struct view_service_missing){ .says = all[i]->missing[k].says,
				.href = str_eq(all[i]->missing[k].link, path_of(c, o, "")) ? STR_NONE : all[i]->missing[k].link };
	return OK;
}

static enum err history(struct page_ctx *c, struct one *o, struct view_service_history **out, size_t *n)
{
	struct entry_may may = filter_may(c);
	struct entry *v;
	TRY(entry_history(&o->st, c->arena, &may, o->e.id, &v, n));
	*out = arena_array(c->arena, struct view_service_history, *n + 1);
	for (size_t i = 0; i < *n; i++)
		(*out)[i] = (struct view_service_history){ page_when(c, v[i].changed_utc), page_who(c, v[i].changed_by), v[i].why };
	return OK;
}

static bool waits(const struct page_ctx *c, const struct entry *draft, enum assess_side side)
{
	static const char *const fields[] = { "educator", "technician", "leader" };
	bool mine = false;
	for (size_t i = 0; i < ARRAY_N(fields); i++) {
		int64_t id = 0;
		mine |= str_i64(entry_value(draft, fields[i]), &id) == OK && id == c->person->id;
	}
	return draft->id && !mine && !entry_value(draft, fields[side]).n && may_side(c, side);
}

static enum err show(struct page_ctx *c, struct one *o)
{
	struct service_now s;
	struct entry draft = { 0 };
	struct view_service_history *h;
	struct view_service_missing *m;
	size_t n, n_missing;
	struct str word;
	const char *colour;
	TRY(service_now(&o->st, c->arena, c->school, &o->e, clock_utc(), &s));
	enum err e = assess_draft(&o->st, c->arena, c->school, o->e.id, &draft);
	if (e != ERR_ABSENT)
		TRY(e);
	TRY(history(c, o, &h, &n));
	TRY(missing(c, o, &s, &draft, &m, &n_missing));
	light_words(c, &o->e, &s, &word, &colour);
	bool closed = s.light == LIGHT_CLOSED, over = s.light == LIGHT_GREY;
	return page_show(c, service, "A service", .id = o->e.id, .name = entry_value(&o->e, "name"), .state = word, .colour = str_z(colour), .errors = page_errors(c),
		.missing = m, .n_missing = over ? 0 : n_missing, .closed = closed, .changed = s.changed, .day = over ? STR_NONE : day_words(c, s.day_utc),
		.closes = over || closed ? STR_NONE : day_words(c, s.closes_utc ? s.closes_utc - 1 : 0), .facts = facts_of(c, &o->e), .has_signed = s.assessment.id != 0,
		.signed_by = signatures(c, &s.assessment), .signed_answers = answers(c, &s.assessment), .draft_answers = answers(c, &draft), .has_draft = draft.id != 0, .draft = signatures(c, &draft), .history = h, .n_history = n,
		.may_assess = !over && page_may(c, CAP_RISK, ACCESS_WRITE), .may_edit = keeps(c), .may_roster = page_may(c, CAP_ENTITLEMENT, ACCESS_WRITE), .may_educator = waits(c, &draft, SIDE_EDUCATOR),
		.may_technician = waits(c, &draft, SIDE_TECHNICIAN), .may_leader = waits(c, &draft, SIDE_LEADER), .may_back = leads(c) && s.assessment.id && !over,
		.may_end = keeps(c) && !over, .may_mistake = leads(c) && !str_is(o->e.state, "mistake"), .may_again = keeps(c) && over,
		.why = { .name = STR("why"), .label = page_text(TEXT_service_back_why), .value = page_field(c, "why"), .error = page_wrong_text(c, "why") });
}

enum err service_show(struct page_ctx *c)
{
	struct one o;
	TRY(load(c, &o));
	return show(c, &o);
}

/* Back to the service, or the page with what is wrong. */
static enum err answer(struct page_ctx *c, struct one *o, enum err e, const char *done, bool publish)
{
	if (e == ERR_EXISTS)
		page_wrong(c, "gate", "You have signed this assessment already: somebody else signs here.");
	else if (e == ERR_STALE)
		page_wrong(c, "gate", "It has moved on since you opened the page. Please look again.");
	if (wrong(c, e)) {
		TRY(service_get(&o->st, c->arena, c->school, o->e.id, &o->e));
		return show(c, o);
	}
	TRY(e);
	if (publish)
		filter_publish(c);
	page_flash(c, FLASH_DONE, "%s", done);
	return page_redirect(c, "/services/%lld", (long long)o->e.id);
}

enum err service_sign_do(struct page_ctx *c)
{
	static const char *const words[] = { "educator", "technician", "leader" };
	struct one o;
	bool opened = false;
	TRY(load(c, &o));
	for (size_t i = 0; i < ARRAY_N(words); i++) {
		if (!str_is(page_field(c, "side"), words[i]))
			continue;
		if (!may_side(c, (enum assess_side)i))
			return ERR_FORBIDDEN;
		struct act act = page_act(c, arena_fmt(c->arena, "risk assessment signed as %s", words[i]).p);
		enum err e = assess_sign(&o.st, &act, &o.e, (enum assess_side)i, &c->errors, &opened);
		return answer(c, &o, e, opened ? "Signed. It is open now for those it was assessed for." : "Signed. It waits for the other signatures.", opened);
	}
	return ERR_INVALID;
}

enum err service_back_do(struct page_ctx *c)
{
	struct one o;
	struct act act = page_act(c, "signatures taken back");
	TRY(load(c, &o));
	if (!leads(c))
		return ERR_FORBIDDEN;
	return answer(c, &o, assess_call_back(&o.st, &act, &o.e, page_field(c, "why"), &c->errors), "The signatures are taken back. It closes now.", true);
}

enum err service_move_do(struct page_ctx *c)
{
	static const struct { const char *to, *done; } all[] = {
		{ "retired", "It is no longer used, and closed." }, { "mistake", "Taken out of the register. Its names are judged like any other." },
		{ "wanted", "It is wanted again." }, { "not-used", "The register says that it is not used." },
	};
	struct one o;
	struct act act = page_act(c, "a service moved on");
	struct str to = page_field(c, "to");
	TRY(load(c, &o));
	if (!keeps(c) || (str_is(to, "mistake") && !leads(c)))
		return ERR_FORBIDDEN;
	for (size_t i = 0; i < ARRAY_N(all); i++)
		if (str_is(to, all[i].to))
			return answer(c, &o, service_move(&o.st, &act, &o.e, all[i].to, leads(c), &c->errors), all[i].done, true);
	return ERR_INVALID;
}
