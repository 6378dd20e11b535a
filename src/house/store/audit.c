#include "house/store/audit.h"

#include "base/clock.h"
#include "base/hash.h"
#include "gen_queries.h"
#include "house/store/chain.h"

static struct str digest_str(const uint8_t *d) { return (struct str){ (const char *)d, AUDIT_DIGEST }; }

/* The head's row, held until the transaction ends.  The first record of a school makes it. */
static enum err lock_head(struct db *db, struct arena *a, int64_t school, struct q_audit_head_lock_row *head)
{
	struct q_audit_head_lock_args get = { .school = school };
	enum err e = q_audit_head_lock_one(db, a, &get, head);
	if (e != ERR_ABSENT)
		return e;
	static const uint8_t zero[AUDIT_DIGEST];
	struct q_audit_head_make_args make = { school, digest_str(zero) };
	TRY(q_audit_head_make_do(db, &make, NULL));
	return q_audit_head_lock_one(db, a, &get, head);
}

static _Thread_local struct audit_batch *batch;      /* the one that is open in this thread */

static enum err put(struct db *db, struct chain_record *r, int64_t before, const uint8_t *head, uint8_t digest[AUDIT_DIGEST])
{
	r->seq = before + 1;
	chain_digest(r, head, digest);
	struct q_audit_put_args row = { .school = r->school, .seq = r->seq, .at = r->at_utc, .person = r->person, .what = r->what, .why = r->why,
		.about_kind = r->about_kind, .about = r->about, .content = r->content, .digest = digest_str(digest) };
	return q_audit_put_do(db, &row, NULL);
}

/* Behind the last one of the batch. */
static enum err append_batched(struct chain_record *r)
{
	uint8_t digest[AUDIT_DIGEST];
	TRY(put(batch->db, r, batch->seq, batch->digest, digest));
	batch->seq = r->seq;
	memcpy(batch->digest, digest, AUDIT_DIGEST);
	return OK;
}

static enum err append(struct db *db, struct arena *a, struct chain_record *r)
{
	struct q_audit_head_lock_row head;
	TRY(lock_head(db, a, r->school, &head));
	if (head.digest.n != AUDIT_DIGEST)
		return ERR_CORRUPT;
	uint8_t digest[AUDIT_DIGEST];
	TRY(put(db, r, head.seq, (const uint8_t *)head.digest.p, digest));
	struct q_audit_head_set_args set = { .school = r->school, .seq = r->seq, .digest = digest_str(digest), .before = head.seq };
	int64_t moved = 0;
	TRY(q_audit_head_set_do(db, &set, &moved));
	return moved == 1 ? OK : ERR_CORRUPT;
}

enum err audit_add(struct db *db, const struct act *act, const char *what, struct audit_about about, const uint8_t *digest)
{
	assert(act->school > 0 && what[0] && about.kind);
	struct chain_record r = {
		.school = act->school, .at_utc = clock_utc(), .person = act->person, .what = str_z(what),
		.why = str_z(act->why ? act->why : ""), .about_kind = str_z(about.kind), .about = about.id,
		.content = digest ? digest_str(digest) : STR(""),
	};
	if (r.why.n > AUDIT_TEXT_MAX || r.what.n > AUDIT_TEXT_MAX)
		return ERR_LIMIT;
	if (batch && batch->db == db && batch->school == r.school)
		return append_batched(&r);               /* one statement: nothing to undo alone */
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	TRY(db_tx_begin(db, &tx));
	TRY(append(db, &a, &r));
	return db_tx_commit(&tx);
}

enum err audit_batch_begin(struct db *db, int64_t school, struct audit_batch *b)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct q_audit_head_lock_row head;
	if (batch || !db_in_transaction(db))
		return ERR_STATE;
	TRY(lock_head(db, &a, school, &head));
	if (head.digest.n != AUDIT_DIGEST)
		return ERR_CORRUPT;
	*b = (struct audit_batch){ .db = db, .school = school, .before = head.seq, .seq = head.seq };
	memcpy(b->digest, head.digest.p, AUDIT_DIGEST);
	batch = b;
	return OK;
}

enum err audit_batch_end(struct audit_batch *b)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct q_audit_after_row kept;
	int64_t moved = 0;
	batch = NULL;
	TRY(q_audit_after_one(b->db, &a, &(struct q_audit_after_args){ .school = b->school, .seq = b->before }, &kept));
	if (kept.n != b->seq - b->before)
		return ERR_STATE;
	if (kept.n == 0)
		return OK;
	struct q_audit_head_set_args set = { .school = b->school, .seq = b->seq, .digest = digest_str(b->digest), .before = b->before };
	TRY(q_audit_head_set_do(b->db, &set, &moved));
	return moved == 1 ? OK : ERR_CORRUPT;
}

void audit_batch_done(struct audit_batch *b)
{
	if (batch == b)
		batch = NULL;
}

enum err audit_head(struct db *db, int64_t school, struct audit_head *out)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct q_audit_head_get_row row;
	enum err e = q_audit_head_get_one(db, &a, &(struct q_audit_head_get_args){ .school = school }, &row);
	if (e == ERR_ABSENT) {
		*out = (struct audit_head){ 0 };
		return OK;
	}
	TRY(e);
	if (row.digest.n != AUDIT_DIGEST)
		return ERR_CORRUPT;
	out->seq = row.seq;
	memcpy(out->digest, row.digest.p, AUDIT_DIGEST);
	return OK;
}

/* ---- checkpoints */

static struct str checkpoint_line(struct arena *a, const struct checkpoint *c, const uint8_t signature[AUDIT_SIGNATURE])
{
	char head[2 * AUDIT_DIGEST + 1], sig[2 * AUDIT_SIGNATURE + 1];
	hex_put(c->head, AUDIT_DIGEST, head);
	hex_put(signature, AUDIT_SIGNATURE, sig);
	return arena_fmt(a, "gatehouse-checkpoint 1 %lld %llu %lld %s %s", (long long)c->school, (unsigned long long)c->sequence,
	                 (long long)c->at_utc, head, sig);
}

static enum err has_checkpoint(struct db *db, struct arena *a, int64_t school, int64_t seq, bool *has)
{
	struct q_checkpoint_last_row last;
	enum err e = q_checkpoint_last_one(db, a, &(struct q_checkpoint_last_args){ .school = school }, &last);
	*has = e == OK && last.seq == seq;
	return e == ERR_ABSENT ? OK : e;
}

static enum err checkpoint(struct db *db, int64_t school, const struct audit_head *head, audit_sign_fn *sign, void *ctx,
                           struct arena *a, struct str *out)
{
	uint8_t signature[AUDIT_SIGNATURE];
	struct checkpoint c = { .school = school, .sequence = (uint64_t)head->seq, .at_utc = clock_utc() };
	memcpy(c.head, head->digest, sizeof c.head);
	TRY(sign(ctx, &c, signature));
	struct q_checkpoint_put_args put = { .school = school, .seq = head->seq, .at = c.at_utc, .digest = digest_str(head->digest),
		.signature = { (const char *)signature, sizeof signature } };
	TRY(q_checkpoint_put_do(db, &put, NULL));
	*out = checkpoint_line(a, &c, signature);
	return OK;
}

/* The head is read first and signed without holding anything: the signer may be slow. */
enum err audit_checkpoint(struct db *db, int64_t school, audit_sign_fn *sign, void *ctx, struct arena *a, struct str *out)
{
	struct audit_head head;
	bool has = false;
	TRY(audit_head(db, school, &head));
	TRY(has_checkpoint(db, a, school, head.seq, &has));
	if (head.seq && !has)
		return checkpoint(db, school, &head, sign, ctx, a, out);
	*out = STR_NONE;
	return OK;
}

/* ---- reading */

static struct audit_record *records(struct arena *a, const struct q_audit_before_row *rows, size_t n)
{
	struct audit_record *out = arena_array(a, struct audit_record, n);
	for (size_t i = 0; i < n; i++)
		out[i] = (struct audit_record){ .seq = rows[i].seq, .at_utc = rows[i].at_utc, .person = rows[i].person,
			.about = rows[i].about, .what = rows[i].what, .why = rows[i].why, .about_kind = rows[i].about_kind };
	return out;
}

enum err audit_list(struct db *db, struct arena *a, int64_t school, int64_t before, int64_t limit,
                    struct audit_record **out, size_t *n)
{
	struct q_audit_before_row *rows;
	struct q_audit_before_args args = { .school = school, .before = before ? before : INT64_MAX, .limit = limit > 0 && limit < 500 ? limit : 500 };
	TRY(q_audit_before(db, a, &args, &rows, n));
	*out = records(a, rows, *n);
	return OK;
}

enum err audit_of(struct db *db, struct arena *a, int64_t school, struct audit_about about,
                  struct audit_record **out, size_t *n)
{
	struct q_audit_about_row *rows;
	struct q_audit_about_args args = { .school = school, .kind = str_z(about.kind), .about = about.id };
	TRY(q_audit_about(db, a, &args, &rows, n));
	*out = arena_array(a, struct audit_record, *n);
	for (size_t i = 0; i < *n; i++)
		(*out)[i] = (struct audit_record){ .seq = rows[i].seq, .at_utc = rows[i].at_utc, .person = rows[i].person,
			.about = rows[i].about, .what = rows[i].what, .why = rows[i].why, .about_kind = rows[i].about_kind };
	return OK;
}
