#include "gate/dns/forward.h"

#include "base/mem.h"
#include "base/rnd.h"
#include "gate/dns/cache.h"

enum { HASH = 4096 };

struct flight {
	bool used, tcp, plain_case, no_edns;
	uint8_t server, tries;
	uint16_t id;
	int64_t until_ms;                       /* this try */
	struct forward_question q;
	struct dns_name asked;                  /* with the letter case sent */
	uint32_t next;                          /* in its chain, + 1 */
};

struct server { int fails; int64_t rest_until_ms; };

struct forward {
	struct forward_io io;
	bool letter_case;
	unsigned servers;
	struct server server[FORWARD_SERVERS];
	size_t count;
	uint32_t free_head, high;               /* free list, + 1; flights ever used */
	uint32_t chain[HASH];                   /* by question: flight + 1 */
	struct flight flight[FORWARD_FLIGHTS];
};

struct forward *forward_new(const struct forward_io *io, unsigned servers, bool letter_case)
{
	assert(servers <= FORWARD_SERVERS);
	struct forward *f = mem_new(struct forward);
	f->io = *io;
	f->servers = servers;
	f->letter_case = letter_case;
	return f;
}

void forward_free(struct forward **f) { mem_free(f); }
size_t forward_count(const struct forward *f) { return f->count; }
bool forward_up(const struct forward *f, unsigned server, int64_t now_ms) { return f->server[server].rest_until_ms <= now_ms; }

/* ---- finding flights ---- */

static uint32_t *chain_of(struct forward *f, const struct forward_question *q)
{
	uint32_t h = 2166136261u ^ q->type ^ (uint32_t)q->bits << 16;
	for (size_t i = 0; i < q->name.n; i++)
		h = (h ^ q->name.b[i]) * 16777619u;
	return &f->chain[h % HASH];
}

static bool same_question(const struct forward_question *a, const struct forward_question *b)
{
	return a->type == b->type && a->bits == b->bits && a->name.n == b->name.n && memcmp(a->name.b, b->name.b, a->name.n) == 0;
}

static bool find(struct forward *f, const struct forward_question *q, uint32_t *out)
{
	for (uint32_t i = *chain_of(f, q); i; i = f->flight[i - 1].next)
		if (same_question(&f->flight[i - 1].q, q)) {
			*out = i - 1;
			return true;
		}
	return false;
}

static bool take(struct forward *f, uint32_t *out)
{
	if (f->free_head) {
		*out = f->free_head - 1;
		f->free_head = f->flight[*out].next;
		return true;
	}
	*out = f->high;
	return f->high < FORWARD_FLIGHTS && ++f->high;
}

static void leave_chain(struct forward *f, uint32_t i)
{
	uint32_t *p = chain_of(f, &f->flight[i].q);
	while (*p != i + 1)
		p = &f->flight[*p - 1].next;
	*p = f->flight[i].next;
}

static void release(struct forward *f, uint32_t i)
{
	leave_chain(f, i);
	f->io.close(f->io.arg, i);
	f->flight[i].used = false;
	f->flight[i].next = f->free_head;
	f->free_head = i + 1;
	f->count--;
}

/* The flight is free before done() hears of it: it may ask again. */
static void finish(struct forward *f, uint32_t i, const struct dns_msg *m)
{
	struct forward_question q = f->flight[i].q;
	release(f, i);
	f->io.done(f->io.arg, i, &q, m);
}

/* ---- health ---- */

static void went_well(struct forward *f, unsigned server)
{
	struct server *s = &f->server[server];
	if (s->rest_until_ms)
		f->io.health(f->io.arg, server, true);
	*s = (struct server){ 0 };
}

static void went_badly(struct forward *f, unsigned server, int64_t now_ms)
{
	struct server *s = &f->server[server];
	if (++s->fails < FORWARD_FAILS)
		return;
	if (!s->rest_until_ms)
		f->io.health(f->io.arg, server, false);
	s->rest_until_ms = now_ms + FORWARD_REST_MS;
}

/* The next server after this one that is up; when all rest, simply the next. */
static unsigned next_server(const struct forward *f, unsigned from, int64_t now_ms)
{
	for (unsigned k = 0; k < f->servers; k++)
		if (forward_up(f, (from + k) % f->servers, now_ms))
			return (from + k) % f->servers;
	return from % f->servers;
}

/* ---- sending ---- */

static void mix_case(struct dns_name *n)
{
	uint64_t bits = rnd_u64();
	for (size_t p = 0; p < n->n && n->b[p]; p += n->b[p] + 1u)
		for (size_t i = 1; i <= n->b[p]; i++) {
			uint8_t *c = &n->b[p + i];
			if (*c >= 'a' && *c <= 'z') {
				*c = (uint8_t)(*c - (bits & 1) * 32);
				bits = bits >> 1 ? bits >> 1 : rnd_u64();
			}
		}
}

static size_t print_query(const struct flight *x, uint8_t out[FORWARD_QUERY_MAX])
{
	struct wr w = wr_over(out, FORWARD_QUERY_MAX);
	wr_u16(&w, x->id);
	wr_u16(&w, (uint16_t)(DNS_RD | (x->q.bits & DNS_KEY_CD ? DNS_CD : 0)));
	wr_u16(&w, 1);
	wr_u32(&w, 0);
	wr_u16(&w, !x->no_edns);
	wr_bytes(&w, (struct str){ (const char *)x->asked.b, x->asked.n });
	wr_u16(&w, x->q.type);
	wr_u16(&w, DNS_IN);
	if (!x->no_edns) {
		wr_u8(&w, 0);
		wr_u16(&w, DNS_OPT);
		wr_u16(&w, DNS_UDP_MAX);
		wr_u32(&w, x->q.bits & DNS_KEY_DO ? 0x8000 : 0);
		wr_u16(&w, 0);
	}
	assert(!w.bad);
	return wr_len(&w);
}

static bool send_try(struct forward *f, uint32_t i, int64_t now_ms)
{
	struct flight *x = &f->flight[i];
	uint8_t query[FORWARD_QUERY_MAX];
	x->asked = x->q.name;
	if (f->letter_case && !x->plain_case)
		mix_case(&x->asked);
	x->id = (uint16_t)rnd_below(65536);
	int64_t wait = FORWARD_WAIT_MS;
	for (int k = 1; k < x->tries; k++)
		wait += wait / 2;
	x->until_ms = now_ms + (x->tcp ? FORWARD_TCP_MS : wait);
	return f->io.send(f->io.arg, i, x->server, x->tcp, (struct str){ (char *)query, print_query(x, query) });
}

/* Another try at the next server, until one goes out or there were enough. */
static bool try_next(struct forward *f, uint32_t i, int64_t now_ms)
{
	struct flight *x = &f->flight[i];
	x->tcp = false;
	while (x->tries < FORWARD_TRIES) {
		x->server = (uint8_t)next_server(f, x->tries ? x->server + 1u : 0, now_ms);
		x->tries++;
		if (send_try(f, i, now_ms))
			return true;
		went_badly(f, x->server, now_ms);
	}
	return false;
}

static void try_or_end(struct forward *f, uint32_t i, int64_t now_ms)
{
	if (!try_next(f, i, now_ms))
		finish(f, i, NULL);
}

/* The same server again over TCP. */
static void try_tcp(struct forward *f, uint32_t i, int64_t now_ms)
{
	struct flight *x = &f->flight[i];
	x->tcp = true;
	if (!send_try(f, i, now_ms))
		try_or_end(f, i, now_ms);
}

enum err forward_ask(struct forward *f, const struct forward_question *q, int64_t now_ms, uint32_t *flight)
{
	uint32_t i;
	if (find(f, q, flight))
		return OK;
	if (!f->servers || !take(f, &i))
		return f->servers ? ERR_BUSY : ERR_NET;
	uint32_t *chain = chain_of(f, q);
	f->flight[i] = (struct flight){ .used = true, .q = *q, .next = *chain };
	*chain = i + 1;
	f->count++;
	if (!try_next(f, i, now_ms)) {
		release(f, i);
		return ERR_NET;
	}
	*flight = i;
	return OK;
}

void forward_drop(struct forward *f, uint32_t flight)
{
	if (f->flight[flight].used)
		release(f, flight);
}

/* ---- hearing ---- */

enum fit { FIT_NOT, FIT_CASE, FIT };

/* The letter case is part of the question (draft-vixie-dnsext-dns0x20). */
static enum fit fits(const struct flight *x, const struct dns_msg *m)
{
	if (!(m->flags & DNS_QR) || m->id != x->id || !m->asked || m->type != x->q.type || m->class_ != DNS_IN)
		return FIT_NOT;
	if (!dns_name_same(&m->name, &x->asked))
		return FIT_NOT;
	return memcmp(m->name.b, x->asked.b, x->asked.n) ? FIT_CASE : FIT;
}

static void heard_refusal(struct forward *f, uint32_t i, unsigned rcode, int64_t now_ms)
{
	struct flight *x = &f->flight[i];
	if ((rcode == DNS_FORMERR || rcode == DNS_NOTIMP) && !x->no_edns)
		x->no_edns = true;                  /* an old server: RFC 6891 7 */
	try_or_end(f, i, now_ms);
}

void forward_heard(struct forward *f, uint32_t i, struct str bytes, int64_t now_ms)
{
	static struct dns_msg m;                    /* large; one thread a worker */
	struct flight *x = &f->flight[i];
	if (!x->used || dns_msg_read(bytes, &m) != OK)
		return;
	enum fit fit = fits(x, &m);
	if (fit == FIT_NOT)
		return;
	if (fit == FIT_CASE) {                      /* a server that does not keep it, or a guess: TCP tells */
		x->plain_case = true;
		try_tcp(f, i, now_ms);
		return;
	}
	went_well(f, x->server);
	unsigned rcode = dns_msg_rcode(&m);
	if (m.flags & DNS_TC && !x->tcp)
		try_tcp(f, i, now_ms);
	else if (m.flags & DNS_TC || (rcode != DNS_NOERROR && rcode != DNS_NXDOMAIN))
		heard_refusal(f, i, rcode, now_ms);
	else
		finish(f, i, &m);
}

void forward_broke(struct forward *f, uint32_t i, int64_t now_ms)
{
	if (!f->flight[i].used)
		return;
	went_badly(f, f->flight[i].server, now_ms);
	try_or_end(f, i, now_ms);
}

void forward_tick(struct forward *f, int64_t now_ms)
{
	for (uint32_t i = 0; f->count && i < f->high; i++)
		if (f->flight[i].used && f->flight[i].until_ms <= now_ms)
			forward_broke(f, i, now_ms);
}
