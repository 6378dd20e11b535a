/* rate.h - how many questions a second one network may ask.  A whole school may
 * stand behind one address, so the limit is generous, and past it nothing is
 * dropped: the asker is told to come by TCP (an empty truncated answer), which a
 * forger cannot and a browser does.  Counted per address of IPv4 and /56 of IPv6. */
#pragma once
#include "wire/addr.h"

enum { RATE_SLOTS = 4096, RATE_PER_S = 5000, RATE_BURST = 20000 };

struct rate_slot { uint64_t net; int64_t at_ms; uint32_t left; };
struct rate { uint32_t per_s, burst; struct rate_slot slot[RATE_SLOTS]; };      /* burst 0: no limit */

/* True: within the limit. */
bool rate_take(struct rate *r, struct addr from, int64_t now_ms);
