/* What a visit brings: the rules signed, a code for the guest network, a supply teacher's day. */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/hash.h"
#include "base/mem.h"
#include "base/rnd.h"
#include "gen_queries.h"
#include "house/account/password.h"
#include "house/agreement/agreement_store.h"
#include "house/store/audit.h"
#include "house/visitor/visitor.h"

static enum err present(struct db *db, struct arena *a, const struct act *act, int64_t id, struct visit *out)
{
	TRY(visit_get(db, a, act->school, id, out));
	return out->state == VISIT_IN && out->until_utc > clock_utc() ? OK : ERR_STATE;
}

enum err visit_sign(struct store *st, struct arena *a, const struct act *act, int64_t id, bool declined, const uint8_t *digest)
{
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	struct visit v;
	TRY(db_tx_begin(st->db, &tx));
	TRY(present(st->db, a, act, id, &v));
	struct sign_in in = { .person = v.person, .how = SIGN_SELF, .declined = declined, .until_utc = v.until_utc, .digest = digest };
	TRY(agreement_sign(st, a, act, &in));
	TRY(q_visit_agreed_do(st->db, &(struct q_visit_agreed_args){ .school = act->school, .id = id, .agreed = !declined }, NULL));
	if (declined)
		TRY(q_visit_code_end_do(st->db, &(struct q_visit_code_end_args){ .school = act->school, .visit = id, .now = clock_utc() }, NULL));
	return db_tx_commit(&tx);
}

enum err visit_classes(struct db *db, const struct act *act, int64_t id, const int64_t *classes, size_t n)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	struct visit v;
	struct school_class *had;
	size_t n_had;
	TRY(db_tx_begin(db, &tx));
	TRY(present(db, &a, act, id, &v));
	if (v.kind != KIND_SUPPLY)
		return ERR_STATE;
	TRY(class_of_staff(db, &a, act->school, v.person, &had, &n_had));
	for (size_t i = 0; i < n_had; i++)
		TRY(class_staff_set(db, act, had[i].id, v.person, false));
	for (size_t i = 0; i < n; i++)
		TRY(class_staff_set(db, act, classes[i], v.person, true));
	return db_tx_commit(&tx);
}

enum err visit_phrase(struct db *db, struct arena *a, const struct act *act, int64_t id, struct str *phrase)
{
	AUTO(diag_done) struct diag d = diag_init(5);
	struct visit v;
	TRY(present(db, a, act, id, &v));
	if (v.kind != KIND_SUPPLY)
		return ERR_STATE;
	*phrase = password_suggest(a);
	return password_set(db, act, v.person, *phrase, true, &d);
}

/* ---- codes: eight of 31 signs that nobody mistakes for another ---- */

static const char SIGNS[] = "23456789abcdefghjkmnpqrstuvwxyz";
enum { CODE_SIGNS = 8, CODE_ALIKE = sizeof SIGNS - 1 };

static void digest(struct str code, uint8_t out[SHA256_BYTES])
{
	struct str pieces[] = { STR("visitor's code"), code };
	hash_sha256v(pieces, ARRAY_N(pieces), out);
}

static struct str bytes_of(const uint8_t hash[SHA256_BYTES]) { return (struct str){ (const char *)hash, SHA256_BYTES }; }

/* As people type it: with or without the dash, small or capital. */
static bool plain(struct str typed, char out[CODE_SIGNS])
{
	size_t n = 0;
	for (size_t i = 0; i < typed.n; i++) {
		if (typed.p[i] == '-' || typed.p[i] == ' ')
			continue;
		char c = ascii_lower(typed.p[i]);
		if (n == CODE_SIGNS || !memchr(SIGNS, c, CODE_ALIKE))
			return false;
		out[n++] = c;
	}
	return n == CODE_SIGNS;
}

enum err visit_code(struct db *db, const struct act *act, int64_t id, char code[VISIT_CODE_TEXT])
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	struct visit v;
	char signs[CODE_SIGNS];
	uint8_t hash[SHA256_BYTES];
	TRY(db_tx_begin(db, &tx));
	TRY(present(db, &a, act, id, &v));
	if (v.agreed != 1)
		return ERR_STATE;
	for (size_t i = 0; i < CODE_SIGNS; i++)
		signs[i] = SIGNS[rnd_below(CODE_ALIKE)];
	digest((struct str){ signs, CODE_SIGNS }, hash);
	TRY(q_visit_code_end_do(db, &(struct q_visit_code_end_args){ .school = act->school, .visit = id, .now = clock_utc() }, NULL));
	TRY(q_visit_code_put_do(db, &(struct q_visit_code_put_args){ .school = act->school, .visit = id, .person = v.person, .hash = bytes_of(hash),
		.expires = v.until_utc }, NULL));
	TRY(q_visit_networked_do(db, &(struct q_visit_networked_args){ .school = act->school, .id = id }, NULL));
	TRY(audit_add(db, act, "visit.network", (struct audit_about){ "person", v.person }, NULL));
	TRY(db_tx_commit(&tx));
	snprintf(code, VISIT_CODE_TEXT, "%.4s-%.4s", signs, signs + 4);
	return OK;
}

enum err visit_code_use(struct db *db, int64_t school, struct str code, int64_t *person, int64_t *until_utc)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	struct q_visit_code_row_row row;
	char signs[CODE_SIGNS];
	uint8_t hash[SHA256_BYTES];
	int64_t counted = 0;
	if (!plain(str_upto(code, 40), signs))
		return ERR_SIGNIN;
	digest((struct str){ signs, CODE_SIGNS }, hash);
	TRY(db_tx_begin(db, &tx));
	enum err e = q_visit_code_row_one(db, &a, &(struct q_visit_code_row_args){ .school = school, .hash = bytes_of(hash), .now = clock_utc() }, &row);
	if (e == ERR_ABSENT)
		return ERR_SIGNIN;
	TRY(e);
	TRY(q_visit_code_count_do(db, &(struct q_visit_code_count_args){ .school = school, .id = row.id, .most = VISIT_DEVICES_MAX }, &counted));
	if (!counted)
		return ERR_SIGNIN;
	struct act act = { school, row.person, "guest network" };
	TRY(audit_add(db, &act, "visit.device", (struct audit_about){ "person", row.person }, NULL));
	TRY(db_tx_commit(&tx));
	*person = row.person;
	*until_utc = row.until_utc;
	return OK;
}
