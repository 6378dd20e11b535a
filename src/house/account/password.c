#include "house/account/password.h"

#include <sodium.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/rnd.h"
#include "gen_queries.h"
#include "house/store/audit.h"

/* argon2id, RFC 9106 and the OWASP floor: 19 MiB, two passes; some 12 ms. */
enum { HASH_PASSES = 2, HASH_BYTES = 19 * 1024 * 1024 };

/* ---- setting ---- */

static enum err hash(struct str password, char out[crypto_pwhash_STRBYTES])
{
	return crypto_pwhash_str_alg(out, password.p, password.n, HASH_PASSES, HASH_BYTES, crypto_pwhash_ALG_ARGON2ID13) == 0 ? OK : ERR_BUSY;
}

static enum err keep_past(struct db *db, const struct act *act, int64_t person, struct str was)
{
	if (was.n == 0)
		return OK;
	TRY(q_password_past_put_do(db, &(struct q_password_past_put_args){ .school = act->school, .person = person, .hash = was, .at = clock_utc() }, NULL));
	return q_password_past_cut_do(db, &(struct q_password_past_cut_args){ .school = act->school, .person = person, .keep = PASSWORD_KEPT }, NULL);
}

/* Kept; all sessions end. */
static enum err put(struct db *db, const struct act *act, int64_t person, struct str password, bool must_change)
{
	AUTO(arena_done) struct arena a = arena_init();
	char hashed[crypto_pwhash_STRBYTES];
	struct q_account_of_row was;
	TRY(hash(password, hashed));             /* before the transaction: it is slow */
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	TRY(db_tx_begin(db, &tx));
	TRY(q_account_of_one(db, &a, &(struct q_account_of_args){ .school = act->school, .person = person }, &was));
	TRY(keep_past(db, act, person, was.password));
	TRY(q_account_password_do(db, &(struct q_account_password_args){ .school = act->school, .person = person,
		.password = str_z(hashed), .must_change = must_change, .at = clock_utc() }, NULL));
	TRY(q_session_drop_all_do(db, &(struct q_session_drop_all_args){ .school = act->school, .person = person, .but = STR("") }, NULL));
	TRY(audit_add(db, act, "password.set", (struct audit_about){ "person", person }, NULL));
	return db_tx_commit(&tx);
}

/* Strong enough for this person of this school, whoever sets it. */
static enum err judged(struct db *db, const struct account_rules *r, const struct act *act, int64_t person, struct str password, struct diag *d)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct person p;
	const struct str *words;
	size_t n;
	TRY(person_get(db, &a, act->school, person, &p));
	if (p.username.n == 0)
		return ERR_STATE;
	TRY(password_words(db, &a, r, &p, &words, &n));
	return password_check(p.kind, password, words, n, d);
}

enum err password_set(struct db *db, const struct act *act, int64_t person, struct str password, bool must_change, struct diag *d)
{
	TRY(judged(db, NULL, act, person, password, d));
	return put(db, act, person, password, must_change);
}

static bool fits(struct arena *a, struct str hashed, struct str password)
{
	return hashed.n && crypto_pwhash_str_verify(arena_z(a, hashed), password.p ? password.p : "", password.n) == 0;
}

/* Only digests of earlier ones are kept: so it is asked what this one may have been made of. */
static enum err had_before(struct db *db, struct arena *a, const struct act *act, int64_t person, struct str fresh, bool *had, bool *alike)
{
	struct q_account_of_row now;
	struct q_password_past_rows_row *past;
	struct str like[PASSWORD_VARIANTS];
	size_t n, n_like = password_variants(a, fresh, like, PASSWORD_VARIANTS);
	TRY(q_account_of_one(db, a, &(struct q_account_of_args){ .school = act->school, .person = person }, &now));
	TRY(q_password_past_rows(db, a, &(struct q_password_past_rows_args){ .school = act->school, .person = person, .limit = PASSWORD_KEPT }, &past, &n));
	*had = fits(a, now.password, fresh);
	for (size_t i = 0; i < n && !*had; i++)
		*had = fits(a, past[i].hash, fresh);
	*alike = false;
	for (size_t i = 0; i < n_like && !*had && !*alike; i++)
		*alike = fits(a, now.password, like[i]);
	for (size_t i = 0; i < n_like; i++)
		mem_wipe((char *)(uintptr_t)like[i].p, like[i].n);
	return OK;
}

enum err password_renew(struct db *db, const struct account_rules *r, const struct act *act, int64_t person, struct str old,
                        struct str fresh, struct diag *d)
{
	AUTO(arena_done) struct arena a = arena_init();
	bool had = false, alike = false;
	TRY(judged(db, r, act, person, fresh, d));
	TRY(had_before(db, &a, act, person, fresh, &had, &alike));
	if (had)
		diag_add(d, DIAG_ERROR, STR("password"), 0, "You had this password not long ago. Choose one that you have not had.");
	else if (alike || (old.n && password_alike(old, fresh)))
		diag_add(d, DIAG_ERROR, STR("password"), 0, "This is almost your last password. Other digits or signs are not enough: choose other words.");
	if (had || alike || d->errors)
		return ERR_INVALID;
	return put(db, act, person, fresh, false);
}

/* ---- guessing ---- */

static enum err note_wrong(struct db *db, int64_t school, int64_t person)
{
	if (person)
		TRY(audit_add(db, &(struct act){ school, 0, "a wrong password or code" }, "sign-in.failed", (struct audit_about){ "person", person }, NULL));
	return ERR_SIGNIN;
}

/* A hash of nobody's, so that an unknown name takes as long as a known one. */
static const char *nobodys_hash(void)
{
	static _Thread_local char text[crypto_pwhash_STRBYTES];
	if (!text[0] && hash(STR("nobody has this password"), text) != OK)
		text[0] = '\0';
	return text;
}

static struct str fold(struct arena *a, struct str s)
{
	struct str f = arena_str(a, str_upto(str_trim(s), USERNAME_MAX));
	char *p = arena_alloc(a, f.n + 1);
	for (size_t i = 0; i < f.n; i++)
		p[i] = ascii_lower(f.p[i]);
	return (struct str){ p, f.n };
}

enum err password_guess_from(struct db *db, const struct account_rules *r, int64_t school, struct str username,
                             struct str password, const struct place *from, struct guess *out)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct str sign_in = fold(&a, username);
	struct turn turn;
	*out = (struct guess){ 0 };
	TRY(throttle_take(db, &a, r, school, "", sign_in, from, &turn, &out->wait_s));
	struct q_account_row_row row = { 0 };
	enum err e = q_account_row_one(db, &a, &(struct q_account_row_args){ .school = school, .sign_in = sign_in }, &row);
	if (e != OK && e != ERR_ABSENT)
		return e;
	bool usable = e == OK && row.password.n && str_is(row.state, "open") && (row.upto_utc == 0 || row.upto_utc > clock_utc());
	const char *hashed = usable ? arena_z(&a, row.password) : nobodys_hash();
	bool right = password.n <= PASSWORD_MAX && crypto_pwhash_str_verify(hashed, password.p ? password.p : "", password.n) == 0;
	if (!right || !usable)
		return note_wrong(db, school, e == OK ? row.person : 0);
	TRY(throttle_right(db, &turn));
	out->person = row.person;
	out->must_change = row.must_change;
	if (row.password_utc < account_term_start(r, clock_utc())) {       /* from before this term: 7.5.1-10 */
		TRY(q_account_must_change_do(db, &(struct q_account_must_change_args){ .school = school, .person = row.person }, NULL));
		out->must_change = true;
	}
	return OK;
}

enum err password_guess(struct db *db, const struct account_rules *r, int64_t school, struct str username,
                        struct str password, struct addr peer, struct guess *out)
{
	return password_guess_from(db, r, school, username, password, &(struct place){ .peer = peer }, out);
}
