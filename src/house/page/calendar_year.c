/* The school year: terms, holidays, INSET days, closures. */
#include "base/clock.h"
#include "base/mem.h"
#include "gen_ui.h"
#include "house/duty/year.h"
#include "house/web/directive.h"
#include "house/page/duty.h"
#include "house/page/form.h"
#include "house/page/page_store.h"

enum { DAY = 86400 };

bool duty_works_here(const struct page_ctx *c)
{
	enum person_kind k = c->person->kind;
	return k == KIND_STAFF || k == KIND_GOVERNOR || k == KIND_VOLUNTEER || k == KIND_SUPPLY || k == KIND_CONTRACTOR;
}

bool duty_leads(const struct page_ctx *c)
{
	static const enum role roles[] = { ROLE_HEAD, ROLE_LEADERSHIP, ROLE_DSL, ROLE_DEPUTY, ROLE_CHAIR, ROLE_GOVERNOR, ROLE_ADMIN };
	for (size_t i = 0; i < ARRAY_N(roles); i++)
		if (page_has_role(c, roles[i]))
			return duty_works_here(c);
	return false;
}

bool duty_keeps_year(const struct page_ctx *c)
{
	static const enum role roles[] = { ROLE_OFFICE, ROLE_BUSINESS, ROLE_HEAD, ROLE_LEADERSHIP, ROLE_DSL, ROLE_DEPUTY, ROLE_ADMIN };
	for (size_t i = 0; i < ARRAY_N(roles); i++)
		if (page_has_role(c, roles[i]))
			return duty_works_here(c);
	return false;
}

static const struct choice KINDS[] = {
	{ "term", TEXT_year_term }, { "holiday", TEXT_year_holiday }, { "inset", TEXT_year_inset }, { "closed", TEXT_year_closed },
};

static struct str year_kind_title(struct str kind)
{
	for (size_t i = 0; i < ARRAY_N(KINDS); i++)
		if (str_is(kind, KINDS[i].value))
			return page_text(KINDS[i].label);
	return kind;
}

static struct str when(struct page_ctx *c, const struct year_day *d)
{
	struct str from = time_date_words(c->arena, d->from_utc);
	if (d->to_utc - d->from_utc < 2 * DAY - DAY / 2)
		return from;
	return arena_fmt(c->arena, "%.*s to %.*s", STRF(from), STRF(time_date_words(c->arena, d->to_utc - DAY / 2)));
}

/* What the program makes of it today, in one sentence. */
static struct str today(struct page_ctx *c)
{
	const struct calendar *cal = library_calendar(c->web->library);
	int64_t now = clock_utc();
	const struct school_term *t = calendar_term_of(cal, now);
	if (calendar_is_inset(cal, now))
		return STR("Today is an INSET day.");
	if (calendar_is_school_day(cal, now))
		return t ? arena_fmt(c->arena, "Today is a school day of %.*s.", STRF(t->name)) : STR("Today counts as a school day.");
	return arena_fmt(c->arena, "There is no school today. It opens again on %.*s.", STRF(time_date_words(c->arena, calendar_next_moment(cal, now))));
}

static enum err days(struct page_ctx *c, bool old, struct view_calendar_year *v)
{
	struct store st = page_store(c);
	struct year_day *list;
	size_t n;
	TRY(year_list(&st, c->arena, c->school, old ? 0 : clock_utc(), &list, &n));
	struct view_calendar_year_rows *rows = arena_array(c->arena, struct view_calendar_year_rows, n + 1);
	for (size_t i = 0; i < n; i++) {
		rows[i] = (struct view_calendar_year_rows){ .id = list[i].id, .when = when(c, &list[i]), .kind = year_kind_title(list[i].kind), .name = list[i].name,
			.colour = str_is(list[i].kind, "term") ? STR("blue") : str_is(list[i].kind, "inset") ? STR("purple") : STR("grey"), .may = v->may };
		v->terms += str_is(list[i].kind, "term");
	}
	v->rows = rows;
	v->n_rows = n;
	return OK;
}

static struct part_radios kinds(struct page_ctx *c, struct str chosen)
{
	struct part_radios r = page_radios(c, "kind", TEXT_year_kind, KINDS, ARRAY_N(KINDS));
	struct part_radios_items *items = arena_array(c->arena, struct part_radios_items, r.n_items);
	for (size_t i = 0; i < r.n_items; i++) {
		items[i] = r.items[i];
		items[i].checked = str_eq(items[i].value, chosen);
	}
	r.items = items;
	return r;
}

static void fields(struct page_ctx *c, struct part_radios *kind, struct part_input *name, struct part_input *from, struct part_input *to)
{
	*kind = kinds(c, page_field(c, "kind"));
	*name = page_input(c, "name", TEXT_year_name, page_text(TEXT_year_name_hint));
	*from = page_input(c, "from", TEXT_year_from, page_text(TEXT_year_from_hint));
	*to = page_input(c, "to", TEXT_year_to, page_text(TEXT_year_to_hint));
	from->width = to->width = name->width = STR("20");
}

enum err calendar_year_show(struct page_ctx *c)
{
	if (!duty_works_here(c))
		return ERR_FORBIDDEN;
	struct view_calendar_year v = { .errors = page_errors(c), .may = duty_keeps_year(c), .today = today(c), .old = str_is(page_query(c, "all"), "1") };
	TRY(days(c, v.old, &v));
	fields(c, &v.kind, &v.name, &v.from, &v.to);
	page_begin(c, "The school year");
	view_calendar_year_put(&c->reply.body, &c->env, &v);
	return page_end(c);
}

static struct year_in typed(const struct page_ctx *c)
{
	return (struct year_in){ page_field(c, "kind"), page_field(c, "name"), page_field(c, "from"), page_field(c, "to") };
}

/* Kept: from now on everything counts by it, the filter too. */
static enum err kept(struct page_ctx *c, const char *says)
{
	struct store st = page_store(c);
	TRY(year_load(&st, c->school, c->web->library));
	if (c->web->directive_sock)
		(void)directive_ask(c, "publish", "", NULL);       /* the keeper looks each minute by itself as well */
	page_flash(c, FLASH_DONE, "%s", says);
	return page_redirect(c, "/calendar/year");
}

enum err calendar_year_do(struct page_ctx *c)
{
	struct store st = page_store(c);
	struct act act = page_act(c, "entered a day of the school year");
	struct year_in in = typed(c);
	int64_t id;
	if (!duty_keeps_year(c))
		return ERR_FORBIDDEN;
	if (!in.kind.n)
		page_wrong(c, "kind", "Choose what it is.");
	enum err e = page_is_wrong(c) ? OK : year_add(&st, &act, &in, &c->errors, &id);
	if (page_is_wrong(c))
		return calendar_year_show(c);
	TRY(e);
	return kept(c, "Entered. Deadlines and duties now count by it.");
}

/* ---- one of them ---- */

static enum err day_of(struct page_ctx *c, struct year_day *out)
{
	struct store st = page_store(c);
	struct year_day *list;
	size_t n;
	int64_t id;
	TRY(page_id(c, "id", &id));
	TRY(year_list(&st, c->arena, c->school, 0, &list, &n));
	for (size_t i = 0; i < n; i++)
		if (list[i].id == id) {
			*out = list[i];
			return OK;
		}
	return ERR_ABSENT;
}

enum err calendar_day_show(struct page_ctx *c)
{
	struct year_day d;
	if (!duty_keeps_year(c))
		return ERR_FORBIDDEN;
	TRY(day_of(c, &d));
	struct view_calendar_day v = { .errors = page_errors(c), .id = d.id, .version = d.version, .title = d.name };
	fields(c, &v.kind, &v.name, &v.from, &v.to);
	if (c->req->method == METHOD_GET) {
		v.name.value = d.name;
		v.from.value = time_date_words(c->arena, d.from_utc);
		v.to.value = time_date_words(c->arena, d.to_utc - DAY / 2);
		v.kind = kinds(c, d.kind);
	}
	page_begin(c, "A day of the school year");
	view_calendar_day_put(&c->reply.body, &c->env, &v);
	return page_end(c);
}

enum err calendar_day_do(struct page_ctx *c)
{
	struct store st = page_store(c);
	struct act act = page_act(c, "changed a day of the school year");
	struct year_in in = typed(c);
	struct year_day d;
	int64_t seen;
	if (!duty_keeps_year(c))
		return ERR_FORBIDDEN;
	TRY(day_of(c, &d));
	TRY(str_i64(page_field(c, "version"), &seen));
	if (page_ticked(c, "out")) {
		TRY(year_end(&st, &act, d.id));
		return kept(c, "Taken out.");
	}
	enum err e = year_change(&st, &act, d.id, seen, &in, &c->errors);
	if (e == ERR_STALE)
		page_wrong(c, "name", "Somebody else changed this a moment ago. Look at it again.");
	if (page_is_wrong(c))
		return calendar_day_show(c);
	TRY(e);
	return kept(c, "Changed. Deadlines and duties now count by it.");
}
