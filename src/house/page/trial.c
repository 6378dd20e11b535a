/* The filter's own test: what came of it, category by group, and "now". */
#include "base/clock.h"
#include "base/mem.h"
#include "gen_ui.h"
#include "house/filter/trial.h"
#include "house/page/desk.h"
#include "house/page/filter_form.h"
#include "house/page/page_store.h"
#include "house/page/routes.h"
#include "house/web/directive.h"

enum { RUNS = 20, CATEGORIES = 200 };

static struct part_tag tag_of(const struct entry *e)
{
	if (!e)
		return (struct part_tag){ STR("-"), STR("grey") };
	if (str_is(e->state, "passed") && clock_utc() - e->made_utc > (int64_t)TRIAL_STALE_DAYS * 86400)
		return (struct part_tag){ STR("Too old"), STR("red") };
	if (str_is(e->state, "passed"))
		return (struct part_tag){ STR("Refused"), STR("green") };
	struct str got = entry_value(e, "got");
	return (struct part_tag){ str_is(got, "open") ? STR("Let through") : str_is(got, "silent") ? STR("No answer") : STR("Not in the log"), STR("red") };
}

static const struct entry *result_of(const struct entry_page *p, struct str host, const char *group)
{
	for (size_t i = 0; i < p->n; i++)
		if (str_eq(entry_value(&p->entries[i], "host"), host) && str_is(entry_value(&p->entries[i], "group"), group))
			return &p->entries[i];
	return NULL;
}

/* One row a test name, one column a group; failures on top. */
static struct view_filter_test_rows *table(struct page_ctx *c, const struct entry_page *p, size_t *n)
{
	struct view_filter_test_rows *v = arena_array(c->arena, struct view_filter_test_rows, CATEGORIES);
	struct str seen[CATEGORIES];
	*n = 0;
	for (int pass = 0; pass < 2; pass++)
		for (size_t i = 0; i < p->n && *n < CATEGORIES; i++) {
			struct str host = entry_value(&p->entries[i], "host");
			bool known = !pass && !str_is(p->entries[i].state, "failed");
			for (size_t k = 0; k < *n && !known; k++)
				known = str_eq(seen[k], host);
			if (known)
				continue;
			struct part_tag *cells = arena_array(c->arena, struct part_tag, trial_groups() + 1);
			for (size_t g = 0; g < trial_groups(); g++)
				cells[g] = tag_of(result_of(p, host, TRIAL_GROUPS[g]));
			seen[*n] = host;
			v[(*n)++] = (struct view_filter_test_rows){ .category = entry_value(&p->entries[i], "category"), .host = host, .ways = entry_value(&p->entries[i], "ways"), .cells = cells, .n_cells = trial_groups() };
		}
	return v;
}

static enum err results(struct page_ctx *c, int64_t run, struct entry_page *out)
{
	struct store st = page_store(c);
	struct entry_may may = { .school = c->school, .classes = ENTRY_BIT(ENTRY_GENERAL) };
	struct entry_query q = { .reg = "filter-test-result", .where = { { "run", ENTRY_IS, run, STR_NONE } }, .n_where = 1, .limit = ENTRY_PAGE_MAX, .order_by = "category", .ascending = true };
	return entry_list(&st, c->arena, &may, &q, out);
}

static struct view_filter_test_runs run_row(struct page_ctx *c, const struct entry *e)
{
	bool running = str_is(e->state, "running"), passed = str_is(e->state, "passed");
	struct part_tag tag = { running ? STR("Under way") : passed ? STR("Passed") : STR("Failed"), running ? STR("blue") : passed ? STR("green") : STR("red") };
	return (struct view_filter_test_runs){ .at = page_when(c, e->made_utc), .by = e->made_by ? page_who(c, e->made_by) : STR("by itself"), .tag = tag,
		.asked = entry_value(e, "asked"), .says = entry_value(e, "says") };
}

enum err filter_test_show(struct page_ctx *c)
{
	struct store st = page_store(c);
	struct entry_may may = { .school = c->school, .classes = ENTRY_BIT(ENTRY_GENERAL) };
	struct entry_page runs, page = { 0 };
	struct view_filter_test v = { .may = filter_may_try(c), .errors = page_errors(c) };
	TRY(entry_list(&st, c->arena, &may, &(struct entry_query){ .reg = "filter-test", .limit = RUNS }, &runs));
	struct view_filter_test_runs *rows = arena_array(c->arena, struct view_filter_test_runs, runs.n + 1);
	const struct entry *last = NULL;
	for (size_t i = 0; i < runs.n; i++) {
		rows[i] = run_row(c, &runs.entries[i]);
		v.under_way = v.under_way || str_is(runs.entries[i].state, "running");
		if (!last && !str_is(runs.entries[i].state, "running"))
			last = &runs.entries[i];
	}
	if (last) {
		TRY(results(c, last->id, &page));
		v.at = page_when(c, last->made_utc);
		v.stale = clock_utc() - last->made_utc > (int64_t)TRIAL_STALE_DAYS * 86400;
		v.networks = entry_value(last, "networks");
		v.result = run_row(c, last).tag;
		v.says = entry_value(last, "says");
		v.alert = str_is(entry_value(last, "alert"), "yes");
	}
	struct view_filter_test_heads *heads = arena_array(c->arena, struct view_filter_test_heads, trial_groups() + 1);
	for (size_t g = 0; g < trial_groups(); g++)
		heads[g].title = filter_group_title(str_z(TRIAL_GROUPS[g]));
	v.heads = heads;
	v.n_heads = trial_groups();
	v.rows = table(c, &page, &v.n_rows);
	v.runs = rows;
	v.n_runs = runs.n;
	page_begin(c, "The filter's own test");
	view_filter_test_put(&c->reply.body, &c->env, &v);
	return page_end(c);
}

enum err filter_test_do(struct page_ctx *c)
{
	if (!filter_may_try(c))
		return ERR_FORBIDDEN;
	enum err e = directive_ask(c, "filter-test", "", NULL);
	if (e == OK)
		page_flash(c, FLASH_DONE, "It runs now, and takes a minute or two.");
	else
		page_flash(c, FLASH_NOTE, e == ERR_NET ? "The keeper does not answer, so nothing can be tried." : "One is under way already, or no policy is in use yet.");
	return page_redirect(c, "/status/filter-test");
}
