#include "house/store/db.h"

#include <stdio.h>

#include "base/vec.h"
#include "house/store/engine.h"

void db_heard(struct db *db, const char *words)
{
	snprintf(db->says, sizeof db->says, "%s", words ? words : "");
	for (size_t i = strlen(db->says); i > 0 && ascii_space(db->says[i - 1]); i--)
		db->says[i - 1] = 0;
}

const char *db_says(const struct db *db) { return db->says; }
enum db_engine db_engine(const struct db *db) { return db->engine; }

static enum err open_as(const char *where, bool read_only, struct db **out)
{
	AUTO(db_free) struct db *db = mem_new(struct db);
	db->cache = map_new();
	db->school = -1;
	db->read_only = read_only;
	db->owner = pthread_self();
	struct str w = str_z(where);
	if (str_starts(w, STR("sqlite:")))
		TRY(sqlite_open(db, where + strlen("sqlite:")));
	else if (str_starts(w, STR("postgres:")))
		TRY(pg_open(db, where + strlen("postgres:")));
	else
		return ERR_INVALID;
	*out = TAKE(db);
	return OK;
}

enum err db_open(const char *where, struct db **out) { return open_as(where, false, out); }
enum err db_open_read(const char *where, struct db **out) { return open_as(where, true, out); }

enum err db_activity_where(const char *house, char *out, size_t n)
{
	struct str h = str_z(house);
	ptrdiff_t slash = str_rchr(h, '/');
	if (str_starts(h, STR("sqlite:")))
		h = str_upto(h, slash < 0 ? strlen("sqlite:") : (size_t)slash + 1);
	int len = snprintf(out, n, "%.*s%s", STRF(h), str_starts(h, STR("sqlite:")) ? "activity.db" : "");
	return len >= 0 && (size_t)len < n ? OK : ERR_LIMIT;
}

void db_free(struct db **db)
{
	if (!*db)
		return;
	if ((*db)->ops)
		(*db)->ops->close(*db);
	map_free(&(*db)->cache);
	mem_free(db);
}

/* ---- transactions */

static enum err savepoint(struct db *db, const char *verb, int depth)
{
	char sql[64];
	snprintf(sql, sizeof sql, "%s gh%d", verb, depth);
	return db->ops->script(db, sql);
}

/* A statement failed inside a transaction: nothing more runs at this level until it is
 * rolled back, on both engines alike. */
static enum err note(struct db *db, enum err e)
{
	if (e != OK && db->depth && !db->failed)
		db->failed = db->depth;
	return e;
}

static enum err begin(struct db *db, int reading)
{
	assert(pthread_equal(db->owner, pthread_self()));
	if (db->failed)
		return ERR_STATE;
	TRY(note(db, db->depth ? savepoint(db, "SAVEPOINT", db->depth) : db->ops->script(db, db->ops->begin[reading])));
	db->depth++;
	return OK;
}

enum err db_begin(struct db *db) { return begin(db, db->read_only); }
enum err db_begin_read(struct db *db) { return begin(db, 1); }
bool db_in_transaction(const struct db *db) { return db->depth > 0; }

void db_rollback(struct db *db)
{
	assert(db->depth > 0);
	db->school = -1;               /* what was set inside goes back too */
	db->depth--;
	/* When even this fails the connection is gone, and with it the transaction. */
	if (!db->depth)
		(void)!db->ops->script(db, "ROLLBACK");
	else if (savepoint(db, "ROLLBACK TO", db->depth) == OK)
		(void)!savepoint(db, "RELEASE", db->depth);
	if (db->failed > db->depth)
		db->failed = 0;
}

enum err db_commit(struct db *db)
{
	assert(db->depth > 0);
	enum err e = db->failed ? ERR_STATE : OK;
	if (e == OK)
		e = db->depth == 1 ? db->ops->script(db, "COMMIT") : savepoint(db, "RELEASE", db->depth - 1);
	if (e == OK)
		db->depth--;
	else
		db_rollback(db);
	return e;
}

enum err db_tx_begin(struct db *db, struct db_tx *tx)
{
	TRY(db_begin(db));
	tx->db = db;
	return OK;
}

enum err db_tx_commit(struct db_tx *tx)
{
	struct db *db = TAKE(tx->db);
	return db_commit(db);
}

void db_tx_done(struct db_tx *tx)
{
	if (tx->db)
		db_rollback(tx->db);
	tx->db = NULL;
}

/* ---- statements */

/* A row function that fails is the caller's doing, not the database's. */
struct watched { db_row_fn *row; void *ctx; enum err said; };

static enum err watch(void *ctx, const struct db_val *cols, size_t n)
{
	struct watched *w = ctx;
	return w->said = w->row(w->ctx, cols, n);
}

static enum err check_args(const struct db_val *args, size_t n)
{
	if (n > DB_ARGS_MAX)
		return ERR_LIMIT;
	for (size_t i = 0; i < n; i++)
		if (args[i].type == DB_TEXT && args[i].s.n && !str_utf8(args[i].s))
			return ERR_INVALID;
	return OK;
}

enum err db_run(struct db *db, const struct db_stmt *st, const struct db_val *args, size_t n_args,
                db_row_fn *row, void *ctx, int64_t *affected)
{
	assert(pthread_equal(db->owner, pthread_self()));
	if (db->failed)
		return ERR_STATE;
	TRY(check_args(args, n_args));
	struct watched w = { row, ctx, OK };
	enum err e = db->ops->run(db, st, args, n_args, row ? watch : NULL, &w, affected);
	return e == OK || w.said != OK ? e : note(db, e);
}

enum err db_check(struct db *db, const struct db_stmt *st, const struct db_val *args, size_t n_args, size_t n_cols)
{
	return note(db, db->ops->check(db, st, args, n_args, n_cols));
}

enum err db_script(struct db *db, const char *sql)
{
	return db->failed ? ERR_STATE : note(db, db->ops->script(db, sql));
}

/* ---- rows into arena structs */

struct fill {
	struct arena *a;
	const struct db_shape *shape;
	VEC(void *) rows;
	size_t max;
};

static enum err fill_col(struct arena *a, const struct db_col *col, const struct db_val *v, char *row)
{
	if (v->null)
		return OK;             /* rows are born zeroed */
	if (col->type == DB_INT ? v->type != DB_INT : v->type == DB_INT)
		return ERR_CORRUPT;
	if (col->type == DB_INT)
		memcpy(row + col->at, &v->i, sizeof v->i);
	else {
		struct str s = arena_str(a, v->s);
		memcpy(row + col->at, &s, sizeof s);
	}
	return OK;
}

static enum err fill_row(struct arena *a, const struct db_shape *shape, const struct db_val *cols, size_t n, void *row)
{
	if (n != shape->n_cols)
		return ERR_DB;
	for (size_t i = 0; i < n; i++)
		TRY(fill_col(a, &shape->cols[i], &cols[i], row));
	return OK;
}

static enum err fill(void *ctx, const struct db_val *cols, size_t n)
{
	struct fill *f = ctx;
	if (f->rows.n >= f->max)
		return ERR_LIMIT;
	void *row = arena_alloc(f->a, f->shape->row_bytes);
	TRY(fill_row(f->a, f->shape, cols, n, row));
	*vec_push(&f->rows) = row;
	return OK;
}

enum err db_fetch(struct db *db, struct arena *a, const struct db_stmt *st, const struct db_shape *shape,
                  const struct db_val *args, size_t n_args, void **rows, size_t *n)
{
	struct fill f = { .a = a, .shape = shape, .max = DB_ROWS_MAX };
	enum err e = db_run(db, st, args, n_args, fill, &f, NULL);
	if (e == OK) {
		char *all = arena_alloc(a, f.rows.n * shape->row_bytes);
		for (size_t i = 0; i < f.rows.n; i++)
			memcpy(all + i * shape->row_bytes, f.rows.v[i], shape->row_bytes);
		*rows = all;
		*n = f.rows.n;
	}
	vec_done(&f.rows);
	return e;
}

struct first { struct arena *a; const struct db_shape *shape; void *row; bool found; };

static enum err first(void *ctx, const struct db_val *cols, size_t n)
{
	struct first *f = ctx;
	if (f->found)
		return OK;
	f->found = true;
	return fill_row(f->a, f->shape, cols, n, f->row);
}

enum err db_fetch_one(struct db *db, struct arena *a, const struct db_stmt *st, const struct db_shape *shape,
                      const struct db_val *args, size_t n_args, void *row)
{
	struct first f = { .a = a, .shape = shape, .row = arena_alloc(a, shape->row_bytes) };
	TRY(db_run(db, st, args, n_args, first, &f, NULL));
	if (!f.found)
		return ERR_ABSENT;
	memcpy(row, f.row, shape->row_bytes);
	return OK;
}
