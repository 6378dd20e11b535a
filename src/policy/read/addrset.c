#include "policy/read/addrset.h"

void addrset_open(const struct snapshot *s, struct addrset *out)
{
	tagset_open(snapshot_section(s, SECTION_ADDRS), &out->tags);
	out->list_category = (const uint8_t *)snapshot_section(s, SECTION_LISTS).p + 4;
}

uint64_t addrset_hash(const uint64_t key[2], struct addr a, uint8_t bits)
{
	char text[17];
	struct addr cut = addr_mask(a, bits);
	memcpy(text, cut.b, 16);
	text[16] = (char)bits;
	return tagset_end(key, tagset_mix(key, tagset_begin(key), text, sizeof text));
}

bool addrset_find(const struct addrset *h, struct addr a, struct hits *out)
{
	struct hits hits = { 0 };
	for (int bits = 128; bits >= 0 && h->tags.buckets_n; bits--) {
		uint32_t set = tagset_shape(&h->tags, (size_t)bits) ? tagset_get(&h->tags, addrset_hash(h->tags.key, a, (uint8_t)bits)) : 0;
		if (set)
			listsets_hits(&h->tags.sets, set, h->list_category, (size_t)bits, &hits);
	}
	if (out)
		*out = hits;
	return hits.n > 0;
}

enum err addrset_check(const struct snapshot *s, struct str bytes) { return tagset_check(s, bytes); }
