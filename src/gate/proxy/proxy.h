/* proxy.h - the explicit proxy of one worker: HTTP/1.1 requests in absolute
 * form, CONNECT with the ClientHello's name checked, the same behind TLS for
 * devices with a token, and the plain page listener that refused names point at. */
#pragma once
#include "event/write/spool.h"
#include "gate/page/site.h"
#include "gate/policy_watch.h"
#include "gate/proxy/reach.h"
#include "gate/proxy/tap.h"
#include "gate/proxy/tls.h"
#include "io/loop.h"
#include "io/sock.h"

enum { PROXY_PORTS = 16, PROXY_UPSTREAMS = 8, PROXY_TICKET_CLIENTS = 16 };

/* How somebody comes in. */
enum door { DOOR_PROXY, DOOR_TLS /* device token needed */, DOOR_PAGE /* origin form, any Host */,
            DOOR_IN_HTTP, DOOR_IN_TLS /* turned to us by the router: intercept.h */,
            DOOR_AWAY, DOOR_AWAY_TLS /* for the school's devices at home: away.h */ };

struct told;

struct proxy_conf {
	struct told *told;              /* what devices at home were told is closed (gate/told.h); borrowed, NULL: not known */
	struct site_conf site;
	struct sock_addr upstream[PROXY_UPSTREAMS];      /* resolvers */
	size_t upstreams;
	uint16_t http_ports[PROXY_PORTS], connect_ports[PROXY_PORTS];    /* 0 ends; empty: 80, and 443 */
	struct reach reach;             /* inside addresses that may be reached all the same */
	const char *ticket_socket;      /* of gatehouse-kerberos; NULL: nobody is asked for a ticket */
	struct prefix ticket_client[PROXY_TICKET_CLIENTS];      /* whose devices are asked; none: everybody's */
	size_t ticket_clients;
	const char *leaf_socket;        /* of gatehouse-signer; NULL: HTTPS is never read */
	struct tls_remote *remote;      /* borrowed; NULL: HTTPS is never read */
	struct tap_use tap;             /* who reads bodies along */
	bool literals;                  /* addresses in place of names may be asked for */
	bool refuse_ech;                /* refuse every hello with an encrypted part, also under the right name */
	unsigned connections;           /* a worker; 0: 4096 */
	unsigned per_client;            /* from one address; 0: as many as there are places, which are shared out (gate/share.h) */
	int64_t wait_ms;                /* for the next bytes of an exchange, either side; 0: two minutes */
};

struct proxy;
/* watch and spool are borrowed and outlive the proxy (spool may be NULL in tests). */
struct proxy *proxy_new(struct loop *l, const struct proxy_conf *c, struct policy_watch *watch, struct spool *spool);
void proxy_free(struct proxy **p);
/* Takes a listening fd.  tls: for DOOR_TLS, borrowed. */
void proxy_listen(struct proxy *p, int fd, enum door door, struct tls_server *tls);
/* The policy changed: open tunnels are judged again and closed when they would not be opened now. */
void proxy_policy_changed(struct proxy *p);
size_t proxy_clients(const struct proxy *p);
struct proxy_counts { uint64_t requests, refused, signs, tunnels, bytes_down, tickets, tickets_refused; };       /* since the start */
struct proxy_counts proxy_counts(const struct proxy *p);
