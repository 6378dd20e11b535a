/* db.h - one handle over SQLite and PostgreSQL, which run the same statements
 * ($1, $2, ... parameters).  A handle belongs to one thread; each portal worker
 * has its own.  Statements are prepared once and kept (by their text).
 *
 * Normally you call the typed functions that the build makes from sql/query
 * (gen_queries.h); what stands here is what those are made of, and transactions.
 *
 * SQLite files carry a checksum on every page: a flipped, cut or swapped page is
 * ERR_CORRUPT when it is read, and `gatehouse verify` reads them all.
 *
 * Errors: ERR_EXISTS unique key; ERR_STATE foreign key; ERR_INVALID check, null or
 * type; ERR_FORBIDDEN append-only table or row-level security; ERR_BUSY locked,
 * deadlock, or the connection was lost (safe to try the whole transaction again);
 * -ENOSPC disk full (nothing is half-written); ERR_CORRUPT; else ERR_DB, with the
 * engine's words in db_says(). */
#pragma once
#include "base/arena.h"
#include "base/mem.h"

enum db_engine { DB_SQLITE, DB_POSTGRES };
enum db_part { DB_HOUSE, DB_ACTIVITY };      /* two files on SQLite, one database on PostgreSQL */

enum {
	DB_ARGS_MAX = 64,
	DB_ROWS_MAX = 200000,      /* rows that one statement may bring into an arena; more is ERR_LIMIT */
	DB_BUSY_MS = 5000,         /* how long a writer waits for another */
};

struct db;

/* "sqlite:PATH" (made if absent) or "postgres:CONNINFO".  Does not migrate. */
enum err db_open(const char *where, struct db **out);
/* The same, a SQLite file that exists, for reading only (PostgreSQL: read-only session). */
enum err db_open_read(const char *where, struct db **out);
void db_free(struct db **db);                /* *db may be NULL; rolls back what is open */
enum db_engine db_engine(const struct db *db);
/* What the engine said last, for the log; never NULL.  May hold names of keys and tables, no values of ours. */
const char *db_says(const struct db *db);

/* Where the activity part of this house stands: beside a SQLite file, in the same PostgreSQL database. */
enum err db_activity_where(const char *house, char *out, size_t n);

/* Brings the schema of that part to this program's version, in one transaction.
 * ERR_VERSION: the database was made by a newer program. */
enum err db_migrate(struct db *db, enum db_part part);
/* The schema as it was with these migrations and no others (a backup's); ERR_VERSION when one is not known. */
enum err db_migrate_as(struct db *db, enum db_part part, const char *const *names, const char *const *digests, size_t n);
/* OK when the schema is exactly this program's. */
enum err db_migrated(struct db *db, enum db_part part);

/* Transactions nest (a savepoint each).  db_begin is for writing and takes SQLite's
 * write lock at once; db_begin_read gives one snapshot for several statements. */
enum err db_begin(struct db *db);
enum err db_begin_read(struct db *db);
enum err db_commit(struct db *db);           /* on failure everything of this level is rolled back */
void db_rollback(struct db *db);
bool db_in_transaction(const struct db *db);

/* A transaction that rolls back by itself unless committed:
 *     AUTO(db_tx_done) struct db_tx tx = { 0 };
 *     TRY(db_tx_begin(db, &tx));
 *     ...
 *     return db_tx_commit(&tx);                                        */
struct db_tx { struct db *db; };
enum err db_tx_begin(struct db *db, struct db_tx *tx);
enum err db_tx_commit(struct db_tx *tx);
void db_tx_done(struct db_tx *tx);

/* ---- below: for generated code and for the store itself ---- */

enum db_type { DB_NULL, DB_INT, DB_TEXT, DB_BLOB };

struct db_val {
	enum db_type type;         /* of an argument: the declared type, also when null */
	bool null;
	int64_t i;
	struct str s;              /* text (UTF-8, no NUL) or bytes */
};
#define DB_I(v) ((struct db_val){ .type = DB_INT, .i = (v) })
#define DB_T(v) ((struct db_val){ .type = DB_TEXT, .s = (v) })
#define DB_B(v) ((struct db_val){ .type = DB_BLOB, .s = (v) })
#define DB_I0(v) ((struct db_val){ .type = DB_INT, .i = (v), .null = (v) == 0 })           /* 0 is null */
#define DB_T0(v) ((struct db_val){ .type = DB_TEXT, .s = (v), .null = (v).p == NULL })     /* absent is null */
#define DB_B0(v) ((struct db_val){ .type = DB_BLOB, .s = (v), .null = (v).p == NULL })

/* One statement.  Made by sqlgen; the store builds a few itself. */
struct db_stmt {
	const char *name;
	const char *may;           /* roles that may run it, spaces between; "" = the program only */
	const char *sql;
	int school;                /* which argument (0-based) is the school; -1 = across schools */
	bool reads;                /* changes nothing */
};

/* Called for each row; the values live until it returns.  It must not use the handle that calls it.
 * Anything but OK ends the statement with it. */
typedef enum err db_row_fn(void *ctx, const struct db_val *cols, size_t n);
/* Runs one statement, streaming.  `affected` may be NULL. */
enum err db_run(struct db *db, const struct db_stmt *st, const struct db_val *args, size_t n_args,
                db_row_fn *row, void *ctx, int64_t *affected);
/* Prepares only; for the test that prepares every query on both engines. */
enum err db_check(struct db *db, const struct db_stmt *st, const struct db_val *args, size_t n_args, size_t n_cols);
/* Several statements without parameters (schema). */
enum err db_script(struct db *db, const char *sql);

/* Rows into arena structs: sqlgen gives each query one of these. */
struct db_shape {
	size_t row_bytes;
	size_t n_cols;
	const struct db_col { enum db_type type; size_t at; } *cols;   /* DB_INT into int64_t, else struct str */
};
enum err db_fetch(struct db *db, struct arena *a, const struct db_stmt *st, const struct db_shape *shape,
                  const struct db_val *args, size_t n_args, void **rows, size_t *n);
/* Exactly the first row; ERR_ABSENT when there is none. */
enum err db_fetch_one(struct db *db, struct arena *a, const struct db_stmt *st, const struct db_shape *shape,
                      const struct db_val *args, size_t n_args, void *row);
