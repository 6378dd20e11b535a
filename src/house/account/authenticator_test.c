#define ERR_STATE openssl_ERR_STATE
#include <openssl/core_names.h>
#include <openssl/evp.h>
#undef ERR_STATE

#include "base/buf.h"
#include "base/hash.h"
#include "base/rnd.h"
#include "base/test.h"
#include "house/account/authenticator.h"

struct authenticator authenticator_new(int alg)
{
	struct authenticator k = { .alg = alg };
	rnd_bytes(k.id, sizeof k.id);
	if (alg == COSE_ES256)
		k.key = EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-256");
	else if (alg == COSE_EDDSA)
		k.key = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
	else
		k.key = EVP_PKEY_Q_keygen(NULL, NULL, "RSA", (size_t)2048);
	CHECK(k.key != NULL);
	return k;
}

void authenticator_done(struct authenticator *k)
{
	EVP_PKEY_free(k->key);
	k->key = NULL;
}

static void bytes(struct buf *b, const void *p, size_t n) { buf_add(b, (struct str){ p, n }); }

/* A byte string of up to 65535 bytes. */
static void cbor_bytes_put(struct buf *b, const void *p, size_t n)
{
	if (n < 24)
		buf_byte(b, (char)(0x40 | n));
	else if (n < 256)
		bytes(b, (uint8_t[]){ 0x58, (uint8_t)n }, 2);
	else
		bytes(b, (uint8_t[]){ 0x59, (uint8_t)(n >> 8), (uint8_t)n }, 3);
	bytes(b, p, n);
}

static void ec_put(struct buf *b, EVP_PKEY *key)
{
	unsigned char point[65];
	size_t n;
	CHECK(EVP_PKEY_get_octet_string_param(key, OSSL_PKEY_PARAM_PUB_KEY, point, sizeof point, &n) == 1 && n == 65);
	bytes(b, "\xa5\x01\x02\x03\x26\x20\x01\x21", 8);
	cbor_bytes_put(b, point + 1, 32);
	buf_byte(b, 0x22);
	cbor_bytes_put(b, point + 33, 32);
}

static void rsa_put(struct buf *b, EVP_PKEY *key)
{
	BIGNUM *n = NULL;
	unsigned char number[256];
	CHECK(EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_RSA_N, &n) == 1 && BN_bn2bin(n, number) == 256);
	BN_free(n);
	bytes(b, "\xa4\x01\x03\x03\x39\x01\x00\x20", 8);
	cbor_bytes_put(b, number, sizeof number);
	bytes(b, "\x21\x43\x01\x00\x01", 5);
}

static void key_put(struct buf *b, const struct authenticator *k)
{
	unsigned char raw[32];
	size_t n = sizeof raw;
	if (k->alg == COSE_ES256)
		ec_put(b, k->key);
	else if (k->alg == COSE_RS256)
		rsa_put(b, k->key);
	else {
		CHECK(EVP_PKEY_get_raw_public_key(k->key, raw, &n) == 1);
		bytes(b, "\xa4\x01\x01\x03\x27\x20\x06\x21", 8);
		cbor_bytes_put(b, raw, n);
	}
}

static void auth_put(struct buf *b, struct authenticator *k, const struct authenticator_ask *q, bool with_key)
{
	uint8_t site[SHA256_BYTES];
	uint32_t c = q->same_counter ? k->counter : ++k->counter;
	hash_sha256(str_z(q->rp_id), site);
	bytes(b, site, sizeof site);
	buf_byte(b, (char)((q->flags ? q->flags : WEBAUTHN_PRESENT | WEBAUTHN_VERIFIED) | (with_key ? WEBAUTHN_HAS_KEY : 0)));
	bytes(b, (uint8_t[]){ (uint8_t)(c >> 24), (uint8_t)(c >> 16), (uint8_t)(c >> 8), (uint8_t)c }, 4);
	if (!with_key)
		return;
	bytes(b, (uint8_t[18]){ [17] = sizeof k->id }, 18);
	bytes(b, k->id, sizeof k->id);
	key_put(b, k);
}

static struct str client_json(struct arena *a, const struct authenticator_ask *q, const char *type)
{
	return arena_fmt(a, "{\"type\":\"%s\",\"challenge\":\"%s\",\"origin\":\"%s\",\"crossOrigin\":false%s}", q->type ? q->type : type, q->challenge,
		q->origin, q->more ? q->more : "");
}

struct passkey_answer authenticator_create(struct arena *a, struct authenticator *k, const struct authenticator_ask *q)
{
	AUTO(buf_done) struct buf auth = buf_init(4096);
	AUTO(buf_done) struct buf o = buf_init(4096);
	auth_put(&auth, k, q, true);
	bytes(&o, "\xa3\x63" "fmt\x64" "none\x67" "attStmt\xa0\x68" "authData", 28);
	cbor_bytes_put(&o, auth.p, auth.n);
	return (struct passkey_answer){ .client = passkey_text(a, client_json(a, q, "webauthn.create")), .data = passkey_text(a, buf_str(&o)),
		.credential = passkey_text(a, (struct str){ (const char *)k->id, sizeof k->id }), .signature = STR(""), .handle = STR("") };
}

static struct str sign(struct arena *a, struct authenticator *k, struct str auth, struct str client)
{
	AUTO(buf_done) struct buf m = buf_init(8192);
	uint8_t hash[SHA256_BYTES];
	size_t n = 600;
	unsigned char *sig = arena_alloc(a, n);
	EVP_MD_CTX *md = EVP_MD_CTX_new();
	hash_sha256(client, hash);
	buf_add(&m, auth);
	bytes(&m, hash, sizeof hash);
	CHECK(EVP_DigestSignInit(md, NULL, k->alg == COSE_EDDSA ? NULL : EVP_sha256(), NULL, k->key) == 1);
	CHECK(EVP_DigestSign(md, sig, &n, (unsigned char *)m.p, m.n) == 1);
	EVP_MD_CTX_free(md);
	return (struct str){ (const char *)sig, n };
}

struct passkey_answer authenticator_get(struct arena *a, struct authenticator *k, const struct authenticator_ask *q)
{
	AUTO(buf_done) struct buf auth = buf_init(4096);
	auth_put(&auth, k, q, false);
	struct str client = client_json(a, q, "webauthn.get"), sig = sign(a, k, buf_str(&auth), client);
	if (q->spoil)
		client = client_json(a, &(struct authenticator_ask){ q->challenge, q->origin, q->rp_id, .more = ",\"x\":1" }, "webauthn.get");
	return (struct passkey_answer){ .client = passkey_text(a, client), .data = passkey_text(a, buf_str(&auth)), .signature = passkey_text(a, sig),
		.credential = passkey_text(a, (struct str){ (const char *)k->id, sizeof k->id }), .handle = k->handle.n ? k->handle : STR("") };
}

struct str authenticator_form(struct arena *a, const struct passkey_answer *x)
{
	return arena_fmt(a, "confirm=yes&client=%.*s&data=%.*s&signature=%.*s&credential=%.*s&handle=%.*s", STRF(x->client), STRF(x->data), STRF(x->signature),
		STRF(x->credential), STRF(x->handle));
}
