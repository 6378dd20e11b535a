/* A passkey's signature, over OpenSSL. */
#define ERR_STATE openssl_ERR_STATE          /* a type of theirs; a name of base/err.h */
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#undef ERR_STATE

#include "base/hash.h"
#include "base/mem.h"
#include "house/account/webauthn.h"

static void key_done(EVP_PKEY **k) { EVP_PKEY_free(*k); }
static void ctx_done(EVP_PKEY_CTX **c) { EVP_PKEY_CTX_free(*c); }
static void md_done(EVP_MD_CTX **c) { EVP_MD_CTX_free(*c); }
static void build_done(OSSL_PARAM_BLD **b) { OSSL_PARAM_BLD_free(*b); }
static void params_done(OSSL_PARAM **p) { OSSL_PARAM_free(*p); }
static void number_done(BIGNUM **n) { BN_free(*n); }
static const unsigned char *u8(struct str s) { return (const unsigned char *)s.p; }

static EVP_PKEY *from_params(const char *kind, OSSL_PARAM_BLD *build)
{
	EVP_PKEY *key = NULL;
	AUTO(params_done) OSSL_PARAM *params = OSSL_PARAM_BLD_to_param(build);
	AUTO(ctx_done) EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, kind, NULL);
	if (!params || !ctx || EVP_PKEY_fromdata_init(ctx) != 1 || EVP_PKEY_fromdata(ctx, &key, EVP_PKEY_PUBLIC_KEY, params) != 1)
		return NULL;
	return key;
}

/* OpenSSL refuses a point that is not on the curve. */
static EVP_PKEY *ec_key(const struct webauthn_key *k)
{
	unsigned char point[65] = { 4 };
	memcpy(point + 1, k->x.p, 32);
	memcpy(point + 33, k->y.p, 32);
	AUTO(build_done) OSSL_PARAM_BLD *b = OSSL_PARAM_BLD_new();
	if (!b || OSSL_PARAM_BLD_push_utf8_string(b, OSSL_PKEY_PARAM_GROUP_NAME, "prime256v1", 0) != 1 ||
	    OSSL_PARAM_BLD_push_octet_string(b, OSSL_PKEY_PARAM_PUB_KEY, point, sizeof point) != 1)
		return NULL;
	return from_params("EC", b);
}

static EVP_PKEY *rsa_key(const struct webauthn_key *k)
{
	AUTO(number_done) BIGNUM *n = BN_bin2bn(u8(k->n), (int)k->n.n, NULL);
	AUTO(number_done) BIGNUM *e = BN_bin2bn(u8(k->e), (int)k->e.n, NULL);
	AUTO(build_done) OSSL_PARAM_BLD *b = OSSL_PARAM_BLD_new();
	if (!n || !e || !b || BN_num_bits(n) < 2048 || !BN_is_odd(e) || OSSL_PARAM_BLD_push_BN(b, OSSL_PKEY_PARAM_RSA_N, n) != 1 ||
	    OSSL_PARAM_BLD_push_BN(b, OSSL_PKEY_PARAM_RSA_E, e) != 1)
		return NULL;
	return from_params("RSA", b);
}

static EVP_PKEY *key_of(const struct webauthn_key *k)
{
	switch (k->alg) {
	case COSE_ES256: return ec_key(k);
	case COSE_RS256: return rsa_key(k);
	case COSE_EDDSA: return EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, u8(k->x), k->x.n);
	default:         return NULL;
	}
}

enum err webauthn_signed(const struct webauthn_key *k, struct str auth_data, struct str client_json, struct str signature)
{
	uint8_t message[WEBAUTHN_DATA_MAX + SHA256_BYTES];
	if (auth_data.n > WEBAUTHN_DATA_MAX || signature.n == 0 || signature.n > WEBAUTHN_SIGNATURE_MAX)
		return ERR_LIMIT;
	memcpy(message, auth_data.p, auth_data.n);
	hash_sha256(client_json, message + auth_data.n);
	AUTO(key_done) EVP_PKEY *key = key_of(k);
	AUTO(md_done) EVP_MD_CTX *md = EVP_MD_CTX_new();
	if (!key || !md || EVP_DigestVerifyInit(md, NULL, k->alg == COSE_EDDSA ? NULL : EVP_sha256(), NULL, key) != 1)
		return ERR_CRYPTO;
	return EVP_DigestVerify(md, u8(signature), signature.n, message, auth_data.n + SHA256_BYTES) == 1 ? OK : ERR_CRYPTO;
}
