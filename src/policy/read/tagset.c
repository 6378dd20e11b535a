#include "policy/read/tagset.h"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include "base/rd.h"
#include "policy/read/le.h"

/* A bit for each of the ten slots whose tag is this one. */
static inline uint32_t slots_with(const uint8_t *bucket, uint32_t tag)
{
#if defined(__SSE2__)
	const __m128i *p = (const __m128i *)(const void *)bucket;
	__m128i want = _mm_set1_epi32((int)tag);
	__m128i a = _mm_cmpeq_epi32(_mm_loadu_si128(p), want);
	__m128i b = _mm_cmpeq_epi32(_mm_loadu_si128(p + 1), want);
	__m128i c = _mm_cmpeq_epi32(_mm_loadu_si128(p + 2), want);
	__m128i all = _mm_packs_epi16(_mm_packs_epi32(a, b), _mm_packs_epi32(c, _mm_setzero_si128()));
	return (uint32_t)_mm_movemask_epi8(all) & ((1u << TAGSET_SLOTS) - 1);
#else
	uint32_t found = 0;
	for (uint32_t i = 0; i < TAGSET_SLOTS; i++) {
		uint32_t t;
		memcpy(&t, bucket + 4 * i, 4);
		found |= (uint32_t)(t == tag) << i;
	}
	return found;
#endif
}

uint32_t tagset_get(const struct tagset *t, uint64_t hash)
{
	if (t->buckets_n == 0)
		return 0;
	uint64_t at = tagset_home(hash, t->buckets_n);
	uint32_t tag = tagset_tag(hash), moved = tagset_moved_bit(hash);
	for (int i = 0; i < TAGSET_CHAIN; i++) {
		const uint8_t *b = t->buckets + at * TAGSET_BUCKET;
		uint32_t found = slots_with(b, tag);
		if (found)
			return le16(b + 4 * TAGSET_SLOTS + 2 * (size_t)__builtin_ctz(found));
		if (!(le32(b + 6 * TAGSET_SLOTS) & moved))
			return 0;
		at = at + 1 == t->buckets_n ? 0 : at + 1;
	}
	return 0;
}

/* format, sets, key, key, buckets, entries, members, lists, shapes */
enum { HEAD_BUCKETS_AT = 24 };
struct head { uint32_t format, members_n, lists_n; };

static struct head read_head(struct str section, struct tagset *t)
{
	struct rd r = rd_over(section);
	struct head h = { .format = rd_u32le(&r) };
	t->sets.n = rd_u32le(&r);
	t->key[0] = rd_u64le(&r);
	t->key[1] = rd_u64le(&r);
	t->buckets_n = rd_u64le(&r);
	t->entries = rd_u64le(&r);
	h.members_n = rd_u32le(&r);
	h.lists_n = rd_u32le(&r);
	for (int i = 0; i < TAGSET_SHAPES; i++)
		t->shapes[i] = rd_u32le(&r);
	t->buckets = (const uint8_t *)section.p + TAGSET_HEAD;
	t->sets = listsets_over(t->buckets + t->buckets_n * TAGSET_BUCKET, t->sets.n);
	return h;
}

void tagset_open(struct str section, struct tagset *out)
{
	*out = (struct tagset){ 0 };
	if (section.n >= TAGSET_HEAD)
		(void)read_head(section, out);       /* checked when the snapshot was opened */
}

static enum err check_size(struct str section, const struct tagset *t, const struct head *h)
{
	if (h->format != TAGSET_FORMAT)
		return ERR_VERSION;
	if (t->sets.n > LISTSETS_MAX || t->buckets_n > section.n / TAGSET_BUCKET || h->members_n > section.n / 2)
		return ERR_CORRUPT;
	size_t want = TAGSET_HEAD + (size_t)t->buckets_n * TAGSET_BUCKET + listsets_bytes(t->sets.n, h->members_n);
	return want == section.n ? OK : ERR_CORRUPT;
}

static enum err check_buckets(const struct tagset *t)
{
	uint64_t used = 0;
	uint32_t bad = 0;
	for (const uint8_t *b = t->buckets; b < t->sets.at; b += TAGSET_BUCKET)
		for (size_t i = 0; i < TAGSET_SLOTS; i++) {
			uint32_t tag = le32(b + 4 * i), set = le16(b + 4 * TAGSET_SLOTS + 2 * i);
			used += tag != 0;
			bad |= (uint32_t)((tag != 0) != (set != 0)) | (uint32_t)(set > t->sets.n);
		}
	return bad || used != t->entries ? ERR_CORRUPT : OK;
}

enum err tagset_check(const struct snapshot *s, struct str section)
{
	size_t lists_n = listsets_lists(s);
	struct tagset t;
	if (section.n < TAGSET_HEAD + 4)
		return ERR_CORRUPT;
	const uint8_t *buckets = (const uint8_t *)section.p + HEAD_BUCKETS_AT;
	if ((le32(buckets) | (uint64_t)le32(buckets + 4) << 32) > section.n / TAGSET_BUCKET)
		return ERR_CORRUPT;               /* before any pointer is made of it */
	struct head h = read_head(section, &t);
	TRY(check_size(section, &t, &h));
	if (h.lists_n != lists_n)
		return ERR_CORRUPT;
	TRY(listsets_check(&t.sets, h.members_n, lists_n));
	return check_buckets(&t);
}
