#include "house/filter/app_seen.h"

#include "base/map.h"
#include "base/mem.h"
#include "base/vec.h"
#include "gen_queries.h"
#include "wire/addr.h"
#include "wire/agent.h"
#include "wire/host.h"

enum { HOUR_S = 3600, DAY_S = 86400, SERVICES_S = 600, PLACE_MAX = 140, GROUP_MAX = 65 };

struct cell { int64_t device, first_utc, seen_utc, kept_utc, more; uint32_t ways; char place[PLACE_MAX], group[GROUP_MAX], app[APP_KEY_MAX]; bool dirty; };

struct app_watch {
	const struct apps *apps;
	struct map *by;                /* "device|place|app" -> index */
	struct map *services;          /* name -> nothing */
	VEC(struct cell) cells;
	size_t unknown;
	int64_t read_utc, dropped_utc; /* of the services; of what is old */
};

struct app_watch *app_watch_new(const struct apps *apps)
{
	struct app_watch *w = mem_new(struct app_watch);
	w->apps = apps;
	w->by = map_new();
	w->services = map_new();
	return w;
}

void app_watch_free(struct app_watch **w)
{
	if (!*w)
		return;
	map_free(&(*w)->by);
	map_free(&(*w)->services);
	vec_done(&(*w)->cells);
	mem_free(w);
}

/* ---- events ---- */

/* 0: an event that says nothing about apps. */
static uint32_t ways_of(const struct event *e)
{
	switch ((int)e->kind) {
	case EVENT_DNS_REFUSED: return APP_NAMES | APP_REFUSED;
	case EVENT_SAFE_SEARCH: return APP_NAMES | APP_PASSED;
	case EVENT_VISIT: return (e->path.n ? APP_PAGES : APP_HOSTS) | APP_PASSED;
	case EVENT_PROGRAM: return APP_HOSTS | (str_is(e->reason, "refused") ? APP_REFUSED : APP_PASSED);
	case EVENT_REFUSED: return (e->path.n ? APP_PAGES : APP_HOSTS) | APP_REFUSED;
	default: return 0;
	}
}

/* The name of a service that is the host, or above it. */
static struct str service_of(const struct app_watch *w, struct str host)
{
	for (; host.n; host = host_parent(host))
		if (map_get(w->services, host, NULL))
			return host;
	return STR_NONE;
}

/* Nobody has decided about it: it was let through for want of a reason against it. */
static struct str unknown_name(const struct event *e, bool named)
{
	struct addr a;
	if (!named || e->kind != EVENT_VISIT || e->category.n || e->rule.n)
		return STR_NONE;
	if (addr_read(e->host, &a) == OK || !host_is_normal(e->host))
		return e->host;
	struct str short_name = host_registrable(e->host);
	return short_name.n ? short_name : e->host;
}

static struct str key_of(const struct app_watch *w, const struct event *e, bool named, char room[APP_KEY_MAX], uint32_t *ways, bool *unknown)
{
	bool shared = false;
	const struct app *app = apps_of_host(w->apps, e->host, &shared);
	struct str name = app ? app->id : service_of(w, e->host);
	*unknown = !name.n;
	if (*unknown)
		name = unknown_name(e, named);
	if (!shared)
		*ways |= APP_OWN;
	int n = name.n ? snprintf(room, APP_KEY_MAX, "%c:%.*s", app ? 'a' : 'h', STRF(name)) : 0;
	return n < APP_KEY_MAX ? (struct str){ room, (size_t)n } : STR_NONE;
}

static struct cell *slot(struct app_watch *w, int64_t device, const char *place, struct str app, bool unknown)
{
	char key[APP_KEY_MAX + PLACE_MAX + 32];
	uint64_t at;
	int n = snprintf(key, sizeof key, "%lld|%s|%.*s", (long long)device, place, STRF(app));
	struct str k = { key, (size_t)n };
	if (map_get(w->by, k, &at))
		return &w->cells.v[at];
	if (w->cells.n >= APP_CELLS_MAX || (unknown && w->unknown >= APP_UNKNOWN_MAX))
		return NULL;
	w->unknown += unknown;
	at = w->cells.n;
	struct cell *c = vec_push(&w->cells);
	*c = (struct cell){ .device = device };
	snprintf(c->place, sizeof c->place, "%s", place);
	snprintf(c->app, sizeof c->app, "%.*s", STRF(app));
	map_set(w->by, k, at);
	return c;
}

/* What a program calls itself. */
static struct str said_key(const struct app_watch *w, const struct event *e, char room[APP_KEY_MAX], bool *unknown)
{
	const struct app *app = apps_of_agent(w->apps, e->extra);
	struct str name = app ? app->id : str_upto(e->extra, AGENT_MAX);
	*unknown = !app;
	int n = snprintf(room, APP_KEY_MAX, "%c:%.*s", app ? 'a' : 'p', STRF(name));
	return (struct str){ room, (size_t)n };
}

static void count(struct app_watch *w, const struct event *e, int64_t device, const char *network, struct str key, uint32_t ways, bool unknown)
{
	char place[PLACE_MAX] = "";
	if (device <= 0)
		snprintf(place, sizeof place, "%.60s|%.*s", network, STRF(str_upto(e->group, GROUP_MAX - 1)));
	struct cell *c = slot(w, device > 0 ? device : 0, place, key, unknown);
	if (!c)
		return;
	int64_t at = e->at_ms / 1000;
	c->first_utc = c->first_utc && c->first_utc < at ? c->first_utc : at;
	c->seen_utc = c->seen_utc > at ? c->seen_utc : at;
	c->more += e->count ? (int64_t)e->count : 1;
	c->ways |= ways;
	c->dirty = true;
	snprintf(c->group, sizeof c->group, "%.*s", STRF(str_upto(e->group, GROUP_MAX - 1)));
}

void app_watch_event(struct app_watch *w, const struct event *e, int64_t device, const char *network, bool named)
{
	char room[APP_KEY_MAX];
	bool unknown = false;
	uint32_t ways = ways_of(e), by_host = ways;
	if (!ways || !e->host.n || str_is(e->reason, "help"))
		return;
	if (e->kind == EVENT_PROGRAM && e->extra.n) {
		struct str said = said_key(w, e, room, &unknown);       /* first: arguments have no order */
		count(w, e, device, network, said, ways | APP_SAID | APP_OWN, unknown);
	}
	struct str key = key_of(w, e, named, room, &by_host, &unknown);
	if (key.n)
		count(w, e, device, network, key, by_host, unknown);
}

/* ---- keeping ---- */

static enum err read_services(struct app_watch *w, struct store *st, int64_t school)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct entry_may may = { .school = school, .classes = ENTRY_BIT(ENTRY_GENERAL) };
	struct entry_query q = { .reg = "service", .limit = ENTRY_PAGE_MAX };
	if (!registers_find(st->registers, STR("service")))
		return OK;
	map_free(&w->services);
	w->services = map_new();
	for (struct entry_page page = { .n = ENTRY_PAGE_MAX }; page.n == ENTRY_PAGE_MAX; q.offset += ENTRY_PAGE_MAX) {
		TRY(entry_list(st, &a, &may, &q, &page));
		for (size_t i = 0; i < page.n; i++) {
			struct str rest = entry_value(&page.entries[i], "hosts"), line;
			while (str_next(&rest, '\n', &line))
				if (str_trim(line).n)
					map_set(w->services, str_trim(line), 1);
		}
	}
	return OK;
}

static enum err put(struct store *st, int64_t school, const struct cell *c)
{
	return q_app_seen_put_do(st->db, &(struct q_app_seen_put_args){ .school = school, .device = c->device, .place = str_z(c->place), .app = str_z(c->app), .group = str_z(c->group),
		.first = c->first_utc, .seen = c->seen_utc, .times = c->more, .ways = c->ways }, NULL);
}

static enum err put_all(struct app_watch *w, struct store *st, const struct act *act, int64_t now)
{
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	TRY(db_tx_begin(st->db, &tx));
	for (size_t i = 0; i < w->cells.n; i++)
		if (w->cells.v[i].dirty && now - w->cells.v[i].kept_utc >= HOUR_S)
			TRY(put(st, act->school, &w->cells.v[i]));
	return db_tx_commit(&tx);
}

/* Those that were kept count from here on; what nobody met since yesterday makes room. */
static void kept(struct app_watch *w, int64_t now)
{
	size_t n = 0;
	map_free(&w->by);
	w->by = map_new();
	w->unknown = 0;
	struct cell *v = w->cells.v;
	for (size_t i = 0; i < w->cells.n; i++) {
		char key[APP_KEY_MAX + PLACE_MAX + 32];
		if (v[i].dirty && now - v[i].kept_utc >= HOUR_S) {
			v[i].more = 0;
			v[i].kept_utc = now;
			v[i].dirty = false;
		}
		if (!v[i].dirty && now - v[i].kept_utc >= DAY_S)
			continue;
		if (n != i)
			v[n] = v[i];
		snprintf(key, sizeof key, "%lld|%s|%s", (long long)v[n].device, v[n].place, v[n].app);
		map_set(w->by, str_z(key), n);
		w->unknown += v[n].app[0] != 'a';
		n++;
	}
	w->cells.n = n;
}

static bool waits(const struct app_watch *w, int64_t now)
{
	for (size_t i = 0; i < w->cells.n; i++)
		if (w->cells.v[i].dirty && now - w->cells.v[i].kept_utc >= HOUR_S)
			return true;
	return false;
}

enum err app_watch_flush(struct app_watch *w, struct store *st, const struct act *act, int64_t now_utc)
{
	if (now_utc - w->read_utc >= SERVICES_S) {
		TRY(read_services(w, st, act->school));
		w->read_utc = now_utc;
	}
	if (waits(w, now_utc)) {
		TRY(put_all(w, st, act, now_utc));
		kept(w, now_utc);
	}
	if (now_utc - w->dropped_utc < DAY_S)
		return OK;
	TRY(q_app_seen_drop_do(st->db, &(struct q_app_seen_drop_args){ .school = act->school, .before = now_utc - (int64_t)APP_KEPT_DAYS * DAY_S }, NULL));
	w->dropped_utc = now_utc;
	return OK;
}
