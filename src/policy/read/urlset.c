#include "policy/read/urlset.h"

#include "policy/read/pieces.h"
#include "policy/read/suffix.h"
#include "wire/url.h"

void urlset_open(const struct snapshot *s, struct urlset *out)
{
	tagset_open(snapshot_section(s, SECTION_URLS), &out->tags);
	out->list_category = (const uint8_t *)snapshot_section(s, SECTION_LISTS).p + 4;
}

uint64_t urlset_marker(const uint64_t key[2], uint64_t chain)
{
	return tagset_end(key, tagset_mix(key, chain, "\0", 1));
}

uint64_t urlset_chain(const uint64_t key[2], uint64_t chain, struct str piece)
{
	char low[URL_PATH_MAX] __attribute__((uninitialized));
	size_t n = piece.n < sizeof low ? piece.n : sizeof low;
	for (size_t i = 0; i < n; i++)
		low[i] = ascii_lower(piece.p[i]);
	return tagset_mix(key, chain, low, n);
}

static void find_below(const struct urlset *u, uint64_t chain, struct str path, struct hits *out)
{
	struct str rest = path, piece;
	for (int i = 0; i < PIECES_MAX && piece_next(&rest, &piece); i++) {
		if (piece.n == 1 && i > 0 && rest.n == 0)
			return;                          /* a boundary at the very end adds nothing */
		chain = urlset_chain(u->tags.key, chain, piece);
		uint32_t set = tagset_get(&u->tags, tagset_end(u->tags.key, chain));
		if (set)
			listsets_hits(&u->tags.sets, set, u->list_category, path.n - rest.n, out);
	}
}

bool urlset_find(const struct urlset *u, struct str host, struct str path, struct hits *out)
{
	struct suffixes s __attribute__((uninitialized));
	const struct tagset *t = &u->tags;
	struct hits hits = { 0 };
	if (t->buckets_n == 0 || host.n > HOST_MAX)
		s.n = 0;
	else
		suffix_walk(t->key, host, SUFFIX_MAX, &s);
	for (size_t i = s.n; i > 0; i--)
		if (tagset_shape(t, i) && tagset_get(t, urlset_marker(t->key, s.chain[i - 1])))
			find_below(u, s.chain[i - 1], path, &hits);
	if (out)
		*out = hits;
	return hits.n > 0;
}

enum err urlset_check(const struct snapshot *s, struct str bytes) { return tagset_check(s, bytes); }
