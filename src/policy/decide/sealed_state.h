/* sealed_state.h - how well the sealed lists (IWF, police) are applied here:
 * what the status page, the governors' page, the security check and
 * `gatehouse status` show.  Red without a feed and without a supplier's filter in
 * front, when a feed is older than a day, and when a test name was let through;
 * amber while something is not proved; green when the gate's own feed is fresh and
 * its test names were refused today, or when a supplier's filter in front refused
 * its agreed names within the last two hours. */
#pragma once
#include "base/arena.h"
#include "policy/read/policy.h"

enum light { LIGHT_RED, LIGHT_AMBER, LIGHT_GREEN };

enum {
	SEALED_FRESH_S = 86400         /* a feed older than a day is not fresh */,
	SEALED_SUPPLIER_S = 92 * 86400 /* nor a supplier's test that somebody made by hand */,
	SEALED_ASKED_S = 2 * 3600 + 900 /* the hourly asking: one may fail for want of an answer */,
	SEALED_SILENT_S = 6 * 3600     /* so long without an answer, nothing is verified any more */,
};

/* Why it is red: one at a time, the worst first.  The words are kept in the register sealed-gap. */
#define SEALED_CAUSE_TABLE(X) \
	X(FINE,     "",         "") \
	X(UPSTREAM, "upstream", "The supplier's filter in front let a test name of the protected lists through.") \
	X(SILENT,   "silent",   "The supplier's filter in front could not be asked, so nothing showed that it applies the protected lists.") \
	X(NONE,     "none",     "No protected list was loaded here, and no supplier's filter stood in front.") \
	X(UNTESTED, "untested", "The supplier's filter in front had not been tested for three months.") \
	X(STALE,    "stale",    "The feed of a protected list had stopped: the list was more than a day old.") \
	X(OPEN,     "open",     "The filter did not refuse a test name of a protected list.") \
	X(MISSING,  "missing",  "One of the protected lists was not loaded here, and no supplier's filter was shown to apply it.")
enum sealed_cause {
#define SEALED_CAUSE_ENUM_(name, word, text) SEALED_##name,
	SEALED_CAUSE_TABLE(SEALED_CAUSE_ENUM_)
#undef SEALED_CAUSE_ENUM_
	SEALED_CAUSES
};
const char *sealed_cause_word(enum sealed_cause c);
const char *sealed_cause_text(enum sealed_cause c);
bool sealed_cause_of(struct str word, enum sealed_cause *out);

/* What came of asking for test names: when all were last refused, when one was last let through; 0 = never. */
struct sealed_asked { bool any /* there are names to ask for */; int64_t held_utc, open_utc; };

struct sealed_facts {
	size_t entries;                 /* in the snapshot */
	int64_t feed_utc;               /* of the sealed category whose newest list is the oldest; 0 = never */
	struct str missing;             /* a sealed category of which nothing is loaded here, by its title; absent = each is loaded */
	struct sealed_asked own;        /* the gate's own listeners, asked for test names of what is loaded */
	bool inspection;                /* pages inside HTTPS can be compared, not hosts only */
	struct str supplier;            /* whose filter stands in front; absent = nobody's */
	int64_t supplier_tested_utc;    /* when somebody last tested that by hand; 0 = never */
	struct sealed_asked upstream;   /* its agreed test names, asked each hour */
	struct str upstream_lacks;      /* a list for which no test name was agreed; absent = none */
};

/* The sentence lives in the arena.  since_utc: from when it is red, as far as that is known; 0 = from now. */
struct sealed_state { enum light light; enum sealed_cause cause; int64_t since_utc; struct str sentence; };

/* Each sealed category, with the moment at which its newest list was read; 0: nothing of it is loaded.  Texts are the policy's. */
struct sealed_feed { struct str title; int64_t read_utc; };
enum { SEALED_FEEDS_MAX = 8 };
size_t sealed_feeds(const struct policy *p, struct sealed_feed out[SEALED_FEEDS_MAX]);

/* What the snapshot knows; the caller adds own and upstream (house/filter/sealed_watch.h).  Texts are the policy's. */
struct sealed_facts sealed_facts_of(const struct policy *p);
struct sealed_state sealed_state(struct arena *a, const struct sealed_facts *f, int64_t now_utc);
/* The supplier's names were all refused within the last two hours. */
bool sealed_upstream_holds(const struct sealed_facts *f, int64_t now_utc);
