/* share.h - who makes room when every place is taken: connections of a proxy, questions under way.
 *
 * A limit for one address would cut off a school that stands behind one (NAT).  So while places are free everybody may have any
 * number of them; only when none is free does somebody make room: of the address that holds most, first what rests, then what has
 * been quiet longest.  What works is taken only from an address that holds far more than the newcomer's, or when it was quiet long.
 *
 *   share_begin(&s, from);
 *   for each place: share_count(&s, its address);
 *   for each place: share_offer(&s, its address, resting, quiet_ms, place);
 *   who = share_victim(&s);            NULL: nobody, the newcomer is turned away
 *
 * Addresses are counted by a hash: two that fall together share what they hold, which harms neither much. */
#pragma once
#include <stdbool.h>
#include <stdint.h>

#include "wire/addr.h"

enum { SHARE_SLOTS = 1024, SHARE_QUIET_MS = 30000, SHARE_MUCH = 4 /* times as many */ };

struct share {
	uint16_t held[SHARE_SLOTS];
	struct addr newcomer;
	void *best;
	uint16_t best_held;
	bool best_resting;
	int64_t best_quiet_ms;
};

void share_begin(struct share *s, struct addr newcomer);
void share_count(struct share *s, struct addr of);
/* resting: nothing is under way there that somebody would miss. */
void share_offer(struct share *s, struct addr of, bool resting, int64_t quiet_ms, void *place);
void *share_victim(const struct share *s);
