/* secure.h - DNS over TLS (RFC 7858) and over HTTPS (RFC 8484; HTTP/2 and HTTP/1.1),
 * for devices that are set up for it, wherever they are.  The name in the hello or
 * the path says which device asks (wire/doh.h); without one the asker's address
 * counts, as everywhere.
 *
 * Limits: SECURE_CONNS connections a worker, shared out when all are taken (gate/share.h:
 * a whole school may stand behind one address); SECURE_START_MS for the first question,
 * SECURE_IDLE_MS without one; SECURE_STREAMS questions at once on HTTP/2; no
 * question above DOH_QUERY_MAX bytes; reading stops while the asker takes nothing. */
#pragma once
#include "gate/dns/resolver.h"
#include "io/loop.h"

struct tls_server;
struct secure;

enum { SECURE_CONNS = 2048, SECURE_START_MS = 10000, SECURE_IDLE_MS = 30000, SECURE_STREAMS = 64, SECURE_LISTENERS = 16 };

/* zone: name of the service, "dns.school.example", or absent; borrowed, like the loop and the resolver. */
struct secure *secure_new(struct loop *l, struct resolver *r, struct str zone);
/* tls: borrowed.  ERR_LIMIT past SECURE_LISTENERS. */
enum err secure_listen(struct secure *s, const struct sock_addr *at, struct tls_server *tls, bool https);
void secure_free(struct secure **s);                     /* *s may be NULL */
void secure_reply(struct secure *s, const struct dns_from *to, struct str bytes);       /* nothing when the asker is gone */
void secure_tick(struct secure *s);                      /* every second or oftener */
size_t secure_count(const struct secure *s);
