#include "house/store/entry_build.h"

enum { SQL_MAX = 16 * 1024 };

void build_add(struct build *b, const char *text) { buf_z(&b->sql, text); }

void build_arg(struct build *b, struct db_val v)
{
	if (b->n == DB_ARGS_MAX) {
		b->full = true;
		return;
	}
	b->args[b->n++] = v;
	buf_fmt(&b->sql, "$%zu", b->n);
}

/* PostgreSQL chooses its way by how many rows it thinks a condition leaves, and thinks far too few of ours; on it the way that the plan
 * chose is written so that it cannot be left (decision 0155): LATERAL ... OFFSET 0 keeps the set outermost, a CASE keeps a probe a probe. */
static bool postgres(const struct build *b) { return db_engine(b->st->db) == DB_POSTGRES; }
static void probe(struct build *b) { build_add(b, postgres(b) ? " AND CASE WHEN EXISTS (" : " AND EXISTS ("); }
static void probe_end(struct build *b) { build_add(b, postgres(b) ? ") THEN 1 ELSE 0 END > 0" : ")"); }

/* Classes of which only what is theirs is read, without those read whole. */
static uint32_t own(const struct build *b) { return b->may->own & ~b->may->classes; }

struct build build_start(struct store *st, struct arena *a, const struct entry_may *may)
{
	struct build b = { .st = st, .a = a, .may = may, .sql = buf_init(SQL_MAX), .n = 2 };
	b.args[0] = DB_I(may->school);
	b.args[1] = DB_I(may->person);
	build_add(&b, "WITH shut AS MATERIALIZED (SELECT p.entry FROM entry_person p WHERE p.school = $1 AND p.person = $2 AND p.stands_as IN (1,4))");
	if (own(&b))
		build_add(&b, ", mine AS MATERIALIZED (SELECT p.entry FROM entry_person p WHERE p.school = $1 AND p.person = $2 AND p.stands_as IN (2,3))");
	build_add(&b, " ");
	return b;
}

void build_done(struct build *b) { buf_done(&b->sql); }

enum err build_ready(struct build *b, struct db_stmt *out)
{
	TRY(buf_ok(&b->sql));
	if (b->full)
		return ERR_LIMIT;
	*out = (struct db_stmt){ "entry_read", "", arena_z(b->a, buf_str(&b->sql)), 0, true };
	return OK;
}

/* e.class IN (...), from bits; none of them when there are no bits.  `+ 0` keeps the engines from walking whole
 * classes: what a class is tried on has been found by something smaller. */
static void classes(struct build *b, uint32_t bits)
{
	build_add(b, postgres(b) ? "CASE WHEN e.class IN (0" : "e.class + 0 IN (0");
	for (int c = 1; c < 32; c++)
		if (bits & (1u << c))
			buf_fmt(&b->sql, ",%d", c);
	build_add(b, postgres(b) ? ") THEN 1 ELSE 0 END > 0" : ")");
}

/* Somebody stands to the entry, or to the one at the top of it, in one of these ways. */
static void stands(struct build *b, const char *as)
{
	buf_fmt(&b->sql, "EXISTS (SELECT 1 FROM entry_person p WHERE p.school = $1 AND p.person = $2 AND p.stands_as IN (%s)"
	                 " AND p.entry IN (e.id, e.root))", as);
}

void build_permission(struct build *b)
{
	build_add(b, "((e.id NOT IN (SELECT entry FROM shut) AND (e.root IS NULL OR e.root NOT IN (SELECT entry FROM shut)) AND (");
	classes(b, b->may->classes);
	if (own(b)) {
		build_add(b, " OR (");
		classes(b, own(b));
		build_add(b, " AND (e.id IN (SELECT entry FROM mine) OR e.root IN (SELECT entry FROM mine)))");
	}
	build_add(b, "))");
	if (b->may->subject_reads) {
		build_add(b, " OR (");
		classes(b, b->may->subject_reads);
		build_add(b, " AND ");
		stands(b, "1");
		build_add(b, " AND NOT ");
		stands(b, "4");
		build_add(b, ")");
	}
	build_add(b, ")");
}

/* ---- fields ---- */

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

/* On an alias of entry_index. */
static void compare(struct build *b, const char *alias, const struct entry_where *w)
{
	static const char *const ops[] = { [ENTRY_IS] = "=", [ENTRY_FROM] = ">=", [ENTRY_UPTO] = "<=" };
	if (w->op == ENTRY_STARTS) {
		buf_fmt(&b->sql, "%s.word LIKE ", alias);
		build_arg(b, DB_T(escaped_like(b->a, words_key(b->a, w->s))));
		build_add(b, " ESCAPE '!'");
		return;
	}
	buf_fmt(&b->sql, "%s.%s %s ", alias, w->s.p ? "word" : "number", ops[w->op]);
	build_arg(b, w->s.p ? DB_T(words_key(b->a, w->s)) : DB_I(w->i));
}

static void where_set(struct build *b, const struct entry_query *q, const struct entry_where *w)
{
	build_add(b, "SELECT i.entry AS id FROM entry_index i WHERE i.school = $1 AND i.register = ");
	build_arg(b, DB_T(str_z(q->reg)));
	build_add(b, " AND i.field = ");
	build_arg(b, DB_T(str_z(w->key)));
	build_add(b, " AND ");
	compare(b, "i", w);
}

static void where_probe(struct build *b, const struct entry_where *w)
{
	probe(b);
	build_add(b, "SELECT 1 FROM entry_index i WHERE i.school = $1 AND i.register = e.register AND i.entry = e.id AND i.field = ");
	build_arg(b, DB_T(str_z(w->key)));
	build_add(b, " AND ");
	compare(b, "i", w);
	probe_end(b);
}

/* ---- words: the token of a word in each class that may be seen; others are never computed ---- */

static uint32_t seen(const struct build *b) { return (b->may->classes | b->may->own | b->may->subject_reads) & ~1u; }

static void token(struct build *b, int class, struct str folded)
{
	char *token = arena_alloc(b->a, WORD_TOKEN);
	words_token(b->st->keys, b->may->school, class, folded, (uint8_t *)token);
	build_arg(b, DB_B(((struct str){ token, WORD_TOKEN })));
}

/* An entry's tokens are of its own class: no entry stands in two pieces. */
static void word_set(struct build *b, struct str folded, bool ascending)
{
	const char *between = "", *way = ascending ? " ORDER BY w.entry)" : " ORDER BY w.entry DESC)";
	for (int c = 1; c < 32; c++) {
		if (!(seen(b) & (1u << c)))
			continue;
		buf_fmt(&b->sql, "%s%sSELECT w.entry AS id FROM word_token w WHERE w.school = $1 AND w.class = %d AND w.token = ", between, postgres(b) ? "(" : "", c);
		token(b, c, folded);
		if (postgres(b))               /* in order, each: one after the other they are merged, not sorted */
			build_add(b, way);
		between = " UNION ALL ";
	}
	if (!*between)
		build_add(b, "SELECT x.id FROM entry x WHERE x.school = $1 AND 1 = 0");
}

static void word_probe(struct build *b, struct str folded)
{
	if (!seen(b)) {
		build_add(b, " AND 1 = 0");
		return;
	}
	probe(b);
	build_add(b, "SELECT 1 FROM word_token w WHERE w.school = $1 AND w.class = e.class AND w.entry = e.id AND w.token = CASE e.class");
	for (int c = 1; c < 32; c++) {
		if (!(seen(b) & (1u << c)))
			continue;
		buf_fmt(&b->sql, " WHEN %d THEN ", c);
		token(b, c, folded);
	}
	build_add(b, " END");
	probe_end(b);
}

/* ---- people, parents, states ---- */

static const struct person_term { enum set_kind kind; const char *as; } PERSON_TERMS[] = {
	{ SET_ABOUT, "1,5" }, { SET_AUTHOR, "2" }, { SET_ASSIGNED, "3" } };

static int64_t person_of(const struct entry_query *q, enum set_kind k)
{
	return k == SET_ABOUT ? q->about : k == SET_AUTHOR ? q->author : q->assigned;
}

static const char *as_of(enum set_kind k)
{
	for (size_t i = 0; i < ARRAY_N(PERSON_TERMS); i++)
		if (PERSON_TERMS[i].kind == k)
			return PERSON_TERMS[i].as;
	return "0";
}

static void person_set(struct build *b, int64_t person, const char *as)
{
	build_add(b, "SELECT DISTINCT p.entry AS id FROM entry_person p WHERE p.school = $1 AND p.person = ");
	build_arg(b, DB_I(person));
	buf_fmt(&b->sql, " AND p.stands_as IN (%s)", as);
}

static void person_probe(struct build *b, int64_t person, const char *as)
{
	probe(b);
	build_add(b, "SELECT 1 FROM entry_person p WHERE p.school = $1 AND p.entry = e.id AND p.person = ");
	build_arg(b, DB_I(person));
	buf_fmt(&b->sql, " AND p.stands_as IN (%s)", as);
	probe_end(b);
}

static void state_words(struct build *b, const struct entry_query *q)
{
	for (size_t i = 0; i < ENTRY_STATES_MAX && q->states[i]; i++) {
		build_add(b, i ? "," : "");
		build_arg(b, DB_T(str_z(q->states[i])));
	}
	build_add(b, ")");
}

static void states_set(struct build *b, const struct entry_query *q)
{
	build_add(b, "SELECT x.id FROM entry x WHERE x.school = $1 AND x.register = ");
	build_arg(b, DB_T(str_z(q->reg)));
	build_add(b, " AND x.state IN (");
	state_words(b, q);
}

/* Several states stand in no order of the index: the engine is kept from it. */
static void states_probe(struct build *b, const struct entry_query *q)
{
	build_add(b, q->states[1] ? " AND e.state || '' IN (" : " AND e.state IN (");
	state_words(b, q);
}

static void number_is(struct build *b, const char *column, const char *op, int64_t v)
{
	if (!v)
		return;
	buf_fmt(&b->sql, " AND %s %s ", column, op);
	build_arg(b, DB_I(v));
}

/* ---- together ---- */

void build_set(struct build *b, const struct plan *p, struct set s)
{
	switch (s.kind) {
	case SET_WHERE: where_set(b, p->q, &p->q->where[s.at]); return;
	case SET_WORD: word_set(b, p->words[s.at], p->q->ascending); return;
	case SET_PARENT:
		build_add(b, "SELECT x.id FROM entry x WHERE x.school = $1");
		number_is(b, "x.parent", "=", p->q->parent);
		return;
	case SET_STATES: states_set(b, p->q); return;
	default: person_set(b, person_of(p->q, s.kind), as_of(s.kind)); return;
	}
}

static bool same(struct set a, enum set_kind kind, size_t at) { return a.kind == kind && a.at == at; }

void build_conditions(struct build *b, const struct plan *p, struct set but)
{
	const struct entry_query *q = p->q;
	if (q->reg) {
		build_add(b, " AND e.register = ");
		build_arg(b, DB_T(str_z(q->reg)));
	}
	if (q->states[0] && but.kind != SET_STATES)
		states_probe(b, q);
	if (!q->states[0] && p->erases)
		build_add(b, " AND e.state <> '" REG_ERASED "'");
	number_is(b, "e.parent", "=", but.kind == SET_PARENT ? 0 : q->parent);
	number_is(b, "e.made_utc", ">=", q->from_utc);
	number_is(b, "e.made_utc", "<=", q->upto_utc);
	for (size_t i = 0; i < ARRAY_N(PERSON_TERMS); i++)
		if (person_of(q, PERSON_TERMS[i].kind) && but.kind != PERSON_TERMS[i].kind)
			person_probe(b, person_of(q, PERSON_TERMS[i].kind), PERSON_TERMS[i].as);
	for (size_t i = 0; i < q->n_where; i++)
		if (!same(but, SET_WHERE, i))
			where_probe(b, &q->where[i]);
	for (size_t i = 0; i < p->n_words; i++)
		if (!same(but, SET_WORD, i))
			word_probe(b, p->words[i]);
	if (p->nothing)
		build_add(b, " AND 1 = 0");
}

void build_each(struct build *b) { build_add(b, postgres(b) ? " CROSS JOIN LATERAL (SELECT e.id, e.state FROM entry e" : " CROSS JOIN entry e"); }
void build_each_end(struct build *b) { build_add(b, postgres(b) ? " OFFSET 0) e" : ""); }

/* The set stands outermost (CROSS JOIN keeps SQLite to that), each of its entries is then looked at. */
void build_from(struct build *b, const struct plan *p)
{
	if (p->set.kind == SET_NONE) {
		build_add(b, p->q->reg ? " FROM entry e WHERE e.school = $1 AND " : " FROM entry e WHERE e.school + 0 = $1 AND ");
	} else {
		build_add(b, " FROM (");
		build_set(b, p, p->set);
		build_add(b, ") c");
		build_each(b);
		build_add(b, " WHERE e.id = c.id AND e.school = $1 AND ");
	}
	build_permission(b);
	build_conditions(b, p, p->set);
}

void build_from_end(struct build *b, const struct plan *p)
{
	if (p->set.kind != SET_NONE)
		build_each_end(b);
}
