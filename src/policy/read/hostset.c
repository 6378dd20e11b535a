#include "policy/read/hostset.h"

#include "policy/read/sections.h"
#include "policy/read/suffix.h"

enum { BATCH = 32, BATCH_LABELS = 8 };

void hostset_open(const struct snapshot *s, struct hostset *out)
{
	tagset_open(snapshot_section(s, SECTION_HOSTS), &out->tags);
	out->list_category = (const uint8_t *)snapshot_section(s, SECTION_LISTS).p + 4;
}

uint64_t hostset_count(const struct hostset *h) { return h->tags.entries; }

/* Longest first. */
static void gather(const struct hostset *h, struct str host, const struct suffixes *s, const uint32_t *set, struct hits *out)
{
	out->n = 0;
	for (size_t i = s->n; i > 0; i--)
		if (set[i - 1])
			tagset_hits(&h->tags, set[i - 1], h->list_category, host.n - s->at[i - 1], out);
}

bool hostset_find(const struct hostset *h, struct str host, struct hits *out)
{
	struct suffixes s __attribute__((uninitialized));
	uint64_t hash[SUFFIX_MAX] __attribute__((uninitialized));
	uint32_t set[SUFFIX_MAX] __attribute__((uninitialized)), any = 0;
	const struct tagset *t = &h->tags;
	if (out)
		out->n = 0;
	if (t->buckets_n == 0 || host.n > HOST_MAX)
		return false;
	suffix_walk(t->key, host, SUFFIX_MAX, &s);
	for (size_t i = 0; i < s.n; i++) {
		hash[i] = tagset_end(t->key, s.chain[i]);
		if (tagset_shape(t, i + 1))
			tagset_prefetch(t, hash[i]);
	}
	for (size_t i = 0; i < s.n; i++) {
		set[i] = tagset_shape(t, i + 1) ? tagset_get(t, hash[i]) : 0;
		any |= set[i];
	}
	if (any && out)
		gather(h, host, &s, set, out);
	return any != 0;
}

/* Hashes one host of a batch and asks for its cache lines; deeper endings than fit are looked up at once. */
static size_t prepare(const struct tagset *t, struct str host, uint64_t *hash)
{
	struct suffixes s __attribute__((uninitialized));
	size_t n = 0;
	suffix_walk(t->key, host, BATCH_LABELS, &s);
	for (size_t i = 0; i < s.n; i++) {
		if (!tagset_shape(t, i + 1))
			continue;
		hash[n] = tagset_end(t->key, s.chain[i]);
		tagset_prefetch(t, hash[n++]);
	}
	return n;
}

static bool finish(const struct hostset *h, struct str host, const uint64_t *hash, size_t n)
{
	return tagset_any(&h->tags, hash, n) || (host.n > 2 * BATCH_LABELS && host_labels(host) > BATCH_LABELS && hostset_find(h, host, NULL));
}

void hostset_find_many(const struct hostset *h, const struct str *hosts, size_t n, bool *found)
{
	uint64_t hash[BATCH][BATCH_LABELS] __attribute__((uninitialized));
	size_t k[BATCH];
	if (h->tags.buckets_n == 0)
		memset(found, 0, n * sizeof *found);
	for (size_t at = 0; at < n && h->tags.buckets_n; at += BATCH) {
		size_t m = n - at < BATCH ? n - at : BATCH;
		for (size_t i = 0; i < m; i++)
			k[i] = hosts[at + i].n <= HOST_MAX ? prepare(&h->tags, hosts[at + i], hash[i]) : 0;
		for (size_t i = 0; i < m; i++)
			found[at + i] = finish(h, hosts[at + i], hash[i], k[i]);
	}
}

static size_t lists_of(const struct snapshot *s)
{
	struct str lists = snapshot_section(s, SECTION_LISTS);
	return lists.n < 4 ? 0 : (uint8_t)lists.p[0] | (size_t)(uint8_t)lists.p[1] << 8;
}

enum err hostset_check(const struct snapshot *s, struct str bytes) { return tagset_check(bytes, lists_of(s)); }
enum err urlset_check(const struct snapshot *s, struct str bytes) { return tagset_check(bytes, lists_of(s)); }
enum err addrset_check(const struct snapshot *s, struct str bytes) { return tagset_check(bytes, lists_of(s)); }
