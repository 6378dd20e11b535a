#include "gate/dns/clean.h"

#include "wire/addr.h"
#include "wire/dns_svcb.h"

enum { LIFE_MAX_S = 86400, NEGATIVE_MAX_S = 900, NEGATIVE_PLAIN_S = 5 };

struct work {
	const struct dns_msg *in;
	const struct dns_clean_opts *o;
	struct dns_msg *made;
	struct dns_cleaned *out;
	struct dns_name at;                     /* the name that the way has reached */
	uint16_t type;
	uint32_t least_s;                       /* the least TTL kept */
	int found;                              /* records of the type asked */
};

/* RFC 6890 and kin, as IPv6 or mapped IPv4. */
static const struct prefix private_nets[] = {
#define V4(a, b, c, d, bits) { { { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, a, b, c, d } }, 96 + (bits) }
	V4(0, 0, 0, 0, 8), V4(10, 0, 0, 0, 8), V4(100, 64, 0, 0, 10), V4(127, 0, 0, 0, 8), V4(169, 254, 0, 0, 16),
	V4(172, 16, 0, 0, 12), V4(192, 168, 0, 0, 16), V4(255, 255, 255, 255, 32),
	{ { { 0 } }, 128 }, { { { [15] = 1 } }, 128 }, { { { 0xfc } }, 7 }, { { { 0xfe, 0x80 } }, 10 },
#undef V4
};

static bool is_private_addr(struct addr a)
{
	for (size_t i = 0; i < sizeof private_nets / sizeof *private_nets; i++)
		if (prefix_has(private_nets[i], a))
			return true;
	return false;
}

bool dns_is_private(uint16_t type, struct str data)
{
	struct addr a;
	if (type == DNS_A && data.n == 4)
		return is_private_addr(addr_of4((const uint8_t *)data.p));
	if (type != DNS_AAAA || data.n != 16)
		return false;
	memcpy(a.b, data.p, 16);
	return is_private_addr(a);
}

static bool well_formed(const struct dns_rr *rr)
{
	return rr->class_ == DNS_IN && (rr->type != DNS_A || rr->data.n == 4) && (rr->type != DNS_AAAA || rr->data.n == 16);
}

static bool covers(const struct dns_rr *rr, uint16_t type)
{
	struct rd r = rd_over(rr->data);
	return rr->type == DNS_RRSIG && rd_u16(&r) == type;
}

static void keep(struct work *w, enum dns_section s, const struct dns_rr *rr, struct str data)
{
	if (dns_msg_add(w->made, s, &rr->name, rr->type, rr->ttl, data) == OK && rr->ttl < w->least_s)
		w->least_s = rr->ttl;
}

/* Of a name that is no host, the longest tail that is one: lists name tails. */
static bool host_tail(const struct dns_name *name, char host[254], size_t *n)
{
	struct dns_name tail = *name;
	while (tail.n > 1 && dns_name_host(&tail, host, n) != OK) {
		size_t label = tail.b[0] + 1u;
		tail.n = (uint8_t)(tail.n - label);
		memmove(tail.b, tail.b + label, tail.n);
	}
	return tail.n > 1;
}

static void note_alias(struct work *w, const struct dns_name *name)
{
	char host[254];
	size_t n;
	if (!host_tail(name, host, &n) || w->out->aliases_n + n + 1 > sizeof w->out->aliases)
		return;
	memcpy(w->out->aliases + w->out->aliases_n, host, n + 1);
	w->out->aliases_n += n + 1;
}

/* Without ech; a target of its own is a way that leads on, so it is noted too. */
static void keep_svcb(struct work *w, const struct dns_rr *rr)
{
	static uint8_t data[DNS_MSG_MAX];           /* one thread a worker */
	size_t n;
	bool cut;
	struct dns_svcb s;
	if (dns_svcb_read(rr->data, &s) != OK || dns_svcb_scrub(rr->data, DNS_SVCB_ECH, data, &n, &cut) != OK)
		return;
	if (s.target.n > 1)
		note_alias(w, &s.target);
	keep(w, DNS_ANSWER, rr, (struct str){ (char *)data, n });
	w->found++;
}

static void keep_asked(struct work *w, const struct dns_rr *rr)
{
	if (rr->type == DNS_SVCB || rr->type == DNS_HTTPS) {
		keep_svcb(w, rr);
		return;
	}
	w->found++;
	if (!w->o->allow_private && dns_is_private(rr->type, rr->data)) {
		w->out->private_ = true;
		return;
	}
	keep(w, DNS_ANSWER, rr, rr->data);
}

static void keep_signatures(struct work *w, uint16_t type)
{
	bool changed = type == DNS_SVCB || type == DNS_HTTPS;
	for (size_t i = 0; w->o->dnssec_ok && !changed && i < w->in->n[DNS_ANSWER]; i++)
		if (covers(&w->in->rr[i], type) && dns_name_same(&w->in->rr[i].name, &w->at))
			keep(w, DNS_ANSWER, &w->in->rr[i], w->in->rr[i].data);
}

/* The records of the type asked at the name reached. */
static bool keep_type(struct work *w)
{
	for (size_t i = 0; i < w->in->n[DNS_ANSWER]; i++) {
		const struct dns_rr *rr = &w->in->rr[i];
		if (rr->type == w->type && dns_name_same(&rr->name, &w->at) && well_formed(rr))
			keep_asked(w, rr);
	}
	if (w->found)
		keep_signatures(w, w->type);
	return w->found;
}

/* A DNAME above the name reached; its CNAME stands beside it (RFC 6672 3.1). */
static void keep_dname(struct work *w)
{
	for (size_t i = 0; i < w->in->n[DNS_ANSWER]; i++) {
		const struct dns_rr *rr = &w->in->rr[i];
		if (rr->type == DNS_DNAME && dns_name_under(&w->at, &rr->name) && well_formed(rr))
			keep(w, DNS_ANSWER, rr, rr->data);
	}
}

/* One step along a CNAME; false at the end of the way. */
static bool step(struct work *w)
{
	for (size_t i = 0; i < w->in->n[DNS_ANSWER]; i++) {
		const struct dns_rr *rr = &w->in->rr[i];
		size_t at = 0;
		struct dns_name to;
		if (rr->type != DNS_CNAME || !well_formed(rr) || !dns_name_same(&rr->name, &w->at))
			continue;
		if (dns_name_read(rr->data, &at, &to) != OK)
			return false;
		keep_dname(w);
		keep(w, DNS_ANSWER, rr, rr->data);
		keep_signatures(w, DNS_CNAME);
		note_alias(w, &to);
		w->at = to;
		return true;
	}
	return false;
}

static bool is_proof(const struct work *w, const struct dns_rr *rr)
{
	return w->o->dnssec_ok && (rr->type == DNS_NSEC || rr->type == DNS_NSEC3 || covers(rr, DNS_NSEC) || covers(rr, DNS_NSEC3) || covers(rr, DNS_SOA));
}

/* RFC 2308 5: the lesser of the SOA's TTL and its last field. */
static uint32_t soa_life(const struct dns_rr *rr)
{
	if (rr->data.n < 22)
		return 0;
	struct rd r = rd_over(str_from(rr->data, rr->data.n - 4));
	uint32_t minimum = rd_u32(&r);
	return minimum < rr->ttl ? minimum : rr->ttl;
}

/* The SOA of a zone that holds the name reached, and the proofs. */
static uint32_t keep_negative(struct work *w)
{
	uint32_t life = NEGATIVE_PLAIN_S;
	for (size_t i = w->in->n[DNS_ANSWER], end = i + w->in->n[DNS_AUTHORITY]; i < end; i++) {
		struct dns_rr rr = w->in->rr[i];
		if (rr.class_ != DNS_IN)
			continue;
		if (rr.type == DNS_SOA && dns_name_under(&w->at, &rr.name)) {
			life = rr.ttl = soa_life(&rr);
			keep(w, DNS_AUTHORITY, &rr, rr.data);
		} else if (is_proof(w, &rr)) {
			keep(w, DNS_AUTHORITY, &rr, rr.data);
		}
	}
	return life > NEGATIVE_MAX_S ? NEGATIVE_MAX_S : life;
}

enum dns_verdict dns_clean(const struct dns_msg *in, const struct dns_name *name, uint16_t type,
                           const struct dns_clean_opts *o, struct dns_msg *made, struct dns_cleaned *out)
{
	unsigned rcode = dns_msg_rcode(in);
	if (in->flags & DNS_TC)
		return DNS_CUT;
	if (rcode != DNS_NOERROR && rcode != DNS_NXDOMAIN)
		return DNS_BAD;
	struct work w = { .in = in, .o = o, .made = made, .out = out, .at = *name, .type = type, .least_s = LIFE_MAX_S };
	dns_msg_begin(made, 0, (uint16_t)(DNS_QR | rcode), name, type);
	out->aliases_n = 0;
	out->private_ = false;
	for (int i = 0; i < DNS_ALIASES_MAX && !keep_type(&w) && step(&w); i++)
		;
	uint32_t negative = w.found ? LIFE_MAX_S : keep_negative(&w);
	uint32_t life = w.least_s < negative ? w.least_s : negative;
	out->life_s = life ? life : 1;
	return DNS_GOOD;
}
