/* topics.h - what somebody may report about, and the procedure that each topic
 * opens (data/topics.conf). */
#pragma once
#include "base/conf.h"

struct topic {
	struct str id, label;
	struct str learner;               /* in a child's words; absent: not on the form for children */
	struct str procedure;
	struct str recipients;            /* parameter of the profile: who is told first */
	bool leads;                       /* only the lead and the deputies work on it (11.2-01, 11.3-03) */
};

struct topics { struct topic *v; size_t n; };

enum err topics_load(struct arena *a, const char *path, struct diag *d, struct topics *out);
const struct topic *topic_find(const struct topics *t, struct str id);              /* NULL: none */
/* The first topic that opens this procedure; NULL: none. */
const struct topic *topic_of_procedure(const struct topics *t, struct str procedure);
