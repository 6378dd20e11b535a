#include "wire/negotiate.h"

#include <sodium.h>

#include "base/rd.h"

/* RFC 2743 3.1: [APPLICATION 0]; RFC 4178 4.2: the choice and its fields. */
enum { TAG_TOKEN = 0x60, TAG_OID = 0x06, TAG_INIT = 0xa0, TAG_SEQUENCE = 0x30, TAG_OCTETS = 0x04, TAG_FLAGS = 0xa1, TAG_MECHS = 0xa0, TAG_MECH_TOKEN = 0xa2 };

static const struct str oid_spnego = { "\x2b\x06\x01\x05\x05\x02", 6 };
static const struct str oid_kerberos = { "\x2a\x86\x48\x86\xf7\x12\x01\x02\x02", 9 };
static const struct str oid_kerberos_ms = { "\x2a\x86\x48\x82\xf7\x12\x01\x02\x02", 9 };       /* the same, misspelt for ever */

/* A definite length of at most three bytes. */
static size_t length(struct rd *r)
{
	uint8_t first = rd_u8(r);
	if (first < 0x80)
		return first;
	unsigned n = first & 0x7f;
	if (!n || n > 3) {
		r->bad = true;
		return 0;
	}
	return (size_t)rd_be(r, n);
}

/* The inside of the next element, which must be of this kind. */
static struct str element(struct rd *r, uint8_t tag)
{
	r->bad |= rd_u8(r) != tag;
	size_t n = length(r);
	return rd_bytes(r, r->bad ? 0 : n);
}

static bool next_is(const struct rd *r, uint8_t tag) { return !r->bad && rd_left(r) && *r->p == tag; }

static bool kerberos(struct str oid) { return str_eq(oid, oid_kerberos) || str_eq(oid, oid_kerberos_ms); }

/* KRB_AP_REQ in its frame (RFC 1964 1.1). */
static enum err first_message(struct str token, struct str *out)
{
	struct rd r = rd_over(token);
	struct str all = element(&r, TAG_TOKEN);
	TRY(rd_end(&r));
	struct rd in = rd_over(all);
	struct str oid = element(&in, TAG_OID);
	uint16_t kind = rd_u16(&in);
	TRY(rd_ok(&in));
	if (!kerberos(oid) || kind != 0x0100 || !rd_left(&in))
		return ERR_UNSUPPORTED;
	*out = token;
	return OK;
}

/* The mechanism that the client likes best must be Kerberos: only then is what it sent along meant for it. */
static enum err mechanisms(struct str list)
{
	struct rd r = rd_over(list);
	struct str all = element(&r, TAG_SEQUENCE);
	TRY(rd_end(&r));
	struct rd in = rd_over(all);
	struct str best = element(&in, TAG_OID);
	for (size_t n = 1; !in.bad && rd_left(&in); n++) {
		(void)element(&in, TAG_OID);
		in.bad |= n >= NEGOTIATE_MECHS_MAX;
	}
	TRY(rd_end(&in));
	return kerberos(best) ? OK : ERR_UNSUPPORTED;
}

static enum err init_message(struct str bytes, struct str *out)
{
	struct rd r = rd_over(bytes);
	struct str init = element(&r, TAG_INIT);
	TRY(rd_end(&r));
	struct rd seq = rd_over(init);
	struct str fields = element(&seq, TAG_SEQUENCE);
	TRY(rd_end(&seq));
	struct rd in = rd_over(fields);
	TRY(mechanisms(element(&in, TAG_MECHS)));
	if (next_is(&in, TAG_FLAGS))
		(void)element(&in, TAG_FLAGS);
	if (!next_is(&in, TAG_MECH_TOKEN))
		return in.bad ? ERR_SYNTAX : ERR_UNSUPPORTED;          /* it would have to be asked for */
	struct rd held = rd_over(element(&in, TAG_MECH_TOKEN));
	struct str message = element(&held, TAG_OCTETS);
	TRY(rd_end(&held));
	TRY(rd_ok(&in));
	return first_message(message, out);
}

enum err negotiate_token(struct str token, struct str *message)
{
	if (token.n > NEGOTIATE_TOKEN_MAX)
		return ERR_LIMIT;
	if (str_starts(token, STR("NTLMSSP")))
		return ERR_UNSUPPORTED;
	struct rd r = rd_over(token);
	struct str all = element(&r, TAG_TOKEN);
	TRY(rd_end(&r));
	struct rd in = rd_over(all);
	struct str oid = element(&in, TAG_OID);
	TRY(rd_ok(&in));
	if (str_eq(oid, oid_spnego))
		return init_message(rd_bytes(&in, rd_left(&in)), message);
	return first_message(token, message);
}

enum err negotiate_read(struct str field, struct buf *token)
{
	static const struct str scheme = { "Negotiate ", 10 };
	buf_clear(token);
	if (field.n < scheme.n || !str_ieq(str_upto(field, scheme.n), scheme))
		return ERR_ABSENT;
	struct str b = str_trim(str_from(field, scheme.n));
	if (b.n > (NEGOTIATE_TOKEN_MAX + 2) / 3 * 4)
		return ERR_LIMIT;
	unsigned char room[NEGOTIATE_TOKEN_MAX + 3];
	size_t n = 0;
	if (!b.n || sodium_base642bin(room, sizeof room, b.p, b.n, NULL, &n, NULL, sodium_base64_VARIANT_ORIGINAL) != 0)
		return ERR_SYNTAX;
	buf_add(token, (struct str){ (char *)room, n });
	sodium_memzero(room, n);
	TRY(buf_ok(token));
	struct str message;
	return negotiate_token(buf_str(token), &message);
}

static bool letter(char c) { return ascii_alpha(c) || ascii_digit(c) || c == '.' || c == '-' || c == '_'; }

enum err negotiate_login(struct str principal, struct str realm, char out[NEGOTIATE_LOGIN_MAX + 1])
{
	ptrdiff_t at = str_rchr(principal, '@');
	struct str name = str_upto(principal, at > 0 ? (size_t)at : 0);
	if (at <= 0 || !realm.n || !str_eq(str_from(principal, (size_t)at + 1), realm))
		return ERR_FORBIDDEN;
	if (name.n > NEGOTIATE_LOGIN_MAX)
		return ERR_UNSUPPORTED;
	for (size_t i = 0; i < name.n; i++)
		if (!letter(name.p[i]))
			return ERR_UNSUPPORTED;
	for (size_t i = 0; i < name.n; i++)
		out[i] = ascii_lower(name.p[i]);
	out[name.n] = 0;
	return OK;
}
