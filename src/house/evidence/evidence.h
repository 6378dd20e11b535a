/* evidence.h - what stands behind a duty of the policy, live: a provider for
 * each feature of data/clauses that the program can say something about.  Says
 * whether the program measured it or a person reported it, and how old it is.
 * Never green without something behind it; never a name. */
#pragma once
#include "house/procedure/library.h"
#include "house/store/entry.h"

enum status { STATUS_NONE /* nothing to judge */, STATUS_RED, STATUS_AMBER, STATUS_GREEN };
const char *status_word(enum status s);        /* "no judgement", "red", ... */

struct evidence {
	bool served;                   /* a provider is there for the feature */
	enum status status;
	struct str text;               /* one sentence, in the arena */
	bool measured;                 /* by the program; else reported by a person */
	int64_t at_utc;                /* of what it rests on; 0: no time */
	bool stale;                    /* older than it should be */
};

struct evidence_ask {
	struct store *store;
	struct db *activity;           /* NULL: none */
	const struct library *library;
	int64_t school, now_utc;
	int64_t viewer;                /* who reads it: cases kept from them are not counted either; 0 = the program */
};

/* One name for all features that are measured alike: ask once, show often. */
struct str evidence_source(struct str feature);
/* Of one feature; `served` is false when the program does not measure it. */
enum err evidence_of(const struct evidence_ask *q, struct arena *a, struct str feature, struct evidence *out);

/* The policy that was published last, and the one that the gate says it runs (4.4-06). */
struct running_policy { int64_t published, published_utc, loaded, loaded_utc; struct str published_digest, loaded_digest; bool same; };
enum err evidence_policy(const struct evidence_ask *q, struct arena *a, struct running_policy *out);
/* The newest event of a kind (enum event_kind) of the gate itself in the last 400 days; 0: none. */
enum err evidence_gate(const struct evidence_ask *q, struct arena *a, int kind, int64_t *at_utc, int64_t *n);
/* "4 minutes ago", "on 3 November 2026"; absent for 0. */
struct str evidence_age(struct arena *a, int64_t at_utc, int64_t now_utc);
