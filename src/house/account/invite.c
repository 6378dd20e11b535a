#include "house/account/invite.h"

#include "base/clock.h"
#include "base/hash.h"
#include "base/mem.h"
#include "base/rnd.h"
#include "gen_queries.h"
#include "house/store/audit.h"

static const char LETTERS[] = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ";       /* no 0 O 1 I */

static void code_hash(const struct keys *k, int64_t person, struct str code, uint8_t out[HMAC_BYTES])
{
	AUTO(arena_done) struct arena a = arena_init();
	uint8_t key[32];
	char *plain = arena_alloc(&a, code.n + 1);
	size_t n = 0;
	for (size_t i = 0; i < code.n; i++)              /* capitals and dashes as people like */
		if (ascii_alpha(code.p[i]) || ascii_digit(code.p[i]))
			plain[n++] = ascii_alpha(code.p[i]) ? (char)(ascii_lower(code.p[i]) - 32) : code.p[i];
	hash_hmac(keys_index(k), STR("one-time code"), key);
	hash_hmac(key, arena_fmt(&a, "%lld %.*s", (long long)person, (int)n, plain), out);
	mem_wipe(key, sizeof key);
	mem_wipe(plain, n);
}

enum err invite_make(struct db *db, const struct keys *k, const struct act *act, int64_t person, char code[INVITE_TEXT])
{
	AUTO(arena_done) struct arena a = arena_init();
	struct q_account_of_row account;
	uint8_t hash[HMAC_BYTES];
	int64_t now = clock_utc();
	for (int i = 0; i < INVITE_TEXT - 1; i++)
		code[i] = i == 4 || i == 9 ? '-' : LETTERS[rnd_below(sizeof LETTERS - 1)];
	code[INVITE_TEXT - 1] = '\0';
	code_hash(k, person, str_z(code), hash);
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	TRY(db_tx_begin(db, &tx));
	TRY(q_account_of_one(db, &a, &(struct q_account_of_args){ .school = act->school, .person = person }, &account));
	TRY(q_invite_end_do(db, &(struct q_invite_end_args){ .school = act->school, .account = account.id, .at = now }, NULL));
	TRY(q_invite_put_do(db, &(struct q_invite_put_args){ .school = act->school, .account = account.id,
		.hash = { (const char *)hash, sizeof hash }, .expires = now + INVITE_S }, NULL));
	TRY(audit_add(db, act, "sign-in.code-made", (struct audit_about){ "person", person }, NULL));
	return db_tx_commit(&tx);
}

enum err invite_use(struct db *db, const struct keys *k, const struct account_rules *r, int64_t school, struct str username, struct str code,
                    struct str password, const struct place *from, struct diag *d)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct person p = { 0 };
	struct turn turn;
	struct q_invite_row_row row = { 0 };
	uint8_t hash[HMAC_BYTES];
	int wait_s;
	int64_t taken = 0;
	TRY(throttle_take(db, &a, r, school, "code ", username, from, &turn, &wait_s));
	enum err e = person_by_username(db, &a, school, username, &p);
	if (e != OK && e != ERR_ABSENT)
		return e;
	code_hash(k, p.id, code, hash);                  /* for nobody as well: the same work */
	e = q_invite_row_one(db, &a, &(struct q_invite_row_args){ .school = school, .person = p.id, .hash = { (const char *)hash, sizeof hash }, .now = clock_utc() }, &row);
	if (e != OK)
		return e == ERR_ABSENT ? ERR_SIGNIN : e;
	TRY(throttle_right(db, &turn));
	struct act act = { school, p.id, "own password, with a one-time code" };
	AUTO(db_tx_done) struct db_tx tx = { 0 };        /* a password that will not do leaves the code as it was */
	TRY(db_tx_begin(db, &tx));
	TRY(q_invite_use_do(db, &(struct q_invite_use_args){ .school = school, .id = row.id, .at = clock_utc() }, &taken));
	if (taken == 0)
		return ERR_SIGNIN;               /* somebody was quicker */
	TRY(password_renew(db, r, &act, p.id, STR_NONE, password, d));
	TRY(audit_add(db, &act, "sign-in.code-used", (struct audit_about){ "person", p.id }, NULL));
	return db_tx_commit(&tx);
}
