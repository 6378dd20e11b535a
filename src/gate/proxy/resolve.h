/* resolve.h - addresses of host names by the school's own resolvers, on the
 * loop, with a small cache.  Both families are asked at once; the resolvers are
 * tried in order. */
#pragma once
#include "gate/proxy/answer.h"
#include "io/loop.h"
#include "io/sock.h"

enum {
	RESOLVE_TRY_MS = 1500,             /* a resolver's time; then the next */
	RESOLVE_TRIES = 4,
	RESOLVE_CACHE = 4096,              /* names kept */
	RESOLVE_TTL_MIN_S = 5, RESOLVE_TTL_MAX_S = 300,
	RESOLVE_WAITING = 4096,            /* names being asked for at once */
};

struct resolve;
/* e: OK (with addresses), ERR_ABSENT, ERR_NET, ERR_TIMEOUT. */
typedef void resolve_fn(void *owner, enum err e, const struct answer *a);

struct resolve *resolve_new(struct loop *l, const struct sock_addr *servers, size_t n);
void resolve_free(struct resolve **r);             /* nobody may be waiting */
/* Calls fn once, perhaps before returning.  host in normal form.  *ticket names
 * the wait until fn is called (0: it was called already). */
void resolve_ask(struct resolve *r, struct str host, resolve_fn *fn, void *owner, uint64_t *ticket);
void resolve_forget(struct resolve *r, uint64_t ticket);    /* fn will not be called; 0 is nothing */
