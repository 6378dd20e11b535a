#include "policy/read/phrases.h"

#include "base/hash.h"
#include "base/mem.h"
#include "policy/read/table.h"
#include "policy/read/tables.h"

/* ---- reading: counts first, each against what can still be there */

static bool power_of_two(uint32_t n) { return n && !(n & (n - 1)); }

static void read_topics(struct rd *r, struct phrases *p)
{
	p->n_topics = rd_count(r, 8, PHRASE_TOPICS);
	for (uint32_t i = 0; i < p->n_topics; i++) {
		p->topics[i].name = rd_text(r);
		p->topics[i].title = rd_text(r);
		p->topics[i].alert = (int32_t)rd_u32le(r);
	}
}

static void read_limits(struct rd *r, struct phrases *p)
{
	p->n_limits = rd_count(r, 7, PHRASE_LIMITS);
	p->limits = mem_array(struct phrase_limit, p->n_limits + 1);
	for (uint32_t i = 0; i < p->n_limits; i++) {
		p->limits[i].group = rd_text(r);
		p->limits[i].topic = rd_u8(r);
		p->limits[i].limit = (int32_t)rd_u32le(r);
		r->bad |= p->limits[i].topic >= p->n_topics && p->limits[i].topic != PHRASE_ALERTS;
	}
}

static void read_sets(struct rd *r, struct phrases *p)
{
	p->n_sets = rd_count(r, 5, PHRASE_SETS);
	p->sets = mem_array(struct phrase_set, p->n_sets + 1);
	for (uint32_t i = 0; i < p->n_sets; i++) {
		struct phrase_set *s = &p->sets[i];
		s->name = rd_text(r);
		s->topic = rd_u8(r);
		s->within = rd_u8(r);
		uint8_t flags = rd_u8(r);
		s->near = flags & 1;
		s->unless = flags & 2;
		r->bad |= s->topic >= p->n_topics || flags > 3;
	}
}

static void read_texts(struct rd *r, struct phrases *p)
{
	p->n_texts = rd_count(r, 6, PHRASES_MAX);
	p->texts = mem_array(struct phrase_text, p->n_texts + 1);
	for (uint32_t i = 0; i < p->n_texts; i++) {
		p->texts[i].text = rd_text(r);
		p->texts[i].set = rd_u16le(r);
		p->texts[i].weight = (int16_t)rd_u16le(r);
		r->bad |= p->texts[i].set >= p->n_sets;
	}
}

/* One slot at least stays empty, or a search would never end. */
static void read_words(struct rd *r, struct phrases *p)
{
	uint32_t used = 0;
	p->n_words = rd_u32le(r);
	p->slots = rd_count(r, 12, PHRASE_SLOTS);
	r->bad |= !power_of_two(p->slots) || p->n_words >= PHRASE_SLOTS;
	if (r->bad)
		return;
	p->hash = mem_array(uint64_t, p->slots);
	p->id = mem_array(uint32_t, p->slots);
	for (uint32_t i = 0; i < p->slots; i++) {
		p->hash[i] = rd_u64le(r);
		p->id[i] = rd_u32le(r);
		used += p->hash[i] != 0;
		r->bad |= p->id[i] > p->n_words;
	}
	r->bad |= used >= p->slots;
}

static void read_root(struct rd *r, struct phrases *p)
{
	p->n_nodes = rd_u32le(r);
	r->bad |= p->n_nodes >= PHRASE_NODES || (uint64_t)p->n_words * 4 > rd_left(r);
	if (r->bad)
		return;
	p->root = mem_array(uint32_t, p->n_words + 1);
	for (uint32_t i = 1; i <= p->n_words; i++) {
		p->root[i] = rd_u32le(r);
		r->bad |= p->root[i] >= p->n_nodes;
	}
}

static void read_edges(struct rd *r, struct phrases *p)
{
	uint32_t used = 0;
	p->edge_slots = rd_count(r, 12, PHRASE_SLOTS);
	r->bad |= !power_of_two(p->edge_slots);
	if (r->bad)
		return;
	p->edges = mem_array(struct phrase_edge, p->edge_slots);
	for (uint32_t i = 0; i < p->edge_slots; i++) {
		p->edges[i] = (struct phrase_edge){ .node = rd_u32le(r) };
		p->edges[i].word = rd_u32le(r);
		p->edges[i].to = rd_u32le(r);
		used += p->edges[i].to != 0;
		r->bad |= p->edges[i].to >= p->n_nodes || p->edges[i].node >= p->n_nodes;
	}
	r->bad |= used >= p->edge_slots;
}

static bool out_fits(const struct phrases *p, uint32_t out)
{
	uint32_t kind = out >> 30, at = out & 0x3fffffff;
	return kind == OUT_PHRASE ? at < p->n_texts : kind <= OUT_UNLESS && at < p->n_sets;
}

static void read_outs(struct rd *r, struct phrases *p)
{
	uint32_t before = 0;
	if (r->bad || (uint64_t)p->n_nodes * 4 > rd_left(r)) {
		r->bad = true;
		return;
	}
	p->first = mem_array(uint32_t, p->n_nodes + 1);
	for (uint32_t i = 0; i < p->n_nodes; i++) {
		p->first[i] = rd_u32le(r);
		r->bad |= p->first[i] < before;
		before = p->first[i];
	}
	p->n_outs = rd_count(r, 4, PHRASE_SLOTS);
	p->first[p->n_nodes] = p->n_outs;
	r->bad |= before > p->n_outs;
	if (r->bad)
		return;
	p->outs = mem_array(uint32_t, p->n_outs + 1);
	for (uint32_t i = 0; i < p->n_outs; i++) {
		p->outs[i] = rd_u32le(r);
		r->bad |= !out_fits(p, p->outs[i]);
	}
}

enum err phrases_read(struct str bytes, struct phrases **out)
{
	if (!bytes.n)
		return ERR_CORRUPT;
	AUTO(phrases_drop) struct phrases *p = mem_new(struct phrases);
	p->held = 1;
	p->bytes = mem_copy(bytes.p, bytes.n);
	struct rd r = rd_over((struct str){ p->bytes, bytes.n });
	static void (*const part[])(struct rd *, struct phrases *) = { read_topics, read_limits, read_sets, read_texts, read_words, read_root, read_edges, read_outs };
	for (size_t i = 0; i < ARRAY_N(part) && !r.bad; i++)
		part[i](&r, p);
	if (rd_end(&r) != OK)
		return ERR_CORRUPT;
	*out = TAKE(p);
	return OK;
}

enum err phrases_check(const struct snapshot *s, struct str bytes)
{
	(void)s;
	AUTO(phrases_drop) struct phrases *p = NULL;
	return phrases_read(bytes, &p);
}

void phrases_name_version(struct phrases *p, struct str bytes)
{
	uint8_t sum[SHA256_BYTES];
	hash_sha256(bytes, sum);
	hex_put(sum, PHRASES_VERSION / 2, p->version);
}

/* ---- writing, in the same order */

static void write_head(const struct phrases *p, struct buf *o)
{
	tab_num(o, p->n_topics, 4);
	for (uint32_t i = 0; i < p->n_topics; i++) {
		tab_text(o, p->topics[i].name);
		tab_text(o, p->topics[i].title);
		tab_num(o, (uint32_t)p->topics[i].alert, 4);
	}
	tab_num(o, p->n_limits, 4);
	for (uint32_t i = 0; i < p->n_limits; i++) {
		tab_text(o, p->limits[i].group);
		tab_num(o, p->limits[i].topic, 1);
		tab_num(o, (uint32_t)p->limits[i].limit, 4);
	}
	tab_num(o, p->n_sets, 4);
	for (uint32_t i = 0; i < p->n_sets; i++) {
		tab_text(o, p->sets[i].name);
		tab_num(o, p->sets[i].topic, 1);
		tab_num(o, p->sets[i].within, 1);
		tab_num(o, (unsigned)p->sets[i].near | (unsigned)p->sets[i].unless << 1, 1);
	}
	tab_num(o, p->n_texts, 4);
	for (uint32_t i = 0; i < p->n_texts; i++) {
		tab_text(o, p->texts[i].text);
		tab_num(o, p->texts[i].set, 2);
		tab_num(o, (uint16_t)p->texts[i].weight, 2);
	}
}

void phrases_write(const struct phrases *p, struct buf *o)
{
	write_head(p, o);
	tab_num(o, p->n_words, 4);
	tab_num(o, p->slots, 4);
	for (uint32_t i = 0; i < p->slots; i++) {
		tab_num(o, p->hash[i], 8);
		tab_num(o, p->id[i], 4);
	}
	tab_num(o, p->n_nodes, 4);
	for (uint32_t i = 1; i <= p->n_words; i++)
		tab_num(o, p->root[i], 4);
	tab_num(o, p->edge_slots, 4);
	for (uint32_t i = 0; i < p->edge_slots; i++) {
		tab_num(o, p->edges[i].node, 4);
		tab_num(o, p->edges[i].word, 4);
		tab_num(o, p->edges[i].to, 4);
	}
	for (uint32_t i = 0; i < p->n_nodes; i++)
		tab_num(o, p->first[i], 4);
	tab_num(o, p->n_outs, 4);
	for (uint32_t i = 0; i < p->n_outs; i++)
		tab_num(o, p->outs[i], 4);
}

/* ---- holding */

struct phrases *phrases_hold(struct phrases *p)
{
	if (p)
		p->held++;
	return p;
}

void phrases_drop(struct phrases **pp)
{
	struct phrases *p = *pp;
	*pp = NULL;
	if (!p || --p->held)
		return;
	void *const owned[] = { p->bytes, p->limits, p->sets, p->texts, p->hash, p->id, p->root, p->edges, p->first, p->outs };
	for (size_t i = 0; i < ARRAY_N(owned); i++) {
		void *v = owned[i];
		mem_free(&v);
	}
	mem_free(&p);
}

/* The group and those it is made like, the group first. */
static size_t line_of(const struct policy *p, uint32_t group, uint32_t line[GROUP_DEPTH_MAX + 1])
{
	size_t n = 0;
	if (group >= p->groups.n)
		group = p->groups.strictest;
	for (; group < p->groups.n && n <= GROUP_DEPTH_MAX; group = p->groups.v[group].parent)
		line[n++] = group;
	return n;
}

static void limits_of(const struct phrases *p, struct str group, int32_t out[PHRASE_TOPICS])
{
	for (uint32_t i = 0; i < p->n_limits; i++)
		if (p->limits[i].group.n == group.n && p->limits[i].topic < PHRASE_TOPICS && str_eq(p->limits[i].group, group))
			out[p->limits[i].topic] = p->limits[i].limit;
}

void phrases_limits(const struct policy *p, uint32_t group, int32_t out[PHRASE_TOPICS])
{
	uint32_t line[GROUP_DEPTH_MAX + 1];
	memset(out, 0, PHRASE_TOPICS * sizeof *out);
	if (!p->phrases)
		return;
	limits_of(p->phrases, STR_NONE, out);
	for (size_t n = line_of(p, group, line); n > 0; n--)
		limits_of(p->phrases, p->groups.v[line[n - 1]].name, out);
}

bool phrases_any(const struct policy *p, uint32_t group)
{
	int32_t limit[PHRASE_TOPICS];
	bool any = false;
	phrases_limits(p, group, limit);
	for (size_t i = 0; i < PHRASE_TOPICS; i++)
		any = any || limit[i];
	return any;
}

bool phrases_read_for(const struct policy *p, uint32_t group)
{
	return p->phrases && p->groups.n && p->reads[group < p->groups.n ? group : p->groups.strictest];
}

bool phrases_tell(const struct policy *p, uint32_t group)
{
	uint32_t line[GROUP_DEPTH_MAX + 1];
	bool on = p->phrases != NULL;
	for (size_t n = line_of(p, group, line); on && n > 0; n--)
		for (uint32_t i = 0; i < p->phrases->n_limits; i++)
			if (p->phrases->limits[i].topic == PHRASE_ALERTS && str_eq(p->phrases->limits[i].group, p->groups.v[line[n - 1]].name))
				on = p->phrases->limits[i].limit;
	return on;
}

bool phrases_alerts(const struct policy *p, uint32_t group)
{
	return p->phrases && p->groups.n && p->tells[group < p->groups.n ? group : p->groups.strictest];
}
