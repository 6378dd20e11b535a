/* phrases.h - the weighted phrases that a page or a typed text is read for, as
 * compiled: a dictionary of folded words (policy/scan/words.h), a tree of the
 * words that follow each other, and what stands at the end of each branch: a
 * phrase that counts, or a word of the surroundings on which other phrases
 * depend.  Topics, sets and limits are those of data/phrases.
 *
 * The tables are copies of the section, held by count: a scan that is under way
 * keeps its own while the policy is exchanged beneath it. */
#pragma once
#include <stdbool.h>

#include "base/buf.h"
#include "base/str.h"

struct snapshot;
struct policy;

enum { PHRASES_VERSION = 12 /* digits */ };
enum {
	PHRASE_TOPICS = 32, PHRASE_SETS = 4096, PHRASES_MAX = 60000, PHRASE_LIMITS = 1024, PHRASE_NODES = 1 << 20, PHRASE_SLOTS = 1 << 21,
	PHRASE_DEPTH = 12,              /* words of a phrase */
	PHRASE_ALERTS = 255,            /* in place of a topic in a limit: whether what the group types raises alerts (0: no) */
};

struct phrase_topic {
	struct str name, title;         /* "self-harm" */
	int32_t alert;                  /* a typed text that reaches this tells the safeguarding lead; 0: never */
};
/* How much of a topic closes a page for a group; group absent: for every group without a line of its own. */
struct phrase_limit { struct str group; uint8_t topic; int32_t limit; /* 0: never */ };
struct phrase_set {
	struct str name;                /* "self-harm/ideation" */
	uint8_t topic, within;          /* within: words to either side that are its surroundings */
	bool near, unless;              /* counts only with one of its words near; not with one of the others */
};
struct phrase_text { struct str text; uint16_t set; int16_t weight; };

enum phrase_out { OUT_PHRASE, OUT_NEAR, OUT_UNLESS };       /* in the two upper bits of an `outs` number */
struct phrase_edge { uint32_t node, word, to; };            /* to 0: an empty slot */

struct phrases {
	unsigned held;
	char version[PHRASES_VERSION + 1];      /* which phrases these are: the first digits of their digest (phrases_name_version); empty: not asked */
	char *bytes;                    /* owned; the texts are views of it */
	struct phrase_topic topics[PHRASE_TOPICS];
	struct phrase_limit *limits;
	struct phrase_set *sets;
	struct phrase_text *texts;
	uint64_t *hash;                 /* dictionary: slots by hash, 0 empty */
	uint32_t *id;                   /* word number of the slot, from 1 */
	uint32_t *root;                 /* by word number: the node that it begins, 0 none */
	struct phrase_edge *edges;
	uint32_t *first;                /* by node: where its outs begin; one more at the end */
	uint32_t *outs;
	uint32_t n_topics, n_limits, n_sets, n_texts, n_words, slots, n_nodes, edge_slots, n_outs;
};

/* ERR_CORRUPT for anything that does not fit.  The caller holds it once. */
enum err phrases_read(struct str bytes, struct phrases **out);
void phrases_write(const struct phrases *p, struct buf *out);
enum err phrases_check(const struct snapshot *s, struct str bytes);
/* From the section's bytes: the same phrases, limits and topics have the same version wherever they were compiled. */
void phrases_name_version(struct phrases *p, struct str bytes);
struct phrases *phrases_hold(struct phrases *p);
void phrases_drop(struct phrases **p);             /* *p may be NULL */

/* The number of a folded word; 0: it stands in no phrase. */
static inline uint32_t phrases_word(const struct phrases *p, uint64_t hash)
{
	uint32_t mask = p->slots - 1;
	for (uint32_t at = (uint32_t)hash & mask; p->hash[at]; at = (at + 1) & mask)
		if (p->hash[at] == hash)
			return p->id[at];
	return 0;
}
static inline uint32_t phrases_slot(uint32_t node, uint32_t word)
{
	uint64_t h = ((uint64_t)node << 32 | word) * 0x9e3779b97f4a7c15u;
	return (uint32_t)(h >> 32);
}
/* Where a word leads from a node (0: nowhere). */
static inline uint32_t phrases_step(const struct phrases *p, uint32_t node, uint32_t word)
{
	uint32_t mask = p->edge_slots - 1;
	for (uint32_t at = phrases_slot(node, word) & mask; p->edges[at].to; at = (at + 1) & mask)
		if (p->edges[at].node == node && p->edges[at].word == word)
			return p->edges[at].to;
	return 0;
}

/* What closes a page for this group: a limit for each topic, 0 where none does. */
bool phrases_tell(const struct policy *p, uint32_t group);         /* whether what this group types raises alerts; worked out */
bool phrases_alerts(const struct policy *p, uint32_t group);       /* the same, as it was worked out when the policy was opened */
void phrases_limits(const struct policy *p, uint32_t group, int32_t out[PHRASE_TOPICS]);
bool phrases_any(const struct policy *p, uint32_t group);          /* any of these limits; worked out */
bool phrases_read_for(const struct policy *p, uint32_t group);     /* the same, as it was worked out when the policy was opened */
