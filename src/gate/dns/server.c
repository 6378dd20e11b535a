#include "gate/dns/server.h"

#include "base/mem.h"
#include "gate/dns/secure.h"
#include "gate/dns/tcp.h"
#include "gate/dns/udp.h"
#include "gate/dns/upstream.h"
#include "gate/proxy/tls_keep.h"

enum { TICK_MS = 50 };

struct dns_server {
	struct resolver *resolver;              /* owned, as all below */
	struct upstream *upstream;
	struct tcp *tcp;
	struct secure *secure;
	unsigned tls_number[2], asks_number[2]; /* of what they were made of */
	bool asks[2];
	struct tls_server *tls[2];              /* for TLS, for HTTPS; NULL: not served */
	struct udp *udp[DNS_LISTEN_MAX];
	struct timer *tick;
};

static void reply(void *arg, const struct dns_from *to, struct str bytes)
{
	struct dns_server *s = arg;
	if (to->secure)
		secure_reply(s->secure, to, bytes);
	else if (to->tcp)
		tcp_reply(s->tcp, to, bytes);
	else
		udp_reply(s->udp[to->listener], to, bytes);
}

static bool send_query(void *arg, uint32_t flight, unsigned server, bool tcp, struct str bytes)
{
	struct dns_server *s = arg;
	return upstream_send(s->upstream, flight, server, tcp, bytes);
}

static void close_line(void *arg, uint32_t flight)
{
	struct dns_server *s = arg;
	upstream_close(s->upstream, flight);
}

static void tick(void *owner)
{
	struct dns_server *s = owner;
	resolver_tick(s->resolver);
	tcp_tick(s->tcp);
	secure_tick(s->secure);
	timer_start(s->tick, TICK_MS);
}

static enum err open_secure(struct dns_server *s, const struct dns_server_options *o, bool https)
{
	static const char *const speaks[] = { "\3dot", "\2h2\10http/1.1" };
	const struct sock_addr *at = https ? o->doh : o->dot;
	size_t n = https ? o->dohs : o->dots;
	if (!n)
		return OK;
	TRY(tls_server_new(o->cert, o->key, &s->tls[https]));
	tls_server_speaks(s->tls[https], speaks[https]);
	s->asks[https] = o->asks[https];
	for (size_t i = 0; i < n; i++)
		TRY(secure_listen(s->secure, &at[i], s->tls[https], https));
	return OK;
}

enum err dns_server_new(struct loop *l, const struct dns_server_options *o, const struct resolver_policy *p, struct spool *spool, struct dns_server **out)
{
	AUTO(dns_server_free) struct dns_server *s = mem_new(struct dns_server);
	struct resolver_io io = { s, send_query, close_line, reply };
	s->upstream = upstream_new(l, o->upstream, o->resolver.servers);
	s->resolver = resolver_new(&o->resolver, &io, p, spool);
	upstream_bind(s->upstream, s->resolver);
	s->tcp = tcp_new(l, s->resolver);
	for (uint32_t i = 0; i < o->listens && i < DNS_LISTEN_MAX; i++) {
		TRY(udp_new(l, &o->listen[i], i, s->resolver, &s->udp[i]));
		TRY(tcp_listen(s->tcp, &o->listen[i]));
	}
	s->secure = secure_new(l, s->resolver, o->zone);
	TRY(open_secure(s, o, false));
	TRY(open_secure(s, o, true));
	s->tick = timer_new(l, tick, s);
	timer_start(s->tick, TICK_MS);
	*out = TAKE(s);
	return OK;
}

void dns_server_free(struct dns_server **s)
{
	if (*s) {
		for (size_t i = 0; i < DNS_LISTEN_MAX; i++)
			udp_free(&(*s)->udp[i]);
		tcp_free(&(*s)->tcp);
		secure_free(&(*s)->secure);
		tls_server_free(&(*s)->tls[0]);
		tls_server_free(&(*s)->tls[1]);
		upstream_free(&(*s)->upstream);
		resolver_free(&(*s)->resolver);
		timer_free(&(*s)->tick);
	}
	mem_free(s);
}

void dns_server_keep(struct dns_server *s, const struct kept *k)
{
	for (int i = 0; i < 2; i++)
		tls_keep(s->tls[i], k, &s->tls_number[i]);
}

void dns_server_asks(struct dns_server *s, const struct kept *k, const struct tls_asks *a)
{
	for (int i = 0; i < 2; i++)
		if (s->asks[i])
			tls_keep_asks(s->tls[i], k, &s->asks_number[i], a);
}

struct resolver_counts dns_server_counts(const struct dns_server *s) { return resolver_counts(s->resolver); }
