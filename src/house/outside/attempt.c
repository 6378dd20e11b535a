/* Attempts on their way to a provider: state, nonce and PKCE (RFC 7636) of one browser, once. */
#include <sodium.h>

#include "base/clock.h"
#include "base/hash.h"
#include "base/mem.h"
#include "base/rnd.h"
#include "gen_queries.h"
#include "house/outside/identity.h"

static struct str hash_of(struct str token, uint8_t out[SHA256_BYTES])
{
	hash_sha256(token, out);
	return (struct str){ (const char *)out, SHA256_BYTES };
}

static enum err room(struct db *db, struct arena *a, int64_t school, int64_t now)
{
	struct q_outside_try_count_row r;
	TRY(q_outside_try_sweep_do(db, &(struct q_outside_try_sweep_args){ .school = school, .before = now - TRY_S }, NULL));
	TRY(q_outside_try_count_one(db, a, &(struct q_outside_try_count_args){ .school = school }, &r));
	return r.n < TRIES_MAX ? OK : ERR_BUSY;
}

enum err attempt_begin(struct db *db, int64_t school, struct str provider, int64_t person, struct str next, struct attempt *out)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	uint8_t state[SHA256_BYTES], browser[SHA256_BYTES], verifier[SHA256_BYTES];
	int64_t now = clock_utc();
	rnd_token(out->state, 32);
	rnd_token(out->browser, 32);
	rnd_token(out->nonce, 32);
	rnd_token(out->verifier, 32);
	(void)hash_of(str_z(out->verifier), verifier);
	sodium_bin2base64(out->challenge, sizeof out->challenge, verifier, sizeof verifier, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
	TRY(db_tx_begin(db, &tx));
	TRY(room(db, &a, school, now));
	TRY(q_outside_try_put_do(db, &(struct q_outside_try_put_args){ .school = school, .state_hash = hash_of(str_z(out->state), state), .provider = provider,
		.nonce = str_z(out->nonce), .verifier = str_z(out->verifier), .browser_hash = hash_of(str_z(out->browser), browser),
		.person = person, .next = next.p ? next : STR(""), .at = now }, NULL));
	return db_tx_commit(&tx);
}

static enum err stale(const char **why, const char *sentence)
{
	*why = sentence;
	return ERR_STALE;
}

enum err attempt_take(struct db *db, struct arena *a, int64_t school, struct str provider, struct str state, struct str browser,
                      struct attempt_back *out, const char **why)
{
	uint8_t h[SHA256_BYTES];
	struct q_outside_try_take_row r;
	int64_t now = clock_utc();
	enum err e = q_outside_try_take_one(db, a, &(struct q_outside_try_take_args){ .school = school, .state_hash = hash_of(state, h) }, &r);
	if (e == ERR_ABSENT)
		return stale(why, "This sign-in was used already, or was not begun here. Start again.");
	TRY(e);
	(void)hash_of(browser, h);
	if (browser.n == 0 || r.browser_hash.n != SHA256_BYTES || !hash_same(h, r.browser_hash.p, SHA256_BYTES))
		return stale(why, "This sign-in was begun in another browser. Start again in this one.");
	if (!str_eq(provider, r.provider))
		return stale(why, "The answer came from another provider than the one that was asked. Start again.");
	if (r.made_utc + TRY_S <= now || r.made_utc > now + 60)
		return stale(why, "The sign-in took longer than ten minutes. Start again.");
	*out = (struct attempt_back){ r.nonce, r.verifier, r.next, r.person };
	return OK;
}
