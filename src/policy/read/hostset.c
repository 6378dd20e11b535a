#include "policy/read/hostset.h"

#include "policy/read/le.h"
#include "wire/host.h"

enum { BATCH = 32 };

/* Endings that are listed, shortest first. */
struct listed { uint32_t set, length; };
struct found { uint32_t n; struct listed v[2 * HOST_MAX]; };

/* A host's last two labels, and their block. */
struct quick { uint64_t anchor; const uint8_t *block; size_t length; };

/* Where the walk of a host has come to. */
struct asked { struct hostwalk w; size_t at; uint64_t anchor; };

uint64_t hostset_count(const struct hostset *h) { return h->entries; }

/* A bit for each of the ten slots whose tag is this one. */
static inline uint32_t slots_with(const uint8_t *block, uint32_t tag)
{
#if defined(__SSE2__)
	const __m128i *p = (const __m128i *)(const void *)block;
	__m128i want = _mm_set1_epi32((int)tag);
	__m128i a = _mm_cmpeq_epi32(_mm_loadu_si128(p), want);
	__m128i b = _mm_cmpeq_epi32(_mm_loadu_si128(p + 1), want);
	__m128i c = _mm_cmpeq_epi32(_mm_loadu_si128(p + 2), want);
	__m128i all = _mm_packs_epi16(_mm_packs_epi32(a, b), _mm_packs_epi32(c, _mm_setzero_si128()));
	return (uint32_t)_mm_movemask_epi8(all) & ((1u << HOSTSET_SLOTS) - 1);
#else
	uint32_t found = 0;
	for (uint32_t i = 0; i < HOSTSET_SLOTS; i++)
		found |= (uint32_t)(le32(block + 4 * (size_t)i) == tag) << i;
	return found;
#endif
}

static inline const uint8_t *block_at(const struct hostset *h, uint64_t at) { return h->blocks + at * HOSTSET_BLOCK; }

/* The set of a tag in a block, or 0, without a branch: a wrong guess would wait for memory. */
static inline uint32_t set_in(const uint8_t *block, uint32_t tag)
{
	uint32_t found = slots_with(block, tag);
	uint32_t set = le16(block + 4 * HOSTSET_SLOTS + 2 * (size_t)__builtin_ctz(found | 1u << (HOSTSET_SLOTS - 1)));
	return found ? set : 0;
}

static inline void note(struct found *f, uint32_t set, size_t length)
{
	f->v[f->n].set = set;
	f->v[f->n].length = (uint32_t)length;
	f->n += set != 0;
}

static const uint8_t *special(const struct hostset *h, uint64_t name)
{
	for (uint32_t i = 0, at = hostset_special_at(name, h->specials_n); i < HOSTSET_SPECIAL_CHAIN; i++, at = (at + 1) & (h->specials_n - 1)) {
		const uint8_t *s = h->specials + (size_t)at * HOSTSET_SPECIAL;
		if (le32(s + 12) == 0)
			return NULL;
		if (le64(s) == name)
			return s;
	}
	return NULL;
}

static inline bool fenced(const struct hostset *h, uint64_t name)
{
	uint64_t at = hostset_fence_at(name, h->fence_bits);
	return h->fence[at >> 3] >> (at & 7) & 1;
}

/* True for a split name: its own set is noted. */
static __attribute__((noinline)) bool split(const struct hostset *h, uint64_t name, size_t length, struct found *f)
{
	const uint8_t *s = h->specials_n ? special(h, name) : NULL;
	if (!s)
		return false;
	note(f, le32(s + 8), length);
	return le32(s + 12) & HOSTSET_SPLIT;
}

/* Walks to the anchor.  False: the host ends before there is one. */
static bool to_anchor(const struct hostset *h, struct str host, struct asked *a, struct found *f)
{
	a->w = hostwalk_of(host);
	a->at = hostwalk_longer(&a->w, host.n);
	if (h->single) {
		uint64_t last = hosthash(h->key, host, a->at);
		if (fenced(h, last))
			(void)split(h, last, host.n - a->at, f);
	}
	if (a->at == 0)
		return false;
	a->at = hostwalk_longer(&a->w, a->at);
	a->anchor = hosthash(h->key, host, a->at);
	while (__builtin_expect(fenced(h, a->anchor), 0) && split(h, a->anchor, host.n - a->at, f)) {
		if (a->at == 0)
			return false;
		size_t before = a->at;
		a->at = hostwalk_longer(&a->w, before);
		a->anchor = hosthash_longer(h->key, a->anchor, host, a->at, before);
	}
	return true;
}

/* The endings from the anchor on, in the anchor's block and those its names went on to. */
static void look(const struct hostset *h, const struct asked *a, struct found *f)
{
	struct listed *v = f->v + f->n;
	uint32_t tag[HOST_MAX + 1] __attribute__((uninitialized)), more = hostset_more(a->anchor);
	uint64_t name = a->anchor, home = hostset_home(a->anchor, h->blocks_n);
	size_t at = a->at, n = 1;
	tag[0] = hostset_tag(name);
	v[0] = (struct listed){ 0, (uint32_t)(a->w.host.n - at) };
	for (size_t before; at > 0; n++) {
		before = at;
		at = hostwalk_longer(&a->w, before);
		name = hosthash_longer(h->key, name, a->w.host, at, before);
		tag[n] = hostset_tag(name);
		v[n] = (struct listed){ 0, (uint32_t)(a->w.host.n - at) };
	}
	for (int i = 0; i < HOSTSET_CHAIN; i++) {
		const uint8_t *b = block_at(h, home);
		for (size_t k = 0; k < n; k++)
			v[k].set |= v[k].set ? 0 : set_in(b, tag[k]);
		if ((le32(b + 6 * HOSTSET_SLOTS) & more) != more || le32(b + 4 * (HOSTSET_SLOTS - 1)) == 0)
			break;
		home = home + 1 == h->blocks_n ? 0 : home + 1;
	}
	for (size_t k = 0; k < n; k++) {
		struct listed l = v[k];
		note(f, l.set, l.length);
	}
}

static bool gather(const struct hostset *h, struct found *f, struct hits *out)
{
	if (!out)
		return f->n != 0;
	out->n = 0;
	for (uint32_t i = f->n; i > 0; i--)
		listsets_hits(&h->sets, f->v[i - 1].set, h->list_category, f->v[i - 1].length, out);
	return f->n != 0;
}

/* Any host. */
static __attribute__((noinline)) bool find_any(const struct hostset *h, struct str host, struct hits *out)
{
	struct found f __attribute__((uninitialized));
	struct asked a __attribute__((uninitialized));
	f.n = 0;
	if (h->blocks_n != 0 && host.n != 0 && host.n <= HOST_MAX && to_anchor(h, host, &a, &f))
		look(h, &a, &f);
	return gather(h, &f, out);
}

/* A host whose anchor is known, and not split. */
static __attribute__((noinline)) bool find_below(const struct hostset *h, struct str host, const struct quick *q, struct hits *out)
{
	struct found f __attribute__((uninitialized));
	struct asked a = { .w = hostwalk_of(host), .at = host.n - q->length, .anchor = q->anchor };
	f.n = 0;
	look(h, &a, &f);
	return gather(h, &f, out);
}

/* Most hosts: the anchor and its block.  False: it takes find_any. */
static inline __attribute__((always_inline)) bool quick(const struct hostset *h, struct str host, struct quick *q)
{
	if (__builtin_expect(host.n - 8 >= h->quick_n, 0))
		return false;
	uint32_t dots = hostwalk_tail(host);
	if (__builtin_expect(dots == 0, 0))
		return false;
	dots ^= 0x80000000u >> __builtin_clz(dots);
	q->length = dots ? (size_t)__builtin_clz(dots) : host.n;
	if (__builtin_expect(q->length - 8 > 24, 0))
		return false;
	q->anchor = hosthash_mid(h->key, host.p + host.n, q->length);
	q->block = block_at(h, hostset_home(q->anchor, h->blocks_n));
	return !__builtin_expect(fenced(h, q->anchor), 0);
}

/* The slot of the anchor itself, as a bit.  False: longer names stand below it, or its names went on. */
static inline __attribute__((always_inline)) bool quick_look(const struct quick *q, uint32_t *slot)
{
	uint32_t more = hostset_more(q->anchor);
	*slot = slots_with(q->block, hostset_tag(q->anchor));
	return __builtin_expect((le32(q->block + 6 * HOSTSET_SLOTS) & more) != more, 1);
}

bool hostset_find(const struct hostset *h, struct str host, struct hits *out)
{
	struct quick q __attribute__((uninitialized));
	uint32_t slot;
	if (!quick(h, host, &q))
		return find_any(h, host, out);
	if (!quick_look(&q, &slot))
		return find_below(h, host, &q, out);
	if (!out)
		return slot != 0;
	out->n = 0;
	if (slot)
		listsets_hits(&h->sets, le16(q.block + 4 * HOSTSET_SLOTS + 2 * (size_t)__builtin_ctz(slot)), h->list_category, q.length, out);
	return slot != 0;
}

void hostset_find_many(const struct hostset *h, const struct str *hosts, size_t n, bool *found)
{
	struct quick q[BATCH] __attribute__((uninitialized));
	size_t which[BATCH];
	uint32_t slot;
	for (size_t at = 0; at < n; at += BATCH) {
		size_t m = n - at < BATCH ? n - at : BATCH, k = 0;
		for (size_t i = at; i < at + m; i++) {
			which[k] = i;
			if (!quick(h, hosts[i], &q[k])) {
				found[i] = find_any(h, hosts[i], NULL);
				continue;
			}
			__builtin_prefetch(q[k++].block);
		}
		for (size_t i = 0; i < k; i++)
			found[which[i]] = quick_look(&q[i], &slot) ? slot != 0 : find_below(h, hosts[which[i]], &q[i], NULL);
	}
}
