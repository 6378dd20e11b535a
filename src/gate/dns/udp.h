/* udp.h - one UDP listener: takes a batch of questions, hands each to the
 * resolver, sends the batch of answers.  The rooms are taken once; a turn makes
 * two system calls for up to UDP_BATCH questions.  On a wildcard address the
 * answer leaves from the address that was asked. */
#pragma once
#include "gate/dns/resolver.h"
#include "io/loop.h"

enum { UDP_BATCH = 64, UDP_QUERY_MAX = 1500, UDP_TURNS = 4 /* batches before others get their turn */ };

struct udp;
enum err udp_new(struct loop *l, const struct sock_addr *at, uint32_t number, struct resolver *r, struct udp **out);
void udp_free(struct udp **u);                           /* *u may be NULL */
/* A late answer. */
void udp_reply(struct udp *u, const struct dns_from *to, struct str bytes);
