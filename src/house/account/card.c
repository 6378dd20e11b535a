#include "house/account/card.h"

#include <sodium.h>

#include "base/clock.h"
#include "base/hash.h"
#include "base/mem.h"
#include "base/rnd.h"
#include "gen_queries.h"
#include "house/store/audit.h"

enum { NONCE = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES, TAG = crypto_aead_xchacha20poly1305_ietf_ABYTES, SEALED = NONCE + PHRASE_LEN + TAG };

struct whose { int64_t school, person; };

static void key_of(const struct keys *k, const char *what, uint8_t key[32]) { hash_hmac(keys_index(k), str_z(what), key); }

static void seal(const struct keys *k, struct whose at, const struct phrase *p, uint8_t out[SEALED])
{
	uint8_t key[32];
	key_of(k, "card pictures", key);
	rnd_bytes(out, NONCE);
	crypto_aead_xchacha20poly1305_ietf_encrypt(out + NONCE, NULL, p->pick, PHRASE_LEN, (const uint8_t *)&at, sizeof at, NULL, out, key);
	mem_wipe(key, sizeof key);
}

static enum err unseal(const struct keys *k, struct whose at, struct str sealed, struct phrase *out)
{
	uint8_t key[32];
	if (sealed.n != SEALED)
		return ERR_CRYPTO;
	key_of(k, "card pictures", key);
	const uint8_t *p = (const uint8_t *)sealed.p;
	int bad = crypto_aead_xchacha20poly1305_ietf_decrypt(out->pick, NULL, NULL, p + NONCE, PHRASE_LEN + TAG, (const uint8_t *)&at, sizeof at, p, key);
	mem_wipe(key, sizeof key);
	return bad ? ERR_CRYPTO : OK;
}

enum err card_get(struct db *db, const struct keys *k, int64_t school, int64_t person, struct card *out)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct q_card_row_row r;
	TRY(q_card_row_one(db, &a, &(struct q_card_row_args){ .school = school, .person = person }, &r));
	struct card c = { .person = person, .badge = (int)r.badge, .usable = r.sealed.n > 0, .has_code = r.has_code, .made_utc = r.made_utc,
		.printed_utc = r.printed_utc, .made_by = r.made_by, .wrong = (int)r.wrong, .locked = r.wrong >= CARD_WRONG_MAX };
	if (c.usable)
		TRY(unseal(k, (struct whose){ school, person }, r.sealed, &c.phrase));
	*out = c;
	return OK;
}

static void code_hash(const struct keys *k, struct str code, uint8_t out[HMAC_BYTES])
{
	uint8_t key[32];
	key_of(k, "card code", key);
	hash_hmac(key, code, out);
	mem_wipe(key, sizeof key);
}

/* The lowest badge that nobody else in the class has. */
static enum err free_badge(struct db *db, struct arena *a, int64_t school, int64_t class_id, int *out)
{
	struct q_card_badges_row *rows;
	size_t n;
	bool taken[BADGES] = { 0 };
	TRY(q_card_badges(db, a, &(struct q_card_badges_args){ .school = school, .class = class_id }, &rows, &n));
	for (size_t i = 0; i < n; i++)
		taken[rows[i].badge % BADGES] = true;
	int badge = 0;
	while (badge < BADGES - 1 && taken[badge])
		badge++;
	*out = badge;
	return OK;
}

static enum err badge_for(struct db *db, struct arena *a, int64_t school, int64_t class_id, bool has, const struct card *was, int *out)
{
	if (!has)
		return free_badge(db, a, school, class_id, out);
	*out = was->badge;
	return OK;
}

enum err card_print(struct db *db, const struct keys *k, const struct act *act, int64_t person, int64_t class_id, bool fresh,
                    char code[CARD_CODE_TEXT], struct card *out)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct card c = { .person = person };
	uint8_t hash[HMAC_BYTES], sealed[SEALED];
	int64_t now = clock_utc();
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	TRY(db_tx_begin(db, &tx));
	enum err e = card_get(db, k, act->school, person, &c);
	if (e != OK && e != ERR_ABSENT)
		return e;
	TRY(badge_for(db, &a, act->school, class_id, e == OK, &c, &c.badge));
	bool renewed = fresh || !c.usable;
	if (renewed)
		c.phrase = phrase_new();
	seal(k, (struct whose){ act->school, person }, &c.phrase, sealed);
	rnd_token(code, CARD_CODE_BYTES);
	code_hash(k, str_z(code), hash);
	c.made_utc = renewed ? now : c.made_utc;
	TRY(q_card_put_do(db, &(struct q_card_put_args){ .school = act->school, .person = person, .badge = c.badge,
		.sealed = { (const char *)sealed, SEALED }, .code_hash = { (const char *)hash, HMAC_BYTES }, .made = c.made_utc, .printed = now, .by = act->person }, NULL));
	TRY(audit_add(db, act, renewed ? "card.made" : "card.printed", (struct audit_about){ "person", person }, NULL));
	TRY(db_tx_commit(&tx));
	c.usable = c.has_code = true;
	c.printed_utc = now;
	c.made_by = act->person;
	c.wrong = 0;
	c.locked = false;
	*out = c;
	return OK;
}

enum err card_end(struct db *db, const struct act *act, int64_t person)
{
	int64_t changed = 0;
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	TRY(db_tx_begin(db, &tx));
	TRY(q_card_clear_do(db, &(struct q_card_clear_args){ .school = act->school, .person = person, .nothing = STR("") }, &changed));
	if (changed == 0)
		return ERR_ABSENT;
	TRY(audit_add(db, act, "card.ended", (struct audit_about){ "person", person }, NULL));
	return db_tx_commit(&tx);
}

enum err card_unlock(struct db *db, const struct act *act, int64_t person)
{
	int64_t changed = 0;
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	TRY(db_tx_begin(db, &tx));
	TRY(q_card_right_do(db, &(struct q_card_right_args){ .school = act->school, .person = person }, &changed));
	if (changed == 0)
		return ERR_ABSENT;
	TRY(audit_add(db, act, "card.unlocked", (struct audit_about){ "person", person }, NULL));
	return db_tx_commit(&tx);
}

static enum err wrong(struct db *db, int64_t school, int64_t person)
{
	TRY(audit_add(db, &(struct act){ school, 0, "wrong pictures" }, "sign-in.failed", (struct audit_about){ "person", person }, NULL));
	return ERR_SIGNIN;
}

enum err card_try(struct db *db, const struct keys *k, int64_t school, int64_t person, const struct phrase *guess)
{
	struct card c;
	int64_t taken = 0;
	/* The guess is counted before it is judged: two at once count as two. */
	TRY(q_card_guess_do(db, &(struct q_card_guess_args){ .school = school, .person = person, .most = CARD_WRONG_MAX }, &taken));
	enum err e = card_get(db, k, school, person, &c);
	if (e == ERR_ABSENT || (e == OK && !c.usable))
		return ERR_SIGNIN;
	TRY(e);
	if (!taken)
		return ERR_BUSY;
	if (!phrase_same(&c.phrase, guess))
		return wrong(db, school, person);
	return q_card_right_do(db, &(struct q_card_right_args){ .school = school, .person = person }, NULL);
}

enum err card_by_code(struct db *db, const struct keys *k, int64_t school, struct str code, int64_t *person)
{
	AUTO(arena_done) struct arena a = arena_init();
	uint8_t hash[HMAC_BYTES];
	struct q_card_of_code_row r;
	code_hash(k, code, hash);
	enum err e = q_card_of_code_one(db, &a, &(struct q_card_of_code_args){ .school = school, .code_hash = { (const char *)hash, HMAC_BYTES } }, &r);
	if (e == OK)
		*person = r.person;
	return e == ERR_ABSENT ? ERR_SIGNIN : e;
}

/* For somebody without a card: three that only the key knows, so that nothing shows. */
static struct phrase made_up(const uint8_t key[32], int64_t person)
{
	uint8_t random[HMAC_BYTES];
	hash_hmac(key, (struct str){ (const char *)&person, sizeof person }, random);
	struct phrase p = { { (uint8_t)(random[0] % 10), (uint8_t)(10 + random[1] % 11), (uint8_t)(21 + random[2] % 11) } };
	return p;
}

void card_grid(const struct keys *k, int64_t school, int64_t person, const struct card *c, uint8_t out[PHRASE_GRID])
{
	uint8_t key[32];
	key_of(k, "card grid", key);
	struct phrase p = c && c->usable ? c->phrase : made_up(key, person);
	phrase_grid(key, school * 1000003 + person, &p, out);
	mem_wipe(key, sizeof key);
}
