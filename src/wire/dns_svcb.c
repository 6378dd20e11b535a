#include "wire/dns_svcb.h"

enum { KEY_MANDATORY = 0, KEY_IPV4HINT = 4, KEY_ECH = 5, KEY_IPV6HINT = 6 };

static enum err next_param(struct rd *r, uint16_t *key, struct str *value)
{
	*key = rd_u16(r);
	*value = rd_bytes(r, rd_u16(r));
	return rd_ok(r);
}

enum err dns_svcb_read(struct str data, struct dns_svcb *out)
{
	struct dns_svcb s;
	size_t at = 2;
	int32_t last = -1;
	uint16_t key;
	struct str value;
	struct rd r = rd_over(data);
	s.priority = rd_u16(&r);
	TRY(rd_ok(&r));
	TRY(dns_name_read(data, &at, &s.target));
	if (at != 2u + s.target.n)                  /* not compressed: RFC 9460 2.2 */
		return ERR_SYNTAX;
	s.params = str_from(data, at);
	r = rd_over(s.params);
	while (rd_left(&r)) {
		TRY(next_param(&r, &key, &value));
		if (key <= last)
			return ERR_SYNTAX;
		last = key;
	}
	*out = s;
	return OK;
}

static bool goes(uint16_t key, unsigned what)
{
	return (what & DNS_SVCB_ECH && key == KEY_ECH) || (what & DNS_SVCB_HINTS && (key == KEY_IPV4HINT || key == KEY_IPV6HINT));
}

/* What stays of the keys that `mandatory` lists; nothing stays of an empty list. */
static void put_mandatory(struct wr *w, struct str keys, unsigned what)
{
	struct wr before = *w;
	struct rd r = rd_over(keys);
	wr_u16(w, KEY_MANDATORY);
	uint8_t *length = wr_room(w, 2);
	uint16_t n = 0;
	while (rd_left(&r) >= 2) {
		uint16_t key = rd_u16(&r);
		if (!goes(key, what)) {
			wr_u16(w, key);
			n = (uint16_t)(n + 2);
		}
	}
	if (!n || !length)
		*w = before;
	else {
		length[0] = (uint8_t)(n >> 8);
		length[1] = (uint8_t)n;
	}
}

enum err dns_svcb_scrub(struct str data, unsigned what, uint8_t *out, size_t *n, bool *cut)
{
	struct dns_svcb s;
	TRY(dns_svcb_read(data, &s));
	struct wr w = wr_over(out, data.n);
	wr_bytes(&w, str_upto(data, (size_t)(s.params.p - data.p)));
	struct rd r = rd_over(s.params);
	uint16_t key;
	struct str value;
	bool any = false;
	while (rd_left(&r)) {
		TRY(next_param(&r, &key, &value));
		any |= goes(key, what);
		if (goes(key, what))
			continue;
		if (key == KEY_MANDATORY) {
			put_mandatory(&w, value, what);
			continue;
		}
		wr_u16(&w, key);
		wr_u16(&w, (uint16_t)value.n);
		wr_bytes(&w, value);
	}
	TRY(wr_ok(&w));
	*n = wr_len(&w);
	*cut = any;
	return OK;
}
