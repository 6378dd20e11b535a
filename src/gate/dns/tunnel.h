/* tunnel.h - names that carry something else: a tunnel puts its bytes into labels
 * that nobody asked for before, all below one domain.  Counted are names that
 * were not in the cache, with TUNNEL_LABELS bytes or more before the domain that
 * was registered (libpsl), for each asker (one address, /64 of IPv6) and domain.
 * Pure: the clock is handed in. */
#pragma once
#include "wire/addr.h"

enum { TUNNEL_SLOTS = 4096, TUNNEL_LABELS = 24, TUNNEL_NAMES = 100 /* at once */, TUNNEL_REFILL_MS = 3000 /* for one more */ };

struct tunnel_slot { uint64_t what; int64_t at_ms; uint32_t used; };
struct tunnel { uint32_t names; struct tunnel_slot slot[TUNNEL_SLOTS]; };       /* names 0: no limit */

/* False: over the limit.  *domain: what was registered, a view of host; absent when the name is not of the kind. */
bool tunnel_take(struct tunnel *t, struct addr from, struct str host, int64_t now_ms, struct str *domain);
