#include "house/account/glass.h"

#include "base/clock.h"
#include "base/hash.h"
#include "base/mem.h"
#include "base/time.h"
#include "gen_queries.h"
#include "house/account/people.h"
#include "house/account/recovery.h"
#include "house/notify/notify.h"
#include "house/store/audit.h"
#include "house/task/task.h"

static const struct { role_set roles; const char *words; } KEEPERS[2] = {
	{ ROLE_BIT(ROLE_HEAD) | ROLE_BIT(ROLE_LEADERSHIP), "the headteacher or a member of the leadership team" },
	{ ROLE_BIT(ROLE_CHAIR) | ROLE_BIT(ROLE_DSL),       "the chair of governors or the designated safeguarding lead" },
};

bool glass_keeps(role_set roles, int half) { return half >= GLASS_FIRST && half <= GLASS_SECOND && (KEEPERS[half - 1].roles & roles); }
const char *glass_keepers(int half) { return half >= GLASS_FIRST && half <= GLASS_SECOND ? KEEPERS[half - 1].words : ""; }

static void digest(const struct keys *k, int64_t school, int half, const char letters[GLASS_LETTERS], uint8_t out[HMAC_BYTES])
{
	uint8_t key[32], text[8 + 1 + GLASS_LETTERS];
	hash_hmac(keys_index(k), STR("break-glass"), key);
	memcpy(text, &school, 8);
	text[8] = (uint8_t)half;
	memcpy(text + 9, letters, GLASS_LETTERS);
	hash_hmac(key, (struct str){ (const char *)text, sizeof text }, out);
	mem_wipe(key, sizeof key);
	mem_wipe(text, sizeof text);
}

/* ---- sealing ---- */

static enum err half_now(struct db *db, struct arena *a, int64_t school, int half, struct q_glass_half_now_row *out)
{
	enum err e = q_glass_half_now_one(db, a, &(struct q_glass_half_now_args){ .school = school, .half = half }, out);
	if (e == ERR_ABSENT)
		*out = (struct q_glass_half_now_row){ 0 };
	return e == ERR_ABSENT ? OK : e;
}

/* The account itself: a person without a password or a lasting role. */
static enum err account_of(struct db *db, const struct act *act, int64_t *id)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(diag_done) struct diag d = diag_init(5);
	struct person p;
	enum err e = person_by_username(db, &a, act->school, STR(GLASS_USERNAME), &p);
	if (e == OK)
		*id = p.id;
	if (e != ERR_ABSENT)
		return e;
	struct person_in in = { .kind = KIND_STAFF, .name = STR("Break-glass account"), .username = STR(GLASS_USERNAME), .year = YEAR_NONE };
	return person_add(db, act, &in, &d, id);
}

enum err glass_make(struct db *db, const struct keys *k, const struct act *act, int half, char code[GLASS_TEXT])
{
	AUTO(arena_done) struct arena a = arena_init();
	struct q_glass_half_now_row other;
	char letters[GLASS_LETTERS];
	uint8_t hash[HMAC_BYTES];
	int64_t account, now = clock_utc();
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	TRY(db_tx_begin(db, &tx));
	TRY(half_now(db, &a, act->school, half == GLASS_FIRST ? GLASS_SECOND : GLASS_FIRST, &other));
	if (act->person && other.person == act->person)
		return ERR_STATE;
	TRY(account_of(db, act, &account));
	recovery_letters(letters, sizeof letters);
	digest(k, act->school, half, letters, hash);
	TRY(q_glass_half_void_do(db, &(struct q_glass_half_void_args){ .school = act->school, .half = half, .now = now }, NULL));
	TRY(q_glass_half_put_do(db, &(struct q_glass_half_put_args){ .school = act->school, .half = half, .person = act->person,
		.digest = { (const char *)hash, sizeof hash }, .now = now }, NULL));
	TRY(audit_add(db, act, half == GLASS_FIRST ? "glass.first-envelope" : "glass.second-envelope", (struct audit_about){ "person", account }, NULL));
	TRY(db_tx_commit(&tx));
	snprintf(code, GLASS_TEXT, "%.5s-%.5s-%.5s-%.5s", letters, letters + 5, letters + 10, letters + 15);
	mem_wipe(letters, sizeof letters);
	return OK;
}

static enum err both(struct db *db, const struct keys *k, const struct act *act, char code[2][GLASS_TEXT])
{
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	TRY(db_tx_begin(db, &tx));
	TRY(glass_make(db, k, act, GLASS_FIRST, code[0]));
	TRY(glass_make(db, k, act, GLASS_SECOND, code[1]));
	return db_tx_commit(&tx);
}

enum err glass_make_both(struct db *db, const struct keys *k, const struct act *act, char code[2][GLASS_TEXT])
{
	enum err e = both(db, k, act, code);
	if (e != OK)
		mem_wipe(code, 2 * GLASS_TEXT);
	return e;
}

enum err glass_status(struct db *db, int64_t school, struct glass_status *out)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct q_glass_openings_row *rows;
	size_t n;
	struct glass_status s = { 0 };
	for (int i = 0; i < 2; i++) {
		struct q_glass_half_now_row row;
		TRY(half_now(db, &a, school, i + 1, &row));
		s.half[i] = (struct glass_half){ row.person, row.made_utc };
	}
	TRY(q_glass_openings(db, &a, &(struct q_glass_openings_args){ .school = school }, &rows, &n));
	s.sealed = s.half[0].made_utc && s.half[1].made_utc;
	s.openings = (int64_t)n;
	if (n) {
		s.opened_utc = rows[0].opened_utc;
		s.until_utc = rows[0].until_utc;
	}
	*out = s;
	return OK;
}

/* ---- opening ---- */

static enum err fits(struct store *st, struct arena *a, int64_t school, int half, const struct glass_key *key, bool *good)
{
	struct q_glass_half_now_row row;
	char letters[GLASS_LETTERS];
	uint8_t hash[HMAC_BYTES];
	TRY(half_now(st->db, a, school, half, &row));
	if (row.made_utc == 0)
		return ERR_STATE;
	bool whole = recovery_read(key->code, letters, GLASS_LETTERS) == GLASS_LETTERS;
	if (whole)
		digest(st->keys, school, half, letters, hash);
	mem_wipe(letters, sizeof letters);
	if (!whole || row.digest.n != sizeof hash || !hash_same(row.digest.p, hash, sizeof hash) || !glass_keeps(key->roles, half))
		*good = false;
	return OK;
}

/* Everybody in leadership, once each. */
static enum err tell(struct store *st, struct arena *a, const struct act *act)
{
	static const enum role roles[] = { ROLE_HEAD, ROLE_LEADERSHIP, ROLE_DSL, ROLE_DEPUTY, ROLE_CHAIR, ROLE_ADMIN };
	int64_t done[200];
	size_t n_done = 0;
	for (size_t i = 0; i < ARRAY_N(roles); i++) {
		int64_t *people;
		size_t n;
		TRY(notify_holders(st->db, a, act->school, str_z(role_word(roles[i])), &people, &n));
		for (size_t k = 0; k < n && n_done < ARRAY_N(done); k++) {
			bool told = false;
			for (size_t j = 0; j < n_done; j++)
				told |= done[j] == people[k];
			if (!told) {
				TRY(notify_add(st->db, act, NOTICE_GLASS_OPEN, people[k], "/break-glass/envelopes", 0, 0));
				done[n_done++] = people[k];
			}
		}
	}
	return OK;
}

static enum err review(struct store *st, struct arena *a, const struct act *act, int64_t opening)
{
	AUTO(diag_done) struct diag d = diag_init(5);
	int64_t id;
	struct task_in in = {
		.kind = "break-glass", .title = STR("Look at what was done with the break-glass account, and have new envelopes made"),
		.details = STR("The account was opened by two people. Every act with it is listed on the page. Both codes are spent: until both "
			"envelopes are made anew, it cannot be opened."),
		.link = "/break-glass/envelopes", .for_role = "head", .due_utc = clock_utc() + 86400,
		.key = arena_fmt(a, "break-glass-%lld", (long long)opening).p,
	};
	return task_open_once(st, act, &in, &d, &id, NULL);
}

static enum err spend(struct store *st, struct arena *a, const struct act *act, const struct glass_try *t, int64_t account)
{
	AUTO(diag_done) struct diag d = diag_init(5);
	struct q_glass_opening_put_row row;
	int64_t now = clock_utc();
	for (int half = GLASS_FIRST; half <= GLASS_SECOND; half++)
		TRY(q_glass_half_void_do(st->db, &(struct q_glass_half_void_args){ .school = t->school, .half = half, .now = now }, NULL));
	TRY(q_glass_opening_put_one(st->db, a, &(struct q_glass_opening_put_args){ .school = t->school, .account_person = account,
		.first = t->first.person, .second = t->second.person, .why = t->why, .now = now, .until = now + GLASS_SESSION_S }, &row));
	TRY(role_give(st->db, act, account, ROLE_ADMIN, 0, now + GLASS_SESSION_S, &d));
	TRY(tell(st, a, act));
	return review(st, a, act, row.id);
}

enum err glass_open(struct store *st, const struct glass_try *t, int64_t *account)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct act act = { t->school, t->first.person, arena_fmt(&a, "break-glass: %.*s", STRF(str_upto(t->why, GLASS_WHY_MAX))).p };
	bool good = t->first.person != t->second.person;
	int64_t id;
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	TRY(db_tx_begin(st->db, &tx));
	TRY(fits(st, &a, t->school, GLASS_FIRST, &t->first, &good));
	TRY(fits(st, &a, t->school, GLASS_SECOND, &t->second, &good));
	TRY(account_of(st->db, &act, &id));
	if (good)
		TRY(spend(st, &a, &act, t, id));
	TRY(audit_add(st->db, &act, good ? "glass.opened" : "glass.refused", (struct audit_about){ "person", id }, NULL));
	TRY(audit_add(st->db, &(struct act){ t->school, t->second.person, act.why }, good ? "glass.opened" : "glass.refused", (struct audit_about){ "person", id }, NULL));
	TRY(db_tx_commit(&tx));
	if (!good)
		return ERR_FORBIDDEN;
	*account = id;
	return OK;
}
