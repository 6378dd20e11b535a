/* resolver.h - the life of a question, without sockets: read it, answer what is
 * ours, find out who asks, decide, and answer from the cache or ask a resolver
 * and answer later.  One a worker; a hit allocates nothing and makes no system
 * call.
 *
 *  - refused (BLOCK, SIGN): the block page's address for A and AAAA, nothing for
 *    other types, a TTL of at most 5 s, extended error 15 or 17 by the reason;
 *  - safe search: a CNAME to the engine's safe name, and its addresses;
 *  - an answer that leads through a listed name is refused as that name is;
 *  - answers carry TTLs of at most 60 s, since a rule may change them;
 *  - a device that asks under its own name is known by it wherever it is; one whose name is not (or
 *    no longer) ours is refused everything, with an event;
 *  - what happened goes to the spool, once for each asker and name in a while. */
#pragma once
#include "gate/dns/forward.h"
#include "gate/dns/rate.h"
#include "gate/dns/tunnel.h"
#include "gate/policy_watch.h"
#include "io/sock.h"
#include "wire/doh.h"

struct spool;
struct resolver;

#define DNS_BY_CERTIFICATE "certificate:"          /* no name of a device begins like this: they begin with a number */
enum { DNS_TOKEN_MAX = 12 + 64 };

/* Where a question came from, and where its answer goes. */
struct dns_from {
	struct addr addr;             /* the asker */
	struct sock_addr peer;        /* the same with its port (UDP) */
	uint32_t listener;            /* UDP: which one heard it */
	uint8_t control_n, control[40];         /* UDP: the local address it was sent to, as the kernel gave it */
	bool tcp;
	uint32_t conn, serial;        /* TCP: which connection, and which of those in that place */
	bool secure;                  /* over TLS or HTTPS */
	uint32_t request;             /* HTTPS: which of the connection's */
	char token[DNS_TOKEN_MAX + 1];          /* of the device that asks: its own name, "17:secret", or DNS_BY_CERTIFICATE and the fingerprint; empty: none */
};

enum { RESOLVER_PREFIXES = 32, RESOLVER_DOMAINS = 32 };

struct told;

struct resolver_options {
	struct addr block4, block6;   /* where refused names point: the block page */
	bool has_block4, has_block6;
	struct addr away4, away6;     /* the same for a device of ours that asks from outside: the school's own addresses mean something else there */
	bool has_away4, has_away6;
	struct told *told;            /* where those are told of to the door for them (gate/told.h); borrowed, NULL: there is none */
	bool turned;                  /* the router turns every connection to the proxy: names of players may be answered (policy/decide/embed.h) */
	uint32_t block_ttl_s;         /* at most 5 */
	struct str gate_name;         /* borrowed */
	struct str local[RESOLVER_DOMAINS];     /* domains whose addresses may be private; borrowed */
	size_t locals;
	bool allow_private;           /* private addresses are believed from anybody (rebinding) */
	struct prefix clients[RESOLVER_PREFIXES];   /* who may ask at all; none: private networks and this machine */
	size_t n_clients;
	unsigned servers;             /* resolvers */
	struct str server[FORWARD_SERVERS];     /* their addresses as text, for events; borrowed */
	bool letter_case;             /* 0x20 */
	size_t cache_bytes;
	uint32_t rate_per_s, rate_burst;        /* burst 0: no limit */
	uint32_t tunnel_names;        /* fresh long names below one domain, at once for one asker; 0: no limit */
	bool quiet;                   /* writes no events (benchmarks) */
};

struct resolver_io {
	void *arg;
	bool (*send)(void *arg, uint32_t flight, unsigned server, bool tcp, struct str bytes);
	void (*close)(void *arg, uint32_t flight);
	/* An answer that had to wait.  False: the asker is gone. */
	void (*reply)(void *arg, const struct dns_from *to, struct str bytes);
};

/* What decides, so that scenarios can play a policy. */
struct resolver_policy {
	void *arg;
	void (*who)(void *arg, struct addr from, struct str token, int64_t now_utc, struct who *out);
	bool (*device)(void *arg, struct str token, struct token_hit *out);      /* whether a token is one of ours */
	void (*decide)(void *arg, const struct facts *f, struct decision *out);
	const struct policy *(*policy)(void *arg);       /* for names in events; may give NULL */
};
struct resolver_policy resolver_policy_of(struct policy_watch *w);

struct resolver *resolver_new(const struct resolver_options *o, const struct resolver_io *io, const struct resolver_policy *p, struct spool *spool);
/* Somebody who was turned away before they could ask: an event that says why. */
void resolver_stranger(struct resolver *r, struct addr from, const char *why);
void resolver_free(struct resolver **r);                 /* *r may be NULL */

/* One question; out has room for 65535 (TCP) or 1232 bytes.  Gives the bytes to
 * send now; 0: later, or never. */
size_t resolver_ask(struct resolver *r, const struct dns_from *from, struct str query, uint8_t *out, size_t cap);
/* A whole UDP batch shares one look at the clock: call it at the start of each turn. */
void resolver_now(struct resolver *r);
void resolver_heard(struct resolver *r, uint32_t flight, struct str bytes);
void resolver_broke(struct resolver *r, uint32_t flight);
void resolver_tick(struct resolver *r);                  /* every 50 ms */

struct resolver_counts { uint64_t asked, hits, refused, signs, safe, forwarded, failed, stale, limited, own, strangers, tunnels, crowded /* made room */; };
struct resolver_counts resolver_counts(const struct resolver *r);
