/* server.h - a DNS worker put together: listeners, resolver, sockets to the
 * resolvers, timers. */
#pragma once
#include "gate/dns/resolver.h"
#include "io/loop.h"

enum { DNS_LISTEN_MAX = 8 };

struct dns_server;
struct dns_server_options {
	struct resolver_options resolver;
	struct sock_addr listen[DNS_LISTEN_MAX];
	size_t listens;
	struct sock_addr dot[DNS_LISTEN_MAX], doh[DNS_LISTEN_MAX];      /* over TLS, over HTTPS */
	size_t dots, dohs;
	const char *cert, *key;         /* PEM files for them; borrowed */
	bool asks[2];                   /* over TLS, over HTTPS: devices may show a certificate of their own */
	struct str zone;                /* name of the encrypted service; borrowed; absent: devices have no names */
	struct sock_addr upstream[FORWARD_SERVERS];     /* as many as resolver.servers */
};

/* Opens UDP and TCP on every address (shared with the other workers), then serves from the loop.  ERR_CRYPTO: certificate and key. */
enum err dns_server_new(struct loop *l, const struct dns_server_options *o, const struct resolver_policy *p, struct spool *spool, struct dns_server **out);
void dns_server_free(struct dns_server **s);             /* *s may be NULL; before the loop */
/* The certificate follows its file; k may be NULL.  From a timer. */
struct kept;
void dns_server_keep(struct dns_server *s, const struct kept *k);
/* The same for the authority of devices' own certificates (gate/certificate.h). */
struct tls_asks;
void dns_server_asks(struct dns_server *s, const struct kept *k, const struct tls_asks *a);
struct resolver_counts dns_server_counts(const struct dns_server *s);
