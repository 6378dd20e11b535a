/* hostset.h - millions of listed names: which lists hold a host, or a name
 * above it.  A listed name covers the names below it.
 *
 * All names below one ANCHOR, the last two labels, stand in the same cache
 * line, so a lookup waits for memory once, however many labels the host has.
 * Where more names stand below an anchor than share a line well (co.uk, a big
 * blog host), it is SPLIT: the anchors are then the names of one label more.
 * The few split names, and listed single labels, are kept in a small exact
 * table with a bit map before it that stays in the processor's own cache.
 *
 * A line (block) holds ten tags of 32 bits of the hash of the whole listed name, ten set
 * numbers of 16 bits, and 32 bits that say which anchors have more than their
 * own name here: longer names, or some that went on to the next block.  An ending
 * that is not listed is taken for one that is at most 10 / 2^32 = 2.3e-9 a
 * block looked at, 1.9e-9 as full as blocks are on average; the key is random
 * for each compile (hosthash.h).
 *
 * Plain value; views into the snapshot; lookups allocate nothing and do not fail. */
#pragma once
#include "policy/read/hits.h"
#include "policy/read/hosthash.h"
#include "policy/read/listsets.h"
#include "policy/read/snapshot.h"

enum {
	HOSTSET_FORMAT = 2, HOSTSET_SLOTS = 10, HOSTSET_BLOCK = 64, HOSTSET_HEAD = 128,
	HOSTSET_CHAIN = 32,           /* blocks looked at for one anchor, at most */
	HOSTSET_FENCE_MIN = 512,      /* bits */
	HOSTSET_SPECIAL = 16,         /* bytes: u64le hash, u32le set or 0, u32le flags; flags 0: free */
	HOSTSET_USED = 1, HOSTSET_SPLIT = 2,
	HOSTSET_SPECIAL_CHAIN = 32    /* slots looked at for one special name, at most */
};

struct hostset {
	const uint8_t *blocks, *fence, *specials;   /* views into the section */
	struct listsets sets;
	const uint8_t *list_category;               /* u16le a list */
	uint64_t key[HOSTHASH_KEY];                 /* random for each compile */
	uint64_t blocks_n, entries;                 /* 0: empty */
	uint64_t fence_bits;                        /* a power of two */
	uint32_t specials_n;                        /* slots: a power of two, or 0 */
	bool single;                                /* a single label is listed */
	size_t quick_n;                             /* names of 8 to this + 7 bytes may take the short way */
};

void hostset_open(const struct snapshot *s, struct hostset *out);
/* host in normal form.  True when something matched; out may be NULL. */
bool hostset_find(const struct hostset *h, struct str host, struct hits *out);
/* Many at once, which hides the cache misses: found[i] as hostset_find gives. */
void hostset_find_many(const struct hostset *h, const struct str *hosts, size_t n, bool *found);
uint64_t hostset_count(const struct hostset *h);

enum err hostset_check(const struct snapshot *s, struct str bytes);

/* Where things stand, for the reader and the compiler. */
static inline uint64_t hostset_home(uint64_t anchor, uint64_t blocks_n)
{
	return (uint64_t)((unsigned __int128)anchor * blocks_n >> 64);
}
static inline uint32_t hostset_tag(uint64_t name) { return (uint32_t)name ? (uint32_t)name : 1; }
/* Three bits of 32: other anchors of the block seldom have all of them. */
static inline uint32_t hostset_more(uint64_t anchor) { return 1u << (anchor >> 27 & 31) | 1u << (anchor >> 32 & 31) | 1u << (anchor >> 37 & 31); }
static inline uint64_t hostset_fence_at(uint64_t name, uint64_t fence_bits) { return name & (fence_bits - 1); }
static inline uint32_t hostset_special_at(uint64_t name, uint32_t specials_n) { return (uint32_t)(name >> 32) & (specials_n - 1); }
