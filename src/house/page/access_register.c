/* Who was given access to what, since when, until when, by whom (7.2-01): every grant, past and present. */
#include "base/clock.h"
#include "base/mem.h"
#include "base/time.h"
#include "gen_queries.h"
#include "gen_ui.h"
#include "house/page/routes.h"
#include "house/web/table.h"

struct asked { struct str words, state; int64_t as_of; };

static struct part_select states(struct page_ctx *c, struct str state)
{
	static const struct { const char *value; enum text_key label; } all[] = {
		{ "", TEXT_grants_all }, { "now", TEXT_grants_now }, { "past", TEXT_grants_past } };
	struct part_select_items *items = arena_array(c->arena, struct part_select_items, ARRAY_N(all));
	for (size_t i = 0; i < ARRAY_N(all); i++)
		items[i] = (struct part_select_items){ str_z(all[i].value), page_text(all[i].label), str_is(state, all[i].value) };
	return (struct part_select){ .name = STR("state"), .label = page_text(TEXT_grants_state), .items = items, .n_items = ARRAY_N(all) };
}

/* The end of the day that was asked for; 0 for none. */
static void read_asked(struct page_ctx *c, const struct table *t, struct asked *out)
{
	struct str on = page_query(c, "on"), state = page_query(c, "state");
	*out = (struct asked){ .words = person_like(c->arena, t->q), .state = str_is(state, "now") || str_is(state, "past") ? state : STR("") };
	if (on.n && time_read_date(on, &out->as_of) != OK)
		page_wrong(c, "on", "Enter a date like 21/11/2026.");
	else if (on.n)
		out->as_of += 86400 - 1;
}

static enum err load(struct page_ctx *c, struct table *t, const struct asked *q, struct q_grant_search_row **rows, size_t *n)
{
	struct q_grant_total_row total;
	int64_t now = clock_utc();
	TRY(q_grant_total_one(c->db, c->arena, &(struct q_grant_total_args){ .school = c->school, .words = q->words, .state = q->state, .as_of = q->as_of, .now = now }, &total));
	t->total = total.n;
	return q_grant_search(c->db, c->arena, &(struct q_grant_search_args){ .school = c->school, .words = q->words, .state = q->state, .as_of = q->as_of,
		.now = now, .limit = t->limit, .offset = t->offset }, rows, n);
}

static struct str giver(const struct q_grant_search_row *r) { return r->given_by == 0 ? STR("Gatehouse") : r->giver.n ? r->giver : STR("somebody"); }

static enum err as_csv(struct page_ctx *c, const struct q_grant_search_row *rows, size_t n)
{
	static const char *const heads[] = { "Name", "Access to", "Since", "Until", "Given by", "Ended by", "Reason" };
	csv_begin(c, "access-register.csv");
	for (size_t i = 0; i < ARRAY_N(heads); i++)
		csv_cell(c, str_z(heads[i]));
	csv_row(c);
	for (size_t i = 0; i < n; i++) {
		const struct str cells[] = { rows[i].name, rows[i].what, time_iso_date(c->arena, rows[i].from_utc),
			rows[i].upto_utc ? time_iso_date(c->arena, rows[i].upto_utc) : STR(""), giver(&rows[i]), rows[i].ender, rows[i].why };
		for (size_t k = 0; k < ARRAY_N(cells); k++)
			csv_cell(c, cells[k]);
		csv_row(c);
	}
	return csv_end(c);
}

static void row_of(struct page_ctx *c, const struct q_grant_search_row *g, struct view_grants_rows *out)
{
	bool over = g->upto_utc && g->upto_utc <= clock_utc();
	*out = (struct view_grants_rows){ arena_fmt(c->arena, "/people/%lld", (long long)g->person), g->name, g->what, time_date_words(c->arena, g->from_utc),
		g->upto_utc ? time_date_words(c->arena, g->upto_utc) : STR(""), over, giver(g), over ? g->ender : STR(""), g->why };
}

enum err grants_show(struct page_ctx *c)
{
	struct table t = table_read(c, 50);
	struct asked q;
	struct q_grant_search_row *g = NULL;
	size_t n = 0;
	read_asked(c, &t, &q);
	if (!page_is_wrong(c))
		TRY(load(c, &t, &q, &g, &n));
	if (t.csv && !page_is_wrong(c))
		return as_csv(c, g, n);
	struct view_grants_rows *rows = arena_array(c->arena, struct view_grants_rows, n + 1);
	for (size_t i = 0; i < n; i++)
		row_of(c, &g[i], &rows[i]);
	return page_show(c, grants, "Who was given access", .errors = page_errors(c), .q = t.q, .state = states(c, q.state), .on = page_query(c, "on"),
		.on_error = page_wrong_text(c, "on"), .csv = table_csv_href(c), .rows = rows, .n_rows = n, .pages = table_pages(c, &t));
}
