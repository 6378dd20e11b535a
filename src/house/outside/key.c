#define ERR_STATE OPENSSL_ERR_STATE        /* both libraries have one; ours is the enum */
#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#undef ERR_STATE

#include "house/outside/json.h"
#include "house/outside/key.h"

enum { RSA_LEAST_BYTES = 256, RSA_MOST_BYTES = 1024, EC_BYTES = 32 };

enum key_alg key_alg_read(struct str word)
{
	if (str_is(word, "RS256"))
		return KEY_RS256;
	return str_is(word, "ES256") ? KEY_ES256 : KEY_NONE;
}

/* ---- reading ---- */

static enum err number(struct arena *a, const json_t *o, const char *name, struct str *out)
{
	struct str text = STR_NONE;
	TRY(json_text(a, o, name, 2 * RSA_MOST_BYTES, &text));
	return text.n ? base64url_read(a, text, out) : ERR_SYNTAX;
}

static bool fits(const struct outside_key *k)
{
	if (k->alg == KEY_RS256)
		return k->one.n >= RSA_LEAST_BYTES && k->one.n <= RSA_MOST_BYTES && k->one.p[0] && k->two.n >= 1 && k->two.n <= 4;
	return k->one.n == EC_BYTES && k->two.n == EC_BYTES;
}

/* OK also for a key that is of no use: alg KEY_NONE. */
static enum err key_read(struct arena *a, const json_t *o, struct outside_key *k)
{
	struct str kty = STR_NONE, use = STR_NONE, alg = STR_NONE, crv = STR_NONE;
	TRY(json_text(a, o, "kty", 20, &kty));
	TRY(json_text(a, o, "use", 20, &use));
	TRY(json_text(a, o, "alg", 20, &alg));
	TRY(json_text(a, o, "crv", 20, &crv));
	TRY(json_text(a, o, "kid", 256, &k->kid));
	if (use.n && !str_is(use, "sig"))
		return OK;
	enum key_alg kind = str_is(kty, "RSA") ? KEY_RS256 : str_is(kty, "EC") && str_is(crv, "P-256") ? KEY_ES256 : KEY_NONE;
	if (kind == KEY_NONE || (alg.n && key_alg_read(alg) != kind))
		return OK;
	TRY(number(a, o, kind == KEY_RS256 ? "n" : "x", &k->one));
	TRY(number(a, o, kind == KEY_RS256 ? "e" : "y", &k->two));
	k->alg = kind;
	if (!fits(k))
		k->alg = KEY_NONE;
	return OK;
}

enum err keys_read(struct arena *a, struct str bytes, struct outside_keys *out)
{
	AUTO(json_done) json_t *o = NULL;
	if (bytes.n > JWKS_MAX_BYTES)
		return ERR_LIMIT;
	TRY(json_read(bytes, &o));
	const json_t *list = json_object_get(o, "keys");
	size_t n = json_array_size(list);
	if (!json_is_array(list) || n > JWKS_MAX_KEYS)
		return json_is_array(list) ? ERR_LIMIT : ERR_SYNTAX;
	struct outside_keys k = { arena_array(a, struct outside_key, n + 1), 0 };
	for (size_t i = 0; i < n; i++) {
		struct outside_key one = { 0 };
		if (json_is_object(json_array_get(list, i)) && key_read(a, json_array_get(list, i), &one) == OK && one.alg != KEY_NONE)
			k.keys[k.n++] = one;             /* one odd key does not spoil the others */
	}
	*out = k;
	return OK;
}

const struct outside_key *keys_find(const struct outside_keys *k, enum key_alg alg, struct str kid)
{
	const struct outside_key *found = NULL;
	for (size_t i = 0; i < k->n; i++) {
		if (k->keys[i].alg != alg || (kid.n && !str_eq(k->keys[i].kid, kid)))
			continue;
		if (found)
			return NULL;                     /* two of a name, or no name to choose by */
		found = &k->keys[i];
	}
	return found;
}

/* ---- checking ---- */

static void params_done(OSSL_PARAM **p) { OSSL_PARAM_free(*p); }
static void bld_done(OSSL_PARAM_BLD **b) { OSSL_PARAM_BLD_free(*b); }
static void pkey_done(EVP_PKEY **k) { EVP_PKEY_free(*k); }
static void pctx_done(EVP_PKEY_CTX **c) { EVP_PKEY_CTX_free(*c); }
static void mdctx_done(EVP_MD_CTX **c) { EVP_MD_CTX_free(*c); }
static void bn_done(BIGNUM **b) { BN_free(*b); }

static const unsigned char *octets(struct str s) { return (const unsigned char *)s.p; }

static EVP_PKEY *made(const char *kind, OSSL_PARAM_BLD *b)
{
	AUTO(params_done) OSSL_PARAM *params = OSSL_PARAM_BLD_to_param(b);
	AUTO(pctx_done) EVP_PKEY_CTX *c = EVP_PKEY_CTX_new_from_name(NULL, kind, NULL);
	EVP_PKEY *k = NULL;
	if (!params || !c || EVP_PKEY_fromdata_init(c) <= 0 || EVP_PKEY_fromdata(c, &k, EVP_PKEY_PUBLIC_KEY, params) <= 0)
		return NULL;
	return k;
}

static EVP_PKEY *rsa_key(const struct outside_key *k)
{
	AUTO(bld_done) OSSL_PARAM_BLD *b = OSSL_PARAM_BLD_new();
	AUTO(bn_done) BIGNUM *n = BN_bin2bn(octets(k->one), (int)k->one.n, NULL);
	AUTO(bn_done) BIGNUM *e = BN_bin2bn(octets(k->two), (int)k->two.n, NULL);
	if (!b || !n || !e || BN_is_word(e, 1) || !BN_is_odd(e) || !OSSL_PARAM_BLD_push_BN(b, OSSL_PKEY_PARAM_RSA_N, n) ||
	    !OSSL_PARAM_BLD_push_BN(b, OSSL_PKEY_PARAM_RSA_E, e))
		return NULL;
	return made("RSA", b);
}

static EVP_PKEY *ec_key(const struct outside_key *k)
{
	AUTO(bld_done) OSSL_PARAM_BLD *b = OSSL_PARAM_BLD_new();
	unsigned char point[1 + 2 * EC_BYTES] = { 4 };
	memcpy(point + 1, k->one.p, EC_BYTES);
	memcpy(point + 1 + EC_BYTES, k->two.p, EC_BYTES);
	if (!b || !OSSL_PARAM_BLD_push_utf8_string(b, OSSL_PKEY_PARAM_GROUP_NAME, "prime256v1", 0) ||
	    !OSSL_PARAM_BLD_push_octet_string(b, OSSL_PKEY_PARAM_PUB_KEY, point, sizeof point))
		return NULL;
	return made("EC", b);                    /* refuses a point that is not on the curve */
}

/* The two numbers of RFC 7518 3.4 as the DER that OpenSSL asks for; 0: they are none. */
static size_t der_of(struct str raw, unsigned char out[80])
{
	ECDSA_SIG *s = raw.n == 2 * EC_BYTES ? ECDSA_SIG_new() : NULL;
	BIGNUM *r = s ? BN_bin2bn(octets(raw), EC_BYTES, NULL) : NULL;
	BIGNUM *v = s ? BN_bin2bn(octets(raw) + EC_BYTES, EC_BYTES, NULL) : NULL;
	int n = 0;
	if (r && v && ECDSA_SIG_set0(s, r, v)) {
		unsigned char *p = out;
		n = i2d_ECDSA_SIG(s, NULL);
		n = n > 0 && n <= 80 ? i2d_ECDSA_SIG(s, &p) : 0;
	}
	ECDSA_SIG_free(s);
	return n > 0 ? (size_t)n : 0;
}

static enum err check(EVP_PKEY *key, struct str signature, struct str covered)
{
	AUTO(mdctx_done) EVP_MD_CTX *c = EVP_MD_CTX_new();
	if (!key || !c || EVP_DigestVerifyInit(c, NULL, EVP_sha256(), NULL, key) <= 0)
		return ERR_CRYPTO;
	return EVP_DigestVerify(c, octets(signature), signature.n, octets(covered), covered.n) == 1 ? OK : ERR_CRYPTO;
}

enum err key_verify(const struct outside_key *k, const struct jwt *j)
{
	if (k->alg == KEY_NONE || key_alg_read(j->alg) != k->alg || !fits(k))
		return ERR_CRYPTO;
	AUTO(pkey_done) EVP_PKEY *key = k->alg == KEY_RS256 ? rsa_key(k) : ec_key(k);
	if (k->alg == KEY_RS256)
		return check(key, j->signature, j->covered);
	unsigned char der[80];
	size_t n = der_of(j->signature, der);
	return n ? check(key, (struct str){ (const char *)der, n }, j->covered) : ERR_CRYPTO;
}
