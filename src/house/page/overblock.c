/* The over-block watch: what lessons need and the filter closes, night by night, and "now". */
#include "base/mem.h"
#include "gen_ui.h"
#include "house/filter/overblock.h"
#include "house/page/desk.h"
#include "house/page/filter_form.h"
#include "house/page/page_store.h"
#include "house/page/routes.h"
#include "house/web/directive.h"

enum { NIGHTS = 30, CELLS = 400 };

static struct str rate(struct arena *a, const struct overblock_night *x)
{
	return arena_fmt(a, "%lld.%lld%%", (long long)(x->rate / 10), (long long)(x->rate % 10));
}

static struct part_tag tag_of(struct arena *a, const struct overblock_night *x)
{
	if (x->failed)
		return (struct part_tag){ STR("Not tried"), STR("red") };
	return (struct part_tag){ x->closed ? arena_fmt(a, "%lld closed", (long long)x->closed) : STR("All open"), x->closed ? STR("red") : STR("green") };
}

enum err overblock_show(struct page_ctx *c)
{
	struct store st = page_store(c);
	struct overblock_night *v;
	size_t n;
	TRY(overblock_nights(&st, c->arena, c->school, NIGHTS, &v, &n));
	struct view_overblock_nights *nights = arena_array(c->arena, struct view_overblock_nights, n + 1);
	struct view_overblock_cells *cells = arena_array(c->arena, struct view_overblock_cells, CELLS);
	const struct overblock_night *last = NULL;
	size_t n_cells = 0;
	for (size_t i = 0; i < n; i++) {
		nights[i] = (struct view_overblock_nights){ .at = page_when(c, v[i].at_utc), .by = v[i].by ? page_who(c, v[i].by) : STR("by itself"), .tag = tag_of(c->arena, &v[i]),
			.rate = v[i].failed ? STR_NONE : rate(c->arena, &v[i]), .says = v[i].says };
		if (!last && !v[i].failed)
			last = &v[i];
	}
	struct str rest = last ? last->cells : STR_NONE;
	struct overblock_cell x;
	while (n_cells < CELLS && overblock_next(&rest, &x))
		cells[n_cells++] = (struct view_overblock_cells){ .title = x.title, .address = x.address, .group = filter_group_title(x.group), .because = x.because,
			.what = x.by_name ? STR("The whole site") : STR("This page"), .why_href = arena_fmt(c->arena, "/why?url=%.*s", STRF(x.address)) };
	return page_show(c, overblock, "Places that lessons need", .may = filter_may_try(c), .errors = page_errors(c), .tried = last ? last->tried : 0, .some = last != NULL,
		.rate = last ? rate(c->arena, last) : STR_NONE, .at = last ? page_when(c, last->at_utc) : STR_NONE, .tag = last ? tag_of(c->arena, last) : (struct part_tag){ STR("-"), STR("grey") },
		.cells = cells, .n_cells = n_cells, .nights = nights, .n_nights = n);
}

enum err overblock_do(struct page_ctx *c)
{
	if (!filter_may_try(c))
		return ERR_FORBIDDEN;
	if (directive_ask(c, "overblock", "", NULL) == OK)
		page_flash(c, FLASH_DONE, "It is tried now. Look again in a minute.");
	else
		page_flash(c, FLASH_NOTE, "The keeper does not answer, so nothing can be tried.");
	return page_redirect(c, "/status/overblock");
}
