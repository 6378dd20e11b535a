/* fixture.h - for tests: a fresh house on SQLite, and again on PostgreSQL when
 * GH_TEST_PG names a server ("host=... port=... user=... dbname=...").
 *
 *     TEST(thing, works)
 *     {
 *             ON_EACH_ENGINE(fx) {
 *                     ... fx.db, fx.activity, fx.keys, fx.school ...
 *             }
 *     }
 * No `return` or `break` inside.  On PostgreSQL each turn has a schema of its own. */
#pragma once
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/test.h"
#include "gen_queries.h"
#include "house/store/entry.h"
#include "house/store/template.h"

struct fixture {
	int turn;                      /* 1 SQLite, 2 PostgreSQL */
	char where[700], activity_where[700];  /* for db_open: other handles on the same database */
	char schema[40];
	struct db *db, *activity;
	struct keys *keys;
	int64_t school;                /* one school, called Nettlebed Test School */
};

static inline void fixture_pg_script(const char *sql)
{
	struct db *db = NULL;
	char where[600];
	snprintf(where, sizeof where, "postgres:%s", getenv("GH_TEST_PG"));
	CHECK_OK(db_open(where, &db));
	enum err e = db_script(db, sql);
	if (e != OK)
		print_error("%s: %s\n", sql, db_says(db));
	CHECK_OK(e);
	db_free(&db);
}

static inline void fixture_where(struct fixture *f)
{
	static int serial;
	if (f->turn == 1) {
		const char *dir = test_dir();
		snprintf(f->where, sizeof f->where, "sqlite:%s/house.db", dir);
		snprintf(f->activity_where, sizeof f->activity_where, "sqlite:%s/activity.db", dir);
		return;
	}
	char sql[80];
	snprintf(f->schema, sizeof f->schema, "t%d_%d", (int)getpid(), ++serial);
	snprintf(sql, sizeof sql, "CREATE SCHEMA %s", f->schema);
	fixture_pg_script(sql);
	snprintf(f->where, sizeof f->where, "postgres:%s options='-c search_path=%s'", getenv("GH_TEST_PG"), f->schema);
	memcpy(f->activity_where, f->where, sizeof f->where);
}

static inline void fixture_open(struct fixture *f)
{
	AUTO(arena_done) struct arena a = arena_init();
	fixture_where(f);
	CHECK_OK(template_db(f->where, DB_HOUSE, &f->db));
	CHECK_OK(template_db(f->activity_where, DB_ACTIVITY, &f->activity));
	f->keys = keys_fake(7);
	struct q_school_add_row row;
	struct q_school_add_args add = { .name = STR("Nettlebed Test School"), .profile = STR("junior"), .at = clock_utc() };
	CHECK_OK(q_school_add_one(f->db, &a, &add, &row));
	f->school = row.id;
}

static inline void fixture_close(struct fixture *f)
{
	db_free(&f->db);
	db_free(&f->activity);
	keys_free(&f->keys);
	if (f->turn != 2)
		return;
	char sql[80];
	snprintf(sql, sizeof sql, "DROP SCHEMA %s CASCADE", f->schema);
	fixture_pg_script(sql);
}

static inline bool fixture_next(struct fixture *f)
{
	if (f->turn)
		fixture_close(f);
	f->turn++;
	if (f->turn > 2 || (f->turn == 2 && !getenv("GH_TEST_PG")))
		return false;
	fixture_open(f);
	return true;
}

#define ON_EACH_ENGINE(fx) for (struct fixture fx = { 0 }; fixture_next(&fx);)
