#include "wire/dns_ask.h"

static void read_question(struct str bytes, struct dns_ask *a)
{
	size_t at = DNS_HEADER;
	/* A pointer in the question could only lead into the header, which will be another one in the answer. */
	if (dns_name_read(bytes, &at, &a->name) != OK || bytes.n - at < 4 || at - DNS_HEADER != a->name.n) {
		a->rcode = DNS_FORMERR;
		return;
	}
	struct rd r = rd_over(str_from(bytes, at));
	a->type = rd_u16(&r);
	a->class_ = rd_u16(&r);
	a->question_end = at + 4;
	size_t n = 0;
	a->odd = dns_name_host(&a->name, a->host, &n) != OK;
	a->host_n = a->odd ? 0 : (uint8_t)n;
}

/* RFC 6891 6.1.2: the owner is the root, the class is the size, the TTL holds version and DO. */
static bool read_opt(struct rd *r, struct dns_ask *a)
{
	if (a->edns)                                /* more than one: FORMERR (RFC 6891 6.1.1) */
		return false;
	a->edns = true;
	uint16_t size = rd_u16(r);
	uint32_t ttl = rd_u32(r);
	a->udp_bytes = size < DNS_UDP_PLAIN ? DNS_UDP_PLAIN : size;
	a->dnssec_ok = ttl & 0x8000;
	if (ttl >> 16 & 0xff)
		a->rcode = DNS_BADVERS;
	struct rd options = rd_over(rd_bytes(r, rd_u16(r)));
	while (rd_left(&options) && !options.bad) {
		(void)rd_u16(&options);             /* unknown options are ignored (RFC 6891 6.1.2) */
		(void)rd_bytes(&options, rd_u16(&options));
	}
	return !options.bad && !r->bad;
}

static bool read_extra(struct str bytes, size_t *at, struct dns_ask *a)
{
	struct dns_name owner;
	if (dns_name_read(bytes, at, &owner) != OK)
		return false;
	struct rd r = rd_over(str_from(bytes, *at));
	if (rd_u16(&r) == DNS_OPT) {
		if (owner.n != 1 || !read_opt(&r, a))
			return false;
	} else {
		(void)rd_take(&r, 6);
		(void)rd_bytes(&r, rd_u16(&r));
	}
	*at = (size_t)((const char *)r.p - bytes.p);
	return !r.bad;
}

enum err dns_ask_read(struct str bytes, struct dns_ask *out)
{
	struct rd r = rd_over(bytes);
	out->id = rd_u16(&r);
	out->flags = rd_u16(&r);
	uint16_t asked = rd_u16(&r), answers = rd_u16(&r), authority = rd_u16(&r), extra = rd_u16(&r);
	if (r.bad || out->flags & DNS_QR)
		return ERR_SYNTAX;
	out->type = out->class_ = 0;
	out->question_end = DNS_HEADER;
	out->name.n = out->host_n = 0;
	out->odd = out->edns = out->dnssec_ok = false;
	out->udp_bytes = DNS_UDP_PLAIN;
	out->rcode = DNS_NOERROR;
	if (out->flags & DNS_OPCODE) {
		out->rcode = DNS_NOTIMP;
		return OK;
	}
	if (asked != 1 || answers || authority || extra > 8) {
		out->rcode = DNS_FORMERR;
		return OK;
	}
	read_question(bytes, out);
	size_t at = out->question_end;
	for (uint16_t i = 0; i < extra && out->rcode != DNS_FORMERR; i++)
		if (!read_extra(bytes, &at, out))
			out->rcode = DNS_FORMERR;
	return OK;
}
