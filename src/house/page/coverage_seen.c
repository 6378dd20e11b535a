/* What the filter really saw: kinds of devices, networks and groups, by which way, how much of it, when last. */
#include "base/clock.h"
#include "base/mem.h"
#include "gen_ui.h"
#include "house/filter/coverage_seen.h"
#include "house/page/desk.h"
#include "house/page/filter_form.h"
#include "house/page/page_store.h"
#include "house/page/routes.h"

static struct str kind_words(struct str kind)
{
	static const struct { const char *word; struct str says; } table[] = { { "computer", { "Computers", 9 } }, { "tablet", { "Tablets", 7 } }, { "phone", { "Telephones", 10 } },
		{ "console", { "Games consoles", 14 } }, { "camera", { "Cameras", 7 } }, { "video", { "Video conferences", 17 } }, { "other", { "Other things", 12 } },
		{ "device", { "Devices with a token", 20 } } };
	for (size_t i = 0; i < ARRAY_N(table); i++)
		if (str_is(kind, table[i].word))
			return table[i].says;
	return STR("Not in the register");
}

static struct part_tag when(struct page_ctx *c, int64_t seen, int64_t now)
{
	if (!seen)
		return (struct part_tag){ STR("Never"), STR("grey") };
	bool old = now - seen > (int64_t)COVERAGE_OLD_DAYS * 86400;
	return (struct part_tag){ page_when(c, seen), old ? STR("red") : STR("green") };
}

enum err coverage_seen_show(struct page_ctx *c)
{
	struct store st = page_store(c);
	struct coverage_line *v;
	struct str hosts;
	size_t n, limited = 0;
	int64_t now = clock_utc();
	TRY(coverage_lines(&st, c->arena, c->school, now, &v, &n));
	TRY(coverage_hosts(&st, c->arena, c->school, &hosts));
	struct view_coverage_seen_rows *rows = arena_array(c->arena, struct view_coverage_seen_rows, n + 1);
	for (size_t i = 0; i < n; i++) {
		struct part_tag view = v[i].old ? (struct part_tag){ STR("Not seen for two weeks"), STR("red") } : v[i].limited ? (struct part_tag){ STR("Limited view"), STR("yellow") }
			: (struct part_tag){ STR("Whole pages"), STR("green") };
		limited += v[i].limited;
		rows[i] = (struct view_coverage_seen_rows){ .kind = kind_words(v[i].kind), .network = v[i].network, .group = filter_group_title(v[i].group), .view = view,
			.names = when(c, v[i].seen_utc[WAY_NAMES], now), .hosts = when(c, v[i].seen_utc[WAY_HOSTS], now), .pages = when(c, v[i].seen_utc[WAY_PAGES], now) };
	}
	return page_show(c, coverage_seen, "What the filter saw", .rows = rows, .n_rows = n, .limited = (int64_t)limited, .unlisted = hosts);
}
