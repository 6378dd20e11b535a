/* tables.h - what a struct policy holds.  For policy/decide and its tests;
 * everybody else asks through policy.h. */
#pragma once
#include "policy/read/addrset.h"
#include "policy/read/calendar.h"
#include "policy/read/catalog.h"
#include "policy/read/downloads.h"
#include "policy/read/engines.h"
#include "policy/read/groups.h"
#include "policy/read/hostset.h"
#include "policy/read/phrases.h"
#include "policy/read/policy.h"
#include "policy/read/ranges.h"
#include "policy/read/safesearch.h"
#include "policy/read/sealed.h"
#include "policy/read/snapshot.h"
#include "policy/read/texts.h"
#include "policy/read/times.h"
#include "policy/read/tokens.h"
#include "policy/read/urlset.h"

struct policy {
	struct snapshot *snapshot;      /* owned */
	struct catalog catalog;
	struct hostset hosts;
	struct urlset urls;
	struct addrset addrs;
	struct sealed sealed;
	bool sealed_known;              /* there are no sealed entries, or the key fits them */
	bool tools_assessed;            /* a search tool that was chosen needs its assessment too (text service.search) */
	uint16_t gaming;                /* the category that teaching services stand above; CATEGORY_NONE without it */
	uint16_t ai;                    /* the category of AI assistants; CATEGORY_NONE without it */
	struct groups groups;
	struct rules rules;
	struct calendar calendar;
	struct tools tools;
	struct engines engines;
	struct downloads downloads;
	struct ranges ranges;
	struct tokens tokens;
	struct texts texts, meta;
	struct phrases *phrases;        /* held; NULL without any */
	bool *reads, *tells;            /* owned; by group: some limit of theirs closes a page; what they type raises alerts */
	const struct live *live;        /* borrowed; may be NULL */
};

/* From here on decisions ask this overlay too (borrowed). */
void policy_overlay(struct policy *p, const struct live *l);
/* The same checks and tables over an opened snapshot, which it takes over (also on failure). */
enum err policy_of(struct snapshot *s, struct str sealed_key, struct policy **out);
