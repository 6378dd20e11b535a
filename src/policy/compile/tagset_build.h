/* tagset_build.h - makes the tables of tagset.h.  Items may come in any order
 * and often; equal hashes become one entry with the set of their lists. */
#pragma once
#include "base/vec.h"
#include "policy/read/tagset.h"

struct tag_item { uint64_t hash; uint32_t list; };      /* list, and TAG_MARKER: not counted as an entry */
#define TAG_MARKER (1u << 31)

struct tag_table {
	VEC(struct tag_item) items;
	uint32_t shapes[TAGSET_SHAPES];
};

/* What the build found.  Arrays are the caller's, or NULL. */
struct tag_counts {
	uint64_t *list_kept;          /* a list: distinct entries */
	uint64_t *category_kept;      /* a category: distinct entries over all its lists */
	const uint16_t *list_category;
};

/* Counts one entry that stands on these lists; c may be NULL. */
void tag_count_run(const struct tag_counts *c, const uint16_t *lists, size_t n);

static inline void tag_add(struct tag_table *t, uint64_t hash, uint32_t list, size_t parts)
{
	struct tag_item *i = vec_push(&t->items);
	i->hash = hash;
	i->list = list;
	t->shapes[parts / 32] |= 1u << parts % 32;
}

struct bytes { uint8_t *p; size_t n; };      /* owned; bytes_done */
void bytes_done(struct bytes *b);

/* Sorts the items in place.  ERR_LIMIT: more different sets of lists than a table can number. */
enum err tagset_build(struct tag_table *t, const uint64_t key[2], size_t lists_n, const struct tag_counts *c, struct bytes *out);
