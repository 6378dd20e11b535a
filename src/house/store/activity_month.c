/* Tables of a month: made when the first event of a month comes, dropped when it is over age. */
#include "base/buf.h"
#include "base/clock.h"
#include "base/time.h"
#include "gen_queries.h"
#include "house/store/activity_inner.h"

int64_t month_of(int64_t at_ms)
{
	struct civil c = time_civil(at_ms / 1000);
	return c.year * 100 + c.month;
}

int64_t month_start_ms(int64_t month)
{
	return time_of((struct civil){ .year = (int)(month / 100), .month = (int)(month % 100), .day = 1 }) * 1000;
}

int64_t month_next(int64_t month) { return month % 100 == 12 ? month + 89 : month + 1; }

struct str month_table(struct db *db, struct arena *a, int64_t month)
{
	return db_engine(db) == DB_SQLITE ? arena_fmt(a, "activity_%lld", (long long)month) : STR("activity");
}

enum err month_list(struct db *db, struct arena *a, int64_t **out, size_t *n)
{
	struct q_activity_months_row *rows;
	size_t all;
	TRY(q_activity_months(db, a, &rows, &all));
	*out = arena_array(a, int64_t, all + 1);
	*n = 0;
	for (size_t i = 0; i < all; i++)
		if (!rows[i].dropped_utc)
			(*out)[(*n)++] = rows[i].month;
	return OK;
}

/* SQLite: the view over every month that is there. */
static enum err view_again(struct db *db)
{
	if (db_engine(db) != DB_SQLITE)
		return OK;
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(buf_done) struct buf sql = buf_init(64 * 1024);
	int64_t *months;
	size_t n;
	TRY(month_list(db, &a, &months, &n));
	buf_z(&sql, "DROP VIEW activity; CREATE VIEW activity AS SELECT * FROM activity_none");
	for (size_t i = 0; i < n; i++)
		buf_fmt(&sql, " UNION ALL SELECT * FROM activity_%lld", (long long)months[i]);
	TRY(buf_ok(&sql));
	return db_script(db, arena_z(&a, buf_str(&sql)));
}

static const char sqlite_month[] =
	"CREATE TABLE activity_%lld ("
	" id INTEGER PRIMARY KEY, school INTEGER NOT NULL, at_ms INTEGER NOT NULL, person INTEGER NOT NULL, class INTEGER NOT NULL,"
	" device INTEGER NOT NULL, kind INTEGER NOT NULL, how INTEGER NOT NULL, sure INTEGER NOT NULL, host INTEGER NOT NULL,"
	" n INTEGER NOT NULL, addr BLOB NOT NULL, group_name TEXT NOT NULL, path TEXT NOT NULL, reason TEXT NOT NULL,"
	" rule TEXT NOT NULL, category TEXT NOT NULL, list TEXT NOT NULL, said TEXT NOT NULL) STRICT;";
static const char *const sqlite_indexes[] = { "person", "class", "host" };

static enum err make_sqlite(struct db *db, int64_t month)
{
	AUTO(arena_done) struct arena a = arena_init();
	TRY(db_script(db, arena_fmt(&a, sqlite_month, (long long)month).p));
	for (size_t i = 0; i < ARRAY_N(sqlite_indexes); i++)
		TRY(db_script(db, arena_fmt(&a, "CREATE INDEX activity_%lld_%s ON activity_%lld (school, %s, at_ms, id)",
		                            (long long)month, sqlite_indexes[i], (long long)month, sqlite_indexes[i]).p));
	TRY(db_script(db, arena_fmt(&a, "CREATE INDEX activity_%lld_time ON activity_%lld (school, at_ms, id)", (long long)month, (long long)month).p));
	return view_again(db);
}

static enum err make_pg(struct db *db, int64_t month)
{
	AUTO(arena_done) struct arena a = arena_init();
	long long m = month, from = month_start_ms(month), upto = month_start_ms(month_next(month));
	TRY(db_script(db, arena_fmt(&a, "CREATE TABLE activity_%lld PARTITION OF activity FOR VALUES FROM (%lld) TO (%lld)", m, from, upto).p));
	return db_script(db, arena_fmt(&a,
		"ALTER TABLE activity_%lld ENABLE ROW LEVEL SECURITY; ALTER TABLE activity_%lld FORCE ROW LEVEL SECURITY;"
		"CREATE POLICY activity_%lld_school ON activity_%lld USING (gatehouse_school() = 0 OR school = gatehouse_school())", m, m, m, m).p);
}

static enum err was_dropped(struct db *db, int64_t month, bool *kept)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct q_activity_months_row *rows;
	size_t n;
	TRY(q_activity_months(db, &a, &rows, &n));
	for (size_t i = 0; i < n; i++)
		if (rows[i].month == month)
			*kept = !rows[i].dropped_utc;
	return OK;
}

enum err month_ensure(struct db *db, int64_t month, bool *kept)
{
	int64_t made = 0;
	*kept = true;
	TRY(q_activity_month_put_do(db, &(struct q_activity_month_put_args){ .month = month, .at = clock_utc() }, &made));
	if (!made)
		return was_dropped(db, month, kept);
	return db_engine(db) == DB_SQLITE ? make_sqlite(db, month) : make_pg(db, month);
}

static enum err one_number(void *ctx, const struct db_val *v, size_t n)
{
	*(int64_t *)ctx = v[0].i;
	return OK;
}

static enum err month_rows(struct db *db, struct arena *a, int64_t month, int64_t *n)
{
	struct db_stmt count = { "month_rows", "", arena_fmt(a, "SELECT count(*) FROM activity_%lld", (long long)month).p, -1, true };
	return db_run(db, &count, NULL, 0, one_number, n, NULL);
}

enum err month_drop(struct db *db, int64_t month, int64_t now_utc)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	int64_t n = 0;
	TRY(db_tx_begin(db, &tx));
	TRY(month_rows(db, &a, month, &n));
	TRY(q_activity_month_drop_do(db, &(struct q_activity_month_drop_args){ .month = month, .at = now_utc, .n = n }, NULL));
	TRY(view_again(db));
	TRY(db_script(db, arena_fmt(&a, "DROP TABLE activity_%lld", (long long)month).p));
	TRY(q_activity_hosts_sweep_do(db, NULL));
	return db_tx_commit(&tx);
}
