/* engine.h - inside the store: what each engine does for db.c. */
#pragma once
#include <pthread.h>

#include "base/map.h"
#include "house/store/db.h"

struct db;

struct db_ops {
	void (*close)(struct db *db);
	/* Statements without parameters or rows; several, with ; between. */
	enum err (*script)(struct db *db, const char *sql);
	enum err (*run)(struct db *db, const struct db_stmt *st, const struct db_val *args, size_t n_args,
	                db_row_fn *row, void *ctx, int64_t *affected);
	enum err (*check)(struct db *db, const struct db_stmt *st, const struct db_val *args, size_t n_args, size_t n_cols);
	/* The words that open a transaction: [0] for writing, [1] for reading. */
	const char *begin[2];
};

enum { DB_CACHE_MAX = 512 };           /* prepared statements kept */

struct db {
	enum db_engine engine;
	const struct db_ops *ops;
	void *link;                    /* sqlite3 * or PGconn * */
	struct map *cache;             /* statement's text -> engine's own */
	uint64_t serial;               /* names prepared statements (PostgreSQL) */
	int depth;                     /* open transactions, nested ones included */
	int failed;                    /* the depth at which a statement failed; 0 = none */
	int64_t school;                /* PostgreSQL: what the session is set to; -1 = not known */
	bool read_only;
	pthread_t owner;               /* one handle, one thread */
	char says[400];
};

enum err sqlite_open(struct db *db, const char *path);
enum err pg_open(struct db *db, const char *conninfo);
/* Keeps the engine's words for the log. */
void db_heard(struct db *db, const char *words);
