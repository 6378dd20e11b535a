#include "policy/compile/tagset_build.h"

#include "policy/compile/listsets_build.h"

enum { PARTS = 4096, FILL_TENTHS = 75 };

struct build {
	const uint64_t *key;
	struct listsets_build sets;
	uint8_t *buckets;             /* inside the section */
	uint64_t buckets_n, entries;
};

void bytes_done(struct bytes *b)
{
	free(b->p);
	*b = (struct bytes){ 0 };
}

static int by_hash(const void *a, const void *b)
{
	const struct tag_item *x = a, *y = b;
	return x->hash != y->hash ? (x->hash < y->hash ? -1 : 1) : (x->list > y->list) - (x->list < y->list);
}

/* One pass deals the items out by the top of their hash; each hand fits the cache. */
static void sort_items(struct tag_table *t)
{
	size_t at[PARTS + 1] = { 0 }, n = t->items.n;
	struct tag_item *to = mem_array(struct tag_item, n + 1), *v = t->items.v;
	for (size_t i = 0; i < n; i++)
		at[(v[i].hash >> 52) + 1]++;
	for (size_t p = 0; p < PARTS; p++)
		at[p + 1] += at[p];
	for (size_t i = 0; i < n; i++)
		to[at[v[i].hash >> 52]++] = v[i];
	for (size_t p = 0, from = 0; p < PARTS; from = at[p++])
		qsort(to + from, at[p] - from, sizeof *to, by_hash);
	free(t->items.v);
	t->items.v = to;
	t->items.cap = n + 1;
}

static uint16_t *slot_set(uint8_t *bucket, size_t slot)
{
	return (uint16_t *)(void *)(bucket + 4 * TAGSET_SLOTS + 2 * slot);
}

/* Two entries that cannot be told apart (one pair in some hundreds of builds): on the lists of both. */
static bool merge_slot(struct build *b, uint16_t *set, uint32_t number)
{
	uint32_t both = number ? listsets_join(&b->sets, *set, number) : 0;
	*set = both ? (uint16_t)both : *set;
	return both != 0;
}

enum placed { PLACED, PLACED_FULL, PLACED_TOO_MANY_SETS };

static enum placed place(struct build *b, uint64_t hash, const uint16_t *lists, size_t n)
{
	uint64_t at = tagset_home(hash, b->buckets_n);
	uint32_t tag = tagset_tag(hash), number = listsets_number(&b->sets, lists, n);
	for (int i = 0; i < TAGSET_CHAIN; i++) {
		uint8_t *bucket = b->buckets + at * TAGSET_BUCKET;
		uint32_t *tags = (uint32_t *)(void *)bucket;
		for (size_t s = 0; s < TAGSET_SLOTS; s++) {
			if (tags[s] == tag)
				return merge_slot(b, slot_set(bucket, s), number) ? PLACED : PLACED_TOO_MANY_SETS;
			if (tags[s])
				continue;
			tags[s] = tag;
			*slot_set(bucket, s) = (uint16_t)number;
			b->entries++;
			return number ? PLACED : PLACED_TOO_MANY_SETS;
		}
		tags[15] |= tagset_moved_bit(hash);
		at = at + 1 == b->buckets_n ? 0 : at + 1;
	}
	return PLACED_FULL;
}

void tag_count_run(const struct tag_counts *c, const uint16_t *lists, size_t n)
{
	for (size_t i = 0; i < n && c; i++) {
		bool first = true;
		for (size_t j = 0; j < i && c->list_category; j++)
			first &= c->list_category[lists[j]] != c->list_category[lists[i]];
		if (c->list_kept)
			c->list_kept[lists[i]]++;
		if (c->category_kept && c->list_category)
			c->category_kept[c->list_category[lists[i]]] += first;
	}
}

/* The lists of the items from `at` on that share a hash; gives how many items. */
static size_t run_at(const struct tag_table *t, size_t at, uint16_t *lists, size_t *n)
{
	size_t end = at;
	*n = 0;
	for (; end < t->items.n && t->items.v[end].hash == t->items.v[at].hash; end++) {
		uint16_t list = (uint16_t)t->items.v[end].list;
		if ((*n == 0 || lists[*n - 1] != list) && *n < LISTSETS_MEMBERS)
			lists[(*n)++] = list;
	}
	return end - at;
}

static enum placed place_all(struct build *b, const struct tag_table *t)
{
	uint16_t lists[LISTSETS_MEMBERS];
	size_t n;
	for (size_t i = 0; i < t->items.n;) {
		size_t step = run_at(t, i, lists, &n);
		enum placed p = place(b, t->items.v[i].hash, lists, n);
		if (p != PLACED)
			return p;
		i += step;
	}
	return PLACED;
}

static void count_all(const struct tag_table *t, const struct tag_counts *c)
{
	uint16_t lists[LISTSETS_MEMBERS];
	size_t n;
	for (size_t i = 0, step; i < t->items.n && c; i += step) {
		step = run_at(t, i, lists, &n);
		if (!(t->items.v[i].list & TAG_MARKER))
			tag_count_run(c, lists, n);
	}
}

static size_t distinct(const struct tag_table *t)
{
	size_t n = 0;
	for (size_t i = 0; i < t->items.n; i++)
		n += i == 0 || t->items.v[i].hash != t->items.v[i - 1].hash;
	return n;
}

static void put_head(struct build *b, const struct tag_table *t, size_t lists_n, struct wr *w)
{
	wr_u32le(w, TAGSET_FORMAT);
	wr_u32le(w, (uint32_t)b->sets.at.n - 1);
	wr_u64le(w, b->key[0]);
	wr_u64le(w, b->key[1]);
	wr_u64le(w, b->buckets_n);
	wr_u64le(w, b->entries);
	wr_u32le(w, (uint32_t)b->sets.members.n);
	wr_u32le(w, (uint32_t)lists_n);
	for (int i = 0; i < TAGSET_SHAPES; i++)
		wr_u32le(w, t->shapes[i]);
}

/* Appends the dictionary behind the buckets and fills the head in. */
static void finish(struct build *b, const struct tag_table *t, size_t lists_n, struct bytes *out)
{
	size_t tail = listsets_size(&b->sets);
	out->p = mem_grow(out->p, out->n + tail);
	struct wr w = wr_over(out->p + out->n, tail);
	listsets_put(&b->sets, &w);
	out->n += tail;
	struct wr head = wr_over(out->p, TAGSET_HEAD);
	put_head(b, t, lists_n, &head);
	assert(wr_ok(&w) == OK && wr_ok(&head) == OK);
}

static enum placed try_build(struct build *b, const struct tag_table *t, size_t lists_n, struct bytes *out)
{
	out->n = TAGSET_HEAD + b->buckets_n * TAGSET_BUCKET;
	out->p = mem_zero(1, out->n);
	b->buckets = out->p + TAGSET_HEAD;
	listsets_begin(&b->sets, lists_n);
	enum placed p = place_all(b, t);
	if (p == PLACED)
		finish(b, t, lists_n, out);
	else
		bytes_done(out);
	listsets_done(&b->sets);
	return p;
}

enum err tagset_build(struct tag_table *t, const uint64_t key[2], size_t lists_n, const struct tag_counts *c, struct bytes *out)
{
	sort_items(t);
	size_t n = distinct(t);
	struct bytes made = { 0 };
	for (uint64_t buckets = n * 10 / FILL_TENTHS + 2;; buckets += buckets / 4) {
		struct build b = { .key = key, .buckets_n = buckets };
		enum placed p = try_build(&b, t, lists_n, &made);
		if (p == PLACED_TOO_MANY_SETS)
			return ERR_LIMIT;
		if (p == PLACED)
			break;
	}
	count_all(t, c);
	*out = made;
	return OK;
}
