#include "house/account/recovery.h"

#include "base/clock.h"
#include "base/hash.h"
#include "base/mem.h"
#include "base/rnd.h"
#include "gen_queries.h"
#include "house/notify/notify.h"
#include "house/store/audit.h"

enum { LETTERS = 10 };
static const char ALPHABET[] = "abcdefghijkmnpqrstuvwxyz23456789";
static_assert(sizeof ALPHABET == 32 + 1, "five bits a letter");

void recovery_letters(char *out, size_t n)
{
	for (size_t i = 0; i < n; i++)
		out[i] = ALPHABET[rnd_below(32)];
}

size_t recovery_read(struct str typed, char *out, size_t max)
{
	size_t n = 0;
	for (size_t i = 0; i < typed.n; i++) {
		char c = ascii_lower(typed.p[i]);
		if (c == ' ' || c == '-')
			continue;
		if (n == max)
			return 0;
		out[n++] = c;
	}
	return n;
}

static void digest(const struct keys *k, int64_t person, const char letters[LETTERS], uint8_t out[HMAC_BYTES])
{
	uint8_t key[32], text[sizeof person + LETTERS];
	hash_hmac(keys_index(k), STR("codes on paper"), key);
	memcpy(text, &person, sizeof person);
	memcpy(text + sizeof person, letters, LETTERS);
	hash_hmac(key, (struct str){ (const char *)text, sizeof text }, out);
	mem_wipe(key, sizeof key);
	mem_wipe(text, sizeof text);
}

static enum err make_one(struct db *db, const struct keys *k, const struct act *act, int64_t person, int64_t account, char code[RECOVERY_TEXT])
{
	char letters[LETTERS];
	uint8_t hash[HMAC_BYTES];
	recovery_letters(letters, sizeof letters);
	digest(k, person, letters, hash);
	snprintf(code, RECOVERY_TEXT, "%.5s-%.5s", letters, letters + 5);
	mem_wipe(letters, sizeof letters);
	return q_code_put_do(db, &(struct q_code_put_args){ .school = act->school, .account = account, .kind = STR("paper"),
		.hash = { (const char *)hash, sizeof hash } }, NULL);
}

enum err recovery_make(struct db *db, const struct keys *k, const struct act *act, int64_t person, char codes[RECOVERY_CODES][RECOVERY_TEXT])
{
	AUTO(arena_done) struct arena a = arena_init();
	struct q_account_of_row row;
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	TRY(db_tx_begin(db, &tx));
	TRY(q_account_of_one(db, &a, &(struct q_account_of_args){ .school = act->school, .person = person }, &row));
	TRY(q_code_drop_all_do(db, &(struct q_code_drop_all_args){ .school = act->school, .account = row.id, .kind = STR("paper") }, NULL));
	for (size_t i = 0; i < RECOVERY_CODES; i++)
		TRY(make_one(db, k, act, person, row.id, codes[i]));
	TRY(notify_add(db, act, NOTICE_FACTOR, person, "/me/factors", 0, 0));
	TRY(audit_add(db, act, "codes.made", (struct audit_about){ "person", person }, NULL));
	return db_tx_commit(&tx);
}

static enum err wrong(struct db *db, int64_t school, int64_t person)
{
	TRY(audit_add(db, &(struct act){ school, 0, "a wrong code on paper" }, "sign-in.failed", (struct audit_about){ "person", person }, NULL));
	return ERR_SIGNIN;
}

static enum err spend(struct db *db, const struct act *act, int64_t account, const uint8_t hash[HMAC_BYTES])
{
	int64_t used = 0;
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	TRY(db_tx_begin(db, &tx));
	TRY(q_code_use_do(db, &(struct q_code_use_args){ .school = act->school, .account = account, .kind = STR("paper"),
		.hash = { (const char *)hash, HMAC_BYTES }, .now = clock_utc() }, &used));
	if (used == 0)
		return ERR_SIGNIN;
	TRY(notify_add(db, act, NOTICE_FACTOR, act->person, "/me/factors", 0, 0));
	TRY(audit_add(db, act, "code.used", (struct audit_about){ "person", act->person }, NULL));
	return db_tx_commit(&tx);
}

enum err recovery_use(struct db *db, const struct keys *k, const struct account_rules *r, int64_t school, int64_t person, struct str code,
                      const struct place *from)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct q_account_of_row row;
	struct turn turn;
	char letters[LETTERS];
	uint8_t hash[HMAC_BYTES];
	int wait_s;
	TRY(q_account_of_one(db, &a, &(struct q_account_of_args){ .school = school, .person = person }, &row));
	TRY(throttle_take(db, &a, r, school, "code ", row.sign_in, from, &turn, &wait_s));
	if (recovery_read(code, letters, LETTERS) != LETTERS)
		return wrong(db, school, person);
	digest(k, person, letters, hash);
	mem_wipe(letters, sizeof letters);
	enum err e = spend(db, &(struct act){ school, person, "a code on paper" }, row.id, hash);
	if (e == ERR_SIGNIN)
		return wrong(db, school, person);
	TRY(e);
	return throttle_right(db, &turn);
}

enum err factor_state(struct db *db, int64_t school, int64_t person, struct factor_state *out)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct q_account_of_row row;
	struct q_passkey_of_person_row *keys;
	struct q_code_left_row left;
	struct factor_state s = { 0 };
	TRY(q_account_of_one(db, &a, &(struct q_account_of_args){ .school = school, .person = person }, &row));
	TRY(q_passkey_of_person(db, &a, &(struct q_passkey_of_person_args){ .school = school, .person = person }, &keys, &s.passkeys));
	TRY(q_code_left_one(db, &a, &(struct q_code_left_args){ .school = school, .account = row.id, .kind = STR("paper") }, &left));
	s.app = row.totp.n > 0;
	s.codes = left.n;
	*out = s;
	return OK;
}
