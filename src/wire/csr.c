#include "wire/csr.h"

#include <sodium.h>

#include "base/mem.h"
#include "base/rd.h"

enum { TAG_SEQUENCE = 0x30, TAG_INTEGER = 0x02, TAG_OID = 0x06, TAG_BITS = 0x03, TAG_ATTRIBUTES = 0xa0 };

static const struct str oid_key = { "\x2a\x86\x48\xce\x3d\x02\x01", 7 };             /* id-ecPublicKey */
static const struct str oid_curve = { "\x2a\x86\x48\xce\x3d\x03\x01\x07", 8 };       /* P-256 */
static const struct str oid_signed[] = {
	[CSR_SHA256] = { "\x2a\x86\x48\xce\x3d\x04\x03\x02", 8 },
	[CSR_SHA384] = { "\x2a\x86\x48\xce\x3d\x04\x03\x03", 8 },
	[CSR_SHA512] = { "\x2a\x86\x48\xce\x3d\x04\x03\x04", 8 },
};

/* The shortest form of a definite length, of at most two bytes more (X.690 10.1). */
static size_t length(struct rd *r)
{
	uint8_t first = rd_u8(r);
	if (first < 0x80)
		return first;
	unsigned n = first & 0x7f;
	size_t v = n && n <= 2 ? (size_t)rd_be(r, n) : 0;
	r->bad |= !n || n > 2 || v < 0x80 || (n == 2 && v < 0x100);
	return v;
}

/* The inside of the next element, which must be of this kind. */
static struct str element(struct rd *r, uint8_t tag)
{
	r->bad |= rd_u8(r) != tag;
	size_t n = length(r);
	return rd_bytes(r, r->bad ? 0 : n);
}

/* The same with its tag and length. */
static struct str whole(struct rd *r, uint8_t tag)
{
	const uint8_t *from = r->p;
	(void)element(r, tag);
	return r->bad ? STR_NONE : (struct str){ (const char *)from, (size_t)(r->p - from) };
}

/* A string of whole bytes. */
static struct str bits(struct rd *r)
{
	struct str s = element(r, TAG_BITS);
	r->bad |= s.n < 2 || s.p[0] != 0;
	return r->bad ? STR_NONE : str_from(s, 1);
}

/* SubjectPublicKeyInfo (RFC 5480 2). */
static enum err key_read(struct str info, struct str *point)
{
	struct rd r = rd_over(info);
	struct rd kind = rd_over(element(&r, TAG_SEQUENCE));
	struct str oid = element(&kind, TAG_OID);
	TRY(rd_ok(&kind));
	if (!str_eq(oid, oid_key))
		return ERR_UNSUPPORTED;
	struct str curve = element(&kind, TAG_OID);
	TRY(rd_end(&kind));
	*point = bits(&r);
	TRY(rd_end(&r));
	return str_eq(curve, oid_curve) && point->n == CSR_POINT && point->p[0] == 4 ? OK : ERR_UNSUPPORTED;
}

static enum err attributes(struct str list)
{
	struct rd r = rd_over(list);
	for (size_t n = 0; !r.bad && rd_left(&r); n++) {
		(void)element(&r, TAG_SEQUENCE);
		r.bad |= n >= CSR_ATTRIBUTES_MAX;
	}
	return rd_end(&r);
}

/* CertificationRequestInfo (RFC 2986 4.1): version 0, a name, the key, attributes. */
static enum err info_read(struct str inside, struct str *point)
{
	struct rd r = rd_over(inside);
	struct str version = element(&r, TAG_INTEGER);
	(void)element(&r, TAG_SEQUENCE);
	struct str key = element(&r, TAG_SEQUENCE);
	TRY(rd_ok(&r));
	if (version.n != 1 || version.p[0] != 0)
		return ERR_SYNTAX;
	if (rd_left(&r))
		TRY(attributes(element(&r, TAG_ATTRIBUTES)));
	TRY(rd_end(&r));
	return key_read(key, point);
}

static enum err hash_read(struct str kind, enum csr_hash *out)
{
	struct rd r = rd_over(kind);
	struct str oid = element(&r, TAG_OID);
	TRY(rd_ok(&r));
	for (size_t i = 0; i < ARRAY_N(oid_signed); i++)
		if (str_eq(oid, oid_signed[i])) {
			*out = (enum csr_hash)i;
			return rd_end(&r);               /* no parameters (RFC 5758 3.2) */
		}
	return ERR_UNSUPPORTED;
}

enum err csr_read(struct str der, struct csr *out)
{
	if (der.n > CSR_MAX)
		return ERR_LIMIT;
	struct csr c = { 0 };
	struct rd r = rd_over(der);
	struct str all = element(&r, TAG_SEQUENCE);
	TRY(rd_end(&r));
	struct rd in = rd_over(all);
	c.body = whole(&in, TAG_SEQUENCE);
	struct str kind = element(&in, TAG_SEQUENCE);
	c.signature = bits(&in);
	TRY(rd_end(&in));
	struct rd body = rd_over(c.body);
	TRY(info_read(element(&body, TAG_SEQUENCE), &c.point));
	TRY(hash_read(kind, &c.hash));
	*out = c;
	return OK;
}

/* What stands between the two lines; RFC 7468 7 and the older label that Windows writes. */
static bool between(struct str given, struct str *out)
{
	static const char *const labels[] = { "CERTIFICATE REQUEST-----", "NEW CERTIFICATE REQUEST-----" };
	for (size_t i = 0; i < ARRAY_N(labels); i++) {
		char begin[64], end[64];
		snprintf(begin, sizeof begin, "-----BEGIN %s", labels[i]);
		snprintf(end, sizeof end, "-----END %s", labels[i]);
		ptrdiff_t a = str_find(given, str_z(begin));
		if (a < 0)
			continue;
		struct str rest = str_from(given, (size_t)a + strlen(begin));
		ptrdiff_t b = str_find(rest, str_z(end));
		*out = str_upto(rest, b < 0 ? 0 : (size_t)b);
		return b >= 0;
	}
	return false;
}

enum err csr_der(struct str given, struct buf *der)
{
	unsigned char room[CSR_MAX];
	size_t n = 0;
	struct str text;
	buf_clear(der);
	if (given.n > CSR_PEM_MAX)
		return ERR_LIMIT;
	if (given.n && (uint8_t)given.p[0] == TAG_SEQUENCE && given.n > 1 && (uint8_t)given.p[1] >= 0x80) {
		buf_add(der, given);
		return buf_ok(der);
	}
	if (!between(given, &text) || sodium_base642bin(room, sizeof room, text.p, text.n, " \t\r\n", &n, NULL, sodium_base64_VARIANT_ORIGINAL) != 0 || !n)
		return ERR_SYNTAX;
	buf_add(der, (struct str){ (char *)room, n });
	return buf_ok(der);
}
