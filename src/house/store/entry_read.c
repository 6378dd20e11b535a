#include "base/hash.h"
#include "base/time.h"
#include "gen_queries.h"
#include "house/store/chain.h"
#include "house/store/entry_build.h"

static enum err check_digest(const struct entry_may *may, const struct entry_row *row, const struct q_entry_texts_row *texts, size_t n)
{
	uint8_t running[CHAIN_DIGEST] = { 0 }, want[CHAIN_DIGEST], said[CHAIN_DIGEST];
	for (size_t i = 0; i < n; i++)
		chain_text(running, texts[i].field, texts[i].case_key, texts[i].sealed);
	struct chain_version v = { .school = may->school, .entry = row->id, .version = row->version, .parent = row->parent,
		.class = row->version_class, .by_person = row->changed_by,
		.at_utc = row->changed_utc, .reg = row->reg, .state = row->state, .body = row->body, .why = row->why };
	if (row->disposal)
		return OK;                     /* what it was taken over is gone: `verify` holds it against its certificate */
	if (row->said.n) {
		chain_said(row->salt, row->body, row->why, said);
		v.said = (struct str){ (const char *)said, sizeof said };
	}
	chain_version(&v, running, want);
	return row->digest.n == CHAIN_DIGEST && hash_same(want, row->digest.p, CHAIN_DIGEST) ? OK : ERR_CORRUPT;
}

struct opening { struct store *st; struct arena *a; const struct entry_may *may; struct seal_last last; };

static enum err open_text(struct opening *o, const struct entry_row *row, const struct q_entry_texts_row *t, struct entry_values *values,
                          bool *destroyed)
{
	const struct field *f = reg_field(values->reg, t->field);
	struct seal_place at = { o->may->school, t->case_key, row->id, row->version, arena_z(o->a, t->field) };
	struct str plain;
	enum err e = seal_open_next(o->st->db, o->st->keys, o->a, &o->last, &at, t->sealed, &plain);
	if (e == ERR_ABSENT) {
		*destroyed = true;
		return OK;
	}
	TRY(e);
	if (f)
		values->values[f - values->reg->fields] = plain;
	else
		values_former(values, o->a, t->field, plain, true);
	return OK;
}

/* Opens what was read; the texts are of this version, in the order of their fields. */
static enum err open_row(struct opening *o, const struct entry_row *row, const struct q_entry_texts_row *texts, size_t n,
                         struct entry_values *values, bool *destroyed)
{
	const struct reg *reg = registers_find(o->st->registers, row->reg);
	if (!reg)
		return ERR_VERSION;            /* its register's definition is not installed here */
	*values = values_new(o->a, reg);
	TRY(check_digest(o->may, row, texts, n));
	*destroyed = row->disposal != 0;
	if (row->disposal)
		return OK;
	TRY(values_from_json(o->a, row->body, values));
	for (size_t i = 0; i < n; i++)
		TRY(open_text(o, row, &texts[i], values, destroyed));
	return OK;
}

static void opening_done(struct opening *o) { seal_last_done(&o->last); }

enum err entry_open(struct store *st, struct arena *a, const struct entry_may *may, const struct entry_row *row,
                    struct entry_values *values, bool *destroyed)
{
	AUTO(opening_done) struct opening o = { .st = st, .a = a, .may = may };
	struct q_entry_texts_row *texts = NULL;
	size_t n = 0;
	if (row->key)
		TRY(q_entry_texts(st->db, a, &(struct q_entry_texts_args){ .school = may->school, .entry = row->id, .version = row->version }, &texts, &n));
	return open_row(&o, row, texts, n, values, destroyed);
}

/* ---- the texts of many, thirty at a time ---- */

enum { TEXTS_TOGETHER = 30 };

struct text_row { int64_t entry, version; struct q_entry_texts_row t; };
static const struct db_col text_cols[] = {
	{ DB_INT, offsetof(struct text_row, entry) }, { DB_INT, offsetof(struct text_row, version) }, { DB_TEXT, offsetof(struct text_row, t.field) },
	{ DB_INT, offsetof(struct text_row, t.case_key) }, { DB_BLOB, offsetof(struct text_row, t.sealed) },
};
static const struct db_shape text_shape = { sizeof(struct text_row), ARRAY_N(text_cols), text_cols };

static const char *texts_sql(struct arena *a)
{
	AUTO(buf_done) struct buf b = buf_init(4096);
	buf_z(&b, "WITH of AS (SELECT $1 AS school) SELECT t.entry, t.version, t.field, t.case_key, t.sealed FROM (VALUES ");
	for (int i = 0; i < TEXTS_TOGETHER; i++)
		buf_fmt(&b, "%s($%d,$%d)", i ? "," : "", 2 * i + 2, 2 * i + 3);
	buf_z(&b, ") w CROSS JOIN entry_text t WHERE t.school = $1 AND t.entry = w.column1 AND t.version = w.column2 ORDER BY t.entry, t.version, t.field");
	return arena_z(a, buf_str(&b));
}

static enum err texts_of(struct opening *o, const struct entry_row *rows, size_t n, struct text_row **out, size_t *found)
{
	struct db_val v[2 * TEXTS_TOGETHER + 1] = { DB_I(o->may->school) };
	struct db_stmt st = { "entry_texts_of", "", texts_sql(o->a), 0, true };
	void *list;
	for (size_t i = 0; i < TEXTS_TOGETHER; i++) {
		v[2 * i + 1] = DB_I(i < n && rows[i].key ? rows[i].id : 0);
		v[2 * i + 2] = DB_I(i < n ? rows[i].version : 0);
	}
	TRY(db_fetch(o->st->db, o->a, &st, &text_shape, v, ARRAY_N(v), &list, found));
	*out = list;
	return OK;
}

static size_t texts_for(struct arena *a, const struct entry_row *row, const struct text_row *all, size_t n, struct q_entry_texts_row **out)
{
	size_t kept = 0;
	*out = arena_array(a, struct q_entry_texts_row, n + 1);
	for (size_t i = 0; i < n; i++)
		if (all[i].entry == row->id && all[i].version == row->version)
			(*out)[kept++] = all[i].t;
	return kept;
}

static struct entry plain(const struct entry_row *row)
{
	return (struct entry){ .id = row->id, .number = row->number, .version = row->version, .parent = row->parent, .key = row->key,
		.made_utc = row->made_utc, .changed_utc = row->changed_utc, .made_by = row->made_by, .changed_by = row->changed_by,
		.reg = row->reg, .state = row->state, .why = row->why, .class = (enum entry_class)row->class };
}

static enum err open_some(struct opening *o, const struct entry_row *rows, size_t n, struct entry *out)
{
	struct text_row *all = NULL;
	size_t n_all = 0, sealed = 0;
	for (size_t i = 0; i < n; i++)
		sealed += rows[i].key != 0;
	if (sealed)
		TRY(texts_of(o, rows, n, &all, &n_all));
	for (size_t i = 0; i < n; i++) {
		struct q_entry_texts_row *texts;
		struct entry_values v;
		size_t k = texts_for(o->a, &rows[i], all, n_all, &texts);
		out[i] = plain(&rows[i]);
		TRY(open_row(o, &rows[i], texts, k, &v, &out[i].destroyed));
		values_list(o->a, &v, &out[i]);
	}
	return OK;
}

static enum err to_entries(struct store *st, struct arena *a, const struct entry_may *may, const struct entry_row *rows, size_t n,
                           bool bare, struct entry **out)
{
	AUTO(opening_done) struct opening o = { .st = st, .a = a, .may = may };
	struct entry *v = arena_array(a, struct entry, n + 1);
	for (size_t i = 0; bare && i < n; i++)
		v[i] = plain(&rows[i]);
	for (size_t at = 0; !bare && at < n; at += TEXTS_TOGETHER)
		TRY(open_some(&o, rows + at, n - at < TEXTS_TOGETHER ? n - at : TEXTS_TOGETHER, v + at));
	*out = v;
	return OK;
}

static enum err people(struct store *st, struct arena *a, const struct entry_may *may, struct entry *e)
{
	struct q_entry_people_row *rows;
	TRY(q_entry_people(st->db, a, &(struct q_entry_people_args){ .school = may->school, .entry = e->id }, &rows, &e->n_people));
	e->people = arena_array(a, struct entry_person, e->n_people + 1);
	for (size_t i = 0; i < e->n_people; i++)
		e->people[i] = (struct entry_person){ rows[i].person, (enum entry_as)rows[i].stands_as };
	return OK;
}

enum err entry_get(struct store *st, struct arena *a, const struct entry_may *may, int64_t id, int64_t version, struct entry *out)
{
	struct entry_row *rows;
	size_t n;
	struct entry *e;
	if (id <= 0 || version < 0)
		return ERR_ABSENT;
	TRY(entry_rows(st, a, may, id, version, &rows, &n));
	if (!n)
		return ERR_ABSENT;
	TRY(to_entries(st, a, may, rows, 1, false, &e));
	TRY(people(st, a, may, e));
	*out = *e;
	return OK;
}

struct str entry_value(const struct entry *e, const char *field)
{
	for (size_t i = 0; i < e->n_fields; i++)
		if (str_is(e->fields[i].name, field))
			return e->fields[i].value;
	return STR_NONE;
}

int64_t entry_i64(const struct entry *e, const char *field)
{
	int64_t n;
	return str_i64(entry_value(e, field), &n) == OK ? n : 0;
}

int64_t entry_utc(const struct entry *e, const char *field)
{
	int64_t at;
	return time_read_iso(entry_value(e, field), &at) == OK ? at : 0;
}

enum err entry_history(struct store *st, struct arena *a, const struct entry_may *may, int64_t id, struct entry **out, size_t *n)
{
	struct entry_row *rows;
	size_t found;
	if (id <= 0)
		return ERR_ABSENT;
	TRY(entry_rows(st, a, may, id, -1, &rows, &found));
	if (!found)
		return ERR_ABSENT;
	TRY(to_entries(st, a, may, rows, found, false, out));
	*n = found;
	return OK;
}

/* Rows and total are of one moment. */
enum err entry_list(struct store *st, struct arena *a, const struct entry_may *may, const struct entry_query *q, struct entry_page *out)
{
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	struct entry_page page = { 0 };
	struct entry_row *rows;
	struct plan p;
	int64_t *ids;
	size_t n;
	if (!db_in_transaction(st->db)) {
		TRY(db_begin_read(st->db));
		tx.db = st->db;
	}
	TRY(plan_make(st, a, may, q, &p));
	TRY(entry_total(st, a, may, &p, &page.total));
	TRY(entry_ids(st, a, may, &p, &ids, &n));
	TRY(entry_rows_of(st, a, may, ids, n, &rows, &page.n));
	TRY(to_entries(st, a, may, rows, page.n, q->bare, &page.entries));
	if (tx.db)
		TRY(db_tx_commit(&tx));
	*out = page;
	return OK;
}

enum err entry_first(struct store *st, struct arena *a, const struct entry_may *may, const struct entry_query *q, struct entry *out)
{
	struct entry_query one = *q;
	struct entry_page page;
	one.limit = 1;
	one.enough = 1;
	TRY(entry_list(st, a, may, &one, &page));
	if (!page.n)
		return ERR_ABSENT;
	*out = page.entries[0];
	return OK;
}

enum err entry_count(struct store *st, const struct entry_may *may, const struct entry_query *q, int64_t *out)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct plan p;
	TRY(plan_make(st, &a, may, q, &p));
	return entry_total(st, &a, may, &p, out);
}
