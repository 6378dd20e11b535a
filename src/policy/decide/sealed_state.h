/* sealed_state.h - how well the sealed lists (IWF, police) are applied here:
 * what the policy page, explain and `gatehouse status` show.  Red without a
 * feed and without a supplier's filter in front; amber when the supplier's
 * filter applies them, or when only hosts can be compared; green when the gate's
 * own feed is fresh and its test names were refused today. */
#pragma once
#include "base/arena.h"
#include "policy/read/policy.h"

enum light { LIGHT_RED, LIGHT_AMBER, LIGHT_GREEN };

enum { SEALED_FRESH_S = 86400 /* a feed older than a day is not fresh */, SEALED_SUPPLIER_S = 92 * 86400 /* nor a supplier's test */ };

struct sealed_facts {
	size_t entries;                 /* in the snapshot */
	int64_t feed_utc;               /* when the newest sealed list was read; 0 = never */
	int64_t refused_utc;            /* when the gate last refused the feed's test names; 0 = never */
	bool inspection;                /* pages inside HTTPS can be compared, not hosts only */
	struct str supplier;            /* whose filter stands in front; absent = nobody's */
	int64_t supplier_tested_utc;    /* when that was last tested here; 0 = never */
};

struct sealed_state { enum light light; struct str sentence; };         /* the sentence lives in the arena */

/* What the snapshot knows; the caller adds refused_utc and inspection. */
struct sealed_facts sealed_facts_of(const struct policy *p);
struct sealed_state sealed_state(struct arena *a, const struct sealed_facts *f, int64_t now_utc);
