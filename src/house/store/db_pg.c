/* PostgreSQL behind db.h. */
#include <libpq-fe.h>
#include <stdio.h>

#include "base/mem.h"
#include "base/rd.h"
#include "base/wr.h"
#include "house/store/engine.h"

enum { OID_BOOL = 16, OID_BYTEA = 17, OID_NAME = 19, OID_INT8 = 20, OID_INT2 = 21, OID_INT4 = 23, OID_TEXT = 25, OID_VARCHAR = 1043, OID_NUMERIC = 1700 };
enum { COLS_MAX = 64 };

static const struct { const char *state; enum err e; } states[] = {
	{ "23505", ERR_EXISTS }, { "23503", ERR_STATE }, { "23", ERR_INVALID }, { "22", ERR_INVALID },
	{ "P0001", ERR_FORBIDDEN }, { "42501", ERR_FORBIDDEN }, { "25006", (enum err)-EROFS },
	{ "40", ERR_BUSY }, { "55P03", ERR_BUSY }, { "57014", ERR_TIMEOUT }, { "57", ERR_BUSY }, { "08", ERR_BUSY },
	{ "53100", (enum err)-ENOSPC }, { "53", ERR_BUSY }, { "58030", (enum err)-EIO }, { "XX001", ERR_CORRUPT }, { "XX002", ERR_CORRUPT },
};

static enum err of_state(const char *state)
{
	for (size_t i = 0; state && i < ARRAY_N(states); i++)
		if (strncmp(state, states[i].state, strlen(states[i].state)) == 0)
			return states[i].e;
	return state ? ERR_DB : ERR_BUSY;      /* without one the connection went */
}

static bool good(const PGresult *r)
{
	switch (PQresultStatus(r)) {
	case PGRES_COMMAND_OK:
	case PGRES_TUPLES_OK:
	case PGRES_SINGLE_TUPLE:
	case PGRES_EMPTY_QUERY: return true;
	default: return false;
	}
}

/* Its primary message only: details may quote values. */
static enum err heard(struct db *db, const PGresult *r)
{
	if (r && good(r))
		return OK;
	const char *words = r ? PQresultErrorField(r, PG_DIAG_MESSAGE_PRIMARY) : NULL;
	db_heard(db, words ? words : "the connection to the database was lost");
	return of_state(r ? PQresultErrorField(r, PG_DIAG_SQLSTATE) : NULL);
}

static void result_free(PGresult **r)
{
	PQclear(*r);
	*r = NULL;
}

static const char session_sql[] =
	"SET client_encoding = 'UTF8'; SET lock_timeout = '5s'; SET idle_in_transaction_session_timeout = '120s';"
	"SET standard_conforming_strings = on; SET bytea_output = 'hex'; SET client_min_messages = warning; SET jit = off";           /* statements are short: making machine code of them costs more than it saves */

static enum err exec_plain(struct db *db, const char *sql)
{
	AUTO(result_free) PGresult *r = PQexec(db->link, sql);
	return heard(db, r);
}

static void forget(struct db *db)
{
	map_free(&db->cache);
	db->cache = map_new();
	db->school = -1;
}

static enum err session(struct db *db)
{
	forget(db);
	TRY(exec_plain(db, session_sql));
	return db->read_only ? exec_plain(db, "SET default_transaction_read_only = on") : OK;
}

/* A connection that was lost between two transactions is made again; inside one, the
 * transaction is lost with it. */
static enum err alive(struct db *db)
{
	if (PQstatus(db->link) == CONNECTION_OK)
		return OK;
	if (db->depth)
		return ERR_BUSY;
	PQreset(db->link);
	if (PQstatus(db->link) != CONNECTION_OK) {
		db_heard(db, "the database cannot be reached");
		return ERR_BUSY;
	}
	return session(db);
}

static enum err script(struct db *db, const char *sql)
{
	TRY(alive(db));
	enum err e = exec_plain(db, sql);
	if (e == ERR_BUSY && PQstatus(db->link) != CONNECTION_OK && !db->depth && strncmp(sql, "BEGIN", 5) == 0) {
		TRY(alive(db));                /* nothing was begun: safe to begin again */
		e = exec_plain(db, sql);
	}
	return e;
}

static Oid oid_of(enum db_type t)
{
	return t == DB_INT ? OID_INT8 : t == DB_BLOB ? OID_BYTEA : OID_TEXT;
}

static enum err prepare(struct db *db, const char *name, const char *sql, const struct db_val *args, size_t n)
{
	Oid types[DB_ARGS_MAX];
	for (size_t i = 0; i < n; i++)
		types[i] = oid_of(args[i].type);
	AUTO(result_free) PGresult *r = PQprepare(db->link, name, sql, (int)n, types);
	return heard(db, r);
}

static enum err prepared(struct db *db, const char *sql, const struct db_val *args, size_t n, char name[32])
{
	uint64_t serial;
	bool known = map_get(db->cache, str_z(sql), &serial);
	if (!known)
		serial = ++db->serial;
	snprintf(name, 32, "gh%llu", (unsigned long long)serial);
	if (known)
		return OK;
	TRY(prepare(db, name, sql, args, n));
	map_set(db->cache, str_z(sql), serial);
	return OK;
}

/* Row-level security lets through the rows of this school; 0 = the program, across schools. */
static enum err set_school(struct db *db, const struct db_stmt *st, const struct db_val *args)
{
	int64_t school = st->school < 0 ? 0 : args[st->school].i;
	if (st->school >= 0 && school <= 0)
		return ERR_INVALID;
	if (db->school == school)
		return OK;
	char sql[80];
	snprintf(sql, sizeof sql, "SELECT set_config('gatehouse.school', '%lld', false)", (long long)school);
	TRY(exec_plain(db, sql));
	db->school = school;
	return OK;
}

struct params {
	const char *p[DB_ARGS_MAX];
	int bytes[DB_ARGS_MAX], binary[DB_ARGS_MAX];
	uint8_t ints[DB_ARGS_MAX][8];
};

static void param(struct params *q, size_t i, const struct db_val *v)
{
	q->binary[i] = 1;
	if (v->null || v->type == DB_NULL)
		return;
	if (v->type == DB_INT) {
		struct wr w = wr_over(q->ints[i], 8);
		wr_u64(&w, (uint64_t)v->i);
		q->p[i] = (const char *)q->ints[i];
		q->bytes[i] = 8;
		return;
	}
	q->p[i] = v->s.p ? v->s.p : "";
	q->bytes[i] = (int)v->s.n;
}

static bool int_oid(Oid t) { return t == OID_INT8 || t == OID_INT4 || t == OID_INT2 || t == OID_BOOL; }
static bool text_oid(Oid t) { return t == OID_TEXT || t == OID_VARCHAR || t == OID_NAME; }

/* The whole part of a numeric (what sum() gives): digits of base 10000. */
static int64_t numeric(struct str s)
{
	struct rd r = rd_over(s);
	uint16_t n = rd_u16(&r);
	int16_t weight = (int16_t)rd_u16(&r);
	uint16_t sign = rd_u16(&r);
	(void)rd_u16(&r);              /* digits shown after the point */
	int64_t v = 0;
	for (int i = 0; i <= weight && i < 5; i++)
		v = v * 10000 + (i < n ? rd_u16(&r) : 0);
	return sign == 0x4000 ? -v : v;
}

static struct db_val column(const PGresult *r, int row, int col)
{
	if (PQgetisnull(r, row, col))
		return (struct db_val){ .type = DB_NULL, .null = true };
	struct str s = { PQgetvalue(r, row, col), (size_t)PQgetlength(r, row, col) };
	Oid t = PQftype(r, col);
	if (int_oid(t)) {
		struct rd rd = rd_over(s);
		uint64_t v = rd_be(&rd, s.n);
		return DB_I(s.n == 8 ? (int64_t)v : s.n == 4 ? (int64_t)(int32_t)v : s.n == 2 ? (int64_t)(int16_t)v : (int64_t)v);
	}
	if (t == OID_NUMERIC)
		return DB_I(numeric(s));
	return text_oid(t) ? DB_T(s) : DB_B(s);
}

static enum err rows_of(const PGresult *r, db_row_fn *row, void *ctx)
{
	struct db_val cols[COLS_MAX];
	int n = PQnfields(r);
	if (n > COLS_MAX)
		return ERR_LIMIT;
	for (int i = 0; i < PQntuples(r); i++) {
		for (int c = 0; c < n; c++)
			cols[c] = column(r, i, c);
		if (row)
			TRY(row(ctx, cols, (size_t)n));
	}
	return OK;
}

static int64_t touched(PGresult *r)
{
	int64_t n = 0;
	return str_i64(str_z(PQcmdTuples(r)), &n) == OK ? n : 0;
}

/* All results are read to the end, so that the connection is ready for the next statement. */
static enum err drain(struct db *db, db_row_fn *row, void *ctx, int64_t *affected)
{
	enum err e = OK;
	bool any = false;
	for (PGresult *r; (r = PQgetResult(db->link)); PQclear(r)) {
		any = true;
		if (e == OK)
			e = heard(db, r);
		if (e == OK)
			e = rows_of(r, row, ctx);
		if (affected && PQresultStatus(r) != PGRES_SINGLE_TUPLE)
			*affected = touched(r);
	}
	return any || e != OK ? e : heard(db, NULL);
}

static enum err once(struct db *db, const struct db_stmt *st, const struct db_val *args, size_t n_args,
                     db_row_fn *row, void *ctx, int64_t *affected)
{
	char name[32];
	struct params q = { 0 };
	TRY(alive(db));
	TRY(set_school(db, st, args));
	TRY(prepared(db, st->sql, args, n_args, name));
	for (size_t i = 0; i < n_args; i++)
		param(&q, i, &args[i]);
	if (!PQsendQueryPrepared(db->link, name, (int)n_args, q.p, q.bytes, q.binary, 1))
		return heard(db, NULL);
	PQsetSingleRowMode(db->link);
	return drain(db, row, ctx, affected);
}

struct seen { db_row_fn *row; void *ctx; bool any; };

static enum err saw(void *ctx, const struct db_val *cols, size_t n)
{
	struct seen *s = ctx;
	s->any = true;
	return s->row ? s->row(s->ctx, cols, n) : OK;
}

/* A read that lost its connection before the first row is asked again; a write may have been
 * done, so its caller hears of it. */
static enum err run(struct db *db, const struct db_stmt *st, const struct db_val *args, size_t n_args,
                    db_row_fn *row, void *ctx, int64_t *affected)
{
	struct seen s = { row, ctx, false };
	enum err e = once(db, st, args, n_args, saw, &s, affected);
	if (e != ERR_BUSY || PQstatus(db->link) == CONNECTION_OK || db->depth || !st->reads || s.any)
		return e;
	return once(db, st, args, n_args, saw, &s, affected);
}

static enum err check(struct db *db, const struct db_stmt *st, const struct db_val *args, size_t n_args, size_t n_cols)
{
	char name[32];
	TRY(alive(db));
	TRY(prepared(db, st->sql, args, n_args, name));
	AUTO(result_free) PGresult *r = PQdescribePrepared(db->link, name);
	TRY(heard(db, r));
	if (PQnfields(r) != (int)n_cols) {
		db_heard(db, "the number of columns is not that of cols:");
		return ERR_DB;
	}
	for (int i = 0; i < PQnfields(r); i++) {
		Oid t = PQftype(r, i);
		if (int_oid(t) || text_oid(t) || t == OID_BYTEA || t == OID_NUMERIC)
			continue;
		db_heard(db, PQfname(r, i));
		return ERR_UNSUPPORTED;
	}
	return OK;
}

static void close_db(struct db *db) { PQfinish(db->link); }

static const struct db_ops ops = { close_db, script, run, check, { "BEGIN", "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY" } };

static void unheard(void *ctx, const char *words) { }

enum err pg_open(struct db *db, const char *conninfo)
{
	db->engine = DB_POSTGRES;
	db->link = PQconnectdb(conninfo);
	db->ops = &ops;
	PQsetNoticeProcessor(db->link, unheard, NULL);         /* libraries stay silent */
	if (PQstatus(db->link) != CONNECTION_OK) {
		db_heard(db, "the database cannot be reached");
		return ERR_BUSY;
	}
	return session(db);
}
