#define ERR_STATE OPENSSL_ERR_STATE        /* both libraries have one; ours is the enum */
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#undef ERR_STATE

#include "base/mem.h"
#include "base/rnd.h"
#include "sign/mint.h"

enum { DAY_S = 86400, SERIAL = 16, SPARED_NAMES = 64 };

struct mint_key { X509 *cert; EVP_PKEY *key; };

static void x509_done(X509 **x) { X509_free(*x); }
static void pkey_done(EVP_PKEY **k) { EVP_PKEY_free(*k); }

/* 127 random bits, positive (CA/Browser Forum 7.1 asks for 64). */
static bool serial(X509 *x)
{
	uint8_t room[SERIAL];
	rnd_bytes(room, sizeof room);
	room[0] = (uint8_t)((room[0] & 0x3f) | 0x40);
	BIGNUM *n = BN_bin2bn(room, sizeof room, NULL);
	bool ok = n && BN_to_ASN1_INTEGER(n, X509_get_serialNumber(x));
	BN_free(n);
	return ok;
}

static bool add(X509 *x, X509 *issuer, int nid, const char *value)
{
	X509V3_CTX c;
	X509V3_set_ctx(&c, issuer, x, NULL, NULL, 0);
	X509_EXTENSION *e = X509V3_EXT_conf_nid(NULL, &c, nid, value);
	bool ok = e && X509_add_ext(x, e, -1) == 1;
	X509_EXTENSION_free(e);
	return ok;
}

static bool part(X509_NAME *n, const char *what, struct str v)
{
	return X509_NAME_add_entry_by_txt(n, what, MBSTRING_UTF8, (const unsigned char *)v.p, (int)v.n, -1, 0) == 1;
}

static bool life(X509 *x, int64_t from_utc, int64_t until_utc)
{
	return ASN1_TIME_set(X509_getm_notBefore(x), (time_t)from_utc) && ASN1_TIME_set(X509_getm_notAfter(x), (time_t)until_utc);
}

static enum err put_cert(X509 *x, struct buf *out)
{
	unsigned char *p = NULL;
	int n = i2d_X509(x, &p);
	if (n > 0)
		buf_add(out, (struct str){ (char *)p, (size_t)n });
	OPENSSL_free(p);
	return n > 0 ? buf_ok(out) : ERR_CRYPTO;
}

static enum err put_key(EVP_PKEY *k, struct buf *out)
{
	unsigned char *p = NULL;
	PKCS8_PRIV_KEY_INFO *info = EVP_PKEY2PKCS8(k);
	int n = info ? i2d_PKCS8_PRIV_KEY_INFO(info, &p) : 0;
	if (n > 0)
		buf_add(out, (struct str){ (char *)p, (size_t)n });
	OPENSSL_clear_free(p, n > 0 ? (size_t)n : 0);
	PKCS8_PRIV_KEY_INFO_free(info);
	return n > 0 ? buf_ok(out) : ERR_CRYPTO;
}

/* Names that the CA may never speak for: browsers refuse such a certificate whoever holds the key. */
static bool spare(X509 *x, struct str spared)
{
	AUTO(buf_done) struct buf b = buf_init(8192);
	struct str name;
	int n = 0;
	while (str_next(&spared, ' ', &name))
		if (name.n && n++ < SPARED_NAMES)
			buf_fmt(&b, "%sexcluded;DNS:%.*s", b.n ? "," : "critical,", STRF(name));
	return !n || (buf_ok(&b) == OK && add(x, x, NID_name_constraints, b.p));
}

static bool fill_ca(X509 *x, EVP_PKEY *key, struct str school, struct str what, struct str spared)
{
	char tag[5];
	uint8_t two[2];
	AUTO(buf_done) struct buf cn = buf_init(64);
	rnd_bytes(two, sizeof two);
	hex_put(two, sizeof two, tag);
	buf_fmt(&cn, "%.*s %.*s %s", STRF(school), STRF(what), tag);
	X509_NAME *n = X509_get_subject_name(x);
	return buf_ok(&cn) == OK && serial(x) && X509_set_version(x, 2) == 1 && part(n, "O", school) && part(n, "CN", buf_str(&cn))
		&& X509_set_issuer_name(x, n) == 1 && X509_set_pubkey(x, key) == 1
		&& add(x, x, NID_basic_constraints, "critical,CA:TRUE,pathlen:0") && add(x, x, NID_key_usage, "critical,keyCertSign,cRLSign")
		&& add(x, x, NID_subject_key_identifier, "hash") && spare(x, spared) && X509_sign(x, key, EVP_sha256()) > 0;
}

enum err mint_ca(struct str school, struct str what, struct str spared, unsigned years, int64_t now_utc, struct buf *der, struct buf *key, int64_t *until_utc)
{
	AUTO(x509_done) X509 *x = X509_new();
	AUTO(pkey_done) EVP_PKEY *k = EVP_EC_gen("P-256");
	int64_t until = now_utc + (int64_t)years * 366 * DAY_S;
	if (!x || !k || !life(x, now_utc - DAY_S, until) || !fill_ca(x, k, school, what, spared)) {
		ERR_clear_error();
		return ERR_CRYPTO;
	}
	TRY(put_cert(x, der));
	TRY(put_key(k, key));
	*until_utc = until;
	return OK;
}

enum err mint_open(struct str der, struct str key, struct mint_key **out)
{
	AUTO(mint_free) struct mint_key *m = mem_new(struct mint_key);
	const unsigned char *p = (const unsigned char *)der.p, *q = (const unsigned char *)key.p;
	m->cert = d2i_X509(NULL, &p, (long)der.n);
	m->key = d2i_AutoPrivateKey(NULL, &q, (long)key.n);
	bool fits = m->cert && m->key && X509_check_private_key(m->cert, m->key) == 1;
	ERR_clear_error();
	if (!fits)
		return ERR_CRYPTO;
	*out = TAKE(m);
	return OK;
}

void mint_free(struct mint_key **k)
{
	if (*k) {
		X509_free((*k)->cert);
		EVP_PKEY_free((*k)->key);
	}
	mem_free(k);
}

static EVP_PKEY *key_of(struct str point)
{
	EVP_PKEY *k = EVP_PKEY_new();
	if (!k)
		return NULL;
	EVP_PKEY *params = NULL;
	OSSL_PARAM p[] = { OSSL_PARAM_construct_utf8_string("group", (char[]){ "P-256" }, 0), OSSL_PARAM_construct_end() };
	EVP_PKEY_CTX *c = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
	bool ok = c && EVP_PKEY_fromdata_init(c) == 1 && EVP_PKEY_fromdata(c, &params, EVP_PKEY_KEY_PARAMETERS, p) == 1
		&& EVP_PKEY_copy_parameters(k, params) == 1
		&& EVP_PKEY_set1_encoded_public_key(k, (const unsigned char *)point.p, point.n) == 1;
	EVP_PKEY_CTX_free(c);
	EVP_PKEY_free(params);
	if (!ok) {
		EVP_PKEY_free(k);
		k = NULL;
	}
	return k;
}

static bool fill_leaf(X509 *x, struct mint_key *k, EVP_PKEY *pub, struct str host)
{
	AUTO(buf_done) struct buf san = buf_init(300);
	buf_fmt(&san, "DNS:%.*s", STRF(host));
	X509_NAME *n = X509_get_subject_name(x);
	return buf_ok(&san) == OK && serial(x) && X509_set_version(x, 2) == 1 && part(n, "CN", host.n <= 64 ? host : STR("in the school's filter"))
		&& X509_set_issuer_name(x, X509_get_subject_name(k->cert)) == 1 && X509_set_pubkey(x, pub) == 1
		&& add(x, k->cert, NID_basic_constraints, "critical,CA:FALSE") && add(x, k->cert, NID_key_usage, "critical,digitalSignature")
		&& add(x, k->cert, NID_ext_key_usage, "serverAuth") && add(x, k->cert, NID_authority_key_identifier, "keyid:always")
		&& add(x, k->cert, NID_subject_alt_name, san.p) && X509_sign(x, k->key, EVP_sha256()) > 0;
}

enum err mint_leaf(struct mint_key *k, struct str host, struct str point, int64_t now_utc, struct buf *der, int64_t *until_utc)
{
	AUTO(x509_done) X509 *x = X509_new();
	AUTO(pkey_done) EVP_PKEY *pub = key_of(point);
	int64_t until = now_utc + (int64_t)MINT_LEAF_DAYS * DAY_S;
	if (!x || !pub || !life(x, now_utc - DAY_S, until) || !fill_leaf(x, k, pub, host)) {
		ERR_clear_error();
		return ERR_CRYPTO;
	}
	TRY(put_cert(x, der));
	*until_utc = until;
	return OK;
}

/* ---- devices' own */

bool mint_signed(const struct csr *c)
{
	static const EVP_MD *(*const hash[])(void) = { [CSR_SHA256] = EVP_sha256, [CSR_SHA384] = EVP_sha384, [CSR_SHA512] = EVP_sha512 };
	AUTO(pkey_done) EVP_PKEY *pub = key_of(c->point);
	EVP_MD_CTX *m = EVP_MD_CTX_new();
	bool fits = pub && m && EVP_DigestVerifyInit(m, NULL, hash[c->hash](), NULL, pub) == 1
		&& EVP_DigestVerify(m, (const unsigned char *)c->signature.p, c->signature.n, (const unsigned char *)c->body.p, c->body.n) == 1;
	EVP_MD_CTX_free(m);
	ERR_clear_error();
	return fits;
}

static bool fill_device(X509 *x, struct mint_key *k, EVP_PKEY *pub, struct str name)
{
	return serial(x) && X509_set_version(x, 2) == 1 && part(X509_get_subject_name(x), "CN", name)
		&& X509_set_issuer_name(x, X509_get_subject_name(k->cert)) == 1 && X509_set_pubkey(x, pub) == 1
		&& add(x, k->cert, NID_basic_constraints, "critical,CA:FALSE") && add(x, k->cert, NID_key_usage, "critical,digitalSignature")
		&& add(x, k->cert, NID_ext_key_usage, "critical,clientAuth") && add(x, k->cert, NID_authority_key_identifier, "keyid:always")
		&& add(x, k->cert, NID_subject_key_identifier, "hash") && X509_sign(x, k->key, EVP_sha256()) > 0;
}

/* The end, not after the CA's own; 0: there is none. */
static int64_t device_until(const struct mint_key *k, int64_t now_utc, unsigned days)
{
	struct tm tm;
	int64_t until = now_utc + (int64_t)days * DAY_S;
	if (!ASN1_TIME_to_tm(X509_get0_notAfter(k->cert), &tm))
		return 0;
	int64_t last = (int64_t)timegm(&tm);
	return until < last ? until : last;
}

static X509 *device_cert(struct mint_key *k, struct str name, EVP_PKEY *pub, int64_t now_utc, unsigned days, int64_t *until_utc)
{
	X509 *x = X509_new();
	*until_utc = device_until(k, now_utc, days);
	if (x && *until_utc > now_utc && life(x, now_utc - DAY_S, *until_utc) && fill_device(x, k, pub, name))
		return x;
	X509_free(x);
	ERR_clear_error();
	return NULL;
}

enum err mint_device(struct mint_key *k, struct str name, struct str point, int64_t now_utc, unsigned days, struct buf *der, int64_t *until_utc)
{
	AUTO(pkey_done) EVP_PKEY *pub = key_of(point);
	AUTO(x509_done) X509 *x = pub ? device_cert(k, name, pub, now_utc, days, until_utc) : NULL;
	return x ? put_cert(x, der) : ERR_CRYPTO;
}

static enum err put_pack(EVP_PKEY *key, X509 *x, struct str name, struct str password, struct buf *out)
{
	enum { ROUNDS = 20000 };
	char pass[100], label[100];
	unsigned char *p = NULL;
	if (password.n >= sizeof pass || name.n >= sizeof label)
		return ERR_LIMIT;
	snprintf(pass, sizeof pass, "%.*s", STRF(password));
	snprintf(label, sizeof label, "%.*s", STRF(name));
	PKCS12 *pack = PKCS12_create(pass, label, key, x, NULL, NID_pbe_WithSHA1And3_Key_TripleDES_CBC, NID_pbe_WithSHA1And3_Key_TripleDES_CBC, ROUNDS, -1, 0);
	bool ok = pack && PKCS12_set_mac(pack, pass, -1, NULL, 0, ROUNDS, EVP_sha1()) == 1;
	int n = ok ? i2d_PKCS12(pack, &p) : 0;
	mem_wipe(pass, sizeof pass);
	if (n > 0)
		buf_add(out, (struct str){ (char *)p, (size_t)n });
	OPENSSL_free(p);
	PKCS12_free(pack);
	ERR_clear_error();
	return n > 0 ? buf_ok(out) : ERR_CRYPTO;
}

enum err mint_pack(struct mint_key *k, struct str name, struct str password, int64_t now_utc, unsigned days, struct buf *der, struct buf *pack, int64_t *until_utc)
{
	AUTO(pkey_done) EVP_PKEY *key = EVP_EC_gen("P-256");
	AUTO(x509_done) X509 *x = key ? device_cert(k, name, key, now_utc, days, until_utc) : NULL;
	if (!x)
		return ERR_CRYPTO;
	TRY(put_cert(x, der));
	return put_pack(key, x, name, password, pack);
}
