#include "gate/dns/resolver.h"

#include "base/clock.h"
#include "base/mem.h"
#include "gate/dns/clean.h"
#include "gate/dns/resolver_inner.h"

enum { FAILED_MS = 3000 };

/* ---- the way in ---- */

static bool by_certificate(const struct dns_from *from) { return str_starts(str_z(from->token), STR(DNS_BY_CERTIFICATE)); }

void resolver_stranger(struct resolver *r, struct addr from, const char *why)
{
	r->counts.strangers++;
	notes_stranger(r->notes, from, why, r->now_ms);
}

/* A device that says its name must be ours; it may be anywhere then. */
static bool device_known(struct resolver *r, const struct dns_from *from)
{
	struct token_hit hit;
	if (r->policy.device(r->policy.arg, str_z(from->token), &hit)) {
		notes_device(r->notes, hit.school, hit.device, by_certificate(from) ? KNOWN_CERTIFICATE : KNOWN_DEVICE_TOKEN, from->addr, r->now_ms);
		return true;
	}
	r->counts.strangers++;
	notes_stranger(r->notes, from->addr, by_certificate(from) ? "certificate withdrawn" : "no such device", r->now_ms);
	return false;
}

/* The last asker of each place in `known` need not be looked up again. */
static bool may_ask(struct resolver *r, struct addr from)
{
	struct addr *known = &r->known[(from.b[15] ^ from.b[14] * 7u) % KNOWN];
	if (addr_same(*known, from) && (from.b[15] || from.b[14]))
		return true;
	if (!resolver_is_client(r, from))
		return false;
	*known = from;
	return true;
}

void resolver_now(struct resolver *r)
{
	r->now_ms = clock_mono_ms();
	r->now_utc = clock_utc();
}

size_t resolver_ask(struct resolver *r, const struct dns_from *from, struct str query, uint8_t *out, size_t cap)
{
	struct dns_ask ask;
	struct turn t;
	if (dns_ask_read(query, &ask) != OK)
		return 0;
	t.r = r;
	t.from = from;
	t.ask = &ask;
	t.last = false;
	t.reply = (struct reply){ &ask, { query.p + DNS_HEADER, ask.question_end - DNS_HEADER }, out, cap };
	r->counts.asked++;
	if (from->token[0] ? !device_known(r, from) : !may_ask(r, from->addr))
		return reply_empty(&t.reply, DNS_REFUSED, DNS_EDE_PROHIBITED);
	if (!from->tcp && !rate_take(&r->rate, from->addr, r->now_ms)) {
		r->counts.limited++;
		notes_limited(r->notes, from->addr, r->now_ms);
		return reply_truncated(&t.reply);
	}
	return resolver_answer(&t);
}

/* ---- the way back ---- */

static bool is_local(const struct resolver *r, const struct dns_name *name)
{
	for (size_t i = 0; i < r->o.locals; i++)
		if (dns_name_under(name, &r->local[i].name))
			return true;
	return false;
}

static void keep(struct resolver *r, const struct forward_question *q, const struct dns_msg *m)
{
	static struct dns_msg made;                 /* large; one thread a worker */
	static struct dns_cleaned cleaned;
	static uint8_t printed[DNS_MSG_MAX];
	uint16_t ttl_at[DNS_TTLS_MAX];
	struct dns_entry e;
	size_t n;
	struct dns_clean_opts o = { .dnssec_ok = q->bits & DNS_KEY_DO, .allow_private = r->o.allow_private || is_local(r, &q->name) };
	if (dns_clean(m, &q->name, q->type, &o, &made, &cleaned) != DNS_GOOD || dns_msg_print(&made, printed, sizeof printed, &n) != OK)
		return;
	dns_entry_of((struct str){ (char *)printed, n }, ttl_at, &e);
	e.life_s = cleaned.life_s;
	e.private_ = cleaned.private_;
	e.aliases = (struct str){ cleaned.aliases, cleaned.aliases_n };
	dns_cache_put(r->cache, (struct dns_key){ &q->name, q->type, q->bits }, r->now_ms / 1000, &e);
}

static void done(void *arg, uint32_t flight, const struct forward_question *q, const struct dns_msg *m)
{
	struct resolver *r = arg;
	uint64_t what = resolver_what(&q->name, q->type);
	struct failed *f = &r->failed[what >> 32 & (FAILED - 1)];
	if (m)
		keep(r, q, m);
	else
		*f = (struct failed){ what, r->now_ms + FAILED_MS };
	resolver_wait_over(r, flight);
}

static void health(void *arg, unsigned server, bool up)
{
	struct resolver *r = arg;
	notes_upstream(r->notes, r->o.server[server], up);
}

static bool send_query(void *arg, uint32_t flight, unsigned server, bool tcp, struct str bytes)
{
	struct resolver *r = arg;
	return r->io.send(r->io.arg, flight, server, tcp, bytes);
}

static void close_flight(void *arg, uint32_t flight)
{
	struct resolver *r = arg;
	r->io.close(r->io.arg, flight);
}

void resolver_heard(struct resolver *r, uint32_t flight, struct str bytes)
{
	resolver_now(r);
	forward_heard(r->forward, flight, bytes, r->now_ms);
}

void resolver_broke(struct resolver *r, uint32_t flight)
{
	resolver_now(r);
	forward_broke(r->forward, flight, r->now_ms);
}

void resolver_tick(struct resolver *r)
{
	resolver_now(r);
	forward_tick(r->forward, r->now_ms);
	resolver_wait_tick(r);
}

/* ---- life ---- */

struct resolver *resolver_new(const struct resolver_options *o, const struct resolver_io *io, const struct resolver_policy *p, struct spool *spool)
{
	struct resolver *r = mem_new(struct resolver);
	assert(o->block_ttl_s <= 5 && o->servers <= FORWARD_SERVERS && o->locals <= RESOLVER_DOMAINS && o->n_clients <= RESOLVER_PREFIXES);
	r->o = *o;
	r->io = *io;
	r->policy = *p;
	r->rate.per_s = o->rate_per_s;
	r->rate.burst = o->rate_burst;
	r->tunnel.names = o->tunnel_names;
	r->cache = dns_cache_new(o->cache_bytes);
	struct forward_io f = { r, send_query, close_flight, done, health };
	r->forward = forward_new(&f, o->servers, o->letter_case);
	r->notes = notes_new(spool);
	for (size_t i = 0; i < o->locals; i++)
		if (dns_name_of(o->local[i], &r->local[i].name) != OK)
			r->local[i].name = (struct dns_name){ .n = 1 };
	resolver_now(r);
	return r;
}

void resolver_free(struct resolver **r)
{
	if (*r) {
		dns_cache_free(&(*r)->cache);
		forward_free(&(*r)->forward);
		notes_free(&(*r)->notes);
	}
	mem_free(r);
}

struct resolver_counts resolver_counts(const struct resolver *r) { return r->counts; }
