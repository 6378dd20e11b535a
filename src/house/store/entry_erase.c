/* What two people disposed of goes: what was said in the open, the keys of what was said sealed, and what it was found by. */
#include "base/clock.h"
#include "base/mem.h"
#include "base/rnd.h"
#include "gen_queries.h"
#include "house/store/audit.h"
#include "house/store/chain.h"
#include "house/store/entry_build.h"

struct erasing { struct store *st; struct arena *a; const struct act *act; int64_t id, disposal; };

static enum err certificate_done(const struct erasing *x)
{
	struct q_entry_head_row d;
	TRY(q_entry_head_one(x->st->db, x->a, &(struct q_entry_head_args){ .school = x->act->school, .id = x->disposal }, &d));
	bool one = str_is(d.register_, "disposal") || str_is(d.register_, "disposal-entries");
	return one && str_is(d.state, "done") ? OK : ERR_FORBIDDEN;
}

/* Over the ciphertexts, which stay: without their key they say nothing. */
static enum err texts_of(const struct erasing *x, int64_t entry, int64_t version, uint8_t running[CHAIN_DIGEST])
{
	struct q_entry_texts_row *t;
	size_t n;
	TRY(q_entry_texts(x->st->db, x->a, &(struct q_entry_texts_args){ .school = x->act->school, .entry = entry, .version = version }, &t, &n));
	memset(running, 0, CHAIN_DIGEST);
	for (size_t i = 0; i < n; i++)
		chain_text(running, t[i].field, t[i].case_key, t[i].sealed);
	return OK;
}

/* A version from before 0060 has no salted digest yet: it gets one, whose salt nobody keeps.  The audit hears of the version as it is left. */
static enum err erase_version(const struct erasing *x, const struct q_entry_versions_under_row *v)
{
	uint8_t said[CHAIN_DIGEST], running[CHAIN_DIGEST], left[CHAIN_DIGEST], salt[CHAIN_SALT];
	struct str digest = v->said;
	int64_t moved = 0;
	if (!digest.n) {
		rnd_bytes(salt, sizeof salt);
		chain_said((struct str){ (const char *)salt, sizeof salt }, v->body, v->why, said);
		mem_wipe(salt, sizeof salt);
		digest = (struct str){ (const char *)said, sizeof said };
	}
	TRY(texts_of(x, v->entry, v->version, running));
	struct chain_version c = { .school = x->act->school, .entry = v->entry, .version = v->version, .parent = v->parent, .class = v->class,
		.by_person = v->by_person, .at_utc = v->at, .reg = v->reg, .state = v->state, .said = digest };
	chain_version(&c, running, left);
	struct q_entry_version_erase_args erase = { .school = x->act->school, .entry = v->entry, .version = v->version, .said = digest, .disposal = x->disposal };
	TRY(q_entry_version_erase_do(x->st->db, &erase, &moved));
	return moved == 1 ? audit_add(x->st->db, x->act, "version.erased", (struct audit_about){ "erased", v->entry }, left) : ERR_STATE;
}

static enum err erase_versions(const struct erasing *x)
{
	struct q_entry_versions_under_row *v;
	size_t n;
	TRY(q_entry_versions_under(x->st->db, x->a, &(struct q_entry_versions_under_args){ .school = x->act->school, .root = x->id }, &v, &n));
	for (size_t i = 0; i < n; i++)
		if (!v[i].disposal && !str_is(v[i].state, REG_ERASED))
			TRY(erase_version(x, &v[i]));
	return OK;
}

/* Keys of this entry and of those under it, but never one that is shared with something above. */
static enum err destroy_keys(const struct erasing *x)
{
	struct q_entry_keys_under_row *k;
	size_t n;
	TRY(q_entry_keys_under(x->st->db, x->a, &(struct q_entry_keys_under_args){ .school = x->act->school, .root = x->id }, &k, &n));
	for (size_t i = 0; i < n; i++)
		TRY(seal_destroy(x->st->db, x->act, k[i].key));
	return OK;
}

static enum err cut_traces(const struct erasing *x)
{
	struct db *db = x->st->db;
	int64_t school = x->act->school;
	TRY(q_document_part_cut_under_do(db, &(struct q_document_part_cut_under_args){ .school = school, .root = x->id }, NULL));
	TRY(q_entry_index_cut_under_do(db, &(struct q_entry_index_cut_under_args){ .school = school, .root = x->id }, NULL));
	TRY(q_words_cut_under_do(db, &(struct q_words_cut_under_args){ .school = school, .root = x->id }, NULL));
	return q_entry_person_cut_under_do(db, &(struct q_entry_person_cut_under_args){ .school = school, .root = x->id }, NULL);
}

static enum err last_version(const struct erasing *x)
{
	struct entry_may all = { .school = x->act->school, .classes = ~1u };
	struct entry_row *row;
	size_t n;
	TRY(entry_rows(x->st, x->a, &all, x->id, 0, &row, &n));
	if (!n)
		return ERR_ABSENT;
	const struct reg *reg = registers_find(x->st->registers, row->reg);
	return reg && reg->page ? entry_put_last(x->st, x->act, reg, row) : OK;
}

enum err entry_erase(struct store *st, const struct act *act, int64_t id, int64_t disposal)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	struct erasing x = { st, &a, act, id, disposal };
	TRY(db_tx_begin(st->db, &tx));
	TRY(certificate_done(&x));
	TRY(last_version(&x));
	TRY(erase_versions(&x));
	TRY(destroy_keys(&x));
	TRY(cut_traces(&x));
	return db_tx_commit(&tx);
}
