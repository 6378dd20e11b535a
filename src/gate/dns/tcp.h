/* tcp.h - DNS over TCP (RFC 7766): several questions on one connection, answered
 * in whatever order they are ready.  Limits: TCP_CONNS connections a worker, shared
 * out when all are taken (gate/share.h: a school may stand behind one address);
 * TCP_IDLE_MS without a whole question ends one, however it drips; reading stops
 * while TCP_OUT_MAX bytes wait to be taken. */
#pragma once
#include "gate/dns/resolver.h"
#include "io/loop.h"

enum { TCP_CONNS = 1024, TCP_IDLE_MS = 10000, TCP_QUERY_MAX = 4096, TCP_OUT_MAX = 64 * 1024 };

struct tcp;
struct tcp *tcp_new(struct loop *l, struct resolver *r);
enum err tcp_listen(struct tcp *t, const struct sock_addr *at);         /* at most 8 */
void tcp_free(struct tcp **t);                           /* *t may be NULL */
void tcp_reply(struct tcp *t, const struct dns_from *to, struct str bytes);     /* nothing when the asker is gone */
void tcp_tick(struct tcp *t);                            /* every second or oftener: ends idle connections */
size_t tcp_count(const struct tcp *t);
