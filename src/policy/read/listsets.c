#include "policy/read/listsets.h"

#include "policy/read/le.h"

void listsets_hits(const struct listsets *s, uint32_t set, const uint8_t *list_category, size_t length, struct hits *out)
{
	uint32_t from = le32(s->at + 4 * (size_t)(set - 1)), to = le32(s->at + 4 * (size_t)set);
	for (; from < to && out->n < HITS_MAX; from++) {
		uint32_t list = le16(s->members + 2 * (size_t)from);
		out->v[out->n++] = (struct hit){ (uint16_t)list, (uint16_t)le16(list_category + 2 * (size_t)list), (uint16_t)length };
	}
}

enum err listsets_check(const struct listsets *s, uint32_t members_n, size_t lists_n)
{
	if (le32(s->at) != 0 || le32(s->at + 4 * (size_t)s->n) != members_n)
		return ERR_CORRUPT;
	for (size_t i = 1; i <= s->n; i++)
		if (le32(s->at + 4 * i) <= le32(s->at + 4 * (i - 1)))
			return ERR_CORRUPT;
	for (size_t i = 0; i < members_n; i++)
		if (le16(s->members + 2 * i) >= lists_n)
			return ERR_CORRUPT;
	return OK;
}

size_t listsets_lists(const struct snapshot *s)
{
	struct str lists = snapshot_section(s, SECTION_LISTS);
	return lists.n < 4 ? 0 : le16((const uint8_t *)lists.p);
}
