/* The one statement that reads entries, put together from what is asked and what may be seen.
 * Text in it comes from this file and from numbers; everything foreign is an argument. */
#include <stdio.h>

#include "base/buf.h"
#include "house/store/entry_inner.h"
#include "house/store/words.h"

enum { SQL_MAX = 16 * 1024 };

struct build {
	struct store *st;
	struct arena *a;
	const struct entry_may *may;
	struct buf sql;
	struct db_val args[DB_ARGS_MAX];
	size_t n;
	bool full;
};

/* Adds an argument and writes its place.  Order of writing is order of numbering. */
static void arg(struct build *b, struct db_val v)
{
	if (b->n == DB_ARGS_MAX) {
		b->full = true;
		return;
	}
	b->args[b->n++] = v;
	buf_fmt(&b->sql, "$%zu", b->n);
}

static void add(struct build *b, const char *text) { buf_z(&b->sql, text); }

/* e.class IN (...), from bits; "none" when there are no bits. */
static void classes(struct build *b, uint32_t bits)
{
	add(b, "e.class IN (0");
	for (int c = 1; c < 32; c++)
		if (bits & (1u << c))
			buf_fmt(&b->sql, ",%d", c);
	add(b, ")");
}

/* Somebody stands to the entry, or to the one at the top of it, in one of these ways. */
static void stands(struct build *b, const char *as)
{
	buf_fmt(&b->sql, "EXISTS (SELECT 1 FROM entry_person p WHERE p.school = $1 AND p.person = $2 AND p.stands_as IN (%s)"
	                 " AND p.entry IN (e.id, e.root))", as);
}

/* $1 = school, $2 = who asks.  See struct entry_may. */
static void permission(struct build *b)
{
	add(b, "((NOT ");
	stands(b, "1,4");
	add(b, " AND (");
	classes(b, b->may->classes);
	add(b, " OR (");
	classes(b, b->may->own);
	add(b, " AND ");
	stands(b, "2,3");
	add(b, "))) OR (");
	classes(b, b->may->subject_reads);
	add(b, " AND ");
	stands(b, "1");
	add(b, " AND NOT ");
	stands(b, "4");
	add(b, "))");
}

static void stands_as(struct build *b, int64_t person, const char *as)
{
	if (!person)
		return;
	add(b, " AND EXISTS (SELECT 1 FROM entry_person p WHERE p.school = $1 AND p.entry = e.id AND p.person = ");
	arg(b, DB_I(person));
	buf_fmt(&b->sql, " AND p.stands_as IN (%s))", as);
}

static struct str escaped_like(struct arena *a, struct str s)
{
	char *p = arena_alloc(a, 2 * s.n + 2);
	size_t n = 0;
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '%' || s.p[i] == '_' || s.p[i] == '!')
			p[n++] = '!';
		p[n++] = s.p[i];
	}
	p[n++] = '%';
	return (struct str){ p, n };
}

static void compare(struct build *b, const struct entry_where *w)
{
	static const char *const ops[] = { [ENTRY_IS] = "=", [ENTRY_FROM] = ">=", [ENTRY_UPTO] = "<=" };
	if (w->op == ENTRY_STARTS) {
		add(b, "i.word LIKE ");
		arg(b, DB_T(escaped_like(b->a, words_key(b->a, w->s))));
		add(b, " ESCAPE '!'");
		return;
	}
	buf_fmt(&b->sql, "i.%s %s ", w->s.p ? "word" : "number", ops[w->op]);
	arg(b, w->s.p ? DB_T(words_key(b->a, w->s)) : DB_I(w->i));
}

/* What equals is found by the index first: a press of a button is looked up by its name in years of cases. */
static void where(struct build *b, const char *reg, const struct entry_where *w)
{
	bool first = reg && w->op == ENTRY_IS && w->s.p;
	if (first) {
		add(b, " AND e.id IN (SELECT i.entry FROM entry_index i WHERE i.school = $1 AND i.register = ");
		arg(b, DB_T(str_z(reg)));
		add(b, " AND i.field = ");
	} else {
		add(b, " AND EXISTS (SELECT 1 FROM entry_index i WHERE i.school = $1 AND i.register = e.register AND i.entry = e.id AND i.field = ");
	}
	arg(b, DB_T(str_z(w->key)));
	add(b, " AND ");
	compare(b, w);
	add(b, ")");
}

/* One word: its token in each class that may be seen; others are never computed.  An entry's tokens are of
 * its own class, so each piece is one step into the index and nothing of the entry is needed for it. */
static void word(struct build *b, struct str folded)
{
	uint32_t bits = b->may->classes | b->may->own | b->may->subject_reads;
	add(b, " AND e.id IN (SELECT 0");
	for (int c = 1; c < 32; c++) {
		if (!(bits & (1u << c)))
			continue;
		char *token = arena_alloc(b->a, WORD_TOKEN);
		words_token(b->st->keys, b->may->school, c, folded, (uint8_t *)token);
		buf_fmt(&b->sql, " UNION ALL SELECT w.entry FROM word_token w WHERE w.school = $1 AND w.class = %d AND w.token = ", c);
		arg(b, DB_B(((struct str){ token, WORD_TOKEN })));
	}
	add(b, ")");
}

static void words(struct build *b, struct str text)
{
	struct str found[WORDS_QUERY_MAX];
	size_t n = text.n ? words_fold(b->a, text, found, WORDS_QUERY_MAX) : 0;
	for (size_t i = 0; i < n; i++)
		word(b, found[i]);
	if (str_trim(text).n && !n)
		add(b, " AND 1 = 0");          /* nothing in it that could be found */
}

static void states(struct build *b, const struct entry_query *q)
{
	if (!q->states[0])
		return;
	add(b, " AND e.state IN (");
	for (size_t i = 0; i < ENTRY_STATES_MAX && q->states[i]; i++) {
		add(b, i ? "," : "");
		arg(b, DB_T(str_z(q->states[i])));
	}
	add(b, ")");
}

static void number_is(struct build *b, const char *column, const char *op, int64_t v)
{
	if (!v)
		return;
	buf_fmt(&b->sql, " AND %s %s ", column, op);
	arg(b, DB_I(v));
}

static enum err conditions(struct build *b, const struct entry_query *q, int64_t id)
{
	add(b, " WHERE e.school = $1 AND ");
	permission(b);
	if (q->reg) {
		add(b, " AND e.register = ");
		arg(b, DB_T(str_z(q->reg)));
	}
	states(b, q);
	number_is(b, "e.id", "=", id);
	number_is(b, "e.parent", "=", q->parent);
	number_is(b, "e.made_utc", ">=", q->from_utc);
	number_is(b, "e.made_utc", "<=", q->upto_utc);
	stands_as(b, q->about, "1,5");
	stands_as(b, q->author, "2");
	stands_as(b, q->assigned, "3");
	if (q->n_where > ENTRY_WHERE_MAX)
		return ERR_LIMIT;
	for (size_t i = 0; i < q->n_where; i++)
		where(b, q->reg, &q->where[i]);
	words(b, q->words);
	return OK;
}

/* School and asker stand first, in every statement, so that they are $1 and $2. */
static struct build start(struct store *st, struct arena *a, const struct entry_may *may, const char *select)
{
	struct build b = { .st = st, .a = a, .may = may, .sql = buf_init(SQL_MAX), .n = 2 };
	b.args[0] = DB_I(may->school);
	b.args[1] = DB_I(may->person);
	add(&b, select);
	return b;
}

static enum err ready(struct build *b, struct db_stmt *st)
{
	TRY(buf_ok(&b->sql));
	if (b->full)
		return ERR_LIMIT;
	*st = (struct db_stmt){ "entry_read", "", arena_z(b->a, buf_str(&b->sql)), 0, true };
	return OK;
}

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
};
static const struct db_shape shape = { sizeof(struct entry_row), ARRAY_N(cols), cols };

/* `$2 >= 0` says nothing; it makes $2 the second parameter that SQLite meets. */
static const char select_rows[] =
	"SELECT e.id, e.number, v.version, e.parent, e.root, e.case_key, e.made_by, e.made_utc, v.by_person, v.at_utc,"
	" e.class, v.class, e.register, v.state, v.body, v.why, v.digest"
	" FROM entry e JOIN entry_version v ON v.school = $1 AND v.entry = e.id AND $2 >= 0";

static void order(struct build *b, const struct entry_query *q, int64_t version)
{
	const char *way = q->ascending ? "ASC" : "DESC";
	if (version < 0)
		add(b, " ORDER BY v.version");
	else if (q->order_by)
		buf_fmt(&b->sql, " ORDER BY o.number %s, o.word %s, e.id %s", way, way, way);
	else
		buf_fmt(&b->sql, " ORDER BY e.id %s", way);
	add(b, " LIMIT ");
	arg(b, DB_I(version < 0 ? DB_ROWS_MAX : q->limit > 0 ? q->limit : 50));
	add(b, " OFFSET ");
	arg(b, DB_I(q->offset));
}

static enum err rows_sql(struct build *b, const struct entry_query *q, int64_t id, int64_t version)
{
	if (version == 0)
		add(b, " AND v.version = e.version");
	number_is(b, "v.version", "=", version > 0 ? version : 0);
	if (q->order_by) {
		add(b, " LEFT JOIN entry_index o ON o.school = $1 AND o.entry = e.id AND o.field = ");
		arg(b, DB_T(str_z(q->order_by)));
	}
	TRY(conditions(b, q, id));
	order(b, q, version);
	return OK;
}

enum err entry_rows(struct store *st, struct arena *a, const struct entry_may *may, const struct entry_query *q,
                    int64_t id, int64_t version, struct entry_row **out, size_t *n)
{
	if (q->limit > ENTRY_PAGE_MAX || q->offset < 0)
		return ERR_LIMIT;
	struct build b = start(st, a, may, select_rows);
	struct db_stmt stmt;
	void *found;
	enum err e = rows_sql(&b, q, id, version);
	if (e == OK)
		e = ready(&b, &stmt);
	buf_done(&b.sql);
	TRY(e);
	TRY(db_fetch(st->db, a, &stmt, &shape, b.args, b.n, &found, n));
	*out = found;
	return OK;
}

static enum err one_number(void *ctx, const struct db_val *v, size_t n)
{
	*(int64_t *)ctx = v[0].i;
	return OK;
}

enum err entry_total(struct store *st, struct arena *a, const struct entry_may *may, const struct entry_query *q, int64_t *out)
{
	struct build b = start(st, a, may, "SELECT count(*) FROM entry e");
	struct db_stmt stmt;
	enum err e = conditions(&b, q, 0);
	if (e == OK)
		e = ready(&b, &stmt);
	buf_done(&b.sql);
	TRY(e);
	int64_t n = 0;
	TRY(db_run(st->db, &stmt, b.args, b.n, one_number, &n, NULL));
	*out = n;
	return OK;
}

struct tally { struct arena *a; struct entry_tally *v; size_t n, cap; };

static enum err one_tally(void *ctx, const struct db_val *v, size_t n)
{
	struct tally *t = ctx;
	if (t->n == t->cap)
		return ERR_LIMIT;
	t->v[t->n++] = (struct entry_tally){ arena_str(t->a, v[0].s), v[1].i };
	return OK;
}

enum err entry_tally_states(struct store *st, struct arena *a, const struct entry_may *may, const struct entry_query *q,
                            struct entry_tally **out, size_t *n)
{
	struct build b = start(st, a, may, "SELECT e.state, count(*) FROM entry e");
	struct db_stmt stmt;
	struct tally t = { .a = a, .v = arena_array(a, struct entry_tally, 200), .cap = 200 };
	enum err e = conditions(&b, q, 0);
	add(&b, " GROUP BY e.state ORDER BY e.state");
	if (e == OK)
		e = ready(&b, &stmt);
	buf_done(&b.sql);
	TRY(e);
	TRY(db_run(st->db, &stmt, b.args, b.n, one_tally, &t, NULL));
	*out = t.v;
	*n = t.n;
	return OK;
}
