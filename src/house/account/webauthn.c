#include "house/account/webauthn.h"

#include <jansson.h>
#include <sodium.h>

#include "base/hash.h"
#include "base/mem.h"
#include "wire/cbor.h"

static const struct { const char *word, *text; } FAULTS[] = {
#define FAULT_ROW_(name, word, text) [name] = { word, text },
	WEBAUTHN_FAULT_TABLE(FAULT_ROW_)
#undef FAULT_ROW_
};

const char *webauthn_fault_word(enum webauthn_fault f) { return (size_t)f < ARRAY_N(FAULTS) ? FAULTS[f].word : ""; }
const char *webauthn_fault_text(enum webauthn_fault f) { return (size_t)f < ARRAY_N(FAULTS) ? FAULTS[f].text : ""; }

/* ---- client data ---- */

static void json_done(json_t **j) { json_decref(*j); }

static struct str text_of(json_t *o, const char *name)
{
	json_t *v = json_object_get(o, name);
	return json_is_string(v) ? (struct str){ json_string_value(v), json_string_length(v) } : STR_NONE;
}

static enum err type_of(struct str word, enum webauthn_type *out)
{
	if (str_is(word, "webauthn.create"))
		*out = WEBAUTHN_CREATE;
	else if (str_is(word, "webauthn.get"))
		*out = WEBAUTHN_GET;
	else
		return ERR_SYNTAX;
	return OK;
}

enum err webauthn_client_read(struct arena *a, struct str json, struct webauthn_client *out)
{
	if (json.n == 0 || json.n > WEBAUTHN_CLIENT_MAX)
		return ERR_LIMIT;
	AUTO(json_done) json_t *o = json_loadb(json.p, json.n, JSON_REJECT_DUPLICATES, NULL);
	struct webauthn_client c = { 0 };
	if (!json_is_object(o))
		return ERR_SYNTAX;
	TRY(type_of(text_of(o, "type"), &c.type));
	struct str challenge = text_of(o, "challenge"), origin = text_of(o, "origin");
	if (challenge.n == 0 || sodium_base642bin(c.challenge, sizeof c.challenge, challenge.p, challenge.n, NULL, &c.challenge_n, NULL,
	                                          sodium_base64_VARIANT_URLSAFE_NO_PADDING) != 0)
		return ERR_SYNTAX;
	json_t *cross = json_object_get(o, "crossOrigin");
	if (origin.n == 0 || (cross && !json_is_boolean(cross)))
		return ERR_SYNTAX;
	c.cross = json_is_true(cross) || json_object_get(o, "topOrigin");
	c.origin = arena_str(a, origin);
	*out = c;
	return OK;
}

/* ---- authenticator data ---- */

enum { SITE_BYTES = 32, MAKER_BYTES = 16 };

static void credential_read(struct rd *r, struct webauthn_auth *a)
{
	(void)rd_bytes(r, MAKER_BYTES);          /* AAGUID: who made it is not asked */
	uint16_t n = rd_u16(r);
	if (n == 0 || n > WEBAUTHN_CREDENTIAL_MAX)
		r->bad = true;
	a->credential = rd_bytes(r, n);
	const uint8_t *from = r->p;
	cbor_skip(r);
	a->key = (struct str){ (const char *)from, (size_t)(r->p - from) };
}

enum err webauthn_auth_read(struct str bytes, struct webauthn_auth *out)
{
	if (bytes.n > WEBAUTHN_DATA_MAX)
		return ERR_LIMIT;
	struct rd r = rd_over(bytes);
	struct webauthn_auth a = { .site = rd_bytes(&r, SITE_BYTES) };
	a.flags = rd_u8(&r);
	a.counter = rd_u32(&r);
	if (!r.bad && a.flags & WEBAUTHN_HAS_KEY)
		credential_read(&r, &a);
	if (!r.bad && a.flags & WEBAUTHN_EXTENDED) {
		if (cbor_next(&r) != CBOR_MAP)
			return ERR_SYNTAX;
		cbor_skip(&r);
	}
	if (a.flags & WEBAUTHN_COPIED && !(a.flags & WEBAUTHN_COPYABLE))
		return ERR_SYNTAX;
	TRY(rd_end(&r));
	*out = a;
	return OK;
}

enum err webauthn_attestation_read(struct str bytes, struct str *auth_data)
{
	if (bytes.n > WEBAUTHN_DATA_MAX)
		return ERR_LIMIT;
	struct rd r = rd_over(bytes);
	struct str found = STR_NONE;
	for (size_t n = cbor_map(&r), i = 0; i < n && !r.bad; i++) {
		struct str name = cbor_text(&r);
		if (!str_is(name, "authData"))
			cbor_skip(&r);
		else if (found.p)
			r.bad = true;
		else
			found = cbor_bytes(&r);
	}
	TRY(rd_end(&r));
	if (!found.p)
		return ERR_SYNTAX;
	*auth_data = found;
	return OK;
}

/* ---- keys ---- */

/* The labels of RFC 9052 7.1 and RFC 9053 7: 1 kty, 3 alg; -1 curve or n, -2 x or e, -3 y. */
struct cose { int64_t kty, alg, curve; struct str one, two, three; };

static enum err cose_read(struct str bytes, struct cose *out)
{
	struct rd r = rd_over(bytes);
	struct cose k = { 0 };
	unsigned seen = 0;
	for (size_t n = cbor_map(&r), i = 0; i < n && !r.bad; i++) {
		int64_t label = cbor_int(&r);
		if (label < -3 || label > 3 || seen & 1u << (label + 3))
			return ERR_SYNTAX;
		seen |= 1u << (label + 3);
		switch (label) {
		case 1:  k.kty = cbor_int(&r); break;
		case 3:  k.alg = cbor_int(&r); break;
		case -1: if (cbor_next(&r) == CBOR_BYTES) k.one = cbor_bytes(&r); else k.curve = cbor_int(&r); break;
		case -2: k.two = cbor_bytes(&r); break;
		case -3: k.three = cbor_bytes(&r); break;
		default: return ERR_SYNTAX;
		}
	}
	TRY(rd_end(&r));
	*out = k;
	return OK;
}

enum err webauthn_key_read(struct str cose, struct webauthn_key *out)
{
	enum { KTY_OKP = 1, KTY_EC2 = 2, KTY_RSA = 3, P256 = 1, ED25519 = 6 };
	struct cose k;
	TRY(cose_read(cose, &k));
	if (k.kty == KTY_EC2 && k.alg == COSE_ES256 && k.curve == P256 && !k.one.n && k.two.n == 32 && k.three.n == 32)
		*out = (struct webauthn_key){ .alg = k.alg, .x = k.two, .y = k.three };
	else if (k.kty == KTY_OKP && k.alg == COSE_EDDSA && k.curve == ED25519 && !k.one.n && k.two.n == 32 && !k.three.n)
		*out = (struct webauthn_key){ .alg = k.alg, .x = k.two };
	else if (k.kty == KTY_RSA && k.alg == COSE_RS256 && k.one.n >= 256 && k.one.n <= 512 && k.two.n >= 1 && k.two.n <= 4 && !k.three.n && !k.curve)
		*out = (struct webauthn_key){ .alg = k.alg, .n = k.one, .e = k.two };
	else
		return ERR_UNSUPPORTED;
	return OK;
}

/* ---- judging ---- */

enum webauthn_fault webauthn_judge(const struct webauthn_expect *x, const struct webauthn_client *c, const struct webauthn_auth *a)
{
	uint8_t site[SHA256_BYTES];
	hash_sha256(x->rp_id, site);
	if (c->type != x->type)
		return FAULT_TYPE;
	if (c->cross || !str_eq(c->origin, x->origin))
		return FAULT_ORIGIN;
	if (a->site.n != sizeof site || !hash_same(a->site.p, site, sizeof site))
		return FAULT_SITE;
	if (!(a->flags & WEBAUTHN_PRESENT))
		return FAULT_PRESENCE;
	if (x->verified && !(a->flags & WEBAUTHN_VERIFIED))
		return FAULT_VERIFIED;
	if (x->type == WEBAUTHN_CREATE && !(a->flags & WEBAUTHN_HAS_KEY))
		return FAULT_FORM;
	return FAULT_NONE;
}
