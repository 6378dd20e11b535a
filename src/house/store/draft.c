#include "house/store/draft.h"

#include "base/clock.h"
#include "base/mem.h"
#include "gen_queries.h"

static enum err row_of(struct store *st, struct arena *a, int64_t school, int64_t person, const char *form, struct q_draft_row_row *out)
{
	struct q_draft_row_args args = { .school = school, .person = person, .form = str_z(form) };
	return q_draft_row_one(st->db, a, &args, out);
}

static struct seal_place place_of(int64_t school, int64_t person, int64_t key, const char *form)
{
	return (struct seal_place){ .school = school, .key = key, .entry = person, .version = 0, .field = form };
}

enum err draft_save(struct store *st, const struct act *act, const char *form, struct str text)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	struct q_draft_row_row row;
	struct str sealed;
	if (!act->person)
		return ERR_INVALID;
	if (text.n > DRAFT_MAX || strlen(form) > DRAFT_FORM_MAX)
		return ERR_LIMIT;
	TRY(db_tx_begin(st->db, &tx));
	enum err e = row_of(st, &a, act->school, act->person, form, &row);
	if (e == ERR_ABSENT)
		e = seal_key_new(st->db, st->keys, act, SEAL_CASE, &row.key);
	TRY(e);
	struct seal_place at = place_of(act->school, act->person, row.key, form);
	TRY(seal_text(st->db, st->keys, &a, &at, text, &sealed));
	struct q_draft_put_args put = { .school = act->school, .person = act->person, .form = str_z(form), .key = row.key, .sealed = sealed,
		.now = clock_utc() };
	TRY(q_draft_put_do(st->db, &put, NULL));
	return db_tx_commit(&tx);
}

enum err draft_get(struct store *st, struct arena *a, int64_t school, int64_t person, const char *form, struct str *text,
                   int64_t *changed_utc)
{
	struct q_draft_row_row row;
	TRY(row_of(st, a, school, person, form, &row));
	if (row.changed_utc < clock_utc() - DRAFT_KEEP_S)        /* the keeper has not come by yet */
		return ERR_ABSENT;
	struct seal_place at = place_of(school, person, row.key, form);
	TRY(seal_open(st->db, st->keys, a, &at, row.sealed, text));
	*changed_utc = row.changed_utc;
	return OK;
}

enum err draft_drop(struct store *st, const struct act *act, const char *form)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	struct q_draft_row_row row;
	struct act why = { act->school, act->person, "a draft was wiped" };
	TRY(db_tx_begin(st->db, &tx));
	enum err e = row_of(st, &a, act->school, act->person, form, &row);
	if (e == ERR_ABSENT)
		return OK;
	TRY(e);
	TRY(q_draft_drop_do(st->db, &(struct q_draft_drop_args){ .school = act->school, .person = act->person, .form = str_z(form) }, NULL));
	TRY(seal_destroy(st->db, &why, row.key));
	return db_tx_commit(&tx);
}

enum err draft_sweep(struct store *st, int64_t school, int64_t now_utc, size_t *n)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct q_draft_old_row *rows;
	size_t have;
	*n = 0;
	TRY(q_draft_old(st->db, &a, &(struct q_draft_old_args){ .school = school, .before = now_utc - DRAFT_KEEP_S }, &rows, &have));
	for (size_t i = 0; i < have; i++) {
		struct act act = { school, rows[i].person, "a draft nobody sent" };
		TRY(draft_drop(st, &act, arena_z(&a, rows[i].form)));
		*n += 1;
	}
	return OK;
}
