/* Who is in the building, for a fire drill; who was; who was challenged. */
#include "base/clock.h"
#include "base/mem.h"
#include "base/time.h"
#include "gen_ui.h"
#include "house/page/form.h"
#include "house/page/desk.h"
#include "house/page/page_store.h"
#include "house/page/routes.h"
#include "house/page/visitor.h"
#include "house/visitor/challenge.h"
#include "house/web/table.h"

enum { FIRE_MAX = 2000 };

enum err visitors_now_show(struct page_ctx *c)
{
	struct visit *list;
	size_t n;
	TRY(visitor_desk(c));
	TRY(visit_list(c->db, c->arena, c->school, &(struct visit_query){ .state = VISIT_IN, .limit = FIRE_MAX, .oldest_first = true }, &list, &n, NULL));
	struct view_visitors_now_rows *rows = arena_array(c->arena, struct view_visitors_now_rows, n + 1);
	for (size_t i = 0; i < n; i++)
		rows[i] = (struct view_visitors_now_rows){ list[i].name, list[i].organisation, visitor_seeing(c, &list[i]),
			time_clock_words(c->arena, list[i].in_utc), list[i].badge, list[i].car };
	return page_show(c, visitors_now, "In the building", .made = time_words(c->arena, clock_utc()), .rows = rows, .n_rows = n);
}

/* ---- all visits ---- */

static int64_t day_of(struct page_ctx *c, const char *field, int64_t more)
{
	int64_t day = 0;
	struct str s = page_query(c, field);
	if (s.n && time_read_date(s, &day) != OK)
		page_wrong(c, field, "Enter a day like 21/11/2026.");
	return day ? day + more : 0;
}

static enum err history_csv(struct page_ctx *c, const struct visit *v, size_t n)
{
	static const char *const heads[] = { "Name", "Kind", "From", "Seeing", "For", "Car", "Badge", "State", "Came", "Left", "Rules", "Guest network" };
	csv_begin(c, "visits.csv");
	for (size_t i = 0; i < ARRAY_N(heads); i++)
		csv_cell(c, str_z(heads[i]));
	csv_row(c);
	for (size_t i = 0; i < n; i++) {
		const struct str cells[] = { v[i].name, str_z(kind_title(v[i].kind)), v[i].organisation, visitor_seeing(c, &v[i]), v[i].purpose, v[i].car,
			v[i].badge, str_z(visit_state_word(v[i].state)), v[i].in_utc ? time_iso(c->arena, v[i].in_utc) : STR(""),
			v[i].out_utc ? time_iso(c->arena, v[i].out_utc) : STR(""), v[i].agreed == 1 ? STR("signed") : v[i].agreed == 0 ? STR("declined") : STR(""),
			v[i].network ? STR("yes") : STR("no") };
		for (size_t k = 0; k < ARRAY_N(cells); k++)
			csv_cell(c, cells[k]);
		csv_row(c);
	}
	return csv_end(c);
}

enum err visitors_history_show(struct page_ctx *c)
{
	struct visit *list;
	size_t n;
	TRY(visitor_desk(c));
	struct table t = table_read(c, 50);
	struct visit_query q = { .words = t.q, .any_state = true, .from_utc = day_of(c, "from", 0), .upto_utc = day_of(c, "upto", 86400), .offset = t.offset, .limit = t.limit };
	TRY(visit_list(c->db, c->arena, c->school, &q, &list, &n, &t.total));
	if (t.csv)
		return history_csv(c, list, n);
	struct view_visitors_history_rows *rows = arena_array(c->arena, struct view_visitors_history_rows, n + 1);
	for (size_t i = 0; i < n; i++)
		rows[i] = (struct view_visitors_history_rows){ visitor_href(c, list[i].id, ""), list[i].name, str_z(kind_title(list[i].kind)), list[i].organisation,
			visitor_seeing(c, &list[i]), time_words(c->arena, list[i].in_utc ? list[i].in_utc : list[i].due_utc),
			list[i].out_utc ? time_words(c->arena, list[i].out_utc) : str_z(visit_state_word(list[i].state)) };
	return page_show(c, visitors_history, "All visits", .errors = page_errors(c), .q = t.q, .from = page_query(c, "from"), .from_error = page_wrong_text(c, "from"),
		.upto = page_query(c, "upto"), .upto_error = page_wrong_text(c, "upto"), .csv = table_csv_href(c), .rows = rows, .n_rows = n, .pages = table_pages(c, &t));
}

/* ---- challenges ---- */

/* Anybody who works or helps here; not children, families or visitors themselves. */
static enum err works_here(const struct page_ctx *c)
{
	switch (c->person->kind) {
	case KIND_STAFF:
	case KIND_SUPPLY:
	case KIND_GOVERNOR:
	case KIND_VOLUNTEER: return OK;
	default: return ERR_FORBIDDEN;
	}
}

static const struct choice KINDS[] = {
	{ "unknown", TEXT_visitor_challenge_unknown }, { "device", TEXT_visitor_challenge_device }, { "rules", TEXT_visitor_challenge_rules },
};
static const struct choice OUTCOMES[] = {
	{ "settled", TEXT_visitor_challenge_settled }, { "desk", TEXT_visitor_challenge_desk }, { "left", TEXT_visitor_challenge_left },
	{ "open", TEXT_visitor_challenge_open },
};

static struct str label_of(const struct choice *all, size_t n, struct str value)
{
	for (size_t i = 0; i < n; i++)
		if (str_is(value, all[i].value))
			return page_text(all[i].label);
	return value;
}

static enum err challenge_page(struct page_ctx *c)
{
	return page_show(c, visitor_challenge, "Challenge or breach", .errors = page_errors(c), .kinds = page_radios(c, "kind", TEXT_visitor_challenge_kind, KINDS, ARRAY_N(KINDS)),
		.where = page_field(c, "where"), .where_error = page_wrong_text(c, "where"), .who = page_field(c, "who"), .who_error = page_wrong_text(c, "who"),
		.what = page_field(c, "what"), .what_error = page_wrong_text(c, "what"),
		.outcomes = page_radios(c, "outcome", TEXT_visitor_challenge_outcome, OUTCOMES, ARRAY_N(OUTCOMES)));
}

enum err challenge_show(struct page_ctx *c)
{
	TRY(works_here(c));
	return challenge_page(c);
}

enum err challenge_do(struct page_ctx *c)
{
	struct store st = page_store(c);
	struct act act = page_act(c, "wrote down a challenge");
	int64_t id = 0;
	TRY(works_here(c));
	struct challenge_in in = { .kind = page_need(c, "kind", 20, "Choose what it was."), .where = page_field(c, "where"), .who = page_field(c, "who"),
		.what = page_need(c, "what", 2000, "Say in a line or two what happened."), .outcome = page_need(c, "outcome", 20, "Choose how it ended.") };
	enum err e = page_is_wrong(c) ? OK : challenge_write(&st, c->web->library, &act, &in, &c->errors, &id);
	if (page_is_wrong(c))
		return challenge_page(c);
	TRY(e);
	page_flash(c, FLASH_DONE, "Kept. Thank you for speaking up.");
	return page_redirect(c, visitor_desk(c) == OK ? "/visitors/challenges" : "/home");
}

static bool may_close(const struct page_ctx *c) { return page_reach(c, CAP_VISITORS, ACCESS_APPROVE) & REACH_ALL; }

static void challenge_row(struct page_ctx *c, const struct entry *e, struct view_visitor_challenges_rows *out)
{
	int64_t by = 0, at = e->made_utc;
	(void)str_i64(entry_value(e, "by"), &by);                    /* 0 is the program */
	(void)time_read_iso(entry_value(e, "happened"), &at);        /* else when it was written */
	struct str where = entry_value(e, "where"), who = entry_value(e, "who");
	*out = (struct view_visitor_challenges_rows){ .when = time_words(c->arena, at), .by = page_who(c, by), .waits = !str_is(e->state, "closed"),
		.kind = label_of(KINDS, ARRAY_N(KINDS), entry_value(e, "kind")), .outcome = label_of(OUTCOMES, ARRAY_N(OUTCOMES), entry_value(e, "outcome")),
		.who = where.n ? arena_fmt(c->arena, "%.*s: %.*s", STRF(where), STRF(who)) : who, .what = entry_value(e, "what"), .came = entry_value(e, "came"),
		.id = arena_fmt(c->arena, "%lld", (long long)e->id) };
	if (out->waits && may_close(c))
		out->action = arena_fmt(c->arena, "/visitors/challenges/%lld", (long long)e->id);
}

enum err challenges_show(struct page_ctx *c)
{
	struct store st = page_store(c);
	struct entry_may may = { .school = c->school, .person = c->person->id, .classes = ENTRY_BIT(ENTRY_GENERAL) };
	struct entry_page page;
	TRY(visitor_desk(c));
	struct table t = table_read(c, 25);
	struct entry_query q = { .reg = "visitor-challenge", .words = t.q, .offset = t.offset, .limit = t.limit };
	TRY(entry_list(&st, c->arena, &may, &q, &page));
	t.total = page.total;
	struct view_visitor_challenges_rows *rows = arena_array(c->arena, struct view_visitor_challenges_rows, page.n + 1);
	for (size_t i = 0; i < page.n; i++)
		challenge_row(c, &page.entries[i], &rows[i]);
	return page_show(c, visitor_challenges, "Challenges and breaches", .may_close = may_close(c), .rows = rows, .n_rows = page.n, .pages = table_pages(c, &t));
}

enum err challenge_close_do(struct page_ctx *c)
{
	struct store st = page_store(c);
	struct act act = page_act(c, "closed a challenge");
	int64_t id;
	TRY(page_id(c, "id", &id));
	if (!may_close(c))
		return ERR_FORBIDDEN;
	enum err e = challenge_close(&st, &act, id, page_field(c, "came"), &c->errors);
	if (page_is_wrong(c))
		page_flash(c, FLASH_WARNING, "%.*s", STRF(page_wrong_text(c, "came")));
	else
		TRY(e);
	return page_redirect(c, "/visitors/challenges");
}
