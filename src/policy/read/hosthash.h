/* hosthash.h - walks the endings of a host name, shortest first, and hashes
 * them on the way: the last label or the last two at once, then label by label.
 * Keyed with 256 random bits for each compile: who writes a list cannot know
 * which names fall together. */
#pragma once
#include <stdint.h>
#include <string.h>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include "base/str.h"

enum { HOSTHASH_KEY = 4, HOSTHASH_DOTS = 64 };

struct hostwalk { struct str host; uint64_t dots; };      /* bit i: byte i is a dot; names of 8 to 64 bytes only */

static inline uint64_t hosthash_rd8(const char *p) { uint64_t v; memcpy(&v, p, 8); return v; }
static inline uint64_t hosthash_fold(uint64_t a, uint64_t b)
{
	unsigned __int128 m = (unsigned __int128)a * b;
	return (uint64_t)m ^ (uint64_t)(m >> 64);
}

/* A bit for each of eight, or of sixteen, bytes that is a dot. */
static inline uint64_t hostwalk_dots8(const char *p)
{
	uint64_t low = 0x7f7f7f7f7f7f7f7fu, x = hosthash_rd8(p) ^ 0x2e2e2e2e2e2e2e2eu;
	uint64_t top = ~(((x & low) + low) | x | low);
	return (top >> 7) * 0x0102040810204080u >> 56;
}
static inline uint64_t hostwalk_dots16(const char *p)
{
#if defined(__SSE2__)
	__m128i v = _mm_loadu_si128((const __m128i *)(const void *)p);
	return (uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(v, _mm_set1_epi8('.')));
#else
	return hostwalk_dots8(p) | hostwalk_dots8(p + 8) << 8;
#endif
}

static inline struct hostwalk hostwalk_of(struct str host)
{
	const char *p = host.p;
	size_t n = host.n;
	uint64_t dots = 0;
	if (n < 8 || n > HOSTHASH_DOTS)
		return (struct hostwalk){ host, 0 };
	if (n < 16)
		dots = hostwalk_dots8(p) | hostwalk_dots8(p + n - 8) << (n - 8);
	else
		dots = hostwalk_dots16(p) | hostwalk_dots16(p + n - 16) << (n - 16);
	if (n > 32)
		dots |= hostwalk_dots16(p + 16) << 16 | hostwalk_dots16(p + n - 32) << (n - 32);
	return (struct hostwalk){ host, dots };
}

/* Where the ending starts that has one label more than the one at `at` (1 to n); at n: the last label. */
static inline size_t hostwalk_longer(const struct hostwalk *w, size_t at)
{
	if (__builtin_expect(w->host.n >= 8 && w->host.n <= HOSTHASH_DOTS, 1)) {
		uint64_t before = w->dots & (((uint64_t)1 << (at - 1)) - 1);
		return before ? 64 - (size_t)__builtin_clzll(before) : 0;
	}
	for (at--; at > 0 && w->host.p[at - 1] != '.';)
		at--;
	return at;
}

static inline uint64_t hosthash_end(const uint64_t key[HOSTHASH_KEY], uint64_t h, size_t n)
{
	return hosthash_fold(h ^ (uint64_t)n * 0x9fb21c651e98df25u, key[3]);
}

static inline uint64_t hosthash_four(const uint64_t key[HOSTHASH_KEY], uint64_t a, uint64_t b, uint64_t c, uint64_t d)
{
	return hosthash_fold(a ^ key[0], b ^ key[1]) ^ hosthash_fold(c ^ key[2], d ^ key[3]);
}

/* Names shorter than a word: as if zeros followed. */
static __attribute__((noinline, unused)) uint64_t hosthash_short(const uint64_t key[HOSTHASH_KEY], struct str s)
{
	uint64_t x = 0;
	for (size_t i = s.n; i > 0; i--)
		x = x << 8 | (uint8_t)s.p[i - 1];
	return hosthash_end(key, hosthash_four(key, x, x, x, x), s.n);
}

static __attribute__((noinline, unused)) uint64_t hosthash_long(const uint64_t key[HOSTHASH_KEY], struct str s)
{
	uint64_t h = 0;
	struct str rest = s;
	for (; rest.n > 32; rest = str_from(rest, 32))
		h = hosthash_four(key, hosthash_rd8(rest.p) ^ h, hosthash_rd8(rest.p + 8), hosthash_rd8(rest.p + 16) ^ h, hosthash_rd8(rest.p + 24));
	const char *e = s.p + s.n;
	return hosthash_end(key, hosthash_four(key, hosthash_rd8(e - 32) ^ h, hosthash_rd8(e - 24), hosthash_rd8(e - 16) ^ h, hosthash_rd8(e - 8)), s.n);
}

static inline size_t hosthash_least(size_t a, size_t b) { return a < b ? a : b; }

/* An ending of 8 to 32 bytes that ends at `end`: four words that cover it, overlapping where it is shorter. */
static inline __attribute__((always_inline)) uint64_t hosthash_mid(const uint64_t key[HOSTHASH_KEY], const char *end, size_t n)
{
	uint64_t a = hosthash_rd8(end - 8), b = hosthash_rd8(end - hosthash_least(n, 16));
	uint64_t c = hosthash_rd8(end - hosthash_least(n, 24)), d = hosthash_rd8(end - n);
	return hosthash_end(key, hosthash_four(key, a, b, c, d), n);
}

/* The ending that starts at `at` (below n), by itself. */
static inline uint64_t hosthash(const uint64_t key[HOSTHASH_KEY], struct str host, size_t at)
{
	struct str s = str_from(host, at);
	if (s.n < 8)
		return hosthash_short(key, s);
	return __builtin_expect(s.n <= 32, 1) ? hosthash_mid(key, host.p + host.n, s.n) : hosthash_long(key, s);
}

/* Up to seven bytes, as if zeros followed, without reading past the end of the name. */
static inline uint64_t hosthash_bytes(struct str host, size_t at, size_t n)
{
	if (__builtin_expect(at + 8 <= host.n, 1))
		return hosthash_rd8(host.p + at) & (((uint64_t)1 << 8 * n) - 1);
	uint64_t x = 0;
	for (size_t i = n; i > 0; i--)
		x = x << 8 | (uint8_t)host.p[at + i - 1];
	return x;
}

/* From the hash of the ending at `before` to that of the ending at `at`, one label longer. */
static inline uint64_t hosthash_longer(const uint64_t key[HOSTHASH_KEY], uint64_t h, struct str host, size_t at, size_t before)
{
	size_t n = before - at;                  /* with its dot */
	for (; n >= 8; n -= 8, at += 8)
		h = hosthash_fold(h ^ hosthash_rd8(host.p + at), key[1]);
	return hosthash_fold(h ^ hosthash_bytes(host, at, n), key[2] + n);
}

/* The dots of the last 32 bytes of a name of 8 bytes or more: bit 31 is the last byte. */
static inline __attribute__((always_inline)) uint32_t hostwalk_tail(struct str host)
{
	const char *end = host.p + host.n;
	size_t n = host.n;
	if (__builtin_expect(n < 16, 0))
		return (uint32_t)(hostwalk_dots8(host.p) | hostwalk_dots8(end - 8) << (n - 8)) << (32 - n);
	size_t gap = n < 32 ? 32 - n : 0;
	return (uint32_t)hostwalk_dots16(end - 16) << 16 | (uint32_t)hostwalk_dots16(end - 32 + gap) << gap;
}
