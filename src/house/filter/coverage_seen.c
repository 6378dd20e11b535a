#include "house/filter/coverage_seen.h"

#include "base/map.h"
#include "base/mem.h"
#include "base/time.h"
#include "base/vec.h"
#include "policy/read/tables.h"

enum { DAY_S = 86400, HOUR_S = 3600, WORD = 64, KEY = 4 * WORD, HOST_ROOM = 254, HOSTS_TEXT = 20000 };

static const char REG[] = "coverage-cell", HOSTS[] = "coverage-hosts";

struct cell { char kind[WORD], network[WORD], group[WORD]; enum coverage_way way; int64_t seen_utc, kept_day; bool dirty; };
struct host { char name[HOST_ROOM], kinds[WORD]; uint64_t n; };       /* kinds: of devices that met it, "tablet, phone" */
struct net { struct prefix prefix; char name[WORD]; };

struct coverage_watch {
	struct map *by, *by_host;       /* "kind|network|group|way", name -> index */
	VEC(struct cell) cells;
	VEC(struct host) hosts;
	VEC(struct net) nets;
	int64_t hosts_kept_utc;
	bool hosts_new;
};

const char *coverage_way_word(enum coverage_way w)
{
	static const char *const words[N_WAY] = { "names", "hosts", "pages" };
	return words[w];
}

struct coverage_watch *coverage_watch_new(void)
{
	struct coverage_watch *w = mem_new(struct coverage_watch);
	w->by = map_new();
	w->by_host = map_new();
	return w;
}

void coverage_watch_free(struct coverage_watch **w)
{
	if (!*w)
		return;
	map_free(&(*w)->by);
	map_free(&(*w)->by_host);
	vec_done(&(*w)->cells);
	vec_done(&(*w)->hosts);
	vec_done(&(*w)->nets);
	mem_free(w);
}

void coverage_watch_networks(struct coverage_watch *w, const struct policy *p)
{
	vec_done(&w->nets);
	for (size_t i = 0; i < p->ranges.n; i++) {
		struct net *n = vec_push(&w->nets);
		char text[PREFIX_TEXT_MAX];
		(void)prefix_text(p->ranges.v[i].prefix, text);
		n->prefix = p->ranges.v[i].prefix;
		snprintf(n->name, sizeof n->name, "%s", text);
	}
}

bool coverage_watch_knows(const struct coverage_watch *w) { return w->nets.n > 0; }

/* ---- events ---- */

const char *coverage_watch_network(const struct coverage_watch *w, const uint8_t addr[16])
{
	static const uint8_t none[16];
	struct addr a;
	if (!memcmp(addr, none, 16))
		return "not kept";
	memcpy(a.b, addr, 16);
	for (size_t i = 0; i < w->nets.n; i++)
		if (prefix_has(w->nets.v[i].prefix, a))
			return w->nets.v[i].name;
	return "outside the school's networks";
}

static bool way_of(const struct event *e, enum coverage_way *way)
{
	switch ((int)e->kind) {
	case EVENT_DNS_REFUSED:
	case EVENT_SAFE_SEARCH:
	case EVENT_DEVICE_SEEN:
	case EVENT_TUNNEL:
		*way = WAY_NAMES;
		return true;
	case EVENT_VISIT:
	case EVENT_REFUSED:
		*way = e->path.n ? WAY_PAGES : WAY_HOSTS;
		return true;
	case EVENT_SEARCHED:
	case EVENT_TYPED:
		*way = WAY_PAGES;
		return true;
	default:
		return false;
	}
}

static void kind_met(struct host *h, const char *kind)
{
	size_t n = strlen(h->kinds);
	kind = strcmp(kind, "unknown") ? kind : "not in the register";
	if (str_find(str_z(h->kinds), str_z(kind)) < 0 && n + strlen(kind) + 3 < sizeof h->kinds)
		snprintf(h->kinds + n, sizeof h->kinds - n, "%s%s", n ? ", " : "", kind);
}

static void host_met(struct coverage_watch *w, const struct event *e, const char *kind)
{
	uint64_t at;
	if (e->kind != EVENT_VISIT || !e->host.n || e->host.n >= HOST_ROOM || e->category.n || e->rule.n)
		return;
	if (!map_get(w->by_host, e->host, &at)) {
		if (w->hosts.n >= COVERAGE_HOSTS_WATCHED)
			return;
		at = w->hosts.n;
		struct host *h = vec_push(&w->hosts);
		*h = (struct host){ 0 };
		memcpy(h->name, e->host.p, e->host.n);
		map_set(w->by_host, e->host, at);
	}
	kind_met(&w->hosts.v[at], kind);
	w->hosts.v[at].n += e->count ? e->count : 1;
	w->hosts_new = true;
}

void coverage_watch_event(struct coverage_watch *w, const struct event *e, const char *kind, bool named)
{
	enum coverage_way way;
	char key[KEY];
	uint64_t at;
	if (!way_of(e, &way))
		return;
	const char *network = coverage_watch_network(w, e->addr);
	kind = kind ? kind : e->device > 0 ? "device" : "unknown";
	int n = snprintf(key, sizeof key, "%s|%s|%.*s|%d", kind, network, STRF(str_upto(e->group, WORD - 1)), way);
	struct str k = { key, (size_t)n < sizeof key ? (size_t)n : sizeof key - 1 };
	if (!map_get(w->by, k, &at)) {
		if (w->cells.n >= COVERAGE_CELLS_MAX)
			return;
		at = w->cells.n;
		struct cell *c = vec_push(&w->cells);
		*c = (struct cell){ .way = way };
		snprintf(c->kind, sizeof c->kind, "%s", kind);
		snprintf(c->network, sizeof c->network, "%s", network);
		snprintf(c->group, sizeof c->group, "%.*s", STRF(str_upto(e->group, WORD - 1)));
		map_set(w->by, k, at);
	}
	struct cell *c = &w->cells.v[at];
	c->seen_utc = e->at_ms / 1000 > c->seen_utc ? e->at_ms / 1000 : c->seen_utc;
	c->dirty = true;
	if (named)
		host_met(w, e, kind);
}

/* ---- keeping ---- */

static struct entry_may seen_may(int64_t school) { return (struct entry_may){ .school = school, .classes = ENTRY_BIT(ENTRY_GENERAL) }; }

static enum err put_cell(struct store *st, const struct act *act, const struct cell *c)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct entry_may may = seen_may(act->school);
	const struct reg *reg = registers_find(st->registers, str_z(REG));
	struct entry_field f[] = { { STR("cell"), arena_fmt(&a, "%s|%s|%s|%s", c->kind, c->network, c->group, coverage_way_word(c->way)) }, { STR("kind"), str_z(c->kind) },
		{ STR("network"), str_z(c->network) }, { STR("group"), c->group[0] ? str_z(c->group) : STR("unknown") }, { STR("way"), str_z(coverage_way_word(c->way)) },
		{ STR("seen"), time_iso(&a, c->seen_utc) } };
	int64_t id;
	struct entry e;
	enum err found = entry_keyed(st, &a, act->school, reg, f, 1, &id);
	if (found == ERR_ABSENT)
		return entry_create(st, act, &(struct entry_in){ .reg = REG, .state = "seen", .fields = f, .n_fields = ARRAY_N(f) }, NULL, &id);
	TRY(found);
	TRY(entry_get(st, &a, &may, id, 0, &e));
	return entry_update(st, act, &may, id, e.version, &(struct entry_in){ .reg = REG, .fields = f + 5, .n_fields = 1 }, NULL);
}

static int by_count(const void *p, const void *q)
{
	const struct host *a = p, *b = q;
	return a->n != b->n ? (a->n < b->n ? 1 : -1) : strcmp(a->name, b->name);
}

static void index_hosts(struct coverage_watch *w)
{
	map_free(&w->by_host);
	w->by_host = map_new();
	for (size_t i = 0; i < w->hosts.n; i++)
		map_set(w->by_host, str_z(w->hosts.v[i].name), i);
}

/* A new entry each week, so that what nobody meets any more goes. */
static enum err put_hosts(struct coverage_watch *w, struct store *st, const struct act *act, int64_t now)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(buf_done) struct buf b = buf_init(HOSTS_TEXT + 400);
	struct entry_may may = seen_may(act->school);
	struct entry_page page;
	int64_t id;
	qsort(w->hosts.v, w->hosts.n, sizeof *w->hosts.v, by_count);
	index_hosts(w);
	for (size_t i = 0; i < w->hosts.n && i < COVERAGE_HOSTS && b.n < HOSTS_TEXT - 400; i++)
		buf_fmt(&b, "%s  %llu  %s\n", w->hosts.v[i].name, (unsigned long long)w->hosts.v[i].n, w->hosts.v[i].kinds);
	struct entry_field f = { STR("hosts"), buf_str(&b) };
	struct entry_in in = { .reg = HOSTS, .state = "seen", .fields = &f, .n_fields = 1 };
	TRY(entry_list(st, &a, &may, &(struct entry_query){ .reg = HOSTS, .limit = 1 }, &page));
	if (page.n && now - page.entries[0].made_utc < 7 * DAY_S)
		return entry_update(st, act, &may, page.entries[0].id, page.entries[0].version, &(struct entry_in){ .reg = HOSTS, .fields = &f, .n_fields = 1 }, NULL);
	TRY(entry_create(st, act, &in, NULL, &id));
	w->hosts.n = 0;
	index_hosts(w);
	return OK;
}

enum err coverage_watch_flush(struct coverage_watch *w, struct store *st, const struct act *act, int64_t now_utc)
{
	if (!registers_find(st->registers, str_z(REG)))
		return OK;
	for (size_t i = 0; i < w->cells.n; i++) {
		struct cell *c = &w->cells.v[i];
		if (!c->dirty || c->kept_day == c->seen_utc / DAY_S)
			continue;
		TRY(put_cell(st, act, c));
		c->kept_day = c->seen_utc / DAY_S;
		c->dirty = false;
	}
	if (!w->hosts_new || now_utc - w->hosts_kept_utc < HOUR_S)
		return OK;
	TRY(put_hosts(w, st, act, now_utc));
	w->hosts_kept_utc = now_utc;
	w->hosts_new = false;
	return OK;
}

/* ---- showing ---- */

static int by_age(const void *p, const void *q)
{
	const struct coverage_line *a = p, *b = q;
	int64_t x = 0, y = 0;
	for (int i = 0; i < N_WAY; i++) {
		x = a->seen_utc[i] > x ? a->seen_utc[i] : x;
		y = b->seen_utc[i] > y ? b->seen_utc[i] : y;
	}
	return x < y ? -1 : x > y ? 1 : str_cmp(a->kind, b->kind);
}

static struct coverage_line *line_of(struct coverage_line *v, size_t *n, const struct entry *e)
{
	struct str kind = entry_value(e, "kind"), network = entry_value(e, "network"), group = entry_value(e, "group");
	for (size_t i = 0; i < *n; i++)
		if (str_eq(v[i].kind, kind) && str_eq(v[i].network, network) && str_eq(v[i].group, group))
			return &v[i];
	v[*n] = (struct coverage_line){ .kind = kind, .network = network, .group = group };
	return &v[(*n)++];
}

enum err coverage_lines(struct store *st, struct arena *a, int64_t school, int64_t now_utc, struct coverage_line **out, size_t *n)
{
	struct entry_may may = seen_may(school);
	struct entry_query q = { .reg = REG, .limit = ENTRY_PAGE_MAX };
	*out = arena_array(a, struct coverage_line, COVERAGE_CELLS_MAX + ENTRY_PAGE_MAX);
	for (*n = 0; *n < COVERAGE_CELLS_MAX; q.offset += ENTRY_PAGE_MAX) {
		struct entry_page page;
		TRY(entry_list(st, a, &may, &q, &page));
		for (size_t i = 0; i < page.n; i++) {
			struct coverage_line *l = line_of(*out, n, &page.entries[i]);
			for (int way = 0; way < N_WAY; way++)
				if (str_is(entry_value(&page.entries[i], "way"), coverage_way_word((enum coverage_way)way)))
					(void)(time_read_iso(entry_value(&page.entries[i], "seen"), &l->seen_utc[way]) == OK);  /* else 0: never */
		}
		if (page.n < ENTRY_PAGE_MAX)
			break;
	}
	for (size_t i = 0; i < *n; i++) {
		struct coverage_line *l = &(*out)[i];
		int64_t since = now_utc - (int64_t)COVERAGE_OLD_DAYS * DAY_S;
		l->limited = l->seen_utc[WAY_PAGES] < since;
		l->old = l->limited && l->seen_utc[WAY_HOSTS] < since && l->seen_utc[WAY_NAMES] < since;
	}
	qsort(*out, *n, sizeof **out, by_age);
	return OK;
}

enum err coverage_hosts(struct store *st, struct arena *a, int64_t school, struct str *out)
{
	struct entry_may may = seen_may(school);
	struct entry_page page;
	TRY(entry_list(st, a, &may, &(struct entry_query){ .reg = HOSTS, .limit = 1 }, &page));
	*out = page.n ? entry_value(&page.entries[0], "hosts") : STR_NONE;
	return OK;
}
