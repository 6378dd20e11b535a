/* The second factor: RFC 6238 over liboath; the secret is kept sealed. */
#include <liboath/oath.h>
#include <pthread.h>
#include <sodium.h>

#include "base/clock.h"
#include "base/hash.h"
#include "base/mem.h"
#include "base/rnd.h"
#include "gen_queries.h"
#include "house/account/password.h"
#include "house/notify/notify.h"
#include "house/store/audit.h"

enum { SECRET_BYTES = 20, STEP_S = 30, NONCE = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES, TAG = crypto_aead_xchacha20poly1305_ietf_ABYTES };
enum { SEALED_BYTES = NONCE + SECRET_BYTES + TAG };

static void start(void) { assert(oath_init() == OATH_OK); }

static void ready(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	pthread_once(&once, start);
}

void factor_new(char secret[FACTOR_SECRET_TEXT])
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
	uint8_t bytes[SECRET_BYTES];
	rnd_bytes(bytes, sizeof bytes);
	for (size_t i = 0; i < FACTOR_SECRET_TEXT - 1; i++) {          /* 5 bits a letter */
		size_t bit = i * 5;
		unsigned two = (unsigned)bytes[bit / 8] << 8 | (bit / 8 + 1 < SECRET_BYTES ? bytes[bit / 8 + 1] : 0);
		secret[i] = letters[two >> (11 - bit % 8) & 31];
	}
	secret[FACTOR_SECRET_TEXT - 1] = '\0';
	mem_wipe(bytes, sizeof bytes);
}

static enum err decode(const char *secret, uint8_t out[SECRET_BYTES])
{
	ready();
	char *bytes = NULL;
	size_t n = 0;
	if (strlen(secret) != FACTOR_SECRET_TEXT - 1 || oath_base32_decode(secret, strlen(secret), &bytes, &n) != OATH_OK)
		return ERR_SYNTAX;
	bool good = n == SECRET_BYTES;
	if (good)
		memcpy(out, bytes, SECRET_BYTES);
	mem_wipe(bytes, n);
	free(bytes);
	return good ? OK : ERR_SYNTAX;
}

static bool fits_bytes(const uint8_t secret[SECRET_BYTES], struct str code, int64_t now_utc, int64_t *step)
{
	ready();
	if (code.n != 6)
		return false;
	bool found = false;
	for (int64_t at = now_utc / STEP_S - 1; at <= now_utc / STEP_S + 1; at++) {
		char want[7];
		if (oath_hotp_generate((const char *)secret, SECRET_BYTES, (uint64_t)at, 6, false, OATH_HOTP_DYNAMIC_TRUNCATION, want) != OATH_OK)
			return false;
		if (hash_same(want, code.p, 6)) {
			found = true;
			*step = at;
		}
	}
	return found;
}

bool factor_fits(const char *secret, struct str code, int64_t now_utc, int64_t *step)
{
	uint8_t bytes[SECRET_BYTES];
	bool fits = decode(secret, bytes) == OK && fits_bytes(bytes, code, now_utc, step);
	mem_wipe(bytes, sizeof bytes);
	return fits;
}

struct place_of { int64_t school, person; };

static void seal_key_of(const struct keys *k, uint8_t key[32]) { hash_hmac(keys_index(k), STR("second factor"), key); }

static void seal(const struct keys *k, struct place_of at, const uint8_t secret[SECRET_BYTES], uint8_t out[SEALED_BYTES])
{
	uint8_t key[32];
	seal_key_of(k, key);
	rnd_bytes(out, NONCE);
	crypto_aead_xchacha20poly1305_ietf_encrypt(out + NONCE, NULL, secret, SECRET_BYTES, (const uint8_t *)&at, sizeof at, NULL, out, key);
	mem_wipe(key, sizeof key);
}

static enum err open_sealed(const struct keys *k, struct place_of at, struct str sealed, uint8_t secret[SECRET_BYTES])
{
	uint8_t key[32];
	if (sealed.n != SEALED_BYTES)
		return ERR_CRYPTO;
	seal_key_of(k, key);
	const uint8_t *p = (const uint8_t *)sealed.p;
	int bad = crypto_aead_xchacha20poly1305_ietf_decrypt(secret, NULL, NULL, p + NONCE, SECRET_BYTES + TAG, (const uint8_t *)&at, sizeof at, p, key);
	mem_wipe(key, sizeof key);
	return bad ? ERR_CRYPTO : OK;
}

static enum err store(struct db *db, const struct act *act, int64_t person, struct str sealed, const char *what)
{
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	TRY(db_tx_begin(db, &tx));
	int64_t changed = 0;
	TRY(q_account_totp_do(db, &(struct q_account_totp_args){ .school = act->school, .person = person, .totp = sealed, .at = clock_utc() }, &changed));
	if (changed == 0)
		return ERR_ABSENT;
	TRY(audit_add(db, act, what, (struct audit_about){ "person", person }, NULL));
	return db_tx_commit(&tx);
}

enum err factor_set(struct db *db, const struct keys *k, const struct act *act, int64_t person, const char *secret)
{
	uint8_t bytes[SECRET_BYTES], sealed[SEALED_BYTES];
	TRY(decode(secret, bytes));
	seal(k, (struct place_of){ act->school, person }, bytes, sealed);
	mem_wipe(bytes, sizeof bytes);
	return store(db, act, person, (struct str){ (const char *)sealed, sizeof sealed }, "second-factor.set");
}

enum err factor_remove(struct db *db, const struct act *act, int64_t person)
{
	return store(db, act, person, STR_NONE, "second-factor.removed");
}

enum err factor_clear(struct db *db, const struct act *act, int64_t person)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct q_account_of_row row;
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	TRY(db_tx_begin(db, &tx));
	TRY(q_account_of_one(db, &a, &(struct q_account_of_args){ .school = act->school, .person = person }, &row));
	TRY(q_passkey_drop_all_do(db, &(struct q_passkey_drop_all_args){ .school = act->school, .person = person }, NULL));
	TRY(q_code_drop_all_do(db, &(struct q_code_drop_all_args){ .school = act->school, .account = row.id, .kind = STR("paper") }, NULL));
	TRY(q_browser_forget_do(db, &(struct q_browser_forget_args){ .school = act->school, .person = person }, NULL));
	TRY(notify_add(db, act, NOTICE_FACTOR, person, "/me/factors", 0, 0));
	TRY(store(db, act, person, STR_NONE, "second-factor.cleared"));
	return db_tx_commit(&tx);
}

static enum err wrong(struct db *db, int64_t school, int64_t person)
{
	TRY(audit_add(db, &(struct act){ school, 0, "a wrong code" }, "sign-in.failed", (struct audit_about){ "person", person }, NULL));
	return ERR_SIGNIN;
}

enum err factor_check(struct db *db, const struct keys *k, const struct account_rules *r, int64_t school, int64_t person, struct str code,
                      const struct place *from)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct turn turn;
	int wait_s;
	struct q_account_of_row row;
	TRY(q_account_of_one(db, &a, &(struct q_account_of_args){ .school = school, .person = person }, &row));
	TRY(throttle_take(db, &a, r, school, "code ", row.sign_in, from, &turn, &wait_s));
	uint8_t secret[SECRET_BYTES];
	TRY(open_sealed(k, (struct place_of){ school, person }, row.totp, secret));
	int64_t step = 0, taken = 0;
	bool fits = fits_bytes(secret, code, clock_utc(), &step);
	mem_wipe(secret, sizeof secret);
	if (!fits)
		return wrong(db, school, person);
	TRY(q_account_step_do(db, &(struct q_account_step_args){ .school = school, .person = person, .step = step }, &taken));
	TRY(throttle_right(db, &turn));
	return taken ? OK : ERR_SIGNIN;          /* a code serves once */
}
