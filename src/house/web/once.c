/* A form that creates something creates it once, however often it is sent: pressed twice, sent again after a lost
 * answer, or after the program died.  The mark stands in the same transaction as what the form made. */
#include "base/clock.h"
#include "base/hash.h"
#include "base/log.h"
#include "base/mem.h"
#include "gen_queries.h"
#include "house/web/once.h"

static const char *const apart[] = { "token", "once" };      /* what says nothing about what was written */

static bool is_apart(struct str name)
{
	for (size_t i = 0; i < ARRAY_N(apart); i++)
		if (str_is(name, apart[i]))
			return true;
	return false;
}

/* The same page filled in anew ("back") is another form, although its number is the same: so the words are in it. */
static struct str digest_of(struct page_ctx *c, struct str number)
{
	const struct form *f = &c->req->form;
	struct str *pieces = arena_array(c->arena, struct str, 6 * f->n + 2);
	char *out = arena_alloc(c->arena, SHA256_BYTES);
	size_t n = 0;
	pieces[n++] = arena_fmt(c->arena, "%lld\n%.*s\n", (long long)(c->person ? c->person->id : 0), STRF(c->req->path));
	pieces[n++] = number;
	for (size_t i = 0; i < f->n; i++) {
		if (is_apart(f->fields[i].name))
			continue;
		pieces[n++] = arena_fmt(c->arena, "\n%zu %zu ", f->fields[i].name.n, f->fields[i].value.n);
		pieces[n++] = f->fields[i].name;
		pieces[n++] = f->fields[i].value;
	}
	hash_sha256v(pieces, n, (uint8_t *)out);
	return (struct str){ out, SHA256_BYTES };
}

/* Sent before: the same answer. */
static enum err again(struct page_ctx *c, struct str digest)
{
	struct q_once_row_row row = { 0 };
	TRY(q_once_row_one(c->db, c->arena, &(struct q_once_row_args){ .school = c->school, .digest = digest }, &row));
	return page_redirect(c, "%.*s", STRF(row.location));
}

/* Only what led on is kept: a form that was shown again, or refused, may be sent again. */
static enum err settle(struct page_ctx *c, struct str digest, enum err e)
{
	if (e == OK && c->reply.status == 303 && c->reply.location.n)
		return q_once_answer_do(c->db, &(struct q_once_answer_args){ .school = c->school, .digest = digest, .location = c->reply.location }, NULL);
	return q_once_free_do(c->db, &(struct q_once_free_args){ .school = c->school, .digest = digest }, NULL);
}

enum err once_run(struct page_ctx *c)
{
	struct str number = form_get(&c->req->form, "once");
	if (number.n < 4 * ONCE_BYTES / 3 || number.n > 64)
		return c->route->fn(c);
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	struct str digest = digest_of(c, number);
	int64_t fresh = 0;
	TRY(db_tx_begin(c->db, &tx));
	TRY(q_once_claim_do(c->db, &(struct q_once_claim_args){ .school = c->school, .digest = digest, .now = clock_utc() }, &fresh));
	if (!fresh)
		return again(c, digest);
	enum err e = c->route->fn(c);
	TRY(settle(c, digest, e));           /* what a refused handler kept on purpose (who looked) is kept too */
	TRY(db_tx_commit(&tx));
	return e;
}

enum err once_sweep(struct db *db, int64_t school, int64_t now_utc)
{
	return q_once_sweep_do(db, &(struct q_once_sweep_args){ .school = school, .before = now_utc - ONCE_KEEP_S }, NULL);
}
