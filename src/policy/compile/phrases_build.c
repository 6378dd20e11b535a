/* From lines of phrases to the dictionary, the tree and its ends. */
#include "policy/compile/phrases_src.h"
#include "policy/scan/words.h"

enum { JOINED_LEAST = 6 /* bytes: shorter ones would be met inside ordinary words */ };

struct text_words { uint64_t hash[PHRASE_DEPTH]; size_t n; bool bad; char joined[WORD_BYTES]; size_t n_joined; };

struct node_out { uint32_t node, out; };

struct tree {
	struct phrases_src *s;
	struct phrases p;               /* its tables are owned here until they are written */
	VEC(uint32_t) root;
	VEC(struct node_out) outs;
	VEC(struct phrase_text) texts;
	uint32_t used_edges;
};

static void tree_done(struct tree *t)
{
	free(t->p.hash);
	free(t->p.id);
	free(t->p.edges);
	free(t->p.first);
	free(t->p.outs);
	vec_done(&t->root);
	vec_done(&t->outs);
	vec_done(&t->texts);
}

/* ---- a phrase as words, through the reader's own folding */

static void on_word(void *to, const struct word *w)
{
	struct text_words *t = to;
	if (w->joined)
		return;
	t->bad |= !w->n || t->n == PHRASE_DEPTH;
	if (!t->bad)
		t->hash[t->n++] = w->form[0];
}

static void words_of(struct str text, struct text_words *out)
{
	struct words w;
	*out = (struct text_words){ .n = 0 };
	words_begin(&w, (struct words_to){ on_word, NULL, out }, (struct charset){ NULL, 0 });
	(void)words_feed(&w, text, false);              /* unmarked: all of it is taken */
	words_stop(&w);
}

/* "kill myself" as the one word that a hashtag has of it; 0: too short, or too long for a word. */
static uint64_t joined_of(struct str text)
{
	char b[WORD_BYTES + 1];
	struct text_words t;
	size_t n = 0;
	for (size_t i = 0; i < text.n; i++) {
		if (ascii_space(text.p[i]))
			continue;
		if (n == WORD_BYTES)
			return 0;
		b[n++] = text.p[i];
	}
	words_of((struct str){ b, n }, &t);
	return n >= JOINED_LEAST && t.n == 1 ? t.hash[0] : 0;
}

/* ---- tables that grow */

static void grow_words(struct tree *t)
{
	struct phrases *p = &t->p;
	uint32_t old = p->slots;
	uint64_t *hash = p->hash;
	uint32_t *id = p->id;
	p->slots = old ? old * 2 : 1024;
	p->hash = mem_array(uint64_t, p->slots);
	p->id = mem_array(uint32_t, p->slots);
	for (uint32_t i = 0; i < old; i++) {
		if (!hash[i])
			continue;
		uint32_t at = (uint32_t)hash[i] & (p->slots - 1);
		while (p->hash[at])
			at = (at + 1) & (p->slots - 1);
		p->hash[at] = hash[i];
		p->id[at] = id[i];
	}
	free(hash);
	free(id);
}

static uint32_t word_number(struct tree *t, uint64_t hash)
{
	struct phrases *p = &t->p;
	if (p->n_words * 2 >= p->slots)
		grow_words(t);
	uint32_t known = phrases_word(p, hash), at = (uint32_t)hash & (p->slots - 1);
	if (known)
		return known;
	while (p->hash[at])
		at = (at + 1) & (p->slots - 1);
	p->hash[at] = hash;
	p->id[at] = ++p->n_words;
	*vec_push(&t->root) = 0;
	return p->n_words;
}

static void put_edge(struct phrases *p, struct phrase_edge e)
{
	uint32_t at = phrases_slot(e.node, e.word) & (p->edge_slots - 1);
	while (p->edges[at].to)
		at = (at + 1) & (p->edge_slots - 1);
	p->edges[at] = e;
}

static void grow_edges(struct tree *t)
{
	struct phrases *p = &t->p;
	uint32_t old = p->edge_slots;
	struct phrase_edge *edges = p->edges;
	p->edge_slots = old ? old * 2 : 1024;
	p->edges = mem_array(struct phrase_edge, p->edge_slots);
	for (uint32_t i = 0; i < old; i++)
		if (edges[i].to)
			put_edge(p, edges[i]);
	free(edges);
}

static uint32_t step(struct tree *t, uint32_t node, uint64_t hash)
{
	uint32_t word = word_number(t, hash), *root = &t->root.v[word - 1];
	if (!node) {
		if (!*root)
			*root = t->p.n_nodes++;
		return *root;
	}
	if (t->used_edges * 2 >= t->p.edge_slots)
		grow_edges(t);
	uint32_t to = phrases_step(&t->p, node, word);
	if (to)
		return to;
	to = t->p.n_nodes++;
	put_edge(&t->p, (struct phrase_edge){ node, word, to });
	t->used_edges++;
	return to;
}

/* ---- lines */

static void end_at(struct tree *t, uint32_t node, uint32_t kind, uint32_t at)
{
	*vec_push(&t->outs) = (struct node_out){ node, kind << 30 | at };
}

static bool is_without(struct phrases_src *s, const struct text_words *w)
{
	for (size_t i = 0; i < s->without.n; i++) {
		struct text_words o;
		words_of(s->without.v[i].text, &o);
		if (o.n == w->n && !memcmp(o.hash, w->hash, w->n * sizeof *w->hash))
			return true;
	}
	return false;
}

static void add_line(struct tree *t, const struct phrase_line *l)
{
	struct text_words w;
	uint32_t node = 0, at = l->set;
	words_of(l->text, &w);
	if (w.bad || !w.n) {
		diag_add(t->s->d, DIAG_ERROR, l->file, l->line, "\"%.*s\" cannot be looked for: a phrase has one to %d words of letters and digits, none over %d bytes.",
		         STRF(l->text), PHRASE_DEPTH, WORD_BYTES);
		return;
	}
	if (l->kind == OUT_PHRASE) {
		if (is_without(t->s, &w))
			return;
		at = (uint32_t)t->texts.n;
		*vec_push(&t->texts) = (struct phrase_text){ l->text, l->set, l->weight };
	}
	for (size_t i = 0; i < w.n; i++)
		node = step(t, node, w.hash[i]);
	end_at(t, node, l->kind, at);
	uint64_t joined = l->joined && w.n > 1 ? joined_of(l->text) : 0;
	if (joined)
		end_at(t, step(t, 0, joined), l->kind, at);
}

static int by_node(const void *a, const void *b)
{
	const struct node_out *x = a, *y = b;
	return x->node != y->node ? (x->node > y->node) - (x->node < y->node) : (x->out > y->out) - (x->out < y->out);
}

/* Braces may say the same twice: within a set that is no matter. */
static void drop_doubles(struct tree *t)
{
	size_t n = 0;
	for (size_t i = 0; i < t->outs.n; i++) {
		struct node_out o = t->outs.v[i], *last = n ? &t->outs.v[n - 1] : NULL;
		bool same = last && last->node == o.node && last->out >> 30 == o.out >> 30;
		if (same && o.out >> 30 == OUT_PHRASE)
			same = t->texts.v[last->out].set == t->texts.v[o.out].set;
		else
			same = same && last->out == o.out;
		if (!same)
			t->outs.v[n++] = o;
	}
	t->outs.n = n;
}

/* The same phrase in two sets of a topic would count twice without anybody having meant it. */
static void find_doubles(struct tree *t, const struct phrase_line **line)
{
	for (size_t i = 1; i < t->outs.n; i++) {
		struct node_out a = t->outs.v[i - 1], b = t->outs.v[i];
		if (a.node != b.node || a.out >> 30 != OUT_PHRASE || b.out >> 30 != OUT_PHRASE)
			continue;
		const struct phrase_line *x = line[a.out], *y = line[b.out];
		if (t->s->sets.v[x->set].topic == t->s->sets.v[y->set].topic)
			diag_add(t->s->d, DIAG_ERROR, y->file, y->line, "\"%.*s\" stands already in line %ld of %.*s; leave one of them out.", STRF(y->text), x->line, STRF(x->file));
	}
}

static void make_outs(struct tree *t)
{
	struct phrases *p = &t->p;
	p->first = mem_array(uint32_t, p->n_nodes + 1);
	p->outs = mem_array(uint32_t, t->outs.n + 1);
	p->n_outs = (uint32_t)t->outs.n;
	uint32_t node = 0;
	for (uint32_t i = 0; i < t->outs.n; i++) {
		while (node <= t->outs.v[i].node)
			p->first[node++] = i;
		p->outs[i] = t->outs.v[i].out;
	}
	while (node <= p->n_nodes)
		p->first[node++] = p->n_outs;
}

static enum err check_size(struct tree *t)
{
	if (t->texts.n <= PHRASES_MAX && t->p.n_nodes < PHRASE_NODES && t->p.slots <= PHRASE_SLOTS && t->p.edge_slots <= PHRASE_SLOTS)
		return OK;
	return diag_fail(t->s->d, STR_NONE, 0, "There are more than %d phrases.", PHRASES_MAX);
}

enum err phrases_src_build(struct phrases_src *s, struct buf *out)
{
	AUTO(tree_done) struct tree t = { .s = s };
	t.p.n_nodes = 1;                        /* 0 is the beginning */
	grow_words(&t);
	grow_edges(&t);
	const struct phrase_line **line = arena_array(s->a, const struct phrase_line *, s->lines.n + 1);
	for (size_t i = 0; i < s->lines.n; i++) {
		size_t before = t.texts.n;
		add_line(&t, &s->lines.v[i]);
		if (t.texts.n > before)
			line[before] = &s->lines.v[i];
	}
	TRY(check_size(&t));
	vec_sort(&t.outs, by_node);
	drop_doubles(&t);
	find_doubles(&t, line);
	if (s->d->errors)
		return ERR_INVALID;
	make_outs(&t);
	memcpy(t.p.topics, s->topics, sizeof t.p.topics);
	t.p.n_topics = (uint32_t)s->n_topics;
	t.p.limits = s->limits.v;
	t.p.n_limits = (uint32_t)s->limits.n;
	t.p.sets = s->sets.v;
	t.p.n_sets = (uint32_t)s->sets.n;
	t.p.texts = t.texts.v;
	t.p.n_texts = (uint32_t)t.texts.n;
	uint32_t *root = mem_array(uint32_t, t.p.n_words + 1);
	if (t.root.n)
		memcpy(root + 1, t.root.v, t.root.n * sizeof *root);
	t.p.root = root;
	phrases_write(&t.p, out);
	free(root);
	return buf_ok(out);
}
