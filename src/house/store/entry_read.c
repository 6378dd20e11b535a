#include "base/hash.h"
#include "gen_queries.h"
#include "house/store/chain.h"
#include "house/store/entry_inner.h"

static enum err check_digest(const struct entry_may *may, const struct entry_row *row, const struct q_entry_texts_row *texts, size_t n)
{
	uint8_t running[CHAIN_DIGEST] = { 0 }, want[CHAIN_DIGEST];
	for (size_t i = 0; i < n; i++)
		chain_text(running, texts[i].field, texts[i].case_key, texts[i].sealed);
	struct chain_version v = { .school = may->school, .entry = row->id, .version = row->version, .parent = row->parent,
		.class = row->version_class, .by_person = row->changed_by,
		.at_utc = row->changed_utc, .reg = row->reg, .state = row->state, .body = row->body, .why = row->why };
	chain_version(&v, running, want);
	return row->digest.n == CHAIN_DIGEST && hash_same(want, row->digest.p, CHAIN_DIGEST) ? OK : ERR_CORRUPT;
}

static enum err open_text(struct store *st, struct arena *a, const struct entry_may *may, const struct entry_row *row,
                          const struct q_entry_texts_row *t, struct entry_values *values, bool *destroyed)
{
	const struct field *f = reg_field(values->reg, t->field);
	struct seal_place at = { may->school, t->case_key, row->id, row->version, arena_z(a, t->field) };
	struct str plain;
	enum err e = seal_open(st->db, st->keys, a, &at, t->sealed, &plain);
	if (e == ERR_ABSENT) {
		*destroyed = true;
		return OK;
	}
	TRY(e);
	if (f)
		values->values[f - values->reg->fields] = plain;
	else
		values_former(values, a, t->field, plain, true);
	return OK;
}

enum err entry_open(struct store *st, struct arena *a, const struct entry_may *may, const struct entry_row *row,
                    struct entry_values *values, bool *destroyed)
{
	struct q_entry_texts_row *texts = NULL;
	size_t n = 0;
	const struct reg *reg = registers_find(st->registers, row->reg);
	if (!reg)
		return ERR_VERSION;            /* its register's definition is not installed here */
	*values = values_new(a, reg);
	if (row->key)
		TRY(q_entry_texts(st->db, a, &(struct q_entry_texts_args){ .school = may->school, .entry = row->id, .version = row->version }, &texts, &n));
	TRY(check_digest(may, row, texts, n));
	TRY(values_from_json(a, row->body, values));
	for (size_t i = 0; i < n; i++)
		TRY(open_text(st, a, may, row, &texts[i], values, destroyed));
	return OK;
}

static enum err to_entry(struct store *st, struct arena *a, const struct entry_may *may, const struct entry_row *row, bool bare,
                         struct entry *out)
{
	*out = (struct entry){ .id = row->id, .number = row->number, .version = row->version, .parent = row->parent, .key = row->key,
		.made_utc = row->made_utc, .changed_utc = row->changed_utc, .made_by = row->made_by, .changed_by = row->changed_by,
		.reg = row->reg, .state = row->state, .why = row->why, .class = (enum entry_class)row->class };
	if (bare)
		return OK;
	struct entry_values v;
	TRY(entry_open(st, a, may, row, &v, &out->destroyed));
	values_list(a, &v, out);
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
	struct entry_query any = { .limit = 1 };
	struct entry_row *rows;
	size_t n;
	struct entry e;
	if (id <= 0 || version < 0)
		return ERR_ABSENT;
	TRY(entry_rows(st, a, may, &any, id, version, &rows, &n));
	if (!n)
		return ERR_ABSENT;
	TRY(to_entry(st, a, may, &rows[0], false, &e));
	TRY(people(st, a, may, &e));
	*out = e;
	return OK;
}

struct str entry_value(const struct entry *e, const char *field)
{
	for (size_t i = 0; i < e->n_fields; i++)
		if (str_is(e->fields[i].name, field))
			return e->fields[i].value;
	return STR_NONE;
}

static enum err to_entries(struct store *st, struct arena *a, const struct entry_may *may, const struct entry_row *rows, size_t n,
                           bool bare, struct entry **out)
{
	struct entry *v = arena_array(a, struct entry, n + 1);
	for (size_t i = 0; i < n; i++)
		TRY(to_entry(st, a, may, &rows[i], bare, &v[i]));
	*out = v;
	return OK;
}

enum err entry_history(struct store *st, struct arena *a, const struct entry_may *may, int64_t id, struct entry **out, size_t *n)
{
	struct entry_query any = { .limit = 1 };
	struct entry_row *rows;
	size_t found;
	if (id <= 0)
		return ERR_ABSENT;
	TRY(entry_rows(st, a, may, &any, id, -1, &rows, &found));
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
	if (!db_in_transaction(st->db)) {
		TRY(db_begin_read(st->db));
		tx.db = st->db;
	}
	TRY(entry_total(st, a, may, q, &page.total));
	TRY(entry_rows(st, a, may, q, 0, 0, &rows, &page.n));
	TRY(to_entries(st, a, may, rows, page.n, q->bare, &page.entries));
	if (tx.db)
		TRY(db_tx_commit(&tx));
	*out = page;
	return OK;
}

enum err entry_count(struct store *st, const struct entry_may *may, const struct entry_query *q, int64_t *out)
{
	AUTO(arena_done) struct arena a = arena_init();
	return entry_total(st, &a, may, q, out);
}
