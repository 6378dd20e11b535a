/* Reads data/categories.conf and the never-block list. */
#include "policy/compile/lists_state.h"

static const char *const ages[AGE_N] = {
	[AGE_EARLY_YEARS] = "early-years", [AGE_KS1] = "ks1", [AGE_KS2] = "ks2", [AGE_STAFF] = "staff",
	[AGE_GOVERNORS] = "governors", [AGE_GUESTS] = "guests",
};

static const struct { const char *key; uint8_t flag; } flags[] = {
	{ "sensitive", CATEGORY_SENSITIVE }, { "illegal", CATEGORY_ILLEGAL }, { "allow", CATEGORY_ALLOW },
	{ "help", CATEGORY_HELP }, { "sealed", CATEGORY_SEALED }, { "service", CATEGORY_SERVICE },
};

/* "all", "learners", or words of ages[]. */
static enum err read_block(struct lists *l, const struct conf *c, const struct conf_block *b, uint8_t *out)
{
	struct str words = conf_get(b, "block"), w;
	while (str_next(&words, ' ', &w)) {
		int at = 0;
		if (w.n == 0)
			continue;
		while (at < AGE_N && !str_is(w, ages[at]))
			at++;
		if (str_is(w, "all"))
			*out = (1 << AGE_N) - 1;
		else if (str_is(w, "learners"))
			*out |= 1 << AGE_EARLY_YEARS | 1 << AGE_KS1 | 1 << AGE_KS2;
		else if (at < AGE_N)
			*out |= (uint8_t)(1 << at);
		else if (!str_is(w, "none"))
			return diag_fail(l->diag, c->file, b->line, "'%.*s' is not a kind of group (block = all, learners, none, early-years, "
			                 "ks1, ks2, staff, governors, guests).", STRF(w));
	}
	return OK;
}

static bool name_ok(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!ascii_digit(s.p[i]) && s.p[i] != '-' && !(s.p[i] >= 'a' && s.p[i] <= 'z'))
			return false;
	return s.n > 0 && s.n <= 64;
}

static enum err add_word(struct lists *l, const struct conf *c, long line, struct str word, size_t category)
{
	uint64_t other;
	if (map_get(l->words, word, &other) && other != category)
		return diag_fail(l->diag, c->file, line, "'%.*s' already belongs to the category %.*s.", STRF(word),
		                 STRF(l->categories.v[other].name));
	map_set(l->words, word, category);
	return OK;
}

static enum err add_words(struct lists *l, const struct conf *c, const struct conf_block *b, size_t category)
{
	const struct conf_pair *p;
	TRY(add_word(l, c, b->line, b->id, category));
	for (size_t at = 0; (p = conf_each(b, "alias", &at));) {
		struct str words = p->value, w;
		while (str_next(&words, ' ', &w))
			if (w.n > 0)
				TRY(add_word(l, c, p->line, w, category));
	}
	return OK;
}

static enum err read_category(struct lists *l, const struct conf *c, const struct conf_block *b)
{
	if (!name_ok(b->id))
		return diag_fail(l->diag, c->file, b->line, "A category's name is small letters, digits and hyphens.");
	if (conf_get(b, "title").n == 0 || conf_get(b, "why").n == 0 || conf_get(b, "holds").n == 0)
		return diag_fail(l->diag, c->file, b->line, "The category %.*s needs a title, a why (its rationale) and a holds (what is in it).", STRF(b->id));
	struct category made = { .name = arena_str(&l->arena, b->id), .title = arena_str(&l->arena, conf_get(b, "title")) };
	for (size_t i = 0; i < ARRAY_N(flags); i++) {
		bool on;
		TRY(conf_bool(c, b, flags[i].key, false, l->diag, &on));
		made.flags |= on ? flags[i].flag : 0;
	}
	if (!(made.flags & (CATEGORY_ALLOW | CATEGORY_HELP)) && conf_get(b, "test").n == 0)
		return diag_fail(l->diag, c->file, b->line, "The category %.*s needs a test: a name that the filter can be asked for.", STRF(b->id));
	TRY(read_block(l, c, b, &made.block));
	*vec_push(&l->categories) = made;
	return add_words(l, c, b, l->categories.n - 1);
}

enum err list_names_load(struct lists *l)
{
	static const char *const keys[] = { "title", "why", "holds", "test", "code", "law", "block", "alias", "sensitive", "illegal", "allow", "help", "sealed", "service", NULL };
	AUTO(arena_done) struct arena a = arena_init();
	struct conf c;
	TRY(conf_load(&a, l->opts.categories, l->diag, &c));
	TRY(conf_only(&c, "category", keys, l->diag));
	for (size_t i = 0; i < c.n; i++)
		if (str_is(c.blocks[i].kind, "category"))
			TRY(read_category(l, &c, &c.blocks[i]));
	return l->categories.n ? OK : diag_fail(l->diag, c.file, 0, "There is no category in this file.");
}

bool lists_category(const struct lists *l, struct str word, uint16_t *out)
{
	uint64_t v;
	if (!map_get(l->words, word, &v))
		return false;
	*out = (uint16_t)v;
	return true;
}

static size_t never_slot(const struct never *n, uint64_t hash)
{
	size_t at = hash % NEVER_SLOTS;
	while (n->kind[at] && n->hash[at] != hash)
		at = (at + 1) % NEVER_SLOTS;
	return at;
}

static void never_add(struct never *n, uint64_t hash, uint8_t kind)
{
	size_t at = never_slot(n, hash);
	n->n += n->kind[at] == 0;
	n->hash[at] = hash;
	n->kind[at] |= kind;
	n->seen[hash >> 32 & (NEVER_BITS - 1)] = 1;
}

uint8_t list_never_kind(const struct lists *l, uint64_t hash)
{
	if (!l->never.seen[hash >> 32 & (NEVER_BITS - 1)])
		return 0;
	return l->never.kind[never_slot(&l->never, hash)];
}

/* As host_add() takes it: the last two labels at once, then label by label. */
static uint64_t never_hash(const struct lists *l, struct str name)
{
	struct hostwalk w = hostwalk_of(name);
	size_t at = hostwalk_longer(&w, name.n);
	at = at ? hostwalk_longer(&w, at) : 0;
	uint64_t hash = hosthash(l->hosts.key, name, at);
	while (at > 0) {
		size_t before = at;
		at = hostwalk_longer(&w, before);
		hash = hosthash_longer(l->hosts.key, hash, name, at, before);
	}
	return hash;
}

/* The name itself, and the names above it, which would take it along. */
static enum err never_name(struct lists *l, const struct conf *c, const struct conf_pair *p, uint8_t kind)
{
	char name[HOST_MAX + 1];
	size_t n;
	if (host_norm(p->value, name, &n) != OK)
		return diag_fail(l->diag, c->file, p->line, "'%.*s' is not a name.", STRF(p->value));
	if (l->never.n > NEVER_SLOTS / 2)
		return diag_fail(l->diag, c->file, p->line, "There are more never-block names than fit.");
	l->never.labels |= (kind & NEVER_BELOW) && str_chr((struct str){ name, n }, '.') < 0;
	for (struct str at = { name, n }; at.n > 0; at = host_parent(at))
		never_add(&l->never, never_hash(l, at), at.n == n ? kind : NEVER_EXACT);
	return OK;
}

enum err list_never_load(struct lists *l)
{
	static const struct { const char *key; uint8_t kind; } kinds[] = { { "all", NEVER_EXACT | NEVER_BELOW }, { "host", NEVER_EXACT } };
	AUTO(arena_done) struct arena a = arena_init();
	struct conf c;
	const struct conf_pair *p;
	TRY(conf_load(&a, l->opts.never_block, l->diag, &c));
	for (size_t b = 0; b < c.n; b++)
		for (size_t k = 0; k < ARRAY_N(kinds); k++)
			for (size_t at = 0; (p = conf_each(&c.blocks[b], kinds[k].key, &at));)
				TRY(never_name(l, &c, p, kinds[k].kind));
	return OK;
}

size_t list_source_of(struct lists *l, struct str name, struct str version, uint16_t category)
{
	char key[512];
	uint64_t at;
	int n = snprintf(key, sizeof key, "%.*s%c%u", (int)(name.n < 400 ? name.n : 400), name.p, 0, category);
	struct str k = { key, (size_t)n };
	if (map_get(l->source_of, k, &at))
		return (size_t)at;
	if (l->sources.n >= LISTS_MAX)
		return SIZE_MAX;
	struct list_source *s = vec_push(&l->sources);
	s->name = arena_str(&l->arena, str_upto(name, 400));
	s->version = arena_str(&l->arena, str_upto(version, 64));
	s->category = category;
	s->read_utc = l->as_of_utc ? l->as_of_utc : l->now_utc;
	s->counts.list = s->name;
	s->counts.category = l->categories.v[category].name;
	map_set(l->source_of, k, l->sources.n - 1);
	return l->sources.n - 1;
}
