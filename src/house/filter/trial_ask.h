/* trial_ask.h - one question to the gate's name server from an address of one's own, and what became of it. */
#pragma once
#include "house/filter/trial.h"
#include "io/sock.h"
#include "wire/dns.h"

/* gate: where it answers; an address that means "everywhere" is asked on loopback.  Waits at most two seconds, and asks twice. */
enum trial_got trial_ask_dns(const struct sock_addr *gate, const uint8_t from[16], struct str host);
/* What an answer means; for tests.  TRIAL_SILENT: it answers something else. */
enum trial_got trial_answer(struct str bytes, uint16_t id);
/* One question for the address of a name, asked once; its answer, in `in`.  from: the address to ask from; NULL: any.  ERR_NET: none came in two seconds. */
enum err trial_dns(const struct sock_addr *to, const uint8_t *from, struct str host, uint8_t in[DNS_UDP_MAX], struct str *answer, uint16_t *id);
/* Whether the options of an answer say that it was refused on purpose (RFC 8914: blocked, censored, filtered, prohibited). */
bool trial_says_refused(struct str options);
