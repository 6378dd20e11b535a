/* SQLite behind db.h. */
#include <fcntl.h>
#include <sqlite3.h>
#include <unistd.h>

#include "house/store/engine.h"
#include "house/store/pagesum.h"

static enum err of_constraint(int code)
{
	switch (code) {
	case SQLITE_CONSTRAINT_UNIQUE:
	case SQLITE_CONSTRAINT_PRIMARYKEY:
	case SQLITE_CONSTRAINT_ROWID: return ERR_EXISTS;
	case SQLITE_CONSTRAINT_FOREIGNKEY: return ERR_STATE;
	case SQLITE_CONSTRAINT_TRIGGER: return ERR_FORBIDDEN;
	default: return ERR_INVALID;
	}
}

static enum err of_code(int code)
{
	switch (code & 0xff) {
	case SQLITE_OK:
	case SQLITE_ROW:
	case SQLITE_DONE: return OK;
	case SQLITE_BUSY:
	case SQLITE_LOCKED: return ERR_BUSY;
	case SQLITE_FULL: return (enum err)-ENOSPC;
	case SQLITE_IOERR: return code == SQLITE_IOERR_DATA ? ERR_CORRUPT : (enum err)-EIO;
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB: return ERR_CORRUPT;
	case SQLITE_READONLY:
	case SQLITE_PERM: return (enum err)-EACCES;
	case SQLITE_CANTOPEN: return (enum err)-ENOENT;
	case SQLITE_TOOBIG: return ERR_LIMIT;
	case SQLITE_MISMATCH: return ERR_INVALID;
	case SQLITE_CONSTRAINT: return of_constraint(code);
	default: return ERR_DB;
	}
}

static enum err heard(struct db *db, int code)
{
	enum err e = of_code(code);
	if (e != OK)
		db_heard(db, sqlite3_errmsg(db->link));
	return e;
}

static enum err script(struct db *db, const char *sql)
{
	return heard(db, sqlite3_exec(db->link, sql, NULL, NULL, NULL));
}

/* The prepared statement of this text, kept until the handle closes. */
static enum err prepared(struct db *db, const char *sql, sqlite3_stmt **out)
{
	uint64_t kept;
	if (map_get(db->cache, str_z(sql), &kept)) {
		*out = (sqlite3_stmt *)(uintptr_t)kept;
		return OK;
	}
	sqlite3_stmt *s = NULL;
	TRY(heard(db, sqlite3_prepare_v3(db->link, sql, -1, SQLITE_PREPARE_PERSISTENT, &s, NULL)));
	if (!s)
		return ERR_DB;
	map_set(db->cache, str_z(sql), (uintptr_t)s);
	*out = s;
	return OK;
}

static void forget(struct db *db)
{
	size_t at = 0;
	struct str key;
	uint64_t v;
	while (map_each(db->cache, &at, &key, &v))
		sqlite3_finalize((sqlite3_stmt *)(uintptr_t)v);
	map_free(&db->cache);
	db->cache = map_new();
}

static void close_db(struct db *db)
{
	forget(db);
	sqlite3_close(db->link);
}

static int bind_one(sqlite3_stmt *s, int at, const struct db_val *v)
{
	const char *p = v->s.p ? v->s.p : "";
	if (v->null || v->type == DB_NULL)
		return sqlite3_bind_null(s, at);
	if (v->type == DB_INT)
		return sqlite3_bind_int64(s, at, v->i);
	if (v->type == DB_TEXT)
		return sqlite3_bind_text64(s, at, p, v->s.n, SQLITE_STATIC, SQLITE_UTF8);
	return sqlite3_bind_blob64(s, at, p, v->s.n, SQLITE_STATIC);
}

static enum err bind(struct db *db, sqlite3_stmt *s, const struct db_val *args, size_t n)
{
	if (sqlite3_bind_parameter_count(s) != (int)n) {
		db_heard(db, "the number of arguments is wrong");
		return ERR_DB;
	}
	for (size_t i = 0; i < n; i++)
		TRY(heard(db, bind_one(s, (int)i + 1, &args[i])));
	return OK;
}

static struct db_val column(sqlite3_stmt *s, int i)
{
	switch (sqlite3_column_type(s, i)) {
	case SQLITE_NULL: return (struct db_val){ .type = DB_NULL, .null = true };
	case SQLITE_INTEGER: return DB_I(sqlite3_column_int64(s, i));
	case SQLITE_FLOAT: return DB_I((int64_t)sqlite3_column_double(s, i));
	case SQLITE_TEXT: {
		const char *p = (const char *)sqlite3_column_text(s, i);
		return DB_T(((struct str){ p, (size_t)sqlite3_column_bytes(s, i) }));
	}
	default: {
		const char *p = sqlite3_column_blob(s, i);
		return DB_B(((struct str){ p ? p : "", (size_t)sqlite3_column_bytes(s, i) }));
	}
	}
}

enum { COLS_MAX = 64 };

static enum err one_row(sqlite3_stmt *s, db_row_fn *row, void *ctx)
{
	struct db_val cols[COLS_MAX];
	int n = sqlite3_column_count(s);
	if (n > COLS_MAX)
		return ERR_LIMIT;
	for (int i = 0; i < n; i++)
		cols[i] = column(s, i);
	return row ? row(ctx, cols, (size_t)n) : OK;
}

/* A row function that fails in the middle of a write leaves the rest undone; the caller's
 * transaction decides. */
static enum err steps(struct db *db, sqlite3_stmt *s, db_row_fn *row, void *ctx)
{
	int code;
	while ((code = sqlite3_step(s)) == SQLITE_ROW)
		TRY(one_row(s, row, ctx));
	return heard(db, code);
}

static enum err run(struct db *db, const struct db_stmt *st, const struct db_val *args, size_t n_args,
                    db_row_fn *row, void *ctx, int64_t *affected)
{
	if (map_count(db->cache) >= DB_CACHE_MAX)
		forget(db);
	sqlite3_stmt *s;
	TRY(prepared(db, st->sql, &s));
	enum err e = sqlite3_stmt_busy(s) ? ERR_STATE : bind(db, s, args, n_args);
	if (e == OK)
		e = steps(db, s, row, ctx);
	if (e == OK && affected)
		*affected = sqlite3_changes64(db->link);
	sqlite3_reset(s);
	sqlite3_clear_bindings(s);
	return e;
}

static enum err check(struct db *db, const struct db_stmt *st, const struct db_val *args, size_t n_args, size_t n_cols)
{
	sqlite3_stmt *s;
	TRY(prepared(db, st->sql, &s));
	TRY(bind(db, s, args, n_args));
	sqlite3_clear_bindings(s);
	if (sqlite3_column_count(s) == (int)n_cols)
		return OK;
	db_heard(db, "the number of columns is not that of cols:");
	return ERR_DB;
}

static const struct db_ops ops = { close_db, script, run, check, { "BEGIN IMMEDIATE", "BEGIN" } };

/* The file, readable by its owner and group only; SQLite gives its journal the same mode.  One that is there is not opened: closing it would drop this process's locks (pagesum.c). */
static enum err make_file(const char *path)
{
	int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0660);
	if (fd < 0)
		return errno == EEXIST ? OK : err_sys();
	close(fd);
	return OK;
}

static enum err prepare_link(struct db *db)
{
	sqlite3_extended_result_codes(db->link, 1);
	sqlite3_busy_timeout(db->link, DB_BUSY_MS);
	sqlite3_db_config(db->link, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	sqlite3_db_config(db->link, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0, NULL);
	TRY(script(db, "PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON;"
	               "PRAGMA temp_store = MEMORY; PRAGMA case_sensitive_like = ON; PRAGMA cache_size = -8000"));
	if (db->read_only)
		return script(db, "PRAGMA query_only = ON");
	/* Freed pages are wiped, which also means that every page of the file is written and summed. */
	return script(db, "PRAGMA secure_delete = ON; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
	                  "PRAGMA journal_size_limit = 16777216");
}

enum err sqlite_open(struct db *db, const char *path)
{
	pagesum_register();
	if (!db->read_only)
		TRY(make_file(path));
	int flags = (db->read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE) | SQLITE_OPEN_NOMUTEX;
	sqlite3 *link = NULL;
	int code = sqlite3_open_v2(path, &link, flags, PAGESUM_VFS);
	db->link = link;
	db->engine = DB_SQLITE;
	db->ops = &ops;
	if (code != SQLITE_OK)
		return link ? heard(db, code) : ERR_DB;
	int reserve = PAGESUM_BYTES;
	sqlite3_file_control(link, "main", SQLITE_FCNTL_RESERVE_BYTES, &reserve);
	return prepare_link(db);
}
