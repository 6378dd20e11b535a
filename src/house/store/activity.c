#include "house/store/activity.h"

#include "base/clock.h"
#include "base/map.h"
#include "base/time.h"
#include "base/vec.h"
#include "gen_queries.h"
#include "house/store/activity_inner.h"
#include "house/store/audit.h"

enum { HOST_BYTES = 253, PATH_BYTES = 500, WORD_BYTES = 60, SAID_BYTES = 200, REASON_MIN = 3 };
static const int64_t DAY_MS = 86400000, OLDEST_DAYS = 400;

/* ---- what came from outside is made storable ---- */

static struct str clean(struct arena *a, struct str s, size_t max)
{
	struct str cut = str_upto(s, max);
	if (str_utf8(cut))
		return cut.p ? cut : STR("");
	char *p = arena_alloc(a, cut.n + 1);
	for (size_t i = 0; i < cut.n; i++)
		p[i] = cut.p[i] >= ' ' && cut.p[i] < 127 ? cut.p[i] : '?';
	return (struct str){ p, cut.n };
}

/* A gate whose clock is wrong does not make months of its own. */
static int64_t sane_ms(int64_t at_ms, int64_t now_ms)
{
	if (at_ms > now_ms + DAY_MS)
		return now_ms;
	return at_ms < now_ms - OLDEST_DAYS * DAY_MS ? now_ms - OLDEST_DAYS * DAY_MS : at_ms;
}

static int64_t uk_day(int64_t at_ms)
{
	int64_t utc = at_ms / 1000;
	return (utc + time_uk_offset(utc)) / 86400;
}

/* ---- ingest ---- */

struct day_count { int64_t school, day, kind; struct str group, category; int64_t n, limited; };

struct batch {
	struct db *db;
	struct arena arena;
	struct map *hosts;             /* "school name" -> id */
	struct map *days;              /* key -> index of counts */
	VEC(struct day_count) counts;
	int64_t now_ms, month, kept;
	bool month_kept;
	struct db_stmt insert;
};

static void batch_done(struct batch *b)
{
	arena_done(&b->arena);
	map_free(&b->hosts);
	map_free(&b->days);
	vec_done(&b->counts);
}

static enum err host_id(struct batch *b, int64_t school, struct str name, int64_t n, int64_t *id)
{
	*id = 0;
	if (!name.n)
		return OK;
	struct str key = arena_fmt(&b->arena, "%lld %.*s", (long long)school, STRF(name));
	uint64_t known;
	if (map_get(b->hosts, key, &known)) {
		*id = (int64_t)known;
		return OK;
	}
	struct q_activity_host_seen_row row;
	TRY(q_activity_host_seen_one(b->db, &b->arena, &(struct q_activity_host_seen_args){ .school = school, .name = name, .n = n }, &row));
	map_set(b->hosts, key, (uint64_t)row.id);
	*id = row.id;
	return OK;
}

static void count_day(struct batch *b, const struct activity_event *e, int64_t at_ms, struct str group, struct str category, int64_t n)
{
	int64_t day = uk_day(at_ms);
	struct str key = arena_fmt(&b->arena, "%lld %lld %d %.*s\n%.*s", (long long)e->school, (long long)day, e->kind, STRF(group), STRF(category));
	uint64_t at;
	if (!map_get(b->days, key, &at)) {
		at = b->counts.n;
		map_set(b->days, key, at);
		*vec_push(&b->counts) = (struct day_count){ e->school, day, e->kind, group, category, 0, 0 };
	}
	b->counts.v[at].n += n;
	b->counts.v[at].limited += event_limited((enum event_kind)e->kind, e->host.n, e->path.n) ? n : 0;
}

static enum err turn_to_month(struct batch *b, int64_t month)
{
	if (b->month == month)
		return OK;
	TRY(month_ensure(b->db, month, &b->month_kept));
	b->month = month;
	struct str table = month_table(b->db, &b->arena, month);
	b->insert = (struct db_stmt){ "activity_put", "", arena_fmt(&b->arena,
		"INSERT INTO %.*s (school, at_ms, person, class, device, kind, how, sure, host, n, addr, group_name, path, reason, rule,"
		" category, list, said) VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15,$16,$17,$18)", STRF(table)).p, 0, false };
	return OK;
}

static enum err keep(struct batch *b, const struct activity_event *e, int64_t at_ms, int64_t n, struct str group, struct str category)
{
	struct arena *a = &b->arena;
	int64_t host;
	TRY(turn_to_month(b, month_of(at_ms)));
	if (!b->month_kept)
		return OK;                     /* the month was dropped: its counts are all that is kept */
	TRY(host_id(b, e->school, clean(a, e->host, HOST_BYTES), n, &host));
	struct db_val v[] = {
		DB_I(e->school), DB_I(at_ms), DB_I(e->person), DB_I(e->class_id), DB_I(e->device), DB_I(e->kind), DB_I(e->how), DB_I(e->sure),
		DB_I(host), DB_I(n), DB_B(((struct str){ (const char *)e->addr, sizeof e->addr })), DB_T(group), DB_T(clean(a, e->path, PATH_BYTES)),
		DB_T(clean(a, e->reason, WORD_BYTES)), DB_T(clean(a, e->rule, WORD_BYTES)), DB_T(category), DB_T(clean(a, e->list, WORD_BYTES)),
		DB_T(clean(a, e->text, SAID_BYTES)),
	};
	TRY(db_run(b->db, &b->insert, v, ARRAY_N(v), NULL, NULL, NULL));
	b->kept++;
	return OK;
}

static enum err take(struct batch *b, const struct activity_event *e)
{
	if (e->school <= 0)
		return ERR_INVALID;
	int64_t at_ms = sane_ms(e->at_ms, b->now_ms), n = e->count && e->count < INT32_MAX ? (int64_t)e->count : 1;
	struct str group = clean(&b->arena, e->group, WORD_BYTES), category = clean(&b->arena, e->category, WORD_BYTES);
	count_day(b, e, at_ms, group, category, n);
	return e->unnamed ? OK : keep(b, e, at_ms, n, group, category);
}

static enum err put_counts(struct batch *b)
{
	for (size_t i = 0; i < b->counts.n; i++) {
		const struct day_count *c = &b->counts.v[i];
		struct q_activity_day_add_args add = { .school = c->school, .day = c->day, .kind = c->kind, .group = c->group, .category = c->category, .n = c->n, .limited = c->limited };
		TRY(q_activity_day_add_do(b->db, &add, NULL));
	}
	return OK;
}

static bool after(const struct activity_item *i, const struct activity_cursor *c)
{
	return i->segment > c->segment || (i->segment == c->segment && i->record > c->record);
}

static enum err cursor_of(struct db *db, struct arena *a, struct str gate, int64_t worker, struct activity_cursor *out, bool *fresh)
{
	struct q_ingest_cursor_get_row row = { 0 };
	enum err e = q_ingest_cursor_get_one(db, a, &(struct q_ingest_cursor_get_args){ .gate = gate, .worker = worker }, &row);
	if (e != OK && e != ERR_ABSENT)
		return e;
	*fresh = e == ERR_ABSENT;
	*out = (struct activity_cursor){ arena_str(a, gate), worker, row.segment, row.record };
	return OK;
}

enum err activity_cursor_get(struct db *db, struct arena *a, struct str gate, int64_t worker, struct activity_cursor *out)
{
	bool fresh;
	return cursor_of(db, a, gate, worker, out, &fresh);
}

static enum err ingest(struct batch *b, const struct activity_cursor *upto, const struct activity_item *items, size_t n)
{
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	TRY(db_tx_begin(b->db, &tx));
	struct activity_cursor at;
	bool fresh;
	TRY(cursor_of(b->db, &b->arena, upto->gate, upto->worker, &at, &fresh));
	for (size_t i = 0; i < n; i++)
		if (fresh || after(&items[i], &at))
			TRY(take(b, &items[i].e));
	TRY(put_counts(b));
	struct activity_item last = { .segment = upto->segment, .record = upto->record };
	if (fresh || after(&last, &at))
		TRY(q_ingest_cursor_set_do(b->db, &(struct q_ingest_cursor_set_args){ .gate = upto->gate, .worker = upto->worker,
			.segment = upto->segment, .record = upto->record }, NULL));
	return db_tx_commit(&tx);
}

enum err activity_ingest(struct db *db, const struct activity_cursor *upto, const struct activity_item *items, size_t n, int64_t *kept)
{
	if (n > ACTIVITY_BATCH_MAX)
		return ERR_LIMIT;
	AUTO(batch_done) struct batch b = { .db = db, .arena = arena_init(), .hosts = map_new(), .days = map_new(), .now_ms = clock_ms() };
	TRY(ingest(&b, upto, items, n));
	if (kept)
		*kept = b.kept;
	return OK;
}

/* ---- views ---- */

enum err activity_open_view(struct db *house, const struct act *act, int64_t person, int64_t class_id,
                            int64_t from_utc, int64_t upto_utc, struct activity_view *out)
{
	struct str why = str_trim(str_z(act->why));
	if (act->person <= 0 || why.n < REASON_MIN || why.n > AUDIT_TEXT_MAX || from_utc > upto_utc)
		return ERR_INVALID;
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	TRY(db_tx_begin(house, &tx));
	struct q_view_put_row row;
	struct q_view_put_args put = { .school = act->school, .viewer = act->person, .person = person, .class = class_id, .at = clock_utc(),
		.from = from_utc, .upto = upto_utc, .why = why };
	TRY(q_view_put_one(house, &a, &put, &row));
	TRY(audit_add(house, act, "activity.opened", (struct audit_about){ class_id ? "class" : "person", class_id ? class_id : person }, NULL));
	TRY(db_tx_commit(&tx));
	*out = (struct activity_view){ row.id, act->school, act->person, person, class_id, from_utc, upto_utc };
	return OK;
}

enum err activity_views(struct db *house, struct arena *a, int64_t school, int64_t about, int64_t before_id, int64_t limit,
                        struct activity_viewed **out, size_t *n)
{
	struct q_view_list_row *rows;
	struct q_view_list_args args = { .school = school, .about = about, .before = before_id ? before_id : INT64_MAX,
		.limit = limit > 0 && limit <= ACTIVITY_PAGE_MAX ? limit : 50 };
	TRY(q_view_list(house, a, &args, &rows, n));
	*out = arena_array(a, struct activity_viewed, *n + 1);
	for (size_t i = 0; i < *n; i++)
		(*out)[i] = (struct activity_viewed){ rows[i].id, rows[i].viewer, rows[i].person, rows[i].class_id, rows[i].at_utc,
			rows[i].from_utc, rows[i].upto_utc, rows[i].why };
	return OK;
}

/* ---- counts ---- */

enum err activity_counts(struct db *db, struct arena *a, int64_t school, int64_t from_day, int64_t upto_day,
                         struct activity_count **out, size_t *n)
{
	struct q_activity_day_rows_row *rows;
	TRY(q_activity_day_rows(db, a, &(struct q_activity_day_rows_args){ .school = school, .from = from_day, .upto = upto_day }, &rows, n));
	*out = arena_array(a, struct activity_count, *n + 1);
	for (size_t i = 0; i < *n; i++)
		(*out)[i] = (struct activity_count){ rows[i].day, rows[i].kind, rows[i].group_name, rows[i].category, rows[i].n, rows[i].limited };
	return OK;
}

enum err activity_class_counts(struct db *db, struct arena *a, int64_t school, int64_t class_id, int64_t from_utc,
                               int64_t upto_utc, struct activity_count **out, size_t *n)
{
	struct q_activity_class_rows_row *rows;
	struct q_activity_class_rows_args args = { .school = school, .class = class_id, .from_ms = from_utc * 1000, .upto_ms = upto_utc * 1000 };
	TRY(q_activity_class_rows(db, a, &args, &rows, n));
	*out = arena_array(a, struct activity_count, *n + 1);
	for (size_t i = 0; i < *n; i++)
		(*out)[i] = (struct activity_count){ rows[i].day, rows[i].kind, rows[i].group_name, rows[i].category, rows[i].n,
			event_limited((enum event_kind)rows[i].kind, rows[i].bare, false) ? rows[i].n : 0 };
	return OK;
}

/* ---- retention ---- */

static enum err say_dropped(struct db *house, int64_t month, int64_t now_utc)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	struct q_school_all_row *schools;
	size_t n;
	TRY(db_tx_begin(house, &tx));
	TRY(q_school_all(house, &a, &schools, &n));
	for (size_t i = 0; i < n; i++) {
		struct act act = { schools[i].id, 0, "past its retention" };
		struct q_tombstone_put_args put = { .school = act.school, .kind = STR("month"), .about = month, .person = 0, .at = now_utc, .why = STR("past its retention") };
		TRY(q_tombstone_put_do(house, &put, NULL));
		TRY(audit_add(house, &act, "activity.month-dropped", (struct audit_about){ "month", month }, NULL));
	}
	return db_tx_commit(&tx);
}

/* The record is made first: better one too many than a month that went without a word. */
enum err activity_retain(struct db *db, struct db *house, int64_t keep_days, int64_t now_utc, int64_t *dropped)
{
	AUTO(arena_done) struct arena a = arena_init();
	int64_t *months, n_dropped = 0;
	size_t n;
	TRY(month_list(db, &a, &months, &n));
	for (size_t i = 0; i < n; i++) {
		if (month_start_ms(month_next(months[i])) > (now_utc - keep_days * 86400) * 1000)
			continue;
		TRY(say_dropped(house, months[i], now_utc));
		TRY(month_drop(db, months[i], now_utc));
		n_dropped++;
	}
	if (dropped)
		*dropped = n_dropped;
	return OK;
}
