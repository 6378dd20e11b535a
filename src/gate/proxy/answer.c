#include "gate/proxy/answer.h"

#include "base/rd.h"
#include "base/wr.h"

enum { TYPE_A = 1, TYPE_AAAA = 28, HEADER = 12, NXDOMAIN = 3 };

size_t answer_query(struct str host, bool six, uint16_t id, uint8_t out[ANSWER_QUERY_MAX])
{
	struct wr w = wr_over(out, ANSWER_QUERY_MAX);
	wr_u16(&w, id);
	wr_u16(&w, 0x0100);                             /* recursion desired */
	wr_be(&w, 0x0001000000000000, 8);               /* one question */
	struct str label;
	while (str_next(&host, '.', &label)) {
		wr_u8(&w, (uint8_t)label.n);
		wr_bytes(&w, label);
	}
	wr_u8(&w, 0);
	wr_u16(&w, six ? TYPE_AAAA : TYPE_A);
	wr_u16(&w, 1);
	assert(wr_ok(&w) == OK);                        /* the room fits every normal name */
	return wr_len(&w);
}

/* Over a name of any form; pointers are not followed, only its length matters. */
static void skip_name(struct rd *r)
{
	for (;;) {
		uint8_t n = rd_u8(r);
		if (n >= 0xc0)
			(void)rd_u8(r);
		else
			(void)rd_bytes(r, n);
		if (n == 0 || n >= 0xc0 || r->bad)
			return;
	}
}

static void read_record(struct rd *r, struct answer *out)
{
	skip_name(r);
	uint16_t type = rd_u16(r), class_ = rd_u16(r);
	uint32_t ttl = rd_u32(r);
	struct str data = rd_bytes(r, rd_u16(r));
	bool fits = (type == TYPE_A && data.n == 4) || (type == TYPE_AAAA && data.n == 16);
	if (r->bad || class_ != 1 || !fits || out->n == ANSWER_ADDRS)
		return;
	struct addr a;
	if (data.n == 4)
		a = addr_of4((const uint8_t *)data.p);
	else
		memcpy(a.b, data.p, 16);
	out->ttl = out->n && out->ttl < ttl ? out->ttl : ttl;
	out->a[out->n++] = a;
}

enum err answer_read(struct str bytes, struct str query, struct answer *out)
{
	struct rd r = rd_over(bytes);
	struct str id = rd_bytes(&r, 2);
	uint16_t flags = rd_u16(&r), questions = rd_u16(&r), answers = rd_u16(&r);
	(void)rd_u32(&r);
	struct str question = rd_bytes(&r, query.n - HEADER);
	if (r.bad || !(flags & 0x8000) || questions != 1 || !str_eq(id, str_upto(query, 2))
	    || !str_ieq(question, str_from(query, HEADER)))
		return ERR_SYNTAX;
	if ((flags & 15) == NXDOMAIN)
		return ERR_ABSENT;
	if (flags & 15)
		return ERR_NET;
	for (uint16_t i = 0; i < answers && !r.bad; i++)
		read_record(&r, out);
	return OK;
}
