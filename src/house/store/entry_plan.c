/* Which way through the store: the smallest of what an index can list, unless none of it is small. */
#include "house/store/entry_build.h"

enum {
	SMALL = 20000,             /* so many are looked at one by one without anybody waiting */
	SMALL_ENOUGH = 300,        /* not worth looking for fewer */
	FEW = 2000,                /* more are not sorted, when their order can be walked and a page of it is soon full */
};
static int64_t small = SMALL, small_enough = SMALL_ENOUGH, few = FEW;

void plan_small(int64_t n)
{
	small = n < 0 ? SMALL : n;
	small_enough = n < 0 ? SMALL_ENOUGH : 0;
	few = n < 0 ? FEW : n / 2;
}

static enum err one_number(void *ctx, const struct db_val *v, size_t n)
{
	*(int64_t *)ctx = v[0].i;
	return n ? OK : ERR_DB;
}

/* How many there are in it, and no more than `most`. */
static enum err size_of(struct store *st, struct arena *a, const struct entry_may *may, const struct plan *p, struct set s, int64_t most, int64_t *out)
{
	struct build b = build_start(st, a, may);
	struct db_stmt stmt;
	build_add(&b, "SELECT count(*) FROM (SELECT t.id FROM (");
	build_set(&b, p, s);
	buf_fmt(&b.sql, ") t LIMIT %lld) n", (long long)most);
	enum err e = build_ready(&b, &stmt);
	build_done(&b);
	TRY(e);
	return db_run(st->db, &stmt, b.args, b.n, one_number, out, NULL);
}

struct choice { struct store *st; struct arena *a; const struct entry_may *may; struct plan *p; struct set best; int64_t n; };

static enum err consider(struct choice *c, bool asked, enum set_kind kind, size_t at)
{
	int64_t n;
	if (!asked || c->n <= small_enough)
		return OK;
	/* one that is as long as the best so far is not chosen: no need to know by how much */
	TRY(size_of(c->st, c->a, c->may, c->p, (struct set){ kind, at }, c->n <= small ? c->n : small + 1, &n));
	if (c->best.kind == SET_NONE || n < c->n) {
		c->best = (struct set){ kind, at };
		c->n = n;
	}
	return OK;
}

static enum err choose(struct choice *c)
{
	const struct entry_query *q = c->p->q;
	TRY(consider(c, q->parent != 0, SET_PARENT, 0));
	TRY(consider(c, q->about != 0, SET_ABOUT, 0));
	TRY(consider(c, q->author != 0, SET_AUTHOR, 0));
	TRY(consider(c, q->assigned != 0, SET_ASSIGNED, 0));
	TRY(consider(c, q->reg && q->states[0], SET_STATES, 0));         /* before the fields: what is open is few */
	for (size_t i = 0; i < c->p->n_words; i++)
		TRY(consider(c, true, SET_WORD, i));
	for (size_t i = 0; i < q->n_where; i++)
		TRY(consider(c, q->reg && q->where[i].op != ENTRY_STARTS, SET_WHERE, i));
	return OK;
}

static enum err fold_words(struct arena *a, struct plan *p)
{
	struct str text = p->q->words;
	p->n_words = text.n ? words_fold(a, text, p->words, WORDS_QUERY_MAX) : 0;
	p->nothing = str_trim(text).n && !p->n_words;        /* nothing in it that could be found */
	return OK;
}

static enum err find_order(const struct store *st, struct plan *p)
{
	const struct reg *r = p->q->reg ? registers_find(st->registers, str_z(p->q->reg)) : NULL;
	const struct field *f = r && p->q->order_by ? reg_field(r, str_z(p->q->order_by)) : NULL;
	p->erases = r && r->page;
	p->by_order = f != NULL;
	p->order_number = f && field_is_number(f);
	return OK;
}

/* The list of a word is in the order of the entries, of all registers together: where no register is named, it is
 * walked even when it is long. */
static bool worth_it(const struct choice *c)
{
	return c->n <= small || (c->best.kind == SET_WORD && !c->p->q->reg && !c->p->by_order);
}

enum err plan_make(struct store *st, struct arena *a, const struct entry_may *may, const struct entry_query *q, struct plan *out)
{
	*out = (struct plan){ .q = q };
	if (q->n_where > ENTRY_WHERE_MAX)
		return ERR_LIMIT;
	TRY(fold_words(a, out));
	TRY(find_order(st, out));
	struct choice c = { st, a, may, out, { SET_NONE, 0 }, INT64_MAX };
	TRY(choose(&c));
	if (c.best.kind == SET_NONE || !worth_it(&c))
		return OK;
	out->set = c.best;
	out->by_order = out->by_order && c.n > few;
	return OK;
}
