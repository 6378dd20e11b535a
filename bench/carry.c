/* carry - the rows of a filled SQLite house into an empty PostgreSQL one, as they are: what the store's own doors wrote once (sealed, chained,
 * indexed) stands in both, and both are measured over the same school.  usage: carry SQLITE-PATH CONNINFO
 * Filling PostgreSQL entry by entry takes some 25 statements an entry, one round trip each, and, with thousands of entries in one
 * transaction, a walk over every dead version of the audit's head for each of them (25 entries a second).  COPY takes rows as they come: foreign keys,
 * indexes and row-level security are put back afterwards by the definitions that the migrations gave them. */
#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/mem.h"
#include "base/wr.h"
#include "house/store/db.h"

enum { FLUSH = 1 << 20, TABLES_MAX = 300 };

static const char take_apart[] =
	"CREATE TABLE carry_kept (n bigserial, sql text NOT NULL);"
	"INSERT INTO carry_kept (sql) SELECT pg_get_indexdef(i.indexrelid) FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid JOIN pg_namespace s ON s.oid = c.relnamespace"
	" WHERE s.nspname = current_schema() AND NOT i.indisprimary AND NOT EXISTS (SELECT 1 FROM pg_constraint k WHERE k.conindid = i.indexrelid);"
	"INSERT INTO carry_kept (sql) SELECT format('ALTER TABLE %s ADD CONSTRAINT %I %s', conrelid::regclass, conname, pg_get_constraintdef(oid)) FROM pg_constraint"
	" WHERE contype = 'f' AND connamespace = current_schema()::regnamespace;"
	"INSERT INTO carry_kept (sql) SELECT format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', oid::regclass) FROM pg_class"
	" WHERE relrowsecurity AND relnamespace = current_schema()::regnamespace;"
	"DO $$ DECLARE r record; BEGIN"
	" FOR r IN SELECT conrelid::regclass t, conname FROM pg_constraint WHERE contype = 'f' AND connamespace = current_schema()::regnamespace LOOP"
	"  EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', r.t, r.conname); END LOOP;"
	" FOR r IN SELECT i.indexrelid::regclass t FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid JOIN pg_namespace s ON s.oid = c.relnamespace"
	"  WHERE s.nspname = current_schema() AND NOT i.indisprimary AND NOT EXISTS (SELECT 1 FROM pg_constraint k WHERE k.conindid = i.indexrelid) LOOP"
	"  EXECUTE format('DROP INDEX %s', r.t); END LOOP;"
	" FOR r IN SELECT oid::regclass t FROM pg_class WHERE relrowsecurity AND relnamespace = current_schema()::regnamespace LOOP"
	"  EXECUTE format('ALTER TABLE %s DISABLE ROW LEVEL SECURITY', r.t); END LOOP; END $$";
static const char put_back[] =
	"SET maintenance_work_mem = '512MB'; SET client_min_messages = error; SELECT set_config('gatehouse.school', '0', false);"
	"DO $$ DECLARE r record; BEGIN"
	" FOR r IN SELECT sql FROM carry_kept ORDER BY n LOOP EXECUTE r.sql; END LOOP;"
	" FOR r IN SELECT c.oid::regclass t, a.attname, pg_get_serial_sequence(c.oid::regclass::text, a.attname) s FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid"
	"  WHERE c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped AND c.relnamespace = current_schema()::regnamespace"
	"  AND pg_get_serial_sequence(c.oid::regclass::text, a.attname) IS NOT NULL LOOP"
	"  EXECUTE format('SELECT setval(%L, (SELECT coalesce(max(%I), 0) + 1 FROM %s), false)', r.s, r.attname, r.t); END LOOP; END $$;"
	"DROP TABLE carry_kept; ANALYZE";

static struct db *from;
static PGconn *to;

static void must(const char *doing, enum err e)
{
	if (e == OK)
		return;
	fprintf(stderr, "%s: %s (%s; %s)\n", doing, err_text(e), from ? db_says(from) : "", to ? PQerrorMessage(to) : "");
	exit(1);
}

static void script(const char *sql)
{
	PGresult *r = PQexec(to, sql);
	ExecStatusType s = PQresultStatus(r);
	must(str_upto(str_z(sql), 60).p, s == PGRES_COMMAND_OK || s == PGRES_TUPLES_OK || s == PGRES_COPY_IN ? OK : ERR_DB);
	PQclear(r);
}

/* ---- rows, in PostgreSQL's binary form of COPY ---- */

struct rows { struct buf out; int64_t n; };

static void number(struct buf *b, uint64_t v, size_t bytes)
{
	uint8_t room[8];
	struct wr w = wr_over(room, sizeof room);
	wr_be(&w, v, bytes);
	buf_add(b, (struct str){ (const char *)room, bytes });
}

static void send(struct rows *r)
{
	must("sending", buf_ok(&r->out));
	must("sending", PQputCopyData(to, r->out.p, (int)r->out.n) == 1 ? OK : ERR_DB);
	buf_clear(&r->out);
}

static enum err row(void *ctx, const struct db_val *v, size_t n)
{
	struct rows *r = ctx;
	number(&r->out, n, 2);
	for (size_t i = 0; i < n; i++) {
		if (v[i].null) {
			number(&r->out, UINT32_MAX, 4);
		} else if (v[i].type == DB_INT) {
			number(&r->out, 8, 4);
			number(&r->out, (uint64_t)v[i].i, 8);
		} else {
			number(&r->out, v[i].s.n, 4);
			buf_add(&r->out, v[i].s);
		}
	}
	r->n++;
	if (r->out.n > FLUSH)
		send(r);
	return OK;
}

static int64_t copy(const char *table, const char *columns)
{
	static const char head[] = "PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0\0";
	AUTO(arena_done) struct arena a = arena_init();
	struct rows r = { .out = buf_init(4 * FLUSH) };
	script(arena_fmt(&a, "COPY %s (%s) FROM STDIN (FORMAT binary)", table, columns).p);
	buf_add(&r.out, (struct str){ head, 19 });
	struct db_stmt st = { "carry", "", arena_fmt(&a, "SELECT %s FROM %s", columns, table).p, -1, true };
	must(table, db_run(from, &st, NULL, 0, row, &r, NULL));
	number(&r.out, UINT16_MAX, 2);
	send(&r);
	buf_done(&r.out);
	must(table, PQputCopyEnd(to, NULL) == 1 ? OK : ERR_DB);
	PGresult *end = PQgetResult(to);
	must(table, PQresultStatus(end) == PGRES_COMMAND_OK ? OK : ERR_DB);
	PQclear(end);
	while ((end = PQgetResult(to)) != NULL)
		PQclear(end);
	return r.n;
}

static int64_t copy_all(void)
{
	static const char tables[] = "SELECT table_name, string_agg(column_name, ', ' ORDER BY ordinal_position) FROM information_schema.columns"
		" WHERE table_schema = current_schema() AND table_name NOT IN ('schema_version', 'carry_kept') GROUP BY 1 ORDER BY 1";
	PGresult *r = PQexec(to, tables);
	int64_t n = 0;
	must("tables", PQresultStatus(r) == PGRES_TUPLES_OK ? OK : ERR_DB);
	for (int i = 0; i < PQntuples(r); i++)
		n += copy(PQgetvalue(r, i, 0), PQgetvalue(r, i, 1));
	PQclear(r);
	return n;
}

int main(int argc, char **argv)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct db *schema = NULL;
	if (argc != 3)
		return 2;
	must("PostgreSQL", db_open(arena_fmt(&a, "postgres:%s", argv[2]).p, &schema));
	must("its schema", db_migrate(schema, DB_HOUSE));
	db_free(&schema);
	must("the filled house", db_open_read(arena_fmt(&a, "sqlite:%s", argv[1]).p, &from));
	to = PQconnectdb(argv[2]);
	must("PostgreSQL", PQstatus(to) == CONNECTION_OK ? OK : ERR_DB);
	int64_t at = clock_mono_ms(), copied;
	script(take_apart);
	int64_t n = copy_all();
	copied = clock_mono_ms();
	script(put_back);
	printf("%lld rows copied in %.1f s, their indexes and keys made in %.1f s\n", (long long)n, (double)(copied - at) / 1e3, (double)(clock_mono_ms() - copied) / 1e3);
	PQfinish(to);
	db_free(&from);
	return 0;
}
