/* A teacher opens a site for the own class for half an hour. */
#include <jansson.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/time.h"
#include "house/filter/film.h"
#include "house/page/filter_form.h"
#include "house/page/my_class.h"
#include "house/page/page_store.h"
#include "house/page/routes.h"
#include "house/web/directive.h"

enum { LESSON_S = 60 * 60, ALLOW_S = 30 * 60, WHY_MAX = 200 };

static struct str site_of(struct arena *a, const struct entry *e)
{
	return arena_fmt(a, "%.*s%.*s", STRF(entry_value(e, "host")), STRF(entry_value(e, "path")));
}

static enum err open_now(struct page_ctx *c, int64_t class_id, struct view_class_allow_open **out, size_t *n)
{
	struct store st = page_store(c);
	struct entry_may may = filter_may(c);
	struct entry_query q = { .reg = "allowance", .states = { "open" }, .limit = 50, .n_where = 2,
		.where = { { "class", ENTRY_IS, class_id, STR_NONE }, { "until", ENTRY_FROM, clock_utc() + 1, STR_NONE } } };
	struct entry_page page;
	TRY(entry_list(&st, c->arena, &may, &q, &page));
	*out = arena_array(c->arena, struct view_class_allow_open, page.n + 1);
	*n = page.n;
	for (size_t i = 0; i < page.n; i++) {
		int64_t until = 0;
		TRY(time_read_iso(entry_value(&page.entries[i], "until"), &until));
		(*out)[i] = (struct view_class_allow_open){ page.entries[i].id, site_of(c->arena, &page.entries[i]), time_clock_words(c->arena, until) };
	}
	return OK;
}

/* Saved by teachers in the register of playlists. */
static enum err playlists(struct page_ctx *c, struct part_select *out)
{
	struct store st = page_store(c);
	struct entry_may may = filter_may(c);
	struct entry_page page;
	TRY(entry_list(&st, c->arena, &may, &(struct entry_query){ .reg = "playlist", .states = { "used" }, .limit = 200, .order_by = "title", .ascending = true }, &page));
	struct part_select_items *items = arena_array(c->arena, struct part_select_items, page.n + 1);
	items[0] = (struct part_select_items){ .value = STR(""), .label = STR("None") };
	for (size_t i = 0; i < page.n; i++)
		items[i + 1] = (struct part_select_items){ .value = arena_fmt(c->arena, "%lld", (long long)page.entries[i].id),
			.label = arena_fmt(c->arena, "%.*s (%.*s)", STRF(entry_value(&page.entries[i], "title")), STRF(entry_value(&page.entries[i], "lesson"))) };
	*out = (struct part_select){ .name = STR("playlist"), .label = page_text(TEXT_films_list), .items = items, .n_items = page.n + 1 };
	return OK;
}

static enum err allow_page(struct page_ctx *c, const struct school_class *k)
{
	struct view_class_allow_open *open;
	size_t n;
	TRY(open_now(c, k->id, &open, &n));
	struct part_select lists;
	TRY(playlists(c, &lists));
	return page_show(c, class_allow, "Open a site for 30 minutes", .class_name = k->name, .class_id = k->id, .errors = page_errors(c),
		.host = { .name = STR("host"), .label = page_text(TEXT_allow_host), .hint = page_text(TEXT_requests_host_hint),
			.value = page_field(c, "host"), .error = page_wrong_text(c, "host") },
		.why = { .name = STR("why"), .label = page_text(TEXT_allow_why), .value = page_field(c, "why"), .error = page_wrong_text(c, "why") },
		.films = { .name = STR("films"), .label = page_text(TEXT_films_addresses), .hint = page_text(TEXT_films_hint), .rows = 4, .value = page_field(c, "films"), .error = page_wrong_text(c, "films") },
		.lists = lists, .some_lists = lists.n_items > 1, .open = open, .n_open = n);
}

enum err class_allow_show(struct page_ctx *c)
{
	struct school_class k;
	enum err e;
	return page_class(c, &k, &e) ? allow_page(c, &k) : e;
}

static void json_done(json_t **j) { json_decref(*j); }

/* Asks the keeper; the number of the rule in the gate. */
static enum err ask_keeper(struct page_ctx *c, int64_t class_id, struct str host, struct str path, int64_t until, int64_t *rule)
{
	AUTO(json_done) json_t *in = json_pack("{s:I, s:s%, s:s%, s:s, s:I}", "class", (json_int_t)class_id, "host", host.p, host.n,
		"path", path.n ? path.p : "", path.n, "reason", "opened for the lesson", "until", (json_int_t)until);
	AUTO(buf_done) struct buf answer = buf_init(64 * 1024);
	char *text = in ? json_dumps(in, JSON_COMPACT) : NULL;
	if (!text)
		return ERR_SYNTAX;
	struct str members = arena_str(c->arena, str_upto(str_from(str_z(text), 1), strlen(text) - 2));      /* without the braces */
	free(text);
	TRY(directive_ask(c, "allow", members.p, &answer));
	AUTO(json_done) json_t *out = json_loadb(answer.p, answer.n, 0, NULL);
	*rule = json_integer_value(json_object_get(out, "id"));
	return OK;
}

static enum err keep(struct page_ctx *c, int64_t class_id, struct str host, struct str path, struct str why, int64_t until, int64_t rule)
{
	struct store st = page_store(c);
	struct arena *a = c->arena;
	struct entry_field f[6] = {
		{ STR("class"), arena_fmt(a, "%lld", (long long)class_id) }, { STR("host"), host }, { STR("why"), why },
		{ STR("until"), time_iso(a, until) }, { STR("rule"), arena_fmt(a, "%lld", (long long)rule) }, { STR("path"), path },
	};
	struct act act = page_act(c, "opened a site for a lesson");
	struct entry_in in = { .reg = "allowance", .state = "open", .fields = f, .n_fields = path.n ? 6 : 5 };
	int64_t id;
	return entry_create(&st, &act, &in, &c->errors, &id);
}

static const char away[] = "The filter could not be told, or refused it. Nothing was opened. Try again, or ask the technician.";

enum err class_allow_do(struct page_ctx *c)
{
	struct school_class k;
	struct str host = STR_NONE, path = STR_NONE;
	int64_t until = clock_utc() + ALLOW_S, rule = 0;
	enum err e;
	if (!page_class(c, &k, &e))
		return e;
	(void)filter_address(c, "host", &host, &path);            /* a finding is on the page */
	struct str why = page_need(c, "why", WHY_MAX, "Say what it is for.");
	if (!page_is_wrong(c) && ask_keeper(c, k.id, host, path, until, &rule) != OK)
		page_wrong(c, "host", "%s", away);
	if (page_is_wrong(c))
		return allow_page(c, &k);
	TRY(keep(c, k.id, host, path, why, until, rule));
	page_flash(c, FLASH_DONE, "%.*s may open %.*s until %.*s.", STRF(k.name), STRF(host), STRF(time_clock_words(c->arena, until)));
	return page_redirect(c, "/class/%lld/allow", (long long)k.id);
}

/* What was typed, and what the playlist that was chosen holds. */
static struct str films_of(struct page_ctx *c)
{
	struct store st = page_store(c);
	struct entry_may may = filter_may(c);
	struct str typed = page_field(c, "films"), chosen = page_field(c, "playlist");
	struct entry e;
	int64_t id = 0;
	if (!chosen.n)
		return typed;
	if (str_i64(chosen, &id) != OK || entry_get(&st, c->arena, &may, id, 0, &e) != OK || !str_is(e.reg, "playlist") || !str_is(e.state, "used")) {
		page_wrong(c, "films", "This playlist is not here any more.");
		return typed;
	}
	return arena_fmt(c->arena, "%.*s\n%.*s", STRF(typed), STRF(entry_value(&e, "films")));
}

static size_t films_read(struct page_ctx *c, struct str text, struct film *out)
{
	struct str line;
	size_t n = 0;
	while (str_next(&text, '\n', &line)) {
		line = str_trim(line);
		if (!line.n)
			continue;
		if (n == FILMS_MAX)
			page_wrong(c, "films", "At most %d films at once.", FILMS_MAX);
		else if (film_read(line, &out[n]) != OK)
			page_wrong(c, "films", "\"%.*s\" is not the address of a film of YouTube or Vimeo.", STRF(str_upto(line, 100)));
		else
			n++;
	}
	if (!n && !page_is_wrong(c))
		page_wrong(c, "films", "Write the address of a film, or choose a playlist.");
	return n;
}

/* Each film is an allowance of its player for this class, for the lesson. */
enum err class_films_do(struct page_ctx *c)
{
	struct school_class k;
	enum err e;
	if (!page_class(c, &k, &e))
		return e;
	struct film *v = arena_array(c->arena, struct film, FILMS_MAX + 1);
	size_t n = films_read(c, films_of(c), v);
	int64_t until = clock_utc() + LESSON_S;
	for (size_t i = 0; i < n && !page_is_wrong(c); i++) {
		int64_t rule = 0;
		struct str path = { v[i].room, v[i].path.n };
		if (ask_keeper(c, k.id, v[i].host, path, until, &rule) != OK)
			page_wrong(c, "films", "%s", i ? "The filter could not be told of all films. Those that stand below are open." : away);
		else
			TRY(keep(c, k.id, v[i].host, path, STR("Films for the lesson"), until, rule));
	}
	if (page_is_wrong(c))
		return allow_page(c, &k);
	page_flash(c, FLASH_DONE, "%.*s may see %zu %s until %.*s.", STRF(k.name), n, n == 1 ? "film" : "films", STRF(time_clock_words(c->arena, until)));
	return page_redirect(c, "/class/%lld/allow", (long long)k.id);
}

enum err class_allow_close(struct page_ctx *c)
{
	struct school_class k;
	struct entry e;
	int64_t id;
	enum err why_not;
	struct store st = page_store(c);
	struct entry_may may = filter_may(c);
	if (!page_class(c, &k, &why_not))
		return why_not;
	TRY(page_id(c, "allowance", &id));
	TRY(entry_get(&st, c->arena, &may, id, 0, &e));
	if (!str_is(e.reg, "allowance") || !str_eq(entry_value(&e, "class"), arena_fmt(c->arena, "%lld", (long long)k.id)))
		return ERR_ABSENT;
	struct str members = arena_fmt(c->arena, "\"class\":%lld,\"id\":%.*s", (long long)k.id, STRF(entry_value(&e, "rule")));
	if (directive_ask(c, "cancel", members.p, NULL) != OK) {
		page_wrong(c, "host", "The filter could not be told. The site stays open until its time is over.");
		return allow_page(c, &k);
	}
	struct act act = page_act(c, "closed before its time");
	struct entry_in in = { .reg = "allowance", .state = "closed" };
	TRY(entry_update(&st, &act, &may, e.id, e.version, &in, &c->errors));
	page_flash(c, FLASH_DONE, "Closed.");
	return page_redirect(c, "/class/%lld/allow", (long long)k.id);
}
