#include "gate/dns/resolver.h"

#include "base/clock.h"
#include "base/mem.h"
#include "gate/dns/clean.h"
#include "gate/dns/local.h"
#include "gate/dns/note.h"
#include "gate/dns/reply.h"
#include "gate/share.h"
#include "policy/decide/embed.h"
#include "wire/host.h"

enum { WAITERS = 4096, FAILED = 1024, FAILED_MS = 3000, STALE_WAIT_MS = 1800 /* RFC 8767 5 */, QUESTION_MAX = DNS_NAME_MAX + 4, KNOWN = 256,
       ROOM_MS = 500 /* what a resolver has not answered by then may make room for others */, ROOM_BATCH = 64 };

/* Somebody who waits for a flight. */
struct waiter {
	bool waits;                             /* false: answered already, with what was stale */
	int64_t stale_at_ms;                    /* answer with the stale entry then; 0: there is none */
	uint32_t next;                          /* of the same flight, or of the free ones; + 1 */
	uint32_t flight;
	int64_t since_ms;
	struct dns_from from;
	struct dns_ask ask;
	uint8_t question[QUESTION_MAX];
};

struct failed { uint64_t what; int64_t until_ms; };

struct resolver {
	struct resolver_options o;
	struct resolver_io io;
	struct resolver_policy policy;
	struct dns_cache *cache;                /* owned, like the next two */
	struct forward *forward;
	struct notes *notes;
	struct resolver_counts counts;
	int64_t now_ms, now_utc;                /* of this turn */
	struct rate rate;
	struct tunnel tunnel;
	struct addr known[KNOWN];               /* askers found to be clients; all zero: nobody */
	struct failed failed[FAILED];           /* questions that nobody answered just now */
	uint32_t free_waiter, high;             /* + 1; ever used */
	uint32_t first[FORWARD_FLIGHTS];        /* waiters of each flight, + 1 */
	struct waiter waiter[WAITERS];
	struct { struct dns_name name; } local[RESOLVER_DOMAINS];
};

/* One look at one question. */
struct turn {
	struct resolver *r;
	const struct dns_from *from;
	const struct dns_ask *ask;
	struct reply reply;
	struct who who;
	struct facts facts;
	struct decision d;
	bool last;                              /* no more waiting: answer now */
};

/* ---- refusing ---- */

static bool is_client(const struct resolver *r, struct addr from);

/* Where closed names, and our own, point for this asker. */
static size_t pointed(struct turn *t, uint32_t ttl_s, int ede)
{
	const struct resolver_options *o = &t->r->o;
	bool away = t->from->token[0] && !is_client(t->r, t->from->addr);
	const struct addr *a4 = away ? (o->has_away4 ? &o->away4 : NULL) : o->has_block4 ? &o->block4 : NULL;
	const struct addr *a6 = away ? (o->has_away6 ? &o->away6 : NULL) : o->has_block6 ? &o->block6 : NULL;
	t->reply.says = away && ede >= 0 ? STR("Closed by the school's filter on this device") : STR_NONE;
	return reply_addr(&t->reply, a4, a6, ttl_s, ede);
}

static const struct policy *policy_of(struct resolver *r) { return r->policy.policy(r->policy.arg); }

static size_t refuse(struct turn *t, struct str host, const struct decision *d)
{
	struct resolver *r = t->r;
	int ede = reason_info(d->reason)->ede ? reason_info(d->reason)->ede : DNS_EDE_BLOCKED;
	r->counts.refused += d->verdict == VERDICT_BLOCK;
	r->counts.signs += d->verdict == VERDICT_SIGN;
	if (!r->o.quiet)
		notes_refused(r->notes, policy_of(r), t->from->addr, &t->who, host, d, r->now_ms);
	return pointed(t, r->o.block_ttl_s, ede);
}

/* A name on the way counts when it is listed or closed by name, not because it is
 * missing on an allow-list: delivery networks never are on one.  What the school
 * opened by name stays open, but for sealed lists and what is illegal. */
static bool counts_on_the_way(const struct turn *t, const struct decision *d)
{
	if (d->verdict != VERDICT_BLOCK)
		return false;
	switch (d->reason) {
	case REASON_SEALED:
	case REASON_ILLEGAL:
		return true;
	case REASON_CATEGORY:
	case REASON_TIMED:
	case REASON_RULE_BLOCKED:
	case REASON_LIVE_BLOCKED:
		return t->d.row == ROW_REST || t->d.row == ROW_WALL || t->d.row == ROW_CATEGORIES;
	default:
		return false;
	}
}

static bool refused_on_the_way(struct turn *t, const struct dns_entry *e, struct str *host, struct decision *out)
{
	struct str rest = e->aliases;
	while (str_next(&rest, '\0', host)) {
		struct facts f = t->facts;
		f.host = *host;
		if (!host->n)
			continue;
		t->r->policy.decide(t->r->policy.arg, &f, out);
		if (counts_on_the_way(t, out))
			return true;
	}
	return false;
}

/* ---- from the cache ---- */

static size_t serve(struct turn *t, const struct dns_entry *e)
{
	struct str host;
	struct decision d;
	int ede = DNS_EDE_NONE;
	if (e->aliases.n && refused_on_the_way(t, e, &host, &d))
		return refuse(t, host, &d);
	if (e->private_ && !e->n[DNS_ANSWER])
		ede = DNS_EDE_FILTERED;
	if (e->stale) {
		t->r->counts.stale++;
		ede = (e->flags & DNS_RCODE) == DNS_NXDOMAIN ? DNS_EDE_STALE_NXDOMAIN : DNS_EDE_STALE;
	}
	return reply_entry(&t->reply, e, t->r->now_ms / 1000, ede);
}

static size_t serve_as(struct turn *t, const struct dns_entry *e, const struct dns_name *name)
{
	if (name == &t->ask->name)
		return serve(t, e);
	return reply_alias(&t->reply, name, e, t->r->now_ms / 1000);
}

static size_t fail(struct turn *t, const struct dns_entry *e, const struct dns_name *name)
{
	if (e)
		return serve_as(t, e, name);
	t->r->counts.failed++;
	return reply_empty(&t->reply, DNS_SERVFAIL, DNS_EDE_NO_AUTHORITY);
}

/* ---- waiting ---- */

static uint64_t what_of(const struct dns_name *name, uint16_t type)
{
	uint64_t h = 14695981039346656037u ^ type;
	for (size_t i = 0; i < name->n; i++)
		h = (h ^ name->b[i]) * 1099511628211u;
	return h | 1;
}

static bool failed_lately(const struct resolver *r, uint64_t what)
{
	const struct failed *f = &r->failed[what >> 32 & (FAILED - 1)];
	return f->what == what && r->now_ms < f->until_ms;
}

static struct waiter *waiter_take(struct resolver *r)
{
	uint32_t i = r->free_waiter;
	if (i) {
		r->free_waiter = r->waiter[i - 1].next;
		return &r->waiter[i - 1];
	}
	return r->high < WAITERS ? &r->waiter[r->high++] : NULL;
}

static void waiter_put(struct resolver *r, struct waiter *w)
{
	w->waits = false;
	w->next = r->free_waiter;
	r->free_waiter = (uint32_t)(w - r->waiter) + 1;
}

static void answer_waiter(struct resolver *r, struct waiter *w);
static void wake(struct resolver *r, uint32_t flight);

/* Every place is taken: names that nobody answers (one device can ask for thousands) make room for names that are answered.
 * The oldest of whoever waits for most go first, some at a time, and are told so. */
static struct waiter *who_waits_for_most(struct resolver *r, struct addr newcomer)
{
	struct share s;
	share_begin(&s, newcomer);
	for (uint32_t i = 0; i < r->high; i++)
		if (r->waiter[i].waits)
			share_count(&s, r->waiter[i].from.addr);
	for (uint32_t i = 0; i < r->high; i++) {
		int64_t ms = r->now_ms - r->waiter[i].since_ms;
		if (r->waiter[i].waits)
			share_offer(&s, r->waiter[i].from.addr, ms >= ROOM_MS, ms, &r->waiter[i]);
	}
	return share_victim(&s);
}

/* Told that nobody answers; the question goes when nobody else waits for it. */
static void give_up(struct resolver *r, struct waiter *w)
{
	uint32_t flight = w->flight;
	r->counts.crowded++;
	answer_waiter(r, w);
	for (uint32_t i = r->first[flight]; i; i = r->waiter[i - 1].next)
		if (r->waiter[i - 1].waits)
			return;
	forward_drop(r->forward, flight);
	wake(r, flight);
}

static bool make_room(struct resolver *r, struct addr newcomer)
{
	struct waiter *most = who_waits_for_most(r, newcomer);
	if (!most)
		return false;
	struct addr from = most->from.addr;
	int64_t before = r->now_ms - (r->now_ms - most->since_ms) / 2;
	for (uint32_t i = 0, n = 0; i < r->high && n < ROOM_BATCH; i++) {
		struct waiter *w = &r->waiter[i];
		if (w->waits && w->since_ms <= before && addr_same(w->from.addr, from)) {
			give_up(r, w);
			n++;
		}
	}
	return true;
}

static bool wait_for(struct turn *t, const struct dns_name *name, bool stale, bool crowded)
{
	struct resolver *r = t->r;
	struct forward_question q = { .name = *name, .type = t->ask->type };
	uint32_t flight;
	q.bits = (uint8_t)((t->ask->dnssec_ok ? DNS_KEY_DO : 0) | (t->ask->flags & DNS_CD ? DNS_KEY_CD : 0));
	struct waiter *w = waiter_take(r);
	if (!w)
		return !crowded && make_room(r, t->from->addr) && wait_for(t, name, stale, true);
	enum err e = forward_ask(r->forward, &q, r->now_ms, &flight);
	if (e != OK) {
		waiter_put(r, w);
		return e == ERR_BUSY && !crowded && make_room(r, t->from->addr) && wait_for(t, name, stale, true);
	}
	r->counts.forwarded++;
	w->waits = true;
	w->stale_at_ms = stale ? r->now_ms + STALE_WAIT_MS : 0;
	w->flight = flight;
	w->since_ms = r->now_ms;
	w->from = *t->from;
	w->ask = *t->ask;
	memcpy(w->question, t->reply.question.p, t->reply.question.n);
	w->next = r->first[flight];
	r->first[flight] = (uint32_t)(w - r->waiter) + 1;
	return true;
}

/* Whether the name may go out: not when it is one of too many that look like a tunnel's. */
static bool carries(struct turn *t, const struct dns_name *name)
{
	struct resolver *r = t->r;
	struct str domain;
	if (name != &t->ask->name || tunnel_take(&r->tunnel, t->from->addr, t->facts.host, r->now_ms, &domain))
		return false;
	r->counts.tunnels++;
	if (!r->o.quiet)
		notes_tunnel(r->notes, policy_of(r), t->from->addr, &t->who, domain, r->now_ms);
	return true;
}

/* The answer under this name: from the cache, or later. */
static size_t fetch(struct turn *t, const struct dns_name *name)
{
	struct resolver *r = t->r;
	struct dns_key k = { .name = name, .type = t->ask->type };
	struct dns_entry e;
	k.bits = (uint8_t)((t->ask->dnssec_ok ? DNS_KEY_DO : 0) | (t->ask->flags & DNS_CD ? DNS_KEY_CD : 0));
	bool have = dns_cache_get(r->cache, k, r->now_ms / 1000, &e);
	if (have && !e.stale) {
		r->counts.hits += !t->last;
		return serve_as(t, &e, name);
	}
	if (!t->last && !have && carries(t, name))
		return reply_empty(&t->reply, DNS_REFUSED, DNS_EDE_PROHIBITED);
	if (t->last || failed_lately(r, what_of(name, k.type)) || !wait_for(t, name, have, false))
		return fail(t, have ? &e : NULL, name);
	return 0;
}

/* ---- deciding ---- */

static size_t safely(struct turn *t)
{
	struct dns_name safe;
	if (dns_name_of(t->d.safe_host, &safe) != OK)
		return reply_empty(&t->reply, DNS_SERVFAIL, DNS_EDE_NONE);
	if (dns_name_same(&safe, &t->ask->name))
		return fetch(t, &t->ask->name);
	t->r->counts.safe++;
	if (!t->r->o.quiet)
		notes_safe(t->r->notes, policy_of(t->r), t->from->addr, &t->who, t->facts.host, t->r->now_ms);
	if (t->ask->type == DNS_A || t->ask->type == DNS_AAAA)
		return fetch(t, &safe);
	return reply_alias(&t->reply, &safe, NULL, 0);      /* no HTTPS record: its hints would lead past this */
}

/* A player's name, where whatever is done with the answer meets the proxy; what is sealed or illegal on the way still counts. */
static bool left_to_proxy(struct turn *t)
{
	if (!t->r->o.turned || !is_client(t->r, t->from->addr) || !embed_named(policy_of(t->r), &t->facts, &t->d))
		return false;
	t->d.row = ROW_RULES;
	return true;
}

static size_t decided(struct turn *t)
{
	struct resolver *r = t->r;
	r->policy.who(r->policy.arg, t->from->addr, str_z(t->from->token), r->now_utc, &t->who);
	t->facts = (struct facts){
		.school = t->who.school, .person = t->who.person, .class_id = t->who.class_id, .device = t->who.device, .group = t->who.group, .network = t->who.network,
		.standing = t->who.standing, .session_open = t->who.session_open, .now_utc = r->now_utc, .host = dns_ask_host(t->ask),
	};
	r->policy.decide(r->policy.arg, &t->facts, &t->d);
	if (t->d.verdict != VERDICT_ALLOW && !left_to_proxy(t))
		return refuse(t, t->facts.host, &t->d);
	return t->d.safe_host.n ? safely(t) : fetch(t, &t->ask->name);
}

static size_t own(struct turn *t, enum dns_local what)
{
	static const struct addr four = { { [10] = 255, [11] = 255, [12] = 127, [15] = 1 } }, six = { { [15] = 1 } };
	t->r->counts.own++;
	switch (what) {
	case DNS_LOCAL_GATE:
		return pointed(t, REPLY_TTL_MAX_S, DNS_EDE_NONE);
	case DNS_LOCAL_HOST:
		return reply_addr(&t->reply, &four, &six, REPLY_TTL_MAX_S, DNS_EDE_NONE);
	case DNS_LOCAL_EMPTY:
		return reply_empty(&t->reply, DNS_NOERROR, DNS_EDE_NONE);
	default:
		return reply_empty(&t->reply, DNS_NXDOMAIN, DNS_EDE_NONE);
	}
}

static size_t answer(struct turn *t)
{
	const struct dns_ask *a = t->ask;
	if (a->rcode != DNS_NOERROR)
		return reply_empty(&t->reply, a->rcode, DNS_EDE_NONE);
	if (a->class_ != DNS_IN || a->odd || a->type == DNS_AXFR || a->type == DNS_IXFR || a->type == DNS_OPT || !a->host_n)
		return reply_empty(&t->reply, a->type == DNS_OPT ? DNS_FORMERR : DNS_REFUSED, DNS_EDE_NONE);
	enum dns_local what = dns_local(dns_ask_host(a), t->r->o.gate_name);
	if (what != DNS_LOCAL_NOT)
		return own(t, what);
	return a->type == DNS_ANY ? reply_any(&t->reply) : decided(t);
}

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

static bool is_client(const struct resolver *r, struct addr from)
{
	for (size_t i = 0; i < r->o.n_clients; i++)
		if (prefix_has(r->o.clients[i], from))
			return true;
	if (r->o.n_clients)
		return false;
	struct str bytes = addr_is4(from) ? (struct str){ (char *)from.b + 12, 4 } : (struct str){ (char *)from.b, 16 };
	return dns_is_private(addr_is4(from) ? DNS_A : DNS_AAAA, bytes);
}

/* The last asker of each place in `known` need not be looked up again. */
static bool may_ask(struct resolver *r, struct addr from)
{
	struct addr *known = &r->known[(from.b[15] ^ from.b[14] * 7u) % KNOWN];
	if (addr_same(*known, from) && (from.b[15] || from.b[14]))
		return true;
	if (!is_client(r, from))
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
	return answer(&t);
}

/* ---- the way back ---- */

static void answer_waiter(struct resolver *r, struct waiter *w)
{
	static uint8_t out[DNS_MSG_MAX];
	struct turn t = { .r = r, .from = &w->from, .ask = &w->ask, .last = true };
	t.reply = (struct reply){ &w->ask, { (char *)w->question, w->ask.question_end - DNS_HEADER }, out, w->from.tcp ? DNS_MSG_MAX : DNS_UDP_MAX };
	w->waits = false;
	size_t n = answer(&t);
	if (n)
		r->io.reply(r->io.arg, &w->from, (struct str){ (char *)out, n });
}

static void wake(struct resolver *r, uint32_t flight)
{
	uint32_t i = r->first[flight];
	r->first[flight] = 0;
	while (i) {
		struct waiter *w = &r->waiter[i - 1];
		i = w->next;
		if (w->waits)
			answer_waiter(r, w);
		waiter_put(r, w);
	}
}

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
	uint64_t what = what_of(&q->name, q->type);
	struct failed *f = &r->failed[what >> 32 & (FAILED - 1)];
	if (m)
		keep(r, q, m);
	else
		*f = (struct failed){ what, r->now_ms + FAILED_MS };
	wake(r, flight);
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
	for (uint32_t i = 0; forward_count(r->forward) && i < r->high; i++) {
		struct waiter *w = &r->waiter[i];
		if (w->waits && w->stale_at_ms && w->stale_at_ms <= r->now_ms)
			answer_waiter(r, w);
	}
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
