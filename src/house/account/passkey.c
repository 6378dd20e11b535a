#include "house/account/passkey.h"

#include <sodium.h>

#include "base/clock.h"
#include "base/hash.h"
#include "base/mem.h"
#include "base/rnd.h"
#include "gen_queries.h"
#include "house/notify/notify.h"
#include "house/store/audit.h"
#include "wire/addr.h"

enum { RANDOM_BYTES = 16, MAC_BYTES = 16, CHALLENGE_BYTES = 8 + RANDOM_BYTES + MAC_BYTES, AHEAD_S = 5 };
static_assert(CHALLENGE_TEXT == sodium_base64_ENCODED_LEN(CHALLENGE_BYTES, sodium_base64_VARIANT_URLSAFE_NO_PADDING), "room for a challenge");
static_assert(HANDLE_TEXT == sodium_base64_ENCODED_LEN(HMAC_BYTES, sodium_base64_VARIANT_URLSAFE_NO_PADDING), "room for a handle");

/* ---- our own name ---- */

static struct str lower(struct arena *a, struct str s)
{
	char *p = arena_alloc(a, s.n + 1);
	for (size_t i = 0; i < s.n; i++)
		p[i] = ascii_lower(s.p[i]);
	return (struct str){ p, s.n };
}

enum err passkey_site_of(struct arena *a, const char *public_url, struct passkey_site *out)
{
	struct str url = lower(a, str_z(public_url)), head = STR("https://");
	struct addr address;
	if (!str_starts(url, head))
		return ERR_UNSUPPORTED;
	struct str rest = str_from(url, head.n);
	ptrdiff_t slash = str_chr(rest, '/');
	struct str place = slash < 0 ? rest : str_upto(rest, (size_t)slash);
	ptrdiff_t colon = str_rchr(place, ':');
	struct str host = colon < 0 ? place : str_upto(place, (size_t)colon);
	if (host.n == 0 || host.p[0] == '[' || addr_read(host, &address) == OK)
		return ERR_UNSUPPORTED;
	if (str_ends(place, STR(":443")))
		place = host;
	*out = (struct passkey_site){ .rp_id = host, .origin = arena_fmt(a, "https://%.*s", STRF(place)) };
	return OK;
}

/* ---- questions ---- */

static void key_for(const struct keys *k, const char *what, uint8_t key[32]) { hash_hmac(keys_index(k), str_z(what), key); }

static void mac_of(const struct keys *k, enum passkey_purpose purpose, struct str binding, const uint8_t body[8 + RANDOM_BYTES], uint8_t mac[HMAC_BYTES])
{
	uint8_t key[32], bound[SHA256_BYTES], text[1 + SHA256_BYTES + 8 + RANDOM_BYTES];
	key_for(k, "passkey question", key);
	hash_sha256(binding, bound);
	text[0] = (uint8_t)purpose;
	memcpy(text + 1, bound, sizeof bound);
	memcpy(text + 1 + sizeof bound, body, 8 + RANDOM_BYTES);
	hash_hmac(key, (struct str){ (const char *)text, sizeof text }, mac);
	mem_wipe(key, sizeof key);
}

void passkey_challenge(const struct keys *k, enum passkey_purpose purpose, struct str binding, char out[CHALLENGE_TEXT])
{
	uint8_t bytes[CHALLENGE_BYTES], mac[HMAC_BYTES];
	uint64_t now = (uint64_t)clock_utc();
	for (int i = 0; i < 8; i++)
		bytes[i] = (uint8_t)(now >> (56 - 8 * i));
	rnd_bytes(bytes + 8, RANDOM_BYTES);
	mac_of(k, purpose, binding, bytes, mac);
	memcpy(bytes + 8 + RANDOM_BYTES, mac, MAC_BYTES);
	sodium_bin2base64(out, CHALLENGE_TEXT, bytes, sizeof bytes, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

/* Ours, for this purpose and browser, in time, and not answered before: from now on it is. */
static enum err challenge_spend(const struct passkey_ask *q, const struct webauthn_client *c, bool *good)
{
	uint8_t mac[HMAC_BYTES];
	int64_t now = clock_utc(), made = 0, fresh = 0;
	*good = false;
	if (c->challenge_n != CHALLENGE_BYTES)
		return OK;
	mac_of(q->keys, q->purpose, q->binding, c->challenge, mac);
	for (int i = 0; i < 8; i++)
		made = (int64_t)((uint64_t)made << 8 | c->challenge[i]);
	if (!hash_same(mac, c->challenge + 8 + RANDOM_BYTES, MAC_BYTES) || made > now + AHEAD_S || now - made > CHALLENGE_S)
		return OK;
	TRY(q_challenge_sweep_do(q->db, &(struct q_challenge_sweep_args){ .school = q->school, .now = now }, NULL));
	TRY(q_challenge_spend_do(q->db, &(struct q_challenge_spend_args){ .school = q->school,
		.challenge = { (const char *)c->challenge, CHALLENGE_BYTES }, .until = made + CHALLENGE_S + AHEAD_S }, &fresh));
	*good = fresh == 1;
	return OK;
}

static void handle_bytes(const struct keys *k, int64_t school, int64_t person, uint8_t out[HMAC_BYTES])
{
	uint8_t key[32];
	int64_t who[2] = { school, person };
	key_for(k, "passkey handle", key);
	hash_hmac(key, (struct str){ (const char *)who, sizeof who }, out);
	mem_wipe(key, sizeof key);
}

void passkey_handle(const struct keys *k, int64_t school, int64_t person, char out[HANDLE_TEXT])
{
	uint8_t bytes[HMAC_BYTES];
	handle_bytes(k, school, person, bytes);
	sodium_bin2base64(out, HANDLE_TEXT, bytes, sizeof bytes, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

/* ---- answers ---- */

static enum err bytes_of(struct arena *a, struct str text, size_t most, struct str *out)
{
	unsigned char *bytes = arena_alloc(a, text.n + 1);
	size_t n = 0;
	if (text.n > most * 4 / 3 + 4)
		return ERR_LIMIT;
	if (sodium_base642bin(bytes, text.n + 1, text.p ? text.p : "", text.n, NULL, &n, NULL, sodium_base64_VARIANT_URLSAFE_NO_PADDING) != 0)
		return ERR_SYNTAX;
	*out = (struct str){ (const char *)bytes, n };
	return OK;
}

struct str passkey_text(struct arena *a, struct str bytes)
{
	size_t n = sodium_base64_ENCODED_LEN(bytes.n, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
	char *text = arena_alloc(a, n);
	sodium_bin2base64(text, n, (const unsigned char *)bytes.p, bytes.n, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
	return str_z(text);
}

/* The texts of an answer as bytes. */
static enum err decode(struct arena *a, const struct passkey_answer *in, struct passkey_answer *out)
{
	TRY(bytes_of(a, in->client, WEBAUTHN_CLIENT_MAX, &out->client));
	TRY(bytes_of(a, in->data, WEBAUTHN_DATA_MAX, &out->data));
	TRY(bytes_of(a, in->signature, WEBAUTHN_SIGNATURE_MAX, &out->signature));
	TRY(bytes_of(a, in->credential, WEBAUTHN_CREDENTIAL_MAX, &out->credential));
	return bytes_of(a, in->handle, 64, &out->handle);
}

static enum err tell_head(struct db *db, const struct act *act)
{
	AUTO(arena_done) struct arena a = arena_init();
	int64_t *people;
	size_t n;
	TRY(notify_holders(db, &a, act->school, STR("head"), &people, &n));
	for (size_t i = 0; i < n; i++)
		if (people[i] != act->person)
			TRY(notify_add(db, act, NOTICE_PASSKEY_ODD, people[i], "/people", 0, 0));
	return notify_add(db, act, NOTICE_PASSKEY_ODD, act->person, "/me/factors", 0, 0);
}

/* Refused, and it is known whose it is (0: not). */
static enum err refused(const struct passkey_ask *q, int64_t person, enum webauthn_fault fault, enum webauthn_fault *out)
{
	struct act act = { q->school, person, webauthn_fault_word(fault) };
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	*out = fault;
	if (!person)
		return ERR_FORBIDDEN;
	TRY(db_tx_begin(q->db, &tx));
	if (fault == FAULT_COUNTER)
		TRY(tell_head(q->db, &act));
	TRY(audit_add(q->db, &act, "passkey.refused", (struct audit_about){ "person", person }, NULL));
	TRY(db_tx_commit(&tx));
	return ERR_FORBIDDEN;
}

/* What was read of an answer. */
struct seen { struct passkey_answer raw; struct webauthn_client client; struct webauthn_auth auth; struct str auth_bytes; };

static enum err look(struct arena *a, const struct passkey_ask *q, const struct passkey_answer *in, struct seen *out)
{
	TRY(decode(a, in, &out->raw));
	TRY(webauthn_client_read(a, out->raw.client, &out->client));
	out->auth_bytes = out->raw.data;
	if (q->purpose == PASSKEY_ADD)
		TRY(webauthn_attestation_read(out->raw.data, &out->auth_bytes));
	return webauthn_auth_read(out->auth_bytes, &out->auth);
}

static enum err judge(const struct passkey_ask *q, const struct seen *s, bool verified, enum webauthn_fault *fault)
{
	struct webauthn_expect x = { q->purpose == PASSKEY_ADD ? WEBAUTHN_CREATE : WEBAUTHN_GET, q->site.origin, q->site.rp_id, verified };
	bool good;
	TRY(challenge_spend(q, &s->client, &good));
	*fault = webauthn_judge(&x, &s->client, &s->auth);
	if (*fault == FAULT_NONE && !good)
		*fault = FAULT_CHALLENGE;
	return OK;
}

/* ---- registering ---- */

static enum err store(const struct passkey_ask *q, struct arena *a, int64_t person, struct str name, const struct webauthn_auth *auth, bool *known)
{
	struct act act = { q->school, person, "own passkey" };
	struct q_passkey_put_row row;
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	TRY(db_tx_begin(q->db, &tx));
	enum err e = q_passkey_put_one(q->db, a, &(struct q_passkey_put_args){ .school = q->school, .person = person, .credential = auth->credential,
		.public_key = auth->key, .counter = auth->counter, .name = name, .now = clock_utc() }, &row);
	*known = e == ERR_ABSENT;
	if (*known)
		return OK;
	TRY(e);
	TRY(notify_add(q->db, &act, NOTICE_FACTOR, person, "/me/factors", 0, 0));
	TRY(audit_add(q->db, &act, "passkey.added", (struct audit_about){ "person", person }, NULL));
	return db_tx_commit(&tx);
}

enum err passkey_add(const struct passkey_ask *q, int64_t person, struct str name, const struct passkey_answer *answer, enum webauthn_fault *fault)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct seen s = { 0 };
	struct webauthn_key key;
	struct passkey *have;
	size_t n;
	bool known;
	if (name.n == 0 || name.n > PASSKEY_NAME_MAX || !str_utf8(name))
		return ERR_INVALID;
	if (look(&a, q, answer, &s) != OK)
		return refused(q, person, FAULT_FORM, fault);
	TRY(judge(q, &s, false, fault));
	if (*fault == FAULT_NONE && webauthn_key_read(s.auth.key, &key) != OK)
		*fault = FAULT_KEY;
	TRY(passkey_list(q->db, &a, q->school, person, &have, &n));
	if (*fault == FAULT_NONE && n >= PASSKEY_MOST)
		*fault = FAULT_MANY;
	if (*fault != FAULT_NONE)
		return refused(q, person, *fault, fault);
	TRY(store(q, &a, person, name, &s.auth, &known));
	return known ? refused(q, person, FAULT_KNOWN, fault) : OK;
}

/* ---- signing in ---- */

/* Whose it is, and that it may be used at all. */
static enum err owner_of(const struct passkey_ask *q, struct arena *a, const struct seen *s, int64_t person, struct q_passkey_by_credential_row *row)
{
	uint8_t handle[HMAC_BYTES];
	TRY(q_passkey_by_credential_one(q->db, a, &(struct q_passkey_by_credential_args){ .school = q->school, .credential = s->raw.credential }, row));
	handle_bytes(q->keys, q->school, row->person, handle);
	bool named = s->raw.handle.n == sizeof handle && hash_same(s->raw.handle.p, handle, sizeof handle);
	bool its = person ? row->person == person && (s->raw.handle.n == 0 || named) : named;
	bool here = str_is(row->state, "open") && (row->upto_utc == 0 || row->upto_utc > clock_utc());
	return its && here ? OK : ERR_ABSENT;
}

static enum webauthn_fault signature_fault(const struct seen *s, struct str public_key)
{
	struct webauthn_key key;
	if (webauthn_key_read(public_key, &key) != OK)
		return FAULT_KEY;
	return webauthn_signed(&key, s->auth_bytes, s->raw.client, s->raw.signature) == OK ? FAULT_NONE : FAULT_SIGNATURE;
}

enum err passkey_check(const struct passkey_ask *q, int64_t person, const struct passkey_answer *answer, int64_t *who, enum webauthn_fault *fault)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct seen s = { 0 };
	struct q_passkey_by_credential_row row;
	int64_t moved = 0;
	if (look(&a, q, answer, &s) != OK)
		return refused(q, person, FAULT_FORM, fault);
	TRY(judge(q, &s, person == 0 || q->purpose == PASSKEY_PROVE, fault));
	enum err e = owner_of(q, &a, &s, person, &row);
	if (e != OK)
		return e == ERR_ABSENT ? refused(q, person, FAULT_UNKNOWN, fault) : e;
	if (*fault == FAULT_NONE)
		*fault = signature_fault(&s, row.public_key);
	if (*fault != FAULT_NONE)
		return refused(q, row.person, *fault, fault);
	TRY(q_passkey_used_do(q->db, &(struct q_passkey_used_args){ .school = q->school, .id = row.id, .counter = s.auth.counter, .now = clock_utc() }, &moved));
	if (moved == 0)
		return refused(q, row.person, FAULT_COUNTER, fault);
	*who = row.person;
	return OK;
}

/* ---- the list ---- */

enum err passkey_list(struct db *db, struct arena *a, int64_t school, int64_t person, struct passkey **out, size_t *n)
{
	struct q_passkey_of_person_row *rows;
	TRY(q_passkey_of_person(db, a, &(struct q_passkey_of_person_args){ .school = school, .person = person }, &rows, n));
	*out = arena_array(a, struct passkey, *n + 1);
	for (size_t i = 0; i < *n; i++)
		(*out)[i] = (struct passkey){ rows[i].id, rows[i].made_utc, rows[i].used_utc, rows[i].name, rows[i].credential };
	return OK;
}

enum err passkey_remove(struct db *db, const struct act *act, int64_t person, int64_t id)
{
	int64_t gone = 0;
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	TRY(db_tx_begin(db, &tx));
	TRY(q_passkey_drop_do(db, &(struct q_passkey_drop_args){ .school = act->school, .person = person, .id = id }, &gone));
	if (gone == 0)
		return ERR_ABSENT;
	TRY(notify_add(db, act, NOTICE_FACTOR, person, "/me/factors", 0, 0));
	TRY(audit_add(db, act, "passkey.removed", (struct audit_about){ "person", person }, NULL));
	return db_tx_commit(&tx);
}
