/* The sealed sign-ins of the school's own channels; and a platform's accounts beside the people who are here. */
#include "house/service/channel.h"

#include "base/mem.h"
#include "base/time.h"
#include "gen_ui.h"
#include "house/page/desk.h"
#include "house/page/filter_form.h"
#include "house/page/page_store.h"
#include "house/page/routes.h"
#include "house/procedure/library.h"
#include "house/service/roster.h"

enum { CHANNELS_MAX = 100, LINES_MAX = 500 };

static bool have_channels(const struct page_ctx *c) { return c->web->library && profile_yes(&c->web->library->profile, "social.official_enabled"); }

static bool holds(const struct page_ctx *c, const struct entry *e) { return entry_i64(e, "holder-1") == c->person->id || entry_i64(e, "holder-2") == c->person->id; }
/* Whoever looks after it, and those who administer channels, seal what opens it. */
static bool seals(const struct page_ctx *c, const struct entry *e)
{
	return entry_i64(e, "manager") == c->person->id || holds(c, e) || page_reach(c, CAP_CHANNELS, ACCESS_WRITE) & REACH_ALL;
}

static enum err list(struct page_ctx *c, int64_t opened, struct str secret)
{
	struct store st = page_store(c);
	struct entry_may may = filter_may(c);
	struct entry_query q = { .reg = "official-channel", .states = { "wanted", "active" }, .limit = CHANNELS_MAX, .order_by = "name", .ascending = true };
	struct entry_page page;
	TRY(entry_list(&st, c->arena, &may, &q, &page));
	struct view_channels_rows *rows = arena_array(c->arena, struct view_channels_rows, page.n + 1);
	for (size_t i = 0; i < page.n; i++) {
		const struct entry *e = &page.entries[i];
		int64_t at = 0;
		enum err sealed = channel_sealed(&st, c->arena, c->school, e->id, &at);
		if (sealed != ERR_ABSENT)
			TRY(sealed);
		rows[i] = (struct view_channels_rows){ .id = e->id, .name = entry_value(e, "name"), .href = arena_fmt(c->arena, "/registers/official-channel/%lld", (long long)e->id),
			.holders = arena_fmt(c->arena, "%.*s, %.*s", STRF(entry_i64(e, "holder-1") ? page_who(c, entry_i64(e, "holder-1")) : STR("nobody yet")),
				STRF(entry_i64(e, "holder-2") ? page_who(c, entry_i64(e, "holder-2")) : STR("nobody yet"))),
			.sealed = at ? page_when(c, at) : STR_NONE, .may_seal = seals(c, e), .may_open = at && holds(c, e), .secret = e->id == opened ? secret : STR_NONE };
	}
	return page_show(c, channels, "Sealed sign-ins of channels", .errors = page_errors(c), .rows = rows, .n_rows = page.n);
}

enum err channels_show(struct page_ctx *c) { return have_channels(c) ? list(c, 0, STR_NONE) : ERR_ABSENT; }

static enum err load(struct page_ctx *c, struct entry *e)
{
	struct store st = page_store(c);
	struct entry_may may = filter_may(c);
	int64_t id;
	if (!have_channels(c))
		return ERR_ABSENT;
	TRY(page_id(c, "id", &id));
	TRY(entry_get(&st, c->arena, &may, id, 0, e));
	return str_is(e->reg, "official-channel") ? OK : ERR_ABSENT;
}

enum err channel_seal_do(struct page_ctx *c)
{
	struct store st = page_store(c);
	struct act act = page_act(c, "sign-in of a channel sealed");
	struct entry e;
	TRY(load(c, &e));
	if (!seals(c, &e))
		return ERR_FORBIDDEN;
	enum err done = channel_seal(&st, &act, e.id, page_secret(c, "secret"), &c->errors);
	if (page_is_wrong(c))
		return list(c, 0, STR_NONE);
	TRY(done);
	page_flash(c, FLASH_DONE, "Sealed. Only its two leaders can open it, and every opening is told.");
	return page_redirect(c, "/channels");
}

enum err channel_open_do(struct page_ctx *c)
{
	struct store st = page_store(c);
	struct act act = page_act(c, "sealed sign-in opened");
	struct entry e;
	struct str secret;
	TRY(load(c, &e));
	enum err done = channel_open(&st, c->arena, &act, e.id, page_field(c, "why"), &c->errors, &secret);
	if (page_is_wrong(c))
		return list(c, 0, STR_NONE);
	TRY(done);
	return list(c, e.id, secret);
}

/* ---- a platform's accounts ---- */

static enum err roster_page(struct page_ctx *c, const struct entry *e, const struct roster *r)
{
	size_t n = r && r->n < LINES_MAX ? r->n : r ? LINES_MAX : 0;
	struct view_roster_lines *lines = arena_array(c->arena, struct view_roster_lines, n + 1);
	for (size_t i = 0; i < n; i++)
		lines[i] = (struct view_roster_lines){ r->lines[i].row, r->lines[i].account, r->lines[i].says };
	return page_show(c, roster, "Accounts of a platform", .errors = page_errors(c), .id = e->id, .name = entry_value(e, "name"), .looked = r != NULL,
		.accounts = r ? (int64_t)r->accounts : 0, .matched = r ? (int64_t)r->matched : 0, .lines = lines, .n_lines = n,
		.rows = { .name = STR("rows"), .label = page_text(TEXT_channels_rows), .hint = page_text(TEXT_channels_rows_hint), .error = page_wrong_text(c, "rows"), .rows = 8,
			.value = page_field(c, "rows") });
}

static enum err service_of(struct page_ctx *c, struct entry *e)
{
	struct store st = page_store(c);
	int64_t id;
	TRY(page_id(c, "id", &id));
	return service_get(&st, c->arena, c->school, id, e);
}

enum err roster_show(struct page_ctx *c)
{
	struct entry e;
	TRY(service_of(c, &e));
	return roster_page(c, &e, NULL);
}

enum err roster_do(struct page_ctx *c)
{
	struct store st = page_store(c);
	struct entry e;
	struct roster r;
	TRY(service_of(c, &e));
	enum err done = roster_compare(&st, c->arena, c->school, &e, page_field(c, "rows"), &c->errors, &r);
	if (page_is_wrong(c))
		return roster_page(c, &e, NULL);
	TRY(done);
	struct act act = page_act(c, "its list of accounts compared");
	TRY(roster_keep(&st, &act, &e, &r, &c->errors));
	return roster_page(c, &e, &r);
}
