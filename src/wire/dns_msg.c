#include "wire/dns_msg.h"

/* Where names stand in the data: bytes before, how many names, bytes after. */
struct layout { uint16_t type; uint8_t before, names; bool shrink; };
static const struct layout layouts[] = {
	{ DNS_NS, 0, 1, true }, { 3, 0, 1, true }, { 4, 0, 1, true }, { DNS_CNAME, 0, 1, true }, { DNS_SOA, 0, 2, true },
	{ 7, 0, 1, true }, { 8, 0, 1, true }, { 9, 0, 1, true }, { DNS_PTR, 0, 1, true }, { 14, 0, 2, true }, { DNS_MX, 2, 1, true },
	{ 17, 0, 2, false }, { 18, 2, 1, false }, { 21, 2, 1, false }, { DNS_SRV, 6, 1, false }, { DNS_DNAME, 0, 1, false },
};

static const struct layout *layout_of(uint16_t type)
{
	for (size_t i = 0; i < sizeof layouts / sizeof *layouts; i++)
		if (layouts[i].type == type)
			return &layouts[i];
	return NULL;
}

/* ---- reading ---- */

static enum err keep(struct dns_msg *m, struct str s, struct str *out)
{
	if (s.n > sizeof m->room - m->used)
		return ERR_LIMIT;
	if (s.n)
		memcpy(m->room + m->used, s.p, s.n);
	*out = (struct str){ (char *)m->room + m->used, s.n };
	m->used += s.n;
	return OK;
}

static enum err keep_names(struct dns_msg *m, struct str msg, size_t at, size_t end, const struct layout *l, struct str *out)
{
	struct str piece;
	const size_t start = m->used;
	if (end - at < l->before)
		return ERR_SYNTAX;
	TRY(keep(m, (struct str){ msg.p + at, l->before }, &piece));
	at += l->before;
	for (int i = 0; i < l->names; i++) {
		struct dns_name n;
		TRY(dns_name_raw(str_upto(msg, end), &at, &n));
		TRY(keep(m, (struct str){ (char *)n.b, n.n }, &piece));
	}
	TRY(keep(m, (struct str){ msg.p + at, end - at }, &piece));
	*out = (struct str){ (char *)m->room + start, m->used - start };
	return OK;
}

static enum err read_opt(struct dns_msg *m, const struct dns_name *owner, uint16_t class_, uint32_t ttl, struct str data)
{
	if (m->edns || owner->n != 1)
		return ERR_SYNTAX;
	struct rd r = rd_over(data);
	while (rd_left(&r) && !r.bad) {
		(void)rd_u16(&r);
		(void)rd_bytes(&r, rd_u16(&r));
	}
	TRY(rd_ok(&r));
	m->edns = true;
	m->udp_bytes = class_;
	m->rcode_high = (uint8_t)(ttl >> 24);
	m->version = (uint8_t)(ttl >> 16);
	m->dnssec_ok = ttl & 0x8000;
	return keep(m, data, &m->options);
}

static enum err read_rr(struct str msg, size_t *at, enum dns_section s, struct dns_msg *m)
{
	struct dns_name owner;
	TRY(dns_name_read(msg, at, &owner));
	struct rd r = rd_over(str_from(msg, *at));
	uint16_t type = rd_u16(&r), class_ = rd_u16(&r);
	uint32_t ttl = rd_u32(&r);
	struct str data = rd_bytes(&r, rd_u16(&r));
	TRY(rd_ok(&r));
	size_t from = (size_t)(data.p - msg.p), end = from + data.n;
	*at = end;
	if (type == DNS_OPT)
		return s == DNS_EXTRA ? read_opt(m, &owner, class_, ttl, data) : ERR_SYNTAX;
	size_t i = dns_msg_count(m);
	if (i == DNS_RR_MAX)
		return ERR_LIMIT;
	struct dns_rr *rr = &m->rr[i];
	rr->name = owner;
	rr->type = type;
	rr->class_ = class_;
	rr->ttl = ttl > INT32_MAX ? 0 : ttl;        /* RFC 2181 8 */
	const struct layout *l = layout_of(type);
	TRY(l ? keep_names(m, msg, from, end, l, &rr->data) : keep(m, data, &rr->data));
	m->n[s]++;
	return OK;
}

static void clear(struct dns_msg *m)
{
	memset(m, 0, offsetof(struct dns_msg, rr));
	m->used = 0;
}

enum err dns_msg_read(struct str bytes, struct dns_msg *m)
{
	struct rd r = rd_over(bytes);
	clear(m);
	m->id = rd_u16(&r);
	m->flags = rd_u16(&r);
	uint16_t asked = rd_u16(&r), n[DNS_SECTIONS];
	for (int s = 0; s < DNS_SECTIONS; s++)
		n[s] = rd_u16(&r);
	TRY(rd_ok(&r));
	size_t at = DNS_HEADER;
	if (asked > 1)
		return ERR_SYNTAX;
	if (asked) {
		TRY(dns_name_raw(bytes, &at, &m->name));
		struct rd q = rd_over(str_from(bytes, at));
		m->type = rd_u16(&q);
		m->class_ = rd_u16(&q);
		TRY(rd_ok(&q));
		m->asked = true;
		at += 4;
	}
	for (int s = 0; s < DNS_SECTIONS; s++)
		for (uint16_t i = 0; i < n[s]; i++)
			TRY(read_rr(bytes, &at, (enum dns_section)s, m));
	return at == bytes.n ? OK : ERR_SYNTAX;
}

/* ---- printing ---- */

enum { PLACES = 256 };                             /* names remembered for compression */
struct out {
	struct wr w;
	size_t n;
	uint16_t place[PLACES];                    /* offset of each suffix written */
	uint8_t bytes[PLACES];                     /* its length when expanded */
};

/* Whether the name written at offset `at` is, expanded, the `n` bytes of `want`. */
static bool place_is(const struct out *o, uint16_t at, const uint8_t *want, size_t n)
{
	struct dns_name name;
	size_t p = at;
	return dns_name_raw((struct str){ (char *)o->w.start, wr_len(&o->w) }, &p, &name) == OK && name.n == n && memcmp(name.b, want, n) == 0;
}

static int place_find(const struct out *o, const uint8_t *want, size_t n)
{
	for (size_t i = 0; i < o->n; i++)
		if (o->bytes[i] == n && place_is(o, o->place[i], want, n))
			return o->place[i];
	return -1;
}

static void put_name(struct out *o, const uint8_t *b, size_t n, bool shrink)
{
	size_t p = 0;
	while (p < n && b[p]) {
		int at = shrink ? place_find(o, b + p, n - p) : -1;
		if (at >= 0) {
			wr_u16(&o->w, (uint16_t)(0xc000 | at));
			return;
		}
		size_t here = wr_len(&o->w);
		if (shrink && o->n < PLACES && here < 0x3fff && !o->w.bad) {
			o->place[o->n] = (uint16_t)here;
			o->bytes[o->n++] = (uint8_t)(n - p);
		}
		size_t label = b[p] + 1u;
		wr_bytes(&o->w, (struct str){ (const char *)b + p, label });
		p += label;
	}
	wr_u8(&o->w, 0);
}

static size_t name_bytes(struct str s)
{
	size_t p = 0;
	while (p < s.n && s.p[p])
		p += (uint8_t)s.p[p] + 1u;
	return p + 1 > s.n ? s.n : p + 1;
}

static void put_data(struct out *o, const struct dns_rr *rr)
{
	const struct layout *l = layout_of(rr->type);
	struct str rest = rr->data;
	if (l) {
		wr_bytes(&o->w, str_upto(rest, l->before));
		rest = str_from(rest, l->before);
		for (int i = 0; i < l->names; i++) {
			size_t n = name_bytes(rest);
			put_name(o, (const uint8_t *)rest.p, n, l->shrink);
			rest = str_from(rest, n);
		}
	}
	wr_bytes(&o->w, rest);
}

static void put_rr(struct out *o, const struct dns_rr *rr)
{
	put_name(o, rr->name.b, rr->name.n, true);
	wr_u16(&o->w, rr->type);
	wr_u16(&o->w, rr->class_);
	wr_u32(&o->w, rr->ttl);
	uint8_t *length = wr_room(&o->w, 2);
	put_data(o, rr);
	if (o->w.bad)
		return;
	size_t n = (size_t)(o->w.p - length) - 2;
	if (n > UINT16_MAX) {
		o->w.bad = true;
		return;
	}
	length[0] = (uint8_t)(n >> 8);
	length[1] = (uint8_t)n;
}

static size_t opt_bytes(const struct dns_msg *m) { return m->edns ? 11 + m->options.n : 0; }

static void put_opt(struct out *o, const struct dns_msg *m)
{
	wr_u8(&o->w, 0);
	wr_u16(&o->w, DNS_OPT);
	wr_u16(&o->w, m->udp_bytes);
	wr_u32(&o->w, (uint32_t)m->rcode_high << 24 | (uint32_t)m->version << 16 | (m->dnssec_ok ? 0x8000u : 0));
	wr_u16(&o->w, (uint16_t)m->options.n);
	wr_bytes(&o->w, m->options);
}

/* Records of all sections while they fit; counts[] is what went in. */
static bool put_sections(struct out *o, const struct dns_msg *m, uint16_t counts[DNS_SECTIONS])
{
	size_t i = 0;
	for (int s = 0; s < DNS_SECTIONS; s++)
		for (uint16_t k = 0; k < m->n[s]; k++) {
			struct wr before = o->w;
			size_t places = o->n;
			put_rr(o, &m->rr[i++]);
			if (o->w.bad) {
				o->w = before;
				o->n = places;
				return s == DNS_EXTRA;
			}
			counts[s]++;
		}
	return true;
}

static void put_header(uint8_t *p, const struct dns_msg *m, bool whole, const uint16_t counts[DNS_SECTIONS])
{
	struct wr w = wr_over(p, DNS_HEADER);
	wr_u16(&w, m->id);
	wr_u16(&w, (uint16_t)(m->flags | (whole ? 0 : DNS_TC)));
	wr_u16(&w, m->asked);
	wr_u16(&w, counts[DNS_ANSWER]);
	wr_u16(&w, counts[DNS_AUTHORITY]);
	wr_u16(&w, (uint16_t)(counts[DNS_EXTRA] + m->edns));
}

enum err dns_msg_print(const struct dns_msg *m, uint8_t *out, size_t max, size_t *n)
{
	struct out o = { .n = 0 };
	uint16_t counts[DNS_SECTIONS] = { 0 };
	max = max > DNS_MSG_MAX ? DNS_MSG_MAX : max;
	if (max < DNS_HEADER + opt_bytes(m))
		return ERR_LIMIT;
	o.w = wr_over(out, max - opt_bytes(m));
	(void)wr_room(&o.w, DNS_HEADER);
	if (m->asked) {
		put_name(&o, m->name.b, m->name.n, true);
		wr_u16(&o.w, m->type);
		wr_u16(&o.w, m->class_);
	}
	TRY(wr_ok(&o.w));
	bool whole = put_sections(&o, m, counts);
	o.w.end += opt_bytes(m);
	if (m->edns)
		put_opt(&o, m);
	TRY(wr_ok(&o.w));
	put_header(out, m, whole, counts);
	*n = wr_len(&o.w);
	return OK;
}

/* ---- making and comparing ---- */

void dns_msg_begin(struct dns_msg *m, uint16_t id, uint16_t flags, const struct dns_name *name, uint16_t type)
{
	clear(m);
	m->id = id;
	m->flags = flags;
	m->asked = true;
	m->name = *name;
	m->type = type;
	m->class_ = DNS_IN;
}

enum err dns_msg_add(struct dns_msg *m, enum dns_section s, const struct dns_name *name, uint16_t type, uint32_t ttl, struct str data)
{
	size_t i = dns_msg_count(m);
	for (int later = s + 1; later < DNS_SECTIONS; later++)
		assert(m->n[later] == 0);
	if (i == DNS_RR_MAX)
		return ERR_LIMIT;
	struct dns_rr *rr = &m->rr[i];
	TRY(keep(m, data, &rr->data));
	rr->name = *name;
	rr->type = type;
	rr->class_ = DNS_IN;
	rr->ttl = ttl;
	m->n[s]++;
	return OK;
}

static bool rr_same(const struct dns_rr *a, const struct dns_rr *b)
{
	return dns_name_same(&a->name, &b->name) && a->type == b->type && a->class_ == b->class_ && a->ttl == b->ttl && str_eq(a->data, b->data);
}

bool dns_msg_same(const struct dns_msg *a, const struct dns_msg *b)
{
	if (a->id != b->id || a->flags != b->flags || a->asked != b->asked || a->edns != b->edns || memcmp(a->n, b->n, sizeof a->n))
		return false;
	if (a->asked && !(dns_name_same(&a->name, &b->name) && a->type == b->type && a->class_ == b->class_))
		return false;
	if (a->edns && !(a->udp_bytes == b->udp_bytes && a->version == b->version && a->rcode_high == b->rcode_high
	                 && a->dnssec_ok == b->dnssec_ok && str_eq(a->options, b->options)))
		return false;
	for (size_t i = 0; i < dns_msg_count(a); i++)
		if (!rr_same(&a->rr[i], &b->rr[i]))
			return false;
	return true;
}
