/* What an entry is found and ordered by: rows of its newest version, made at each write, and again when its register asks for more. */
#include "base/mem.h"
#include "gen_queries.h"
#include "house/store/entry_inner.h"
#include "house/store/words.h"

struct indexing { struct store *st; struct arena *a; int64_t school, id; const struct reg *reg; };

/* Each chosen one under a name of its own. */
static enum err choices(const struct indexing *x, const struct field *f, struct str several)
{
	for (struct str one; str_next(&several, ' ', &one);) {
		struct q_entry_index_number_args put = { .school = x->school, .entry = x->id, .register_ = x->reg->id, .number = 1,
			.field = arena_fmt(x->a, "%.*s=%.*s", STRF(f->name), STRF(one)) };
		TRY(q_entry_index_number_do(x->st->db, &put, NULL));
	}
	return OK;
}

static enum err one(const struct indexing *x, const struct field *f, struct str value)
{
	if (f->type == FIELD_CHOICES)
		return choices(x, f, value);
	if (!field_is_number(f)) {
		struct q_entry_index_word_args put = { .school = x->school, .entry = x->id, .register_ = x->reg->id, .field = f->name, .word = words_key(x->a, value) };
		return q_entry_index_word_do(x->st->db, &put, NULL);
	}
	struct q_entry_index_number_args put = { .school = x->school, .entry = x->id, .register_ = x->reg->id, .field = f->name };
	TRY(field_number(f, value, &put.number));
	return q_entry_index_number_do(x->st->db, &put, NULL);
}

enum err entry_index_put(struct store *st, struct arena *a, int64_t school, int64_t id, const struct entry_values *v)
{
	struct indexing x = { st, a, school, id, v->reg };
	TRY(q_entry_index_clear_do(st->db, &(struct q_entry_index_clear_args){ .school = school, .entry = id }, NULL));
	for (size_t i = 0; i < v->reg->n_fields; i++)
		if (v->reg->fields[i].index && v->values[i].n)
			TRY(one(&x, &v->reg->fields[i], v->values[i]));
	return OK;
}

/* ---- again ---- */

/* What was kept before its register checked it (an old spelling) is left as it stands. */
static enum err again(struct store *st, struct arena *a, const struct entry_may *may, const struct entry_row *row, const struct reg *r)
{
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	struct entry_values v = values_new(a, r);
	bool destroyed;
	TRY(entry_open(st, a, may, row, &v, &destroyed));
	TRY(db_tx_begin(st->db, &tx));
	enum err e = entry_index_put(st, a, may->school, row->id, &v);
	if (e == ERR_SYNTAX || e == ERR_INVALID)
		return OK;
	TRY(e);
	return db_tx_commit(&tx);
}

enum err entry_index_again(struct store *st, int64_t school, const struct reg *r, int64_t after, int64_t most, int64_t *upto, size_t *n)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct entry_may may = { .school = school, .classes = ~1u };
	struct q_entry_after_row *rows;
	struct entry_row *found;
	size_t n_rows, n_found;
	*upto = *n = 0;
	TRY(q_entry_after(st->db, &a, &(struct q_entry_after_args){ .school = school, .register_ = r->id, .after = after, .limit = most }, &rows, &n_rows));
	if (!n_rows)
		return OK;
	int64_t *ids = arena_array(&a, int64_t, n_rows);
	for (size_t i = 0; i < n_rows; i++)
		ids[i] = rows[i].id;
	TRY(entry_rows_of(st, &a, &may, ids, n_rows, &found, &n_found));
	for (size_t i = 0; i < n_found; i++)
		TRY(again(st, &a, &may, &found[i], r));
	*upto = ids[n_rows - 1];
	*n = n_rows;
	return OK;
}
