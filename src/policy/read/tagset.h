/* tagset.h - the table under hostset, urlset and addrset: 64-bit keyed hashes
 * to a set of lists.  A bucket is one cache line: ten tags of 32 bits, ten set
 * numbers of 16 bits, and 32 bits that say which tags had to move on to the
 * next bucket.  The bucket is the hash's high part, the tag its low half. */
#pragma once
#include "policy/read/hits.h"
#include "policy/read/snapshot.h"

enum { TAGSET_SLOTS = 10, TAGSET_BUCKET = 64, TAGSET_HEAD = 128, TAGSET_SETS_MAX = 65535 };

struct tagset {
	const uint8_t *buckets;       /* views into the section; NULL: empty */
	const uint8_t *set_at;        /* u32le sets_n + 1: where each set begins in members */
	const uint8_t *members;       /* u16le lists */
	uint64_t key[2];              /* of the hash; random for each snapshot */
	uint64_t buckets_n, entries;
	uint32_t sets_n;
	uint32_t shapes[5];           /* bit n: an entry with n parts (labels, bits of a prefix) exists */
};

/* Hashing.  Begin, then add pieces; end gives the key for the table. */
uint64_t tagset_begin(const struct tagset *t);
uint64_t tagset_mix(const struct tagset *t, uint64_t h, const char *p, size_t n);
uint64_t tagset_end(const struct tagset *t, uint64_t h);

static inline const uint8_t *tagset_bucket(const struct tagset *t, uint64_t hash)
{
	return t->buckets + (size_t)((unsigned __int128)hash * t->buckets_n >> 64) * TAGSET_BUCKET;
}
static inline uint32_t tagset_tag(uint64_t hash)
{
	uint32_t tag = (uint32_t)hash;
	return tag ? tag : 1;
}
/* The set number, 1 to sets_n; 0: not there. */
uint32_t tagset_get(const struct tagset *t, uint64_t hash);
/* Adds the lists of a set to the hits. */
void tagset_hits(const struct tagset *t, uint32_t set, const uint8_t *list_category, size_t length, struct hits *out);
void tagset_open(struct str section, struct tagset *out);          /* checked bytes; empty when absent */
enum err tagset_check(struct str section, size_t lists_n);
