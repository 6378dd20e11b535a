#include "house/account/password.h"

#include <sodium.h>
#include <zxcvbn.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/rnd.h"
#include "gen_queries.h"
#include "house/store/audit.h"

/* argon2id, RFC 9106 and the OWASP floor: 19 MiB, two passes; some 12 ms. */
enum { HASH_PASSES = 2, HASH_BYTES = 19 * 1024 * 1024 };
enum { OWN_WORDS = 24 };

/* ---- strength ---- */

/* The person's names, and words that every child of the school would try. */
static size_t dictionary(const struct str *own, size_t n, char words[OWN_WORDS][40], const char *out[OWN_WORDS + 1])
{
	static const char *const school[] = { "gatehouse", "school", "teacher", "headteacher", "primary", "junior", "pupil", "safeguarding", "internet" };
	size_t k = 0;
	for (size_t i = 0; i < ARRAY_N(school); i++)
		snprintf(words[k++], 40, "%s", school[i]);
	for (size_t i = 0; i < n; i++) {
		struct str piece, rest = own[i];
		while (k < OWN_WORDS && str_next(&rest, ' ', &piece))
			if (piece.n > 2 && piece.n < 40)
				snprintf(words[k++], 40, "%.*s", STRF(piece));
	}
	for (size_t i = 0; i < k; i++) {
		for (char *p = words[i]; *p; p++)
			*p = ascii_lower(*p);
		out[i] = words[i];
	}
	out[k] = NULL;
	return k;
}

static double bits(struct str password, const struct str *own, size_t n)
{
	char words[OWN_WORDS][40], text[PASSWORD_MAX + 1];
	const char *list[OWN_WORDS + 1];
	dictionary(own, n, words, list);
	snprintf(text, sizeof text, "%.*s", STRF(password));
	double b = ZxcvbnMatch(text, list, NULL);
	mem_wipe(text, sizeof text);
	return b;
}

enum err password_check(enum person_kind kind, struct str password, const struct str *own_words, size_t n, struct diag *d)
{
	size_t least = kind == KIND_LEARNER ? PASSWORD_MIN_LEARNER : PASSWORD_MIN_STAFF;
	double enough = kind == KIND_LEARNER ? 14 : 30;      /* log2 of guesses */
	const char *why = NULL;
	if (password.n == 0)
		why = "Enter a password.";
	else if (password.n > PASSWORD_MAX || !str_utf8(password))
		why = "This password is too long. Use at most 200 letters.";
	else if (password.n < least)
		why = kind == KIND_LEARNER ? "This password is too short. Use at least 6 letters: two words are good."
		                           : "This password is too short. Use at least 10 letters: three or four unrelated words are good.";
	else if (bits(password, own_words, n) < enough)
		why = "This password is easy to guess: it is common, or made of names or patterns. Add an unrelated word or two.";
	if (why)
		diag_add(d, DIAG_ERROR, STR("password"), 0, "%s", why);
	return why ? ERR_INVALID : OK;
}

struct str password_suggest(struct arena *a)
{
	static const char *const words[] = {
		"amber", "anchor", "apple", "badger", "barley", "basket", "beacon", "bramble", "bridge", "bucket", "button", "candle", "canoe",
		"carrot", "castle", "cedar", "cheese", "clover", "comet", "copper", "cotton", "cricket", "daisy", "dragon", "eagle", "ember",
		"falcon", "feather", "fiddle", "forest", "garden", "ginger", "goblet", "hammer", "harbour", "hazel", "hedge", "heron", "island",
		"jacket", "jigsaw", "kettle", "kitten", "ladder", "lantern", "lemon", "magnet", "maple", "marble", "meadow", "mitten", "muffin",
		"needle", "nutmeg", "orchard", "otter", "paddle", "pebble", "pepper", "pigeon", "planet", "pocket", "puddle", "rabbit", "ribbon",
		"river", "rocket", "saddle", "salmon", "silver", "sparrow", "spider", "spoon", "squirrel", "summer", "sunset", "tablet", "teapot",
		"thistle", "ticket", "timber", "tulip", "tunnel", "turnip", "velvet", "violin", "walnut", "willow", "window", "winter", "yellow",
	};
	uint32_t n = ARRAY_N(words);
	const char *one = words[rnd_below(n)], *two = words[rnd_below(n)], *three = words[rnd_below(n)], *four = words[rnd_below(n)];
	return arena_fmt(a, "%s-%s-%s-%s-%02u", one, two, three, four, rnd_below(100));
}

/* ---- setting ---- */

static enum err hash(struct str password, char out[crypto_pwhash_STRBYTES])
{
	return crypto_pwhash_str_alg(out, password.p, password.n, HASH_PASSES, HASH_BYTES, crypto_pwhash_ALG_ARGON2ID13) == 0 ? OK : ERR_BUSY;
}

enum err password_set(struct db *db, const struct act *act, int64_t person, struct str password, bool must_change, struct diag *d)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct person p;
	TRY(person_get(db, &a, act->school, person, &p));
	if (p.username.n == 0)
		return ERR_STATE;
	TRY(password_check(p.kind, password, (struct str[]){ p.name, p.username }, 2, d));
	char hashed[crypto_pwhash_STRBYTES];
	TRY(hash(password, hashed));             /* before the transaction: it is slow */
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	TRY(db_tx_begin(db, &tx));
	TRY(q_account_password_do(db, &(struct q_account_password_args){ .school = act->school, .person = person,
		.password = str_z(hashed), .must_change = must_change, .at = clock_utc() }, NULL));
	TRY(q_session_drop_all_do(db, &(struct q_session_drop_all_args){ .school = act->school, .person = person, .but = STR("") }, NULL));
	TRY(audit_add(db, act, "password.set", (struct audit_about){ "person", person }, NULL));
	return db_tx_commit(&tx);
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
	out->must_change = row.must_change || (r->rotation == ROTATION_TERMLY && row.password_utc < r->term_start_utc);
	return OK;
}

enum err password_guess(struct db *db, const struct account_rules *r, int64_t school, struct str username,
                        struct str password, struct addr peer, struct guess *out)
{
	return password_guess_from(db, r, school, username, password, &(struct place){ .peer = peer }, out);
}
