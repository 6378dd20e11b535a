/* upstream.h - the sockets of the flights: a fresh one for every try, so that
 * each has a random port of its own, closed when the flight ends. */
#pragma once
#include "gate/dns/resolver.h"
#include "io/loop.h"

struct upstream;
struct upstream *upstream_new(struct loop *l, const struct sock_addr *servers, size_t n);
void upstream_bind(struct upstream *u, struct resolver *r);      /* who hears; borrowed; once */
void upstream_free(struct upstream **u);                 /* *u may be NULL */
bool upstream_send(void *u, uint32_t flight, unsigned server, bool tcp, struct str bytes);
void upstream_close(void *u, uint32_t flight);
