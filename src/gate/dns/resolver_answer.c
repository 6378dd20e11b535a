/* What the answer to a question is: refused, ours, from the cache, or to be fetched. */
#include "gate/dns/clean.h"
#include "gate/dns/local.h"
#include "gate/dns/resolver_inner.h"
#include "gate/told.h"
#include "policy/decide/embed.h"
#include "wire/host.h"

/* ---- refusing ---- */

bool resolver_is_client(const struct resolver *r, struct addr from)
{
	for (size_t i = 0; i < r->o.n_clients; i++)
		if (prefix_has(r->o.clients[i], from))
			return true;
	if (r->o.n_clients)
		return false;
	struct str bytes = addr_is4(from) ? (struct str){ (char *)from.b + 12, 4 } : (struct str){ (char *)from.b, 16 };
	return dns_is_private(addr_is4(from) ? DNS_A : DNS_AAAA, bytes);
}

/* Where closed names, and our own, point for this asker. */
static size_t pointed(struct turn *t, struct str host, uint32_t ttl_s, int ede)
{
	const struct resolver_options *o = &t->r->o;
	bool away = t->from->token[0] && !resolver_is_client(t->r, t->from->addr);
	const struct addr *a4 = away ? (o->has_away4 ? &o->away4 : NULL) : o->has_block4 ? &o->block4 : NULL;
	const struct addr *a6 = away ? (o->has_away6 ? &o->away6 : NULL) : o->has_block6 ? &o->block6 : NULL;
	t->reply.says = away && ede >= 0 ? STR("Closed by the school's filter on this device") : STR_NONE;
	if (away && o->told && (a4 || a6))
		told_say(o->told, t->from->addr, host, t->r->now_utc);
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
	return pointed(t, host, r->o.block_ttl_s, ede);
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

uint64_t resolver_what(const struct dns_name *name, uint16_t type)
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
	if (t->last || failed_lately(r, resolver_what(name, k.type)) || !resolver_wait_for(t, name, have))
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
	if (!t->r->o.turned || !resolver_is_client(t->r, t->from->addr) || !embed_named(policy_of(t->r), &t->facts, &t->d))
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
		return pointed(t, dns_ask_host(t->ask), REPLY_TTL_MAX_S, DNS_EDE_NONE);
	case DNS_LOCAL_HOST:
		return reply_addr(&t->reply, &four, &six, REPLY_TTL_MAX_S, DNS_EDE_NONE);
	case DNS_LOCAL_EMPTY:
		return reply_empty(&t->reply, DNS_NOERROR, DNS_EDE_NONE);
	default:
		return reply_empty(&t->reply, DNS_NXDOMAIN, DNS_EDE_NONE);
	}
}

size_t resolver_answer(struct turn *t)
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
