#include <sodium.h>

#include "base/buf.h"
#include "base/hash.h"
#include "base/rd.h"
#include "base/vec.h"
#include "gen_queries.h"
#include "house/archive/archive_inner.h"
#include "house/store/activity_inner.h"
#include "io/file.h"

enum { SHA = crypto_hash_sha256_BYTES };

struct applied { enum db_part part; struct str name, digest; };

/* One pass over blocks.  Nothing is believed before the digest of the whole file was checked. */
struct walk {
	struct archive_sum sum;
	struct db *db[2];              /* by part; NULL: only checking */
	struct arena arena;            /* of the table */
	struct arena whole;            /* of the archive */
	VEC(struct applied) applied;
	struct archive_table table;
	bool in_table, ready[2], ended;
	int64_t rows, month;
	struct db_stmt insert;
};

static void walk_done(struct walk *w)
{
	arena_done(&w->arena);
	arena_done(&w->whole);
	vec_done(&w->applied);
}

static struct str rd_text(struct rd *r) { return rd_bytes(r, rd_u32(r)); }

/* ---- S: which migrations the archive's schema had ---- */

static enum err take_applied(struct walk *w, struct str block)
{
	struct rd r = rd_over(block);
	struct applied ap = { .part = rd_u8(&r) };
	ap.name = rd_text(&r);
	ap.digest = rd_text(&r);
	if (rd_end(&r) != OK || ap.part > DB_ACTIVITY)
		return ERR_CORRUPT;
	ap.name = arena_str(&w->whole, ap.name);
	ap.digest = arena_str(&w->whole, ap.digest);
	*vec_push(&w->applied) = ap;
	return OK;
}

/* The schema as it was when the archive was made; what came since is applied afterwards. */
static enum err make_schema(struct walk *w, enum db_part part)
{
	AUTO(mem_free) const char **names = mem_array(const char *, w->applied.n + 1);
	AUTO(mem_free) const char **digests = mem_array(const char *, w->applied.n + 1);
	size_t n = 0;
	for (size_t i = 0; i < w->applied.n; i++)
		if (w->applied.v[i].part == part) {
			names[n] = w->applied.v[i].name.p;
			digests[n++] = w->applied.v[i].digest.p;
		}
	w->ready[part] = true;
	return db_migrate_as(w->db[part], part, names, digests, n);
}

/* ---- T, R, E: tables ---- */

static enum err read_columns(struct walk *w, struct rd *r)
{
	struct archive_table *t = &w->table;
	t->n = rd_u16(r);
	if (t->n > ARCHIVE_COLUMNS || !t->n)
		return ERR_CORRUPT;
	for (size_t i = 0; i < t->n; i++) {
		t->columns[i].name = arena_str(&w->arena, rd_text(r));
		t->columns[i].type = rd_u8(r);
		if (t->columns[i].type < DB_INT || t->columns[i].type > DB_BLOB)
			return ERR_CORRUPT;
	}
	return rd_end(r) == OK ? OK : ERR_CORRUPT;
}

static bool has_column(const struct archive_table *t, struct str name)
{
	for (size_t i = 0; i < t->n; i++)
		if (str_eq(t->columns[i].name, name))
			return true;
	return false;
}

/* Names from the archive are used only when the database itself knows them. */
static enum err check_known(struct walk *w)
{
	struct archive_table *all;
	size_t n;
	TRY(archive_tables(w->db[w->table.part], w->table.part, &w->arena, &all, &n));
	for (size_t i = 0; i < n; i++) {
		if (!str_eq(all[i].name, w->table.name))
			continue;
		for (size_t c = 0; c < w->table.n; c++)
			if (!has_column(&all[i], w->table.columns[c].name))
				return ERR_VERSION;
		return OK;
	}
	return ERR_VERSION;
}

static enum err insert_sql(struct walk *w, struct str into)
{
	AUTO(buf_done) struct buf sql = buf_init(8192);
	buf_fmt(&sql, "INSERT INTO %.*s (", STRF(into));
	for (size_t i = 0; i < w->table.n; i++)
		buf_fmt(&sql, "%s%.*s", i ? ", " : "", STRF(w->table.columns[i].name));
	for (size_t i = 0; i < w->table.n; i++)
		buf_fmt(&sql, "%s$%zu", i ? ", " : ") VALUES (", i + 1);
	buf_z(&sql, ")");
	TRY(buf_ok(&sql));
	w->insert = (struct db_stmt){ "restore", "", arena_z(&w->arena, buf_str(&sql)), -1, false };
	return OK;
}

static enum err take_table(struct walk *w, struct str block)
{
	struct rd r = rd_over(block);
	if (w->in_table)
		return ERR_CORRUPT;
	arena_done(&w->arena);
	w->table = (struct archive_table){ .part = rd_u8(&r) };
	w->table.name = arena_str(&w->arena, rd_text(&r));
	if (w->table.part > DB_ACTIVITY)
		return ERR_CORRUPT;
	TRY(read_columns(w, &r));
	w->in_table = true;
	w->rows = w->month = 0;
	w->sum.tables++;
	if (!w->db[w->table.part])
		return OK;
	if (!w->ready[w->table.part])
		TRY(make_schema(w, w->table.part));
	TRY(check_known(w));
	return insert_sql(w, w->table.name);
}

static enum err read_value(struct rd *r, enum db_type type, struct db_val *v)
{
	uint8_t kind = rd_u8(r);
	*v = (struct db_val){ .type = type, .null = kind == 0 };
	if (kind == 1)
		v->i = (int64_t)rd_u64(r);
	else if (kind)
		v->s = rd_text(r);
	return r->bad || kind > 3 || (kind && (enum db_type)kind != type) ? ERR_CORRUPT : OK;
}

/* Kinds in the file are those of enum db_type. */
static_assert(DB_INT == 1 && DB_TEXT == 2 && DB_BLOB == 3, "kinds in the file");

static int64_t int_at(const struct walk *w, const struct db_val *v, const char *column)
{
	for (size_t i = 0; i < w->table.n; i++)
		if (str_is(w->table.columns[i].name, column))
			return v[i].i;
	return 0;
}

/* Events go to the table of their month; the record of months that are there is made with them. */
static enum err aim(struct walk *w, const struct db_val *v)
{
	bool kept;
	struct db *db = w->db[w->table.part];
	int64_t month = month_of(int_at(w, v, "at_ms"));
	if (month == w->month)
		return OK;
	w->month = month;
	TRY(month_ensure(db, month, &kept));
	return insert_sql(w, month_table(db, &w->arena, month));
}

static enum err put_row(struct walk *w, const struct db_val *v)
{
	bool kept;
	struct db *db = w->db[w->table.part];
	if (str_is(w->table.name, "activity"))
		TRY(aim(w, v));
	if (str_is(w->table.name, "activity_month") && !int_at(w, v, "dropped_utc"))
		return month_ensure(db, int_at(w, v, "month"), &kept);
	return db_run(db, &w->insert, v, w->table.n, NULL, NULL, NULL);
}

static enum err take_row(struct walk *w, struct str block)
{
	struct db_val v[ARCHIVE_COLUMNS];
	struct rd r = rd_over(block);
	if (!w->in_table)
		return ERR_CORRUPT;
	for (size_t i = 0; i < w->table.n; i++)
		TRY(read_value(&r, w->table.columns[i].type, &v[i]));
	if (rd_end(&r) != OK)
		return ERR_CORRUPT;
	w->rows++;
	w->sum.rows++;
	return w->db[w->table.part] ? put_row(w, v) : OK;
}

/* PostgreSQL: ids go on after the highest that was restored. */
static enum err move_ids(struct walk *w)
{
	struct db *db = w->db[w->table.part];
	bool events = str_is(w->table.name, "activity");
	if (!db || db_engine(db) != DB_POSTGRES || !str_is(w->table.columns[0].name, "id"))
		return OK;
	AUTO(arena_done) struct arena a = arena_init();
	struct str sequence = events ? STR("'activity_id'") : arena_fmt(&a, "pg_get_serial_sequence('%.*s', 'id')", STRF(w->table.name));
	return db_script(db, arena_fmt(&a, "SELECT setval(%.*s, (SELECT coalesce(max(id), 0) + 1 FROM %.*s), false)", STRF(sequence), STRF(w->table.name)).p);
}

static enum err take_end(struct walk *w, struct str block)
{
	struct rd r = rd_over(block);
	uint64_t rows = rd_u64(&r);
	if (!w->in_table || rd_end(&r) != OK || rows != (uint64_t)w->rows)
		return ERR_CORRUPT;
	w->in_table = false;
	return move_ids(w);
}

static enum err take_block(struct walk *w, uint8_t kind, struct str block)
{
	switch (kind) {
	case 'M': {
		struct rd r = rd_over(block);
		w->sum.made_utc = (int64_t)rd_u64(&r);
		return rd_ok(&r);
	}
	case 'S': return take_applied(w, block);
	case 'T': return take_table(w, block);
	case 'R': return take_row(w, block);
	case 'E': return take_end(w, block);
	case 'Z': w->ended = true; return block.n || w->in_table ? ERR_CORRUPT : OK;
	default: return ERR_CORRUPT;
	}
}

static enum err walk_blocks(struct walk *w, struct str bytes)
{
	struct rd r = rd_over(str_upto(bytes, bytes.n - SHA));
	struct str magic = rd_bytes(&r, strlen(ARCHIVE_MAGIC));
	if (!str_is(magic, ARCHIVE_MAGIC))
		return ERR_CORRUPT;
	if (rd_u32(&r) != ARCHIVE_VERSION)
		return ERR_VERSION;
	while (rd_left(&r) && !w->ended) {
		uint8_t kind = rd_u8(&r);
		uint32_t n = rd_u32(&r);
		struct str block = rd_bytes(&r, n);
		if (r.bad || n > ARCHIVE_BLOCK_MAX)
			return ERR_CORRUPT;
		TRY(take_block(w, kind, block));
	}
	w->sum.bytes = (int64_t)bytes.n;
	return w->ended && rd_end(&r) == OK ? OK : ERR_CORRUPT;
}

static enum err check_digest(struct str bytes)
{
	uint8_t want[SHA];
	if (bytes.n < strlen(ARCHIVE_MAGIC) + 4 + SHA)
		return ERR_CORRUPT;
	hash_sha256(str_upto(bytes, bytes.n - SHA), want);
	return hash_same(want, bytes.p + bytes.n - SHA, SHA) ? OK : ERR_CORRUPT;
}

enum err archive_check_bytes(struct str bytes, struct archive_sum *out)
{
	AUTO(walk_done) struct walk w = { .arena = arena_init(), .whole = arena_init() };
	TRY(check_digest(bytes));
	TRY(walk_blocks(&w, bytes));
	*out = w.sum;
	return OK;
}

enum err archive_check(const char *path, struct archive_sum *out)
{
	AUTO(file_unmap) struct file_map map = { 0 };
	TRY(file_map(path, &map));
	return archive_check_bytes(map.bytes, out);
}

static enum err one_number(void *ctx, const struct db_val *v, size_t n)
{
	*(int64_t *)ctx = v[0].i;
	return OK;
}

static enum err must_be_empty(struct db *db)
{
	static const struct db_stmt st[] = {
		[DB_SQLITE] = { "empty", "", "SELECT count(*) FROM sqlite_schema", -1, true },
		[DB_POSTGRES] = { "empty", "", "SELECT count(*) FROM information_schema.tables WHERE table_schema = current_schema()", -1, true },
	};
	int64_t n = -1;
	TRY(db_run(db, &st[db_engine(db)], NULL, 0, one_number, &n, NULL));
	return n ? ERR_EXISTS : OK;
}

/* PostgreSQL holds both parts in one database: the second handle must see what the first one has done. */
static enum err restore(struct walk *w, struct str bytes, struct db *house, struct db *activity)
{
	AUTO(db_tx_done) struct db_tx one = { 0 }, two = { 0 };
	w->db[DB_HOUSE] = house;
	w->db[DB_ACTIVITY] = db_engine(house) == DB_POSTGRES ? house : activity;
	TRY(db_tx_begin(house, &one));
	if (w->db[DB_ACTIVITY] != house)
		TRY(db_tx_begin(activity, &two));
	TRY(walk_blocks(w, bytes));
	TRY(db_migrate(w->db[DB_HOUSE], DB_HOUSE));
	TRY(db_migrate(w->db[DB_ACTIVITY], DB_ACTIVITY));
	if (two.db)
		TRY(db_tx_commit(&two));
	return db_tx_commit(&one);
}

enum err archive_restore(const char *path, struct db *house, struct db *activity, struct archive_sum *out)
{
	AUTO(file_unmap) struct file_map map = { 0 };
	AUTO(walk_done) struct walk w = { .arena = arena_init(), .whole = arena_init() };
	TRY(file_map(path, &map));
	TRY(archive_check_bytes(map.bytes, out));
	TRY(must_be_empty(house));
	if (db_engine(activity) == DB_SQLITE)
		TRY(must_be_empty(activity));
	TRY(restore(&w, map.bytes, house, activity));
	*out = w.sum;
	return OK;
}
