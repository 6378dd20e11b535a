#include "house/store/migrate.h"

#include "base/clock.h"
#include "base/mem.h"

/* What stands before the first migration. */
static const char *const first[2] = {
	[DB_SQLITE] =
		"CREATE TABLE IF NOT EXISTS schema_version (name TEXT NOT NULL PRIMARY KEY, part INTEGER NOT NULL,"
		" digest TEXT NOT NULL, applied_utc INTEGER NOT NULL) STRICT",
	[DB_POSTGRES] =
		"SET LOCAL lock_timeout = '120s'; SELECT pg_advisory_xact_lock(7238112);"     /* another program may be at it: all of it takes longer than a row */
		"CREATE TABLE IF NOT EXISTS schema_version (name text NOT NULL PRIMARY KEY, part bigint NOT NULL,"
		" digest text NOT NULL, applied_utc bigint NOT NULL);"
		"CREATE OR REPLACE FUNCTION gatehouse_school() RETURNS bigint LANGUAGE sql STABLE AS"
		" $$ SELECT coalesce(nullif(current_setting('gatehouse.school', true), '')::bigint, -1) $$;"
		"CREATE OR REPLACE FUNCTION gatehouse_refuse() RETURNS trigger LANGUAGE plpgsql AS"
		" $$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$",
};

static const struct db_stmt put = { "schema_put", "",
	"INSERT INTO schema_version (name, part, digest, applied_utc) VALUES ($1, $2, $3, $4)", -1, false };
static const struct db_stmt all = { "schema_all", "",
	"SELECT name, digest FROM schema_version WHERE part = $1 ORDER BY name", -1, true };

static const struct migration *known(struct str name)
{
	for (size_t i = 0; i < migrations_n; i++)
		if (str_is(name, migrations[i].name))
			return &migrations[i];
	return NULL;
}

struct applied { bool *done; };        /* by index of migrations[] */

static enum err see(void *ctx, const struct db_val *cols, size_t n)
{
	struct applied *ap = ctx;
	const struct migration *m = known(cols[0].s);
	if (!m || !str_is(cols[1].s, m->digest))
		return ERR_VERSION;            /* made by a newer program, or by one that was changed */
	ap->done[m - migrations] = true;
	return OK;
}

static enum err read_applied(struct db *db, enum db_part part, bool *done)
{
	struct applied ap = { done };
	struct db_val arg = DB_I(part);
	return db_run(db, &all, &arg, 1, see, &ap, NULL);
}

static enum err apply(struct db *db, const struct migration *m)
{
	TRY(db_script(db, m->sql[db_engine(db)]));
	struct db_val v[] = { DB_T(str_z(m->name)), DB_I(m->part), DB_T(str_z(m->digest)), DB_I(clock_utc()) };
	return db_run(db, &put, v, ARRAY_N(v), NULL, NULL, NULL);
}

static enum err apply_rest(struct db *db, enum db_part part, const bool *done)
{
	for (size_t i = 0; i < migrations_n; i++)
		if (migrations[i].part == part && !done[i])
			TRY(apply(db, &migrations[i]));
	return OK;
}

enum err db_migrate(struct db *db, enum db_part part)
{
	AUTO(mem_free) bool *done = mem_array(bool, migrations_n + 1);
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	TRY(db_tx_begin(db, &tx));
	TRY(db_script(db, first[db_engine(db)]));
	TRY(read_applied(db, part, done));
	TRY(apply_rest(db, part, done));
	return db_tx_commit(&tx);
}

static enum err apply_named(struct db *db, enum db_part part, const char *name, const char *digest)
{
	const struct migration *m = known(str_z(name));
	if (!m || m->part != part || !str_is(str_z(digest), m->digest))
		return ERR_VERSION;
	return apply(db, m);
}

enum err db_migrate_as(struct db *db, enum db_part part, const char *const *names, const char *const *digests, size_t n)
{
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	TRY(db_tx_begin(db, &tx));
	TRY(db_script(db, first[db_engine(db)]));
	for (size_t i = 0; i < n; i++)
		TRY(apply_named(db, part, names[i], digests[i]));
	return db_tx_commit(&tx);
}

enum err db_migrated(struct db *db, enum db_part part)
{
	AUTO(mem_free) bool *done = mem_array(bool, migrations_n + 1);
	TRY(read_applied(db, part, done));
	for (size_t i = 0; i < migrations_n; i++)
		if (migrations[i].part == part && !done[i])
			return ERR_VERSION;
	return OK;
}
