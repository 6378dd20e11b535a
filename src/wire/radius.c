#include "wire/radius.h"

#include "base/rd.h"

enum { ACCOUNTING_REQUEST = 4 };
enum { USER_NAME = 1, FRAMED_IP = 8, CALLING_STATION = 31, STATUS_TYPE = 40, MESSAGE_AUTHENTICATOR = 80, FRAMED_IPV6 = 168 };

static int hex(char c)
{
	c = ascii_lower(c);
	return ascii_digit(c) ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* "AA-BB-CC-DD-EE-FF", "aa:bb:...", "aabb.ccdd.eeff", "aabbccddeeff": twelve digits with marks between. */
static void read_mac(struct str s, uint8_t mac[6])
{
	uint8_t made[6] = { 0 };
	size_t n = 0;
	for (size_t i = 0; i < s.n; i++) {
		int d = hex(s.p[i]);
		bool mark = s.p[i] == '-' || s.p[i] == ':' || s.p[i] == '.';
		if ((d < 0 && !mark) || (d >= 0 && n == 12))
			return;
		if (d >= 0) {
			made[n / 2] = (uint8_t)(made[n / 2] << 4 | d);
			n++;
		}
	}
	if (n == 12)
		memcpy(mac, made, 6);
}

static bool add(struct radius_acct *out, struct addr a)
{
	if (out->n_addrs < RADIUS_ADDRS)
		out->addr[out->n_addrs++] = a;
	return true;
}

static bool attribute(uint8_t type, struct str v, size_t at, struct radius_acct *out)
{
	struct rd r = rd_over(v);
	struct addr six;
	switch (type) {
	case USER_NAME:
		out->user = v;
		return true;
	case CALLING_STATION:
		read_mac(v, out->mac);
		return true;
	case STATUS_TYPE:
		out->status = v.n == 4 ? rd_u32(&r) : 0;
		return v.n == 4;
	case FRAMED_IP:
		return v.n == 4 && add(out, addr_of4((const uint8_t *)v.p));
	case FRAMED_IPV6:
		if (v.n == 16)
			memcpy(six.b, v.p, 16);
		return v.n == 16 && add(out, six);
	case MESSAGE_AUTHENTICATOR:
		out->message_at = out->message_at ? out->message_at : at;
		return v.n == 16;
	default:
		return true;
	}
}

enum err radius_read(struct str packet, struct radius_acct *out)
{
	struct rd r = rd_over(packet);
	struct radius_acct a = { 0 };
	uint8_t code = rd_u8(&r);
	a.id = rd_u8(&r);
	a.length = rd_u16(&r);
	struct str auth = rd_bytes(&r, 16);
	if (r.bad || code != ACCOUNTING_REQUEST || a.length < RADIUS_HEADER || a.length > packet.n || a.length > RADIUS_PACKET_MAX)
		return ERR_SYNTAX;
	memcpy(a.authenticator, auth.p, 16);
	for (size_t at = RADIUS_HEADER; at < a.length;) {
		const uint8_t *p = (const uint8_t *)packet.p + at;
		if (a.length - at < 2 || p[1] < 2 || p[1] > a.length - at)
			return ERR_SYNTAX;
		if (!attribute(p[0], (struct str){ (const char *)p + 2, p[1] - 2u }, at + 2, &a))
			return ERR_SYNTAX;
		at += p[1];
	}
	*out = a;
	return OK;
}
