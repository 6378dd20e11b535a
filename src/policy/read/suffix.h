/* suffix.h - walks the endings of a host name from the shortest (its last
 * label) to the whole name, hashing each on the way: one pass over the bytes,
 * a word at a time.  Labels are hashed last to first, each with its length. */
#pragma once
#include "policy/read/tagset.h"
#include "wire/host.h"

enum { SUFFIX_MAX = 128 };

struct suffixes {
	size_t n;                      /* endings; the i-th has i + 1 labels */
	uint64_t chain[SUFFIX_MAX];    /* hash before tagset_end: go on with it */
	uint8_t at[SUFFIX_MAX];        /* where the ending starts in the name */
};

/* A bit for each dot among the eight bytes at p. */
static inline uint64_t suffix_dots8(const char *p)
{
	uint64_t low = 0x7f7f7f7f7f7f7f7fu, x = tag_rd8(p) ^ 0x2e2e2e2e2e2e2e2eu;
	uint64_t zero = ~(((x & low) + low) | x | low);
	return (zero >> 7) * 0x0102040810204080u >> 56;
}

/* Dots in the n <= 64 bytes at p. */
static inline uint64_t suffix_dots(const char *p, size_t n)
{
	uint64_t dots = 0;
	if (n < 8) {
		for (size_t i = 0; i < n; i++)
			dots |= (uint64_t)(p[i] == '.') << i;
		return dots;
	}
	for (size_t i = 0; i + 8 <= n; i += 8)
		dots |= suffix_dots8(p + i) << i;
	return dots | suffix_dots8(p + n - 8) << (n - 8);
}

/* Stops after `most` endings.  Any bytes will do; a host has at most 127 labels. */
static inline void suffix_walk(const uint64_t key[2], struct str host, size_t most, struct suffixes *out)
{
	uint64_t h = tagset_begin(key);
	size_t end = host.n, k = 0;
	most = most < SUFFIX_MAX ? most : SUFFIX_MAX;
	for (size_t high = host.n; high > 0 && k < most;) {
		size_t low = high > 64 ? high - 64 : 0;
		for (uint64_t dots = suffix_dots(host.p + low, high - low); dots && k < most;) {
			int bit = 63 - __builtin_clzll(dots);
			size_t from = low + (size_t)bit + 1;
			dots ^= 1ull << bit;
			h = tagset_mix(key, h, host.p + from, end - from);
			out->chain[k] = h;
			out->at[k++] = (uint8_t)from;
			end = from - 1;
		}
		high = low;
	}
	if (k < most) {
		out->chain[k] = tagset_mix(key, h, host.p, end);
		out->at[k++] = 0;
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
