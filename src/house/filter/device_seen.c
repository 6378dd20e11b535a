#include "house/filter/device_seen.h"

#include "base/mem.h"
#include "base/time.h"
#include "base/vec.h"
#include "gen_queries.h"
#include "house/task/task.h"
#include "wire/addr.h"

enum { DAY_S = 86400, WRITTEN_EVERY_DAYS = 7, GROUP_BYTES = 65, KIND_BYTES = 24 };

static const char REG[] = "device";

struct seen { int64_t id, number, seen_utc, refused_utc; int how; char group[GROUP_BYTES], kind[KIND_BYTES], runs[KIND_BYTES]; bool dirty; };

struct device_watch {
	struct map *by;                /* "n12": the number; "a" and 16 bytes: the address; to an index of v */
	VEC(struct seen) v;
};

struct device_watch *device_watch_new(void)
{
	struct device_watch *w = mem_new(struct device_watch);
	w->by = map_new();
	return w;
}

void device_watch_free(struct device_watch **w)
{
	if (!*w)
		return;
	map_free(&(*w)->by);
	vec_done(&(*w)->v);
	mem_free(w);
}

/* ---- events ---- */

static struct str number_key(char room[32], int64_t number)
{
	int n = snprintf(room, 32, "n%lld", (long long)number);
	return (struct str){ room, (size_t)n };
}

static struct str addr_key(char room[17], const uint8_t addr[16])
{
	room[0] = 'a';
	memcpy(room + 1, addr, 16);
	return (struct str){ room, 17 };
}

/* Kinds that are somebody's traffic, passed or refused. */
static bool traffic(enum event_kind k, bool *refused)
{
	*refused = k == EVENT_REFUSED || k == EVENT_DNS_REFUSED || k == EVENT_SEALED_HIT;
	return *refused || k == EVENT_VISIT || k == EVENT_SIGN_SHOWN || k == EVENT_SAFE_SEARCH || k == EVENT_SEARCHED || k == EVENT_DEVICE_SEEN;
}

static const struct seen *device_of(const struct device_watch *w, const struct event *e)
{
	char room[32];
	uint64_t at;
	bool known = (e->device > 0 && map_get(w->by, number_key(room, e->device), &at)) || map_get(w->by, addr_key(room, e->addr), &at);
	return known ? &w->v.v[at] : NULL;
}

const char *device_watch_kind(const struct device_watch *w, const struct event *e)
{
	const struct seen *s = device_of(w, e);
	return s && s->kind[0] ? s->kind : NULL;
}

int64_t device_watch_entry(const struct device_watch *w, const struct event *e)
{
	const struct seen *s = device_of(w, e);
	return s ? s->id : 0;
}

const char *device_watch_system(const struct device_watch *w, const struct event *e)
{
	const struct seen *s = device_of(w, e);
	return s && s->runs[0] ? s->runs : NULL;
}

void device_watch_event(struct device_watch *w, const struct event *e)
{
	char room[32];
	uint64_t at;
	bool refused;
	if (!traffic(e->kind, &refused))
		return;
	bool known = (e->device > 0 && map_get(w->by, number_key(room, e->device), &at)) || map_get(w->by, addr_key(room, e->addr), &at);
	if (!known)
		return;
	struct seen *s = &w->v.v[at];
	int64_t now = e->at_ms / 1000;
	s->dirty = true;
	s->seen_utc = now > s->seen_utc ? now : s->seen_utc;
	s->refused_utc = refused && now > s->refused_utc ? now : s->refused_utc;
	s->how = e->device > 0 ? KNOWN_DEVICE_TOKEN : KNOWN_DEVICE_ADDRESS;
	snprintf(s->group, sizeof s->group, "%.*s", STRF(str_upto(e->group, GROUP_BYTES - 1)));
}

/* ---- keeping ---- */

static enum err devices_in_use(struct store *st, struct arena *a, int64_t school, struct entry **out, size_t *n)
{
	struct entry_may may = { .school = school, .classes = ENTRY_BIT(ENTRY_GENERAL) };
	struct entry_query q = { .reg = REG, .states = { "protected", "unprotected" }, .limit = ENTRY_PAGE_MAX };
	*out = arena_array(a, struct entry, DEVICES_SEEN_MAX);
	for (*n = 0; *n + ENTRY_PAGE_MAX <= DEVICES_SEEN_MAX; q.offset += ENTRY_PAGE_MAX) {
		struct entry_page page;
		TRY(entry_list(st, a, &may, &q, &page));
		if (page.n)
			memcpy(*out + *n, page.entries, page.n * sizeof **out);
		*n += page.n;
		if (page.n < ENTRY_PAGE_MAX)
			break;
	}
	return OK;
}

static enum err put(struct store *st, const struct act *act, const struct seen *s)
{
	struct q_device_seen_put_args args = { .school = act->school, .device = s->id, .seen = s->seen_utc, .refused = s->refused_utc, .how = s->how, .group = str_z(s->group) };
	return q_device_seen_put_do(st->db, &args, NULL);
}

/* Into the entry itself, once a week: it says when the filter was last seen working, and shows as protected by it. */
static enum err write_entry(struct store *st, struct arena *a, const struct act *act, const struct entry *e, int64_t seen_utc)
{
	AUTO(diag_done) struct diag d = diag_init(5);
	struct entry_may may = { .school = act->school, .classes = ENTRY_BIT(ENTRY_GENERAL) };
	struct entry_field f = { STR("filter-seen"), time_iso_date(a, seen_utc) };
	int64_t was;
	if (time_read_date(entry_value(e, "filter-seen"), &was) == OK && seen_utc - was < (int64_t)WRITTEN_EVERY_DAYS * DAY_S)
		return OK;
	enum err done = entry_update(st, act, &may, e->id, e->version, &(struct entry_in){ .reg = REG, .fields = &f, .n_fields = 1 }, &d);
	return d.errors || done == ERR_STALE ? OK : done;      /* an entry that breaks its rules waits for a person */
}

static struct seen *slot(struct device_watch *w, const struct entry *e)
{
	char room[32];
	uint64_t at;
	struct addr addr;
	if (!map_get(w->by, number_key(room, e->number), &at)) {
		at = w->v.n;
		*vec_push(&w->v) = (struct seen){ .id = e->id, .number = e->number };
		map_set(w->by, number_key(room, e->number), at);
	}
	snprintf(w->v.v[at].kind, KIND_BYTES, "%.*s", STRF(str_upto(entry_value(e, "kind"), KIND_BYTES - 1)));
	snprintf(w->v.v[at].runs, KIND_BYTES, "%.*s", STRF(str_upto(entry_value(e, "system"), KIND_BYTES - 1)));
	if (addr_read(entry_value(e, "address"), &addr) == OK)
		map_set(w->by, addr_key(room, addr.b), at);
	return &w->v.v[at];
}

enum err device_watch_flush(struct device_watch *w, struct store *st, const struct act *act)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct entry *v;
	size_t n;
	if (!registers_find(st->registers, str_z(REG)))
		return OK;
	TRY(devices_in_use(st, &a, act->school, &v, &n));
	for (size_t i = 0; i < n; i++) {
		struct seen *s = slot(w, &v[i]);
		if (!s->dirty)
			continue;
		AUTO(db_tx_done) struct db_tx tx = { 0 };
		TRY(db_tx_begin(st->db, &tx));
		TRY(put(st, act, s));
		TRY(write_entry(st, &a, act, &v[i], s->seen_utc));
		TRY(db_tx_commit(&tx));
		s->dirty = false;
	}
	return OK;
}

/* ---- what is not seen ---- */

int64_t device_quiet_days(const struct library *l) { return profile_number(&l->profile, "monitoring.device_quiet_days", DEVICE_QUIET_DAYS); }

static int by_need(const void *p, const void *q)
{
	const struct device_line *a = p, *b = q;
	if (a->unmonitored != b->unmonitored)
		return a->unmonitored ? -1 : 1;
	return a->seen_utc < b->seen_utc ? -1 : a->seen_utc > b->seen_utc ? 1 : a->number < b->number ? -1 : 1;
}

static const struct q_device_seen_all_row *seen_of(const struct q_device_seen_all_row *v, size_t n, int64_t id)
{
	for (size_t low = 0, high = n; low < high;) {
		size_t mid = (low + high) / 2;
		if (v[mid].device == id)
			return &v[mid];
		if (v[mid].device < id)
			low = mid + 1;
		else
			high = mid;
	}
	return NULL;
}

enum err device_lines(struct store *st, struct arena *a, int64_t school, int64_t now_utc, int64_t quiet_days, struct device_line **out, size_t *n, size_t *unmonitored)
{
	struct entry *v;
	struct q_device_seen_all_row *rows;
	size_t seen_n;
	TRY(devices_in_use(st, a, school, &v, n));
	TRY(q_device_seen_all(st->db, a, &(struct q_device_seen_all_args){ .school = school }, &rows, &seen_n));
	*out = arena_array(a, struct device_line, *n + 1);
	*unmonitored = 0;
	for (size_t i = 0; i < *n; i++) {
		const struct q_device_seen_all_row *s = seen_of(rows, seen_n, v[i].id);
		struct device_line *l = &(*out)[i];
		*l = (struct device_line){ .id = v[i].id, .number = v[i].number, .label = entry_value(&v[i], "label"), .kind = entry_value(&v[i], "kind"), .place = entry_value(&v[i], "place") };
		if (s) {
			l->seen_utc = s->seen_utc;
			l->refused_utc = s->refused_utc;
			l->how = (int)s->how;
			l->group = s->group_name;
		}
		l->unmonitored = now_utc - l->seen_utc > quiet_days * DAY_S;
		*unmonitored += l->unmonitored;
	}
	if (*n)
		qsort(*out, *n, sizeof **out, by_need);
	return OK;
}

enum err device_seen_tick(struct store *st, const struct library *l, int64_t school, int64_t now_utc, bool *told)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct act act = { school, 0, "devices that the filter has not seen" };
	struct device_line *v;
	size_t n, quiet;
	int64_t id;
	*told = false;
	if (!registers_find(st->registers, str_z(REG)) || !calendar_is_school_day(library_calendar(l), now_utc))
		return OK;
	TRY(device_lines(st, &a, school, now_utc, device_quiet_days(l), &v, &n, &quiet));
	if (!quiet)
		return OK;
	struct task_in in = { .kind = "device-unmonitored", .for_role = "technician", .due_utc = now_utc + 7 * DAY_S, .link = "/status/devices",
		.title = arena_fmt(&a, "%zu %s not seen by the filter for %lld days", quiet, quiet == 1 ? "device was" : "devices were", (long long)device_quiet_days(l)),
		.details = STR("Switch each one on, open a page, and look here again; or say in the register that it is lost or no longer used."),
		.key = arena_fmt(&a, "device-unmonitored %lld", (long long)(now_utc / (7 * DAY_S))).p };
	return task_open_once(st, &act, &in, NULL, &id, told);
}
