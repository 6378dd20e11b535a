/* Devices away from school: each one's own name at the school's name service, how it is set up, and when it last asked (2-07). */
#include "house/away/away.h"
#include "house/away/plist.h"

#include "base/mem.h"
#include "gen_ui.h"
#include "house/page/desk.h"
#include "house/page/filter_form.h"
#include "house/page/page_store.h"
#include "house/page/qr.h"
#include "house/page/routes.h"
#include "io/settings.h"

/* Who sets devices up. */
static bool may_set(const struct page_ctx *c) { return page_has_role(c, ROLE_TECHNICIAN) || page_has_role(c, ROLE_ADMIN); }
static bool may_see(const struct page_ctx *c)
{
	return may_set(c) || page_has_role(c, ROLE_DSL) || page_has_role(c, ROLE_DEPUTY) || page_has_role(c, ROLE_HEAD) || page_has_role(c, ROLE_LEADERSHIP);
}

static struct str zone_of(const struct page_ctx *c)
{
	return c->web->settings && c->web->settings->dns_name ? str_z(c->web->settings->dns_name) : STR_NONE;
}

static struct str when(struct page_ctx *c, int64_t utc) { return utc ? page_when(c, utc) : page_text(TEXT_away_never); }

static struct str with(struct page_ctx *c, const struct away *x)
{
	if (!x->person)
		return page_text(TEXT_away_nobody);
	return arena_fmt(c->arena, "%.*s%s", STRF(page_who(c, x->person)), x->off_site ? "" : " (at school only, says the loan)");
}

enum err away_show(struct page_ctx *c)
{
	struct store st = page_store(c);
	struct away *all;
	size_t n;
	if (!may_see(c))
		return ERR_FORBIDDEN;
	TRY(away_list(&st, c->arena, c->school, &all, &n));
	struct view_away_rows *rows = arena_array(c->arena, struct view_away_rows, n + 1);
	for (size_t i = 0; i < n; i++)
		rows[i] = (struct view_away_rows){ .id = all[i].device, .label = all[i].label, .with = with(c, &all[i]), .named = all[i].named_utc != 0,
			.lost = str_is(all[i].state, "lost"), .seen = when(c, all[i].seen_utc), .refused = when(c, all[i].refused_utc) };
	return page_show(c, away, "Devices away from school", .errors = page_errors(c), .service = zone_of(c), .rows = rows, .n_rows = n, .may_set = may_set(c));
}

/* ---- one device ---- */

static enum err load(struct page_ctx *c, struct store *st, struct away *x)
{
	int64_t id;
	*st = page_store(c);
	if (!may_see(c))
		return ERR_FORBIDDEN;
	TRY(page_id(c, "id", &id));
	return away_get(st, c->arena, c->school, id, x);
}

/* Whoever sets up sees the name itself; others see that there is one. */
static enum err set_up(struct page_ctx *c, struct store *st, const struct away *x, struct view_away_one *v)
{
	struct qr qr;
	struct str label, zone = zone_of(c);
	enum err e = may_set(c) && zone.n ? away_label(st, c->arena, c->school, x->device, &label) : ERR_ABSENT;
	if (e == ERR_ABSENT)
		return OK;
	TRY(e);
	v->host = arena_fmt(c->arena, "%.*s.%.*s", STRF(label), STRF(zone));
	v->address = arena_fmt(c->arena, "https://%.*s/dns-query/%.*s", STRF(zone), STRF(label));
	TRY(qr_make(c->arena, v->host, &qr));
	v->qr = qr.path;
	v->side = qr.side;
	return OK;
}

static enum err show(struct page_ctx *c, struct store *st, const struct away *x)
{
	struct view_away_one v = { .errors = page_errors(c), .id = x->device, .label = x->label, .with = with(c, x), .group = filter_group_title(x->group),
		.since = x->named_utc ? page_when(c, x->named_utc) : STR_NONE, .seen = when(c, x->seen_utc), .refused = when(c, x->refused_utc),
		.lost = str_is(x->state, "lost"), .may_set = may_set(c), .service = zone_of(c) };
	TRY(set_up(c, st, x, &v));
	page_begin(c, "A device away from school");
	view_away_one_put(&c->reply.body, &c->env, &v);
	return page_end(c);
}

enum err away_one(struct page_ctx *c)
{
	struct store st;
	struct away x;
	TRY(load(c, &st, &x));
	return show(c, &st, &x);
}

enum err away_make_do(struct page_ctx *c)
{
	struct store st;
	struct away x;
	struct act act = page_act(c, "a name of its own for a device away from school");
	TRY(load(c, &st, &x));
	if (!may_set(c))
		return ERR_FORBIDDEN;
	enum err e = away_make(&st, &act, x.device, &c->errors);
	if (page_is_wrong(c))
		return show(c, &st, &x);
	TRY(e);
	filter_publish(c);
	page_flash(c, FLASH_DONE, "%s", x.named_utc ? "It has a new name. The old one no longer works: set the device up again." : "It has a name of its own. Set the device up with it.");
	return page_redirect(c, "/away/%lld", (long long)x.device);
}

enum err away_end_do(struct page_ctx *c)
{
	struct store st;
	struct away x;
	struct act act = page_act(c, "the name of a device away from school taken back");
	TRY(load(c, &st, &x));
	if (!may_set(c))
		return ERR_FORBIDDEN;
	TRY(away_end(&st, &act, x.device, &c->errors));
	filter_publish(c);
	page_flash(c, FLASH_DONE, "Taken back. Away from school the device reaches nothing until it has a new name, or its setting is removed.");
	return page_redirect(c, "/away/%lld", (long long)x.device);
}

enum err away_profile_get(struct page_ctx *c)
{
	struct store st;
	struct away x;
	struct str label, zone = zone_of(c);
	char ids[2][37];
	TRY(load(c, &st, &x));
	if (!may_set(c))
		return ERR_FORBIDDEN;
	TRY(away_label(&st, c->arena, c->school, x.device, &label));
	if (!zone.n)
		return ERR_ABSENT;
	plist_id(ids[0]);
	plist_id(ids[1]);
	buf_clear(&c->reply.body);
	away_profile(&c->reply.body, label, zone, str_z(c->web->school_name), x.label, (const char (*)[37])ids);
	c->reply.type = STR("application/x-apple-aspen-config");
	c->reply.filename = STR("school-filter.mobileconfig");
	c->reply.status = 200;
	return buf_ok(&c->reply.body);
}
