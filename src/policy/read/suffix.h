/* suffix.h - walks the endings of a host name from the shortest (its last
 * label) to the whole name, hashing each on the way.  One pass from the right
 * over words of eight bytes: a chain takes the full words in, and each ending
 * adds what it has of the word it begins in, and its length. */
#pragma once
#include "policy/read/tagset.h"
#include "wire/host.h"

enum { SUFFIX_MAX = 128 };

struct suffixes {
	size_t n;                      /* endings; the i-th has i + 1 labels */
	uint64_t chain[SUFFIX_MAX];    /* hash before tagset_end: go on with it */
	uint8_t at[SUFFIX_MAX];        /* where the ending starts in the name */
};

/* The (up to) eight bytes of the name that end before `end`, last byte highest; zeros where it has begun. */
static inline uint64_t suffix_word(struct str host, size_t end)
{
	if (__builtin_expect(end >= 8, 1))
		return tag_rd8(host.p + end - 8);
	if (host.n >= 8)
		return tag_rd8(host.p) << (64 - 8 * end);
	uint64_t w = 0;
	for (size_t i = 0; i < end; i++)
		w |= (uint64_t)(uint8_t)host.p[i] << (64 - 8 * (end - i));
	return w;
}

/* The top bit of each byte that is a dot. */
static inline uint64_t suffix_dots(uint64_t w)
{
	uint64_t low = 0x7f7f7f7f7f7f7f7fu, x = w ^ 0x2e2e2e2e2e2e2e2eu;
	return ~(((x & low) + low) | x | low);
}

/* The ending of n bytes, of which the first `part` (0 to 7) stand in the word w behind the chain h. */
static inline uint64_t suffix_hash(const uint64_t key[2], uint64_t h, uint64_t w, size_t part, size_t n)
{
	uint64_t own = part ? w >> (64 - 8 * part) : 0;
	return tag_fold(h ^ own, key[1] ^ (uint64_t)n * 0x9fb21c651e98df25u);
}

/* Stops after `most` endings.  Any bytes will do, up to 255; a host has at most 127 labels.  No name, no ending. */
static inline void suffix_walk(const uint64_t key[2], struct str host, size_t most, struct suffixes *out)
{
	uint64_t h = tagset_begin(key);
	size_t k = 0;
	most = most < SUFFIX_MAX ? most : SUFFIX_MAX;
	for (size_t end = host.n; end > 0 && k < most; end -= 8) {
		uint64_t w = suffix_word(host, end);
		for (uint64_t dots = suffix_dots(w); dots && k < most;) {
			int bit = 63 - __builtin_clzll(dots);
			size_t part = (size_t)(63 - bit) / 8, at = end - part;
			dots ^= 1ull << bit;
			out->chain[k] = suffix_hash(key, h, w, part, host.n - at);
			out->at[k++] = (uint8_t)at;
		}
		bool partial = end < 8;
		h = partial ? h : tag_fold(h ^ w, key[1]);         /* a word that is full always goes into the chain */
		if (end <= 8 && k < most) {
			out->chain[k] = suffix_hash(key, h, w, partial ? end : 0, host.n);
			out->at[k++] = 0;
		}
		if (end <= 8)
			break;
	}
	out->n = k;
}

/* The chain of a whole name. */
static inline uint64_t suffix_chain(const uint64_t key[2], struct str host)
{
	struct suffixes s __attribute__((uninitialized));
	suffix_walk(key, host, SUFFIX_MAX, &s);
	return s.n ? s.chain[s.n - 1] : 0;
}
