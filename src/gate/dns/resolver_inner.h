/* resolver_inner.h - a resolver's parts, for its three files alone: the way in and back (resolver.c), what the answer is
 * (resolver_answer.c), who waits for one (resolver_wait.c). */
#pragma once
#include "gate/dns/note.h"
#include "gate/dns/reply.h"
#include "gate/dns/resolver.h"

enum { WAITERS = 4096, FAILED = 1024, QUESTION_MAX = DNS_NAME_MAX + 4, KNOWN = 256 };

/* Somebody who waits for a flight. */
struct waiter {
	bool waits;                             /* false: answered already, with what was stale */
	int64_t stale_at_ms;                    /* answer with the stale entry then; 0: there is none */
	uint32_t next;                          /* of the same flight, or of the free ones; + 1 */
	uint32_t flight;
	int64_t since_ms;
	struct dns_from from;
	struct dns_ask ask;
	uint8_t question[QUESTION_MAX];
};

struct failed { uint64_t what; int64_t until_ms; };

struct resolver {
	struct resolver_options o;
	struct resolver_io io;
	struct resolver_policy policy;
	struct dns_cache *cache;                /* owned, like the next two */
	struct forward *forward;
	struct notes *notes;
	struct resolver_counts counts;
	int64_t now_ms, now_utc;                /* of this turn */
	struct rate rate;
	struct tunnel tunnel;
	struct addr known[KNOWN];               /* askers found to be clients; all zero: nobody */
	struct failed failed[FAILED];           /* questions that nobody answered just now */
	uint32_t free_waiter, high;             /* + 1; ever used */
	uint32_t first[FORWARD_FLIGHTS];        /* waiters of each flight, + 1 */
	struct waiter waiter[WAITERS];
	struct { struct dns_name name; } local[RESOLVER_DOMAINS];
};

/* One look at one question. */
struct turn {
	struct resolver *r;
	const struct dns_from *from;
	const struct dns_ask *ask;
	struct reply reply;
	struct who who;
	struct facts facts;
	struct decision d;
	bool last;                              /* no more waiting: answer now */
};

/* ---- resolver_answer.c ---- */

/* Bytes in t->reply's room; 0: the question waits, or nobody is told. */
size_t resolver_answer(struct turn *t);
bool resolver_is_client(const struct resolver *r, struct addr from);
/* Of a question that nobody answered, to know it again for a while. */
uint64_t resolver_what(const struct dns_name *name, uint16_t type);

/* ---- resolver_wait.c ---- */

/* This asker waits for `name`; stale: and gets what is stale when it takes long.  False: there is no room, or nobody to ask. */
bool resolver_wait_for(struct turn *t, const struct dns_name *name, bool stale);
/* Whoever waits for this flight is answered. */
void resolver_wait_over(struct resolver *r, uint32_t flight);
/* Whoever has waited long enough is answered with what is stale. */
void resolver_wait_tick(struct resolver *r);
