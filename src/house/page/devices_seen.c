/* Which devices of the school the filter sees, and which it does not. */
#include "house/filter/device_seen.h"

#include "base/clock.h"
#include "base/mem.h"
#include "base/time.h"
#include "gen_queries.h"
#include "gen_ui.h"
#include "house/keeper/hardware.h"
#include "house/page/filter_form.h"
#include "house/page/desk.h"
#include "house/page/page_store.h"
#include "house/page/routes.h"
#include "wire/addr.h"

static struct view_devices_seen_rows row(struct page_ctx *c, const struct device_line *l)
{
	return (struct view_devices_seen_rows){ .id = l->id, .label = l->label, .place = l->place, .bad = l->unmonitored,
		.seen = l->seen_utc ? page_when(c, l->seen_utc) : STR("never"), .refused = l->refused_utc ? page_when(c, l->refused_utc) : STR("not yet"),
		.how = l->seen_utc ? str_z(known_how_words((enum known_how)l->how)) : STR(""), .group = l->group.n ? filter_group_title(l->group) : STR("") };
}

/* ---- turned away at the door ---- */

enum { REFUSED_DAYS = 14, REFUSED_MAX = 50, DAY_MS = 86400000 };

static struct str why_words(struct str reason)
{
	static const struct { const char *word; enum text_key says; } table[] = { { "certificate withdrawn", TEXT_devices_seen_cert_unknown }, { "certificate out of its time", TEXT_devices_seen_cert_old },
		{ "certificate of somebody else", TEXT_devices_seen_cert_bad }, { "no such device", TEXT_devices_seen_name_unknown } };
	for (size_t i = 0; i < ARRAY_N(table); i++)
		if (str_is(reason, table[i].word))
			return page_text(table[i].says);
	return reason;
}

/* Of a device at home the address is somebody's home. */
static bool may_address(const struct page_ctx *c)
{
	return page_has_role(c, ROLE_TECHNICIAN) || page_has_role(c, ROLE_ADMIN) || page_has_role(c, ROLE_DSL) || page_has_role(c, ROLE_DEPUTY) || page_has_role(c, ROLE_HEAD);
}

static struct str address(struct page_ctx *c, struct str bytes)
{
	struct addr a;
	char text[ADDR_TEXT_MAX];
	if (bytes.n != sizeof a.b || !may_address(c))
		return STR_NONE;
	memcpy(a.b, bytes.p, sizeof a.b);
	size_t n = addr_text(a, text);
	return arena_str(c->arena, (struct str){ text, n });
}

static enum err refused(struct page_ctx *c, struct view_devices_seen_turned **out, size_t *n)
{
	struct q_device_refused_row *r = NULL;
	int64_t from_ms = clock_ms() - (int64_t)REFUSED_DAYS * DAY_MS;
	*n = 0;
	if (c->activity)
		TRY(q_device_refused(c->activity, c->arena, &(struct q_device_refused_args){ .school = c->school, .kind = EVENT_DEVICE_REFUSED, .day = from_ms / DAY_MS - 1, .from_ms = from_ms,
			.limit = REFUSED_MAX }, &r, n));
	*out = arena_array(c->arena, struct view_devices_seen_turned, *n + 1);
	for (size_t i = 0; i < *n; i++)
		(*out)[i] = (struct view_devices_seen_turned){ .when = page_when(c, r[i].newest_ms / 1000), .why = why_words(r[i].reason), .from = address(c, r[i].addr), .times = r[i].n };
	return OK;
}

enum err devices_seen_show(struct page_ctx *c)
{
	struct store st = page_store(c);
	struct device_line *v;
	size_t n, bad;
	int64_t days = c->web->library ? device_quiet_days(c->web->library) : DEVICE_QUIET_DAYS;
	struct view_devices_seen_turned *turned;
	size_t n_turned;
	TRY(refused(c, &turned, &n_turned));
	TRY(device_lines(&st, c->arena, c->school, clock_utc(), days, &v, &n, &bad));
	struct hardware_counts h = { 0 };
	bool looks = c->web->settings && c->web->settings->prefix && hardware_counts_read(c->web->settings->prefix, &h) == OK;
	struct view_devices_seen_rows *rows = arena_array(c->arena, struct view_devices_seen_rows, n + 1);
	for (size_t i = 0; i < n; i++)
		rows[i] = row(c, &v[i]);
	return page_show(c, devices_seen, "Devices that the filter sees", .n = (int64_t)bad, .all = (int64_t)n, .days = days, .looks = looks, .here = (int64_t)h.all, .ours = (int64_t)h.ours,
		.made_up = (int64_t)h.made_up, .strangers = (int64_t)h.strangers, .rows = rows, .n_rows = n, .turned = turned, .n_turned = n_turned);
}
