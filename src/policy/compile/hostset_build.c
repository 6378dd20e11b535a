#include "policy/compile/hostset_build.h"

#include "policy/compile/listsets_build.h"

enum { PARTS = 4096, FILL_PERCENT = 82, GROUP_MAX = 8, LEVELS_MAX = 130, FEW = 24, ANCHOR_LEVELS = 7, LEVELS = ANCHOR_LEVELS + 8 };

struct names { struct host_item *v; size_t n; };         /* owned; sorted by anchor, name, list */
struct special { uint64_t name; uint32_t set, flags; };

struct build {
	const struct host_table *t;
	const struct tag_counts *counts;
	struct names level[LEVELS_MAX];                  /* names whose anchor has two labels, three, ...; at the end all are in the first */
	size_t levels;
	VEC(struct special) special;
	struct listsets_build sets;
	uint8_t *blocks;                                 /* inside the section */
	uint64_t blocks_n, names_n, entries;
	bool single;
};

enum placed { PLACED, PLACED_FULL, PLACED_TOO_MANY_SETS };

void host_table_done(struct host_table *t)
{
	vec_done(&t->items);
	vec_done(&t->deeper);
}

void host_add(struct host_table *t, struct str host, uint32_t list)
{
	struct hostwalk w = hostwalk_of(host);
	size_t at = hostwalk_longer(&w, host.n);
	struct host_item i = { .list = list, .deeper = at ? HOST_NAMED : HOST_LABEL };
	at = at ? hostwalk_longer(&w, at) : 0;
	i.anchor = i.name = hosthash(t->key, host, at);
	if (at > 0)
		i.deeper = (uint32_t)t->deeper.n;
	while (at > 0) {
		size_t before = at;
		at = hostwalk_longer(&w, before);
		i.name = hosthash_longer(t->key, i.name, host, at, before);
		*vec_push(&t->deeper) = i.name;
	}
	assert(t->deeper.n < HOST_DEEPER_MAX);               /* 34 GB of them: the bytes of lists are limited long before */
	*vec_push(&t->items) = i;
}

static int by_place(const void *a, const void *b)
{
	const struct host_item *x = a, *y = b;
	if (x->anchor != y->anchor)
		return x->anchor < y->anchor ? -1 : 1;
	if (x->name != y->name)
		return x->name < y->name ? -1 : 1;
	return (x->list > y->list) - (x->list < y->list);
}

/* The bits that a level of the sort looks at: of the anchor below the top twelve, then of the name. */
static unsigned digit(const struct host_item *i, unsigned level)
{
	if (level < ANCHOR_LEVELS)
		return (unsigned)(i->anchor >> (level + 1 < ANCHOR_LEVELS ? 44 - 8 * level : 0)) & 255;
	return (unsigned)(i->name >> (56 - 8 * (level - ANCHOR_LEVELS))) & 255;
}

static void sort_few(struct host_item *v, size_t n)
{
	for (size_t i = 1; i < n; i++) {
		struct host_item x = v[i];
		size_t at = i;
		for (; at > 0 && by_place(&v[at - 1], &x) > 0; at--)
			v[at] = v[at - 1];
		v[at] = x;
	}
}

/* Deals out by one digit after the other; names that all have it the same are left where they stand. */
static void sort_part(struct host_item *v, size_t n, struct host_item *spare, unsigned level)
{
	size_t end[256] = { 0 };
	if (n <= FEW || level == LEVELS) {
		n <= FEW ? sort_few(v, n) : qsort(v, n, sizeof *v, by_place);
		return;
	}
	for (size_t i = 0; i < n; i++)
		end[digit(&v[i], level)]++;
	if (end[digit(v, level)] == n) {
		sort_part(v, n, spare, level + 1);
		return;
	}
	for (size_t d = 0, sum = 0; d < 256; d++) {
		size_t here = end[d];
		end[d] = sum;
		sum += here;
	}
	for (size_t i = 0; i < n; i++)
		spare[end[digit(&v[i], level)]++] = v[i];
	memcpy(v, spare, n * sizeof *v);
	for (size_t d = 0, from = 0; d < 256; from = end[d++])
		sort_part(v + from, end[d] - from, spare, level + 1);
}

/* One pass deals the names out by the top of their anchor; each hand fits the cache. */
static void sort_names(struct names *v)
{
	size_t at[PARTS + 1] = { 0 }, most = 0;
	struct host_item *to = mem_array(struct host_item, v->n + 1);
	for (size_t i = 0; i < v->n; i++)
		at[(v->v[i].anchor >> 52) + 1]++;
	for (size_t p = 0; p < PARTS; p++) {
		most = at[p + 1] > most ? at[p + 1] : most;
		at[p + 1] += at[p];
	}
	for (size_t i = 0; i < v->n; i++)
		to[at[v->v[i].anchor >> 52]++] = v->v[i];
	struct host_item *spare = mem_array(struct host_item, most + 1);
	for (size_t p = 0, from = 0; p < PARTS; from = at[p++])
		sort_part(to + from, at[p] - from, spare, 0);
	free(spare);
	free(v->v);
	v->v = to;
}

/* The names from `at` on with the same anchor: how many, and how many different ones. */
static size_t group_at(const struct names *v, size_t at, size_t *different)
{
	size_t end = at + 1;
	*different = 1;
	for (; end < v->n && v->v[end].anchor == v->v[at].anchor; end++)
		*different += v->v[end].name != v->v[end - 1].name;
	return end - at;
}

/* The lists of the names from `at` on that are the same; gives how many items. */
static size_t run_at(const struct host_item *v, size_t n, uint16_t *lists, size_t *lists_n)
{
	size_t end = 0;
	*lists_n = 0;
	for (; end < n && v[end].name == v->name; end++) {
		uint16_t list = (uint16_t)v[end].list;
		if ((*lists_n == 0 || lists[*lists_n - 1] != list) && *lists_n < LISTSETS_MEMBERS)
			lists[(*lists_n)++] = list;
	}
	return end;
}

static uint32_t set_of(struct build *b, const uint16_t *lists, size_t n)
{
	tag_count_run(b->counts, lists, n);
	return listsets_number(&b->sets, lists, n);
}

/* Takes a group apart: the names go on under an anchor of one label more, the anchor itself becomes special. */
static bool split_group(struct build *b, const struct host_item *v, size_t n, struct names *next)
{
	uint16_t lists[LISTSETS_MEMBERS];
	size_t lists_n;
	struct special s = { .name = v->anchor, .flags = HOSTSET_USED | HOSTSET_SPLIT };
	for (size_t i = 0, step; i < n; i += step) {
		step = run_at(v + i, n - i, lists, &lists_n);
		if (v[i].name == v[i].anchor && !(s.set = set_of(b, lists, lists_n)))
			return false;
		for (size_t k = i; k < i + step && v[i].name != v[i].anchor; k++) {
			struct host_item *to = &next->v[next->n++];
			*to = v[k];
			to->anchor = b->t->deeper.v[to->deeper++];
		}
	}
	*vec_push(&b->special) = s;
	return true;
}

static bool single_label(struct build *b, const struct host_item *v, size_t n)
{
	uint16_t lists[LISTSETS_MEMBERS];
	size_t lists_n;
	(void)run_at(v, n, lists, &lists_n);
	struct special s = { .name = v->name, .flags = HOSTSET_USED, .set = set_of(b, lists, lists_n) };
	*vec_push(&b->special) = s;
	b->single = true;
	return s.set != 0;
}

/* Sorts one level, takes out what is special, and leaves the names of large groups in *next. */
static bool divide(struct build *b, struct names *v, struct names *next)
{
	size_t kept = 0, different;
	sort_names(v);
	next->v = mem_array(struct host_item, v->n + 1);
	for (size_t i = 0, n; i < v->n; i += n) {
		n = group_at(v, i, &different);
		if (v->v[i].deeper == HOST_LABEL) {
			if (!single_label(b, v->v + i, n))
				return false;
		} else if (different > GROUP_MAX) {
			if (!split_group(b, v->v + i, n, next))
				return false;
		} else {
			for (size_t k = i; k < i + n; k++)
				v->v[kept++] = v->v[k];
			b->names_n += different;
		}
	}
	v->n = kept;
	return true;
}

/* Both sorted; `more` goes in among `to`, from the back. */
static void merge(struct names *to, struct names *more)
{
	size_t a = to->n, b = more->n, at = a + b;
	to->v = mem_grow(to->v, (at + 1) * sizeof *to->v);
	while (b > 0)
		to->v[--at] = a > 0 && by_place(&to->v[a - 1], &more->v[b - 1]) > 0 ? to->v[--a] : more->v[--b];
	to->n += more->n;
	free(more->v);
	*more = (struct names){ 0 };
}

static bool divide_all(struct build *b)
{
	while (b->level[b->levels].n > 0) {
		assert(b->levels + 1 < LEVELS_MAX);              /* a level takes a label off, and a name has at most 127 */
		if (!divide(b, &b->level[b->levels], &b->level[b->levels + 1]))
			return false;
		b->levels++;
	}
	for (size_t i = 1; i < b->levels; i++)               /* placed in the order of the blocks, names do not go far */
		merge(&b->level[0], &b->level[i]);
	return true;
}

static uint16_t *slot_set(uint8_t *block, size_t slot) { return (uint16_t *)(void *)(block + 4 * HOSTSET_SLOTS + 2 * slot); }

/* A slot for this tag in a block: 1 it has one now, 0 the block is full, -1 too many sets. */
static int put_in(struct build *b, uint8_t *block, uint32_t tag, uint32_t set)
{
	uint32_t *tags = (uint32_t *)(void *)block;
	size_t s = 0;
	while (s < HOSTSET_SLOTS && tags[s] && tags[s] != tag)
		s++;
	if (s == HOSTSET_SLOTS)
		return 0;
	if (tags[s])                                     /* cannot be told apart: on the lists of both */
		set = listsets_join(&b->sets, *slot_set(block, s), set);
	else
		b->entries++;
	tags[s] = tag;
	*slot_set(block, s) = (uint16_t)set;
	return set ? 1 : -1;
}

static enum placed place(struct build *b, const struct host_item *item, uint32_t set)
{
	uint64_t at = hostset_home(item->anchor, b->blocks_n);
	bool more = item->name != item->anchor;
	for (int i = 0; i < HOSTSET_CHAIN; i++) {
		uint8_t *block = b->blocks + at * HOSTSET_BLOCK;
		uint32_t *bits = (uint32_t *)(void *)(block + 6 * HOSTSET_SLOTS);
		int done = put_in(b, block, hostset_tag(item->name), set);
		if (more || done == 0)
			*bits |= hostset_more(item->anchor);
		if (done)
			return done > 0 ? PLACED : PLACED_TOO_MANY_SETS;
		at = at + 1 == b->blocks_n ? 0 : at + 1;
	}
	return PLACED_FULL;
}

static enum placed place_names(struct build *b, const struct names *v)
{
	uint16_t lists[LISTSETS_MEMBERS];
	size_t lists_n;
	for (size_t i = 0, step; i < v->n; i += step) {
		step = run_at(v->v + i, v->n - i, lists, &lists_n);
		uint32_t set = listsets_number(&b->sets, lists, lists_n);
		enum placed p = set ? place(b, &v->v[i], set) : PLACED_TOO_MANY_SETS;
		if (p != PLACED)
			return p;
	}
	return PLACED;
}

static void count_names(struct build *b, const struct names *v)
{
	uint16_t lists[LISTSETS_MEMBERS];
	size_t lists_n;
	for (size_t i = 0; i < v->n;) {
		i += run_at(v->v + i, v->n - i, lists, &lists_n);
		tag_count_run(b->counts, lists, lists_n);
	}
}

static uint64_t power_from(uint64_t least, uint64_t n)
{
	while (least < n)
		least *= 2;
	return least;
}

/* False: too long a run of taken slots; a larger table will do. */
static bool put_specials(const struct build *b, uint8_t *slots, uint32_t slots_n, uint8_t *fence, uint64_t fence_bits)
{
	for (size_t k = 0; k < b->special.n; k++) {
		const struct special *s = &b->special.v[k];
		uint32_t at = hostset_special_at(s->name, slots_n);
		uint64_t bit = hostset_fence_at(s->name, fence_bits);
		int i = 0;
		for (; i < HOSTSET_SPECIAL_CHAIN && slots[(size_t)at * HOSTSET_SPECIAL + 12]; i++)
			at = (at + 1) & (slots_n - 1);
		if (i == HOSTSET_SPECIAL_CHAIN)
			return false;
		struct wr w = wr_over(slots + (size_t)at * HOSTSET_SPECIAL, HOSTSET_SPECIAL);
		wr_u64le(&w, s->name);
		wr_u32le(&w, s->set);
		wr_u32le(&w, s->flags);
		fence[bit / 8] |= (uint8_t)(1u << bit % 8);
	}
	return true;
}

/* The bit map and the exact table behind it, appended. */
static uint32_t add_specials(struct build *b, struct bytes *out, uint64_t *fence_bits)
{
	size_t at = out->n;
	*fence_bits = power_from(HOSTSET_FENCE_MIN, 16 * b->special.n);
	for (uint32_t slots = (uint32_t)power_from(2, 2 * b->special.n);; slots *= 2) {
		size_t n = *fence_bits / 8 + (b->special.n ? (size_t)slots * HOSTSET_SPECIAL : 0);
		out->p = mem_grow(out->p, at + n);
		memset(out->p + at, 0, n);
		out->n = at + n;
		if (b->special.n == 0)
			return 0;
		if (put_specials(b, out->p + at + *fence_bits / 8, slots, out->p + at, *fence_bits))
			return slots;
	}
}

static void put_head(const struct build *b, size_t lists_n, uint64_t fence_bits, uint32_t specials_n, struct bytes *out)
{
	struct wr w = wr_over(out->p, HOSTSET_HEAD);
	wr_u32le(&w, HOSTSET_FORMAT);
	wr_u32le(&w, (uint32_t)b->sets.at.n - 1);
	for (int i = 0; i < HOSTHASH_KEY; i++)
		wr_u64le(&w, b->t->key[i]);
	wr_u64le(&w, b->blocks_n);
	wr_u64le(&w, b->entries);
	wr_u32le(&w, (uint32_t)b->sets.members.n);
	wr_u32le(&w, (uint32_t)lists_n);
	wr_u64le(&w, fence_bits);
	wr_u32le(&w, specials_n);
	wr_u32le(&w, b->single);
	assert(wr_ok(&w) == OK);
}

static void finish(struct build *b, size_t lists_n, struct bytes *out)
{
	uint64_t fence_bits;
	uint32_t specials_n = add_specials(b, out, &fence_bits);
	for (size_t i = 0; i < b->special.n; i++)
		b->entries += b->special.v[i].set != 0;
	size_t tail = listsets_size(&b->sets);
	out->p = mem_grow(out->p, out->n + tail);
	struct wr w = wr_over(out->p + out->n, tail);
	listsets_put(&b->sets, &w);
	assert(wr_ok(&w) == OK);
	out->n += tail;
	put_head(b, lists_n, fence_bits, specials_n, out);
}

static enum placed try_build(struct build *b, struct bytes *out)
{
	out->n = HOSTSET_HEAD + b->blocks_n * HOSTSET_BLOCK;
	out->p = mem_zero(1, out->n);
	b->blocks = out->p + HOSTSET_HEAD;
	b->entries = 0;
	enum placed p = place_names(b, &b->level[0]);
	if (p != PLACED)
		bytes_done(out);
	return p;
}

static enum placed build_all(struct build *b, size_t lists_n, struct bytes *out)
{
	if (!divide_all(b))
		return PLACED_TOO_MANY_SETS;
	count_names(b, &b->level[0]);
	for (b->blocks_n = b->names_n * 100 / (FILL_PERCENT * HOSTSET_SLOTS) + 2;; b->blocks_n += b->blocks_n / 4 + 1) {
		enum placed p = try_build(b, out);
		if (p == PLACED)
			finish(b, lists_n, out);
		if (p != PLACED_FULL)
			return p;
	}
}

enum err hostset_build(struct host_table *t, size_t lists_n, const struct tag_counts *c, struct bytes *out)
{
	struct build b = { .t = t, .counts = c };
	b.level[0] = (struct names){ t->items.v, t->items.n };
	t->items.v = NULL;
	t->items.n = t->items.cap = 0;
	listsets_begin(&b.sets, lists_n);
	enum placed p = build_all(&b, lists_n, out);
	for (size_t i = 0; i < LEVELS_MAX; i++)
		free(b.level[i].v);
	vec_done(&b.special);
	listsets_done(&b.sets);
	return p == PLACED ? OK : ERR_LIMIT;
}
