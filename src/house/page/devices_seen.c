/* Which devices of the school the filter sees, and which it does not. */
#include "house/filter/device_seen.h"

#include "base/clock.h"
#include "base/mem.h"
#include "gen_ui.h"
#include "house/keeper/hardware.h"
#include "house/page/filter_form.h"
#include "house/page/desk.h"
#include "house/page/page_store.h"
#include "house/page/routes.h"

static struct view_devices_seen_rows row(struct page_ctx *c, const struct device_line *l)
{
	return (struct view_devices_seen_rows){ .id = l->id, .label = l->label, .place = l->place, .bad = l->unmonitored,
		.seen = l->seen_utc ? page_when(c, l->seen_utc) : STR("never"), .refused = l->refused_utc ? page_when(c, l->refused_utc) : STR("not yet"),
		.how = l->seen_utc ? str_z(known_how_words((enum known_how)l->how)) : STR(""), .group = l->group.n ? filter_group_title(l->group) : STR("") };
}

enum err devices_seen_show(struct page_ctx *c)
{
	struct store st = page_store(c);
	struct device_line *v;
	size_t n, bad;
	int64_t days = c->web->library ? device_quiet_days(c->web->library) : DEVICE_QUIET_DAYS;
	TRY(device_lines(&st, c->arena, c->school, clock_utc(), days, &v, &n, &bad));
	struct hardware_counts h = { 0 };
	bool looks = c->web->settings && c->web->settings->prefix && hardware_counts_read(c->web->settings->prefix, &h) == OK;
	struct view_devices_seen_rows *rows = arena_array(c->arena, struct view_devices_seen_rows, n + 1);
	for (size_t i = 0; i < n; i++)
		rows[i] = row(c, &v[i]);
	return page_show(c, devices_seen, "Devices that the filter sees", .n = (int64_t)bad, .all = (int64_t)n, .days = days, .looks = looks, .here = (int64_t)h.all, .ours = (int64_t)h.ours,
		.made_up = (int64_t)h.made_up, .strangers = (int64_t)h.strangers, .rows = rows, .n_rows = n);
}
