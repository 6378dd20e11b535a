/* tagset.h - the table under urlset and addrset: 64-bit keyed hashes
 * to a set of lists.  A bucket is one cache line: ten tags of 32 bits, ten set
 * numbers of 16 bits, and 32 bits that say which tags had to move on to the
 * next bucket.  The bucket is the hash's high part, the tag its low half, so
 * a name that is not listed is taken for one that is about once in 6e8. */
#pragma once
#include "policy/read/listsets.h"

enum {
	TAGSET_FORMAT = 1, TAGSET_SLOTS = 10, TAGSET_BUCKET = 64, TAGSET_HEAD = 128,
	TAGSET_SHAPES = 5,
	TAGSET_CHAIN = 64             /* buckets looked at for one hash, at most */
};

struct tagset {
	const uint8_t *buckets;       /* views into the section */
	struct listsets sets;
	uint64_t key[2];              /* of the hash; random for each compile */
	uint64_t buckets_n, entries;  /* 0: empty */
	uint32_t shapes[TAGSET_SHAPES];   /* bit n: an entry with n parts (labels, bits of a prefix) exists */
};

static inline uint64_t tag_fold(uint64_t a, uint64_t b)
{
	unsigned __int128 m = (unsigned __int128)a * b;
	return (uint64_t)m ^ (uint64_t)(m >> 64);
}
static inline uint64_t tag_rd8(const char *p) { uint64_t v; memcpy(&v, p, 8); return v; }
static inline uint64_t tag_rd4(const char *p) { uint32_t v; memcpy(&v, p, 4); return v; }

/* Hashing: begin, add pieces (the length is part of each), end. */
static inline uint64_t tagset_begin(const uint64_t key[2]) { return key[0]; }
static inline uint64_t tagset_mix(const uint64_t key[2], uint64_t h, const char *p, size_t n)
{
	h ^= (uint64_t)n * 0x9fb21c651e98df25u;
	for (; n > 16; n -= 16, p += 16)
		h = tag_fold(tag_rd8(p) ^ h, tag_rd8(p + 8) ^ key[1]);
	uint64_t a = 0, b = 0;
	if (n >= 8) {
		a = tag_rd8(p);
		b = tag_rd8(p + n - 8);
	} else if (n >= 4) {
		a = tag_rd4(p);
		b = tag_rd4(p + n - 4);
	} else if (n > 0) {
		a = (uint64_t)(uint8_t)p[0] << 16 | (uint64_t)(uint8_t)p[n / 2] << 8 | (uint8_t)p[n - 1];
	}
	return tag_fold(a ^ h, b ^ key[1]);
}
static inline uint64_t tagset_end(const uint64_t key[2], uint64_t h)
{
	return tag_fold(h ^ key[1], 0xd6e8feb86659fd93u ^ key[0]);
}

static inline uint64_t tagset_home(uint64_t hash, uint64_t buckets_n)
{
	return (uint64_t)((unsigned __int128)hash * buckets_n >> 64);
}
static inline uint32_t tagset_tag(uint64_t hash)
{
	uint32_t tag = (uint32_t)hash;
	return tag ? tag : 1;
}
static inline uint32_t tagset_moved_bit(uint64_t hash) { return 1u << (hash >> 32 & 31); }
static inline bool tagset_shape(const struct tagset *t, size_t parts)
{
	return parts < 32 * TAGSET_SHAPES && (t->shapes[parts / 32] >> parts % 32 & 1);
}
/* The set number, 1 to sets_n; 0: not there (also for an empty table). */
uint32_t tagset_get(const struct tagset *t, uint64_t hash);
void tagset_open(struct str section, struct tagset *out);          /* checked bytes; empty when absent */
enum err tagset_check(const struct snapshot *s, struct str section);
