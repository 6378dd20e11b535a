/* pattern.h - what was said about each adult who works here, together: small things about one person can be one large
 * thing (KCSIE part four).  For the headteacher, and about the headteacher for the chair of governors; what somebody
 * may not see is not in it, nor in its counts. */
#pragma once
#include "house/record/record.h"

enum { PATTERN_ASKS = 2 };                /* so many concerns about one person: ask the designated officer */

struct adult_said { int64_t id, at_utc; struct str title, state; bool low_level; };
struct adult_pattern {
	int64_t person;                   /* 0: nobody was named yet */
	struct adult_said *v;             /* newest first */
	size_t n, n_low;
	bool ask;                         /* several: taken together they may meet the threshold of harm */
};
/* Those with most concerns first; the unnamed last.  At most the newest 500 cases. */
enum err record_patterns(const struct desk *k, struct arena *a, const struct entry_may *may, struct adult_pattern **out, size_t *n);
