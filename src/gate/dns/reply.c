#include "gate/dns/reply.h"

enum { OPT_BYTES = 11, EDE_BYTES = 6 };

static size_t limit(const struct reply *r)
{
	if (r->cap > DNS_UDP_MAX)                   /* TCP */
		return r->cap;
	size_t most = r->ask->edns ? r->ask->udp_bytes : DNS_UDP_PLAIN;
	return most < r->cap ? most : r->cap;
}

static struct wr begin(const struct reply *r, unsigned rcode, unsigned flags, const uint16_t n[DNS_SECTIONS])
{
	struct wr w = wr_over(r->out, limit(r));
	wr_u16(&w, r->ask->id);
	wr_u16(&w, (uint16_t)(DNS_QR | DNS_RA | (r->ask->flags & (DNS_OPCODE | DNS_RD | DNS_CD)) | flags | (rcode & DNS_RCODE)));
	wr_u16(&w, r->question.n > 0);
	wr_u16(&w, n ? n[0] : 0);
	wr_u16(&w, n ? n[1] : 0);
	wr_u16(&w, (uint16_t)((n ? n[2] : 0) + r->ask->edns));
	wr_bytes(&w, r->question);
	return w;
}

static size_t opt_bytes(const struct reply *r, int ede) { return r->ask->edns ? OPT_BYTES + (ede >= 0 ? EDE_BYTES + r->says.n : 0) : 0; }

/* As a rule no text with the extended error: what it would say is on the page, for those whom it concerns. */
static size_t end(const struct reply *r, struct wr *w, unsigned rcode, int ede)
{
	if (r->ask->edns) {
		wr_u8(w, 0);
		wr_u16(w, DNS_OPT);
		wr_u16(w, DNS_UDP_MAX);
		wr_u32(w, (uint32_t)(rcode >> 4) << 24 | (r->ask->dnssec_ok ? 0x8000u : 0));
		wr_u16(w, ede >= 0 ? (uint16_t)(EDE_BYTES + r->says.n) : 0);
		if (ede >= 0) {
			wr_u16(w, DNS_OPTION_EDE);
			wr_u16(w, (uint16_t)(2 + r->says.n));
			wr_u16(w, (uint16_t)ede);
			wr_bytes(w, r->says);
		}
	}
	assert(!w->bad);                            /* 512 bytes hold any question and OPT */
	return wr_len(w);
}

size_t reply_empty(const struct reply *r, enum dns_rcode rcode, int ede)
{
	struct wr w = begin(r, rcode, 0, NULL);
	return end(r, &w, rcode, ede);
}

size_t reply_truncated(const struct reply *r)
{
	struct wr w = begin(r, DNS_NOERROR, DNS_TC, NULL);
	return end(r, &w, DNS_NOERROR, DNS_EDE_NONE);
}

static void put_rr(struct wr *w, uint16_t type, uint32_t ttl_s, struct str data)
{
	wr_u16(w, 0xc000 | DNS_HEADER);             /* the question's name */
	wr_u16(w, type);
	wr_u16(w, DNS_IN);
	wr_u32(w, ttl_s);
	wr_u16(w, (uint16_t)data.n);
	wr_bytes(w, data);
}

size_t reply_addr(const struct reply *r, const struct addr *a4, const struct addr *a6, uint32_t ttl_s, int ede)
{
	struct str data = STR_NONE;
	if (r->ask->type == DNS_A && a4)
		data = (struct str){ (const char *)a4->b + 12, 4 };
	if (r->ask->type == DNS_AAAA && a6)
		data = (struct str){ (const char *)a6->b, 16 };
	struct wr w = begin(r, DNS_NOERROR, 0, (uint16_t[]){ data.n > 0, 0, 0 });
	if (data.n)
		put_rr(&w, r->ask->type, ttl_s, data);
	return end(r, &w, DNS_NOERROR, ede);
}

size_t reply_any(const struct reply *r)
{
	struct wr w = begin(r, DNS_NOERROR, 0, (uint16_t[]){ 1, 0, 0 });
	put_rr(&w, DNS_HINFO, REPLY_TTL_MAX_S, STR("\7RFC8482\0"));
	return end(r, &w, DNS_NOERROR, DNS_EDE_NONE);
}

static uint32_t ttl_now(const struct dns_entry *e, uint32_t ttl, int64_t now_s)
{
	if (e->stale)
		return REPLY_STALE_S;
	int64_t left = (int64_t)ttl - (now_s - e->stored_s);
	return left < 0 ? 0 : left > REPLY_TTL_MAX_S ? REPLY_TTL_MAX_S : (uint32_t)left;
}

static uint32_t get32(const uint8_t *p) { return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3]; }

static void age(uint8_t *body, const struct dns_entry *e, int64_t now_s)
{
	for (uint16_t i = 0; i < e->ttls; i++) {
		uint8_t *p = body + e->ttl_at[i];
		uint32_t ttl = ttl_now(e, get32(p), now_s);
		p[0] = p[1] = p[2] = 0;
		p[3] = (uint8_t)ttl;
	}
}

size_t reply_entry(const struct reply *r, const struct dns_entry *e, int64_t now_s, int ede)
{
	static_assert(REPLY_TTL_MAX_S < 256 && REPLY_STALE_S < 256, "age() writes the low byte");
	if (DNS_HEADER + r->question.n + e->body.n + opt_bytes(r, ede) > limit(r))
		return reply_truncated(r);
	struct wr w = begin(r, e->flags & DNS_RCODE, 0, e->n);
	uint8_t *body = w.p;
	wr_bytes(&w, e->body);
	age(body, e, now_s);
	return end(r, &w, e->flags & DNS_RCODE, ede);
}

/* The entry's records once more as a message, so that they can stand behind another question. */
static enum err unpack(const struct dns_entry *e, const struct dns_name *name, uint16_t type, struct dns_msg *m)
{
	static uint8_t bytes[DNS_MSG_MAX];
	struct wr w = wr_over(bytes, sizeof bytes);
	wr_u16(&w, 0);
	wr_u16(&w, (uint16_t)(DNS_QR | e->flags));
	wr_u16(&w, 1);
	for (int s = 0; s < DNS_SECTIONS; s++)
		wr_u16(&w, e->n[s]);
	wr_bytes(&w, (struct str){ (const char *)name->b, name->n });
	wr_u16(&w, type);
	wr_u16(&w, DNS_IN);
	wr_bytes(&w, e->body);
	TRY(wr_ok(&w));
	return dns_msg_read((struct str){ (char *)bytes, wr_len(&w) }, m);
}

size_t reply_alias(const struct reply *r, const struct dns_name *to, const struct dns_entry *e, int64_t now_s)
{
	static struct dns_msg from, m;              /* large; one thread a worker */
	const struct dns_ask *a = r->ask;
	size_t at = 0, n;
	from.n[DNS_ANSWER] = 0;
	if (e && unpack(e, to, a->type, &from) != OK)
		from.n[DNS_ANSWER] = 0;
	dns_msg_begin(&m, a->id, (uint16_t)(DNS_QR | DNS_RA | (a->flags & (DNS_RD | DNS_CD))), &a->name, a->type);
	struct dns_name asked;                      /* as the asker wrote it */
	if (dns_name_raw(r->question, &at, &asked) == OK)
		m.name = asked;
	m.edns = a->edns;
	m.dnssec_ok = a->dnssec_ok;
	m.udp_bytes = DNS_UDP_MAX;
	bool fits = dns_msg_add(&m, DNS_ANSWER, &m.name, DNS_CNAME, REPLY_TTL_MAX_S, (struct str){ (const char *)to->b, to->n }) == OK;
	for (uint16_t i = 0; fits && i < from.n[DNS_ANSWER]; i++) {
		struct dns_rr *rr = &from.rr[i];
		fits = dns_msg_add(&m, DNS_ANSWER, &rr->name, rr->type, ttl_now(e, rr->ttl, now_s), rr->data) == OK;
	}
	if (!fits || dns_msg_print(&m, r->out, limit(r), &n) != OK)
		return reply_empty(r, DNS_SERVFAIL, DNS_EDE_NONE);
	return n;
}
