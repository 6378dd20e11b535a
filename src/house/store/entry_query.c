/* The statements that find, count and read entries.  Found first are numbers, in order; what stands in
 * them is then read for one page of them. */
#include "house/store/entry_build.h"

static const struct db_col cols[] = {
	{ DB_INT, offsetof(struct entry_row, id) }, { DB_INT, offsetof(struct entry_row, number) },
	{ DB_INT, offsetof(struct entry_row, version) }, { DB_INT, offsetof(struct entry_row, parent) },
	{ DB_INT, offsetof(struct entry_row, root) }, { DB_INT, offsetof(struct entry_row, key) },
	{ DB_INT, offsetof(struct entry_row, made_by) }, { DB_INT, offsetof(struct entry_row, made_utc) },
	{ DB_INT, offsetof(struct entry_row, changed_by) }, { DB_INT, offsetof(struct entry_row, changed_utc) },
	{ DB_INT, offsetof(struct entry_row, class) }, { DB_INT, offsetof(struct entry_row, version_class) },
	{ DB_TEXT, offsetof(struct entry_row, reg) },
	{ DB_TEXT, offsetof(struct entry_row, state) }, { DB_TEXT, offsetof(struct entry_row, body) },
	{ DB_TEXT, offsetof(struct entry_row, why) }, { DB_BLOB, offsetof(struct entry_row, digest) },
	{ DB_BLOB, offsetof(struct entry_row, salt) }, { DB_BLOB, offsetof(struct entry_row, said) }, { DB_INT, offsetof(struct entry_row, disposal) },
};
static const struct db_shape shape = { sizeof(struct entry_row), ARRAY_N(cols), cols };

static const char select_rows[] =
	"SELECT e.id, e.number, v.version, e.parent, e.root, e.case_key, e.made_by, e.made_utc, v.by_person, v.at_utc,"
	" e.class, v.class, e.register, v.state, v.body, v.why, v.digest, v.salt, v.said, v.disposal FROM ";
static const char from_rows[] =
	"entry e JOIN entry_version v ON v.school = e.school AND v.entry = e.id WHERE e.school = $1 AND ";

/* Runs what is built, and lets go of it. */
static enum err fetch_rows(struct build *b, struct entry_row **out, size_t *n)
{
	struct db_stmt stmt;
	void *found;
	enum err e = build_ready(b, &stmt);
	build_done(b);
	TRY(e);
	TRY(db_fetch(b->st->db, b->a, &stmt, &shape, b->args, b->n, &found, n));
	*out = found;
	return OK;
}

static enum err run(struct build *b, db_row_fn *row, void *ctx)
{
	struct db_stmt stmt;
	enum err e = build_ready(b, &stmt);
	build_done(b);
	TRY(e);
	return db_run(b->st->db, &stmt, b->args, b->n, row, ctx, NULL);
}

/* ---- by its number ---- */

enum err entry_rows(struct store *st, struct arena *a, const struct entry_may *may, int64_t id, int64_t version,
                    struct entry_row **out, size_t *n)
{
	struct build b = build_start(st, a, may);
	build_add(&b, select_rows);
	build_add(&b, from_rows);
	build_permission(&b);
	build_add(&b, " AND e.id = ");
	build_arg(&b, DB_I(id));
	build_add(&b, version == 0 ? " AND v.version = e.version" : version > 0 ? " AND v.version = " : " ORDER BY v.version");
	if (version > 0)
		build_arg(&b, DB_I(version));
	return fetch_rows(&b, out, n);
}

/* ---- numbers of a page ---- */

struct found { int64_t *ids; size_t n, max; };

static enum err see_id(void *ctx, const struct db_val *v, size_t n)
{
	struct found *f = ctx;
	if (f->n == f->max || !n)
		return ERR_LIMIT;
	f->ids[f->n++] = v[0].i;
	return OK;
}

static void page_of(struct build *b, int64_t limit, int64_t offset)
{
	buf_fmt(&b->sql, " LIMIT %lld", (long long)limit);
	if (offset) {
		build_add(b, " OFFSET ");
		build_arg(b, DB_I(offset));
	}
}

static const char *way_of(const struct plan *p) { return p->q->ascending ? "ASC" : "DESC"; }

/* By number, or by a field that is looked up for each: those without a value come last. */
static enum err ids_by_set(struct build *b, const struct plan *p, int64_t limit, struct found *f)
{
	const char *way = way_of(p), *id = p->set.kind == SET_NONE ? "e.id" : "c.id";
	buf_fmt(&b->sql, p->q->order_by ? "SELECT t.id FROM (SELECT %s AS id" : "SELECT %s AS id", id);
	build_from(b, p);
	build_from_end(b, p);
	if (p->q->order_by) {
		build_add(b, ") t LEFT JOIN entry_index o ON o.school = $1 AND o.entry = t.id AND o.field = ");
		build_arg(b, DB_T(str_z(p->q->order_by)));
		buf_fmt(&b->sql, " ORDER BY CASE WHEN o.entry IS NULL THEN 1 ELSE 0 END, o.number %s, o.word %s, t.id %s", way, way, way);
	} else {
		buf_fmt(&b->sql, " ORDER BY %s %s", id, way);
	}
	page_of(b, limit, p->q->offset);
	return run(b, see_id, f);
}

static void from_order(struct build *b, const struct plan *p)
{
	build_add(b, " FROM (SELECT x.entry, x.number, x.word FROM entry_index x WHERE x.school = $1 AND x.register = ");
	build_arg(b, DB_T(str_z(p->q->reg)));
	build_add(b, " AND x.field = ");
	build_arg(b, DB_T(str_z(p->q->order_by)));
	build_add(b, ") o");
	build_each(b);
	build_add(b, " WHERE e.id = o.entry AND e.school = $1 AND ");
	build_permission(b);
	build_conditions(b, p, (struct set){ SET_NONE, 0 });
	build_each_end(b);
}

static enum err see_number(void *ctx, const struct db_val *v, size_t n)
{
	*(int64_t *)ctx = v[0].i;
	return n ? OK : ERR_DB;
}

/* Entries without a value in the field stand in no index of it: they come after all others. */
static enum err ids_without(struct store *st, struct arena *a, const struct entry_may *may, const struct plan *p, int64_t limit, struct found *f)
{
	int64_t with = 0, left = limit - (int64_t)f->n;
	struct build b = build_start(st, a, may);
	build_add(&b, "SELECT count(*)");
	from_order(&b, p);
	TRY(run(&b, see_number, &with));
	b = build_start(st, a, may);
	build_add(&b, "SELECT e.id");
	build_from(&b, p);
	build_add(&b, " AND NOT EXISTS (SELECT 1 FROM entry_index o WHERE o.school = $1 AND o.entry = e.id AND o.field = ");
	build_arg(&b, DB_T(str_z(p->q->order_by)));
	build_add(&b, ")");
	build_from_end(&b, p);
	buf_fmt(&b.sql, " ORDER BY e.id %s", way_of(p));
	page_of(&b, left, p->q->offset > with ? p->q->offset - with : 0);
	return run(&b, see_id, f);
}

static enum err ids_by_order(struct build *b, const struct plan *p, int64_t limit, struct found *f)
{
	const char *way = way_of(p);
	struct store *st = b->st;
	build_add(b, "SELECT e.id");
	from_order(b, p);
	buf_fmt(&b->sql, " ORDER BY o.%s %s, o.entry %s", p->order_number ? "number" : "word", way, way);
	page_of(b, limit, p->q->offset);
	TRY(run(b, see_id, f));
	return f->n < (size_t)limit ? ids_without(st, b->a, b->may, p, limit, f) : OK;
}

enum err entry_ids(struct store *st, struct arena *a, const struct entry_may *may, const struct plan *p, int64_t **out, size_t *n)
{
	int64_t limit = p->q->limit > 0 ? p->q->limit : 50;
	if (limit > ENTRY_PAGE_MAX || p->q->offset < 0)
		return ERR_LIMIT;
	struct found f = { arena_array(a, int64_t, limit + 1), 0, (size_t)limit };
	struct build b = build_start(st, a, may);
	TRY(p->by_order ? ids_by_order(&b, p, limit, &f) : ids_by_set(&b, p, limit, &f));
	*out = f.ids;
	*n = f.n;
	return OK;
}

/* ---- what stands in them ---- */

enum { TOGETHER = 50 };

static int by_id(const void *a, const void *b)
{
	int64_t x = ((const struct entry_row *)a)->id, y = ((const struct entry_row *)b)->id;
	return (x > y) - (x < y);
}

/* The same statement for any fifty: numbers that are missing are 0. */
static enum err rows_of(struct store *st, struct arena *a, const struct entry_may *may, const int64_t *ids, size_t n,
                        struct entry_row **out, size_t *found)
{
	struct build b = build_start(st, a, may);
	build_add(&b, select_rows);
	build_add(&b, "(VALUES ");
	for (size_t i = 0; i < TOGETHER; i++) {
		build_add(&b, i ? "),(" : "(");
		build_arg(&b, DB_I(i < n ? ids[i] : 0));
	}
	build_add(&b, ")) w CROSS JOIN ");
	build_add(&b, from_rows);
	build_permission(&b);
	build_add(&b, " AND v.version = e.version AND e.id = w.column1");
	TRY(fetch_rows(&b, out, found));
	if (*found)
		qsort(*out, *found, sizeof **out, by_id);
	return OK;
}

enum err entry_rows_of(struct store *st, struct arena *a, const struct entry_may *may, const int64_t *ids, size_t n,
                       struct entry_row **out, size_t *found)
{
	struct entry_row *list = arena_array(a, struct entry_row, n + 1), *some, key;
	size_t kept = 0, got;
	for (size_t at = 0; at < n; at += TOGETHER) {
		size_t here = n - at < TOGETHER ? n - at : TOGETHER;
		TRY(rows_of(st, a, may, ids + at, here, &some, &got));
		for (size_t i = 0; i < here && got; i++) {
			key.id = ids[at + i];
			const struct entry_row *r = bsearch(&key, some, got, sizeof *some, by_id);
			if (r)
				list[kept++] = *r;
		}
	}
	*out = list;
	*found = kept;
	return OK;
}

/* ---- counting ---- */

enum err entry_total(struct store *st, struct arena *a, const struct entry_may *may, const struct plan *p, int64_t *out)
{
	struct build b = build_start(st, a, may);
	build_add(&b, p->q->enough ? "SELECT count(*) FROM (SELECT 1 AS one" : "SELECT count(*)");
	build_from(&b, p);
	build_from_end(&b, p);
	if (p->q->enough)
		buf_fmt(&b.sql, " LIMIT %lld) n", (long long)p->q->enough);
	return run(&b, see_number, out);
}

struct tally { struct arena *a; struct entry_tally *v; size_t n, cap; };

static enum err one_tally(void *ctx, const struct db_val *v, size_t n)
{
	struct tally *t = ctx;
	if (t->n == t->cap || n < 2)
		return ERR_LIMIT;
	t->v[t->n++] = (struct entry_tally){ arena_str(t->a, v[0].s), v[1].i };
	return OK;
}

enum err entry_tally_states(struct store *st, struct arena *a, const struct entry_may *may, const struct entry_query *q,
                            struct entry_tally **out, size_t *n)
{
	struct plan p;
	struct tally t = { .a = a, .v = arena_array(a, struct entry_tally, 200), .cap = 200 };
	TRY(plan_make(st, a, may, q, &p));
	struct build b = build_start(st, a, may);
	build_add(&b, "SELECT e.state, count(*)");
	build_from(&b, &p);
	build_from_end(&b, &p);
	build_add(&b, " GROUP BY e.state ORDER BY e.state");
	TRY(run(&b, one_tally, &t));
	*out = t.v;
	*n = t.n;
	return OK;
}
