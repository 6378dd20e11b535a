#include "base/time.h"
#include "policy/compile/policy_src.h"

uint32_t src_group_find(const struct policy_src *s, struct str name)
{
	for (size_t i = 0; i < s->groups.n; i++)
		if (str_eq(s->groups.v[i].name, name))
			return (uint32_t)i;
	return GROUP_NONE;
}

/* One `key = value` of a group.  Lines are followed in order, so that a school's
 * own file changes what the shipped one said. */
struct line {
	struct policy_src *s;
	const struct conf *c;
	const struct conf_pair *at;
	struct group *g;
	uint32_t index;
};

static void wrong(const struct line *l, const char *say)
{
	diag_add(l->s->d, DIAG_ERROR, l->c->file, l->at->line, "%s", say);
}

static uint16_t category(const struct line *l, struct str name)
{
	uint16_t id = catalog_find(l->s->catalog, name);
	if (id >= GROUP_CATEGORIES_MAX) {
		diag_add(l->s->d, DIAG_ERROR, l->c->file, l->at->line, "There is no category \"%.*s\"; see data/categories.conf.", STRF(name));
		return CATEGORY_NONE;
	}
	return id;
}

static void set_categories(const struct line *l, bool blocked)
{
	struct str rest = l->at->value, word;
	while (src_word(&rest, &word)) {
		uint16_t id = category(l, word);
		if (id == CATEGORY_NONE)
			continue;
		if (!blocked && catalog_category(l->s->catalog, id).flags & (CATEGORY_ILLEGAL | CATEGORY_SEALED))
			wrong(l, "A category of illegal things cannot be opened.");
		group_set(l->g->blocked, id, blocked);
		group_set(l->g->timed_set, id, false);
	}
}

static void key_block(const struct line *l) { set_categories(l, true); }
static void key_open(const struct line *l) { set_categories(l, false); }
static void key_title(const struct line *l) { l->g->title = l->at->value; }

static void flag(const struct line *l, uint8_t bit, const char *on, const char *off)
{
	if (str_is(l->at->value, on))
		l->g->flags |= bit;
	else if (str_is(l->at->value, off))
		l->g->flags &= (uint8_t)~bit;
	else
		diag_add(l->s->d, DIAG_ERROR, l->c->file, l->at->line, "This must be \"%s\" or \"%s\".", on, off);
}

static void key_mode(const struct line *l) { flag(l, GROUP_WALLED, "walled", "filtered"); }
static void key_session(const struct line *l) { flag(l, GROUP_SESSION, "required", "not required"); }
static void key_nameless(const struct line *l) { flag(l, GROUP_NAMELESS, "open", "refused"); }
static void key_ech(const struct line *l) { flag(l, GROUP_NO_ECH, "refused", "by-name"); }
static void key_inspect(const struct line *l) { flag(l, GROUP_INSPECT, "yes", "no"); }
static void key_refuse(const struct line *l) { src_group_downloads(l->s, l->c, l->at, l->g, true); }
static void key_may(const struct line *l) { src_group_downloads(l->s, l->c, l->at, l->g, false); }
static void key_term(const struct line *l) { flag(l, GROUP_TERM_ONLY, "only", "any"); }

static void key_safe(const struct line *l)
{
	static const char *const word[] = { "off", "moderate", "strict" };
	for (size_t i = 0; i < ARRAY_N(word); i++)
		if (str_is(l->at->value, word[i])) {
			l->g->safe = (enum safe_level)i;
			return;
		}
	wrong(l, "Safe search must be \"off\", \"moderate\" or \"strict\".");
}

static void key_hours(const struct line *l)
{
	struct group *g = l->g;
	if (str_is(l->at->value, "always")) {
		g->n_hours = 0;
		return;
	}
	struct week_span *all = arena_array(l->s->a, struct week_span, GROUP_HOURS_MAX);
	if (g->n_hours)
		memcpy(all, g->hours, g->n_hours * sizeof *all);
	if (src_spans(l->at->value, all, GROUP_HOURS_MAX, &g->n_hours) != OK)
		wrong(l, "Hours are written as \"mon-fri 08:00-16:00\", or \"always\".");
	g->hours = all;
}

/* "social-media mon-fri 12:00-13:00": closed except then. */
static void key_timed(const struct line *l)
{
	struct str rest = l->at->value, word;
	struct week_span spans[GROUP_TIMED_MAX];
	size_t n = 0;
	struct group *g = l->g;
	uint16_t id = src_word(&rest, &word) ? category(l, word) : CATEGORY_NONE;
	if (id == CATEGORY_NONE)
		return;
	if (catalog_category(l->s->catalog, id).flags & (CATEGORY_ILLEGAL | CATEGORY_SEALED)) {
		wrong(l, "A category of illegal things cannot be opened.");
		return;
	}
	if (src_spans(rest, spans, GROUP_TIMED_MAX - g->n_timed, &n) != OK) {
		wrong(l, "Write the category and its open times: \"social-media mon-fri 12:00-13:00\".");
		return;
	}
	struct timed *all = arena_array(l->s->a, struct timed, GROUP_TIMED_MAX);
	if (g->n_timed)
		memcpy(all, g->timed, g->n_timed * sizeof *all);
	for (size_t i = 0; i < n; i++)
		all[g->n_timed++] = (struct timed){ id, spans[i] };
	g->timed = all;
	group_set(g->timed_set, id, true);
}

static void key_search(const struct line *l)
{
	struct str rest = l->at->value, word;
	struct group *g = l->g;
	g->any_tool = str_is(str_trim(rest), "any");
	g->tools = 0;
	g->home_tool = TOOL_NONE;
	if (g->any_tool || str_is(str_trim(rest), "none"))
		return;
	while (src_word(&rest, &word)) {
		uint8_t tool = tools_find(&l->s->tools, word);
		if (tool == TOOL_NONE) {
			diag_add(l->s->d, DIAG_ERROR, l->c->file, l->at->line, "There is no search tool \"%.*s\"; describe it in a [safe-search %.*s] block before.", STRF(word), STRF(word));
			continue;
		}
		g->tools |= UINT64_C(1) << tool;
		if (g->home_tool == TOOL_NONE)
			g->home_tool = tool;            /* the first named is where others are sent */
	}
}

static void key_allow(const struct line *l)
{
	struct str rest = l->at->value, word, host, path;
	while (src_word(&rest, &word)) {
		if (src_address(l->s, l->c, l->at, word, &host, &path) != OK)
			continue;                       /* the finding is in the diag */
		struct rule *r = src_add_rule(l->s, RULE_WALL, l->g->name, host, path);
		r->scope = SCOPE_GROUP;
		r->who = l->index;
	}
}

static void key_until(const struct line *l)
{
	if (time_read_iso(l->at->value, &l->g->until_utc) != OK && time_read_date(l->at->value, &l->g->until_utc) != OK)
		wrong(l, "The end is a date such as 2027-02-12.");
}

static void key_nothing(const struct line *l) { (void)l; }

static const struct { const char *key; void (*set)(const struct line *); } keys[] = {
	{ "title", key_title }, { "mode", key_mode }, { "session", key_session }, { "safe_search", key_safe },
	{ "search", key_search }, { "block", key_block }, { "open", key_open }, { "timed", key_timed },
	{ "hours", key_hours }, { "inspect", key_inspect }, { "term", key_term }, { "nameless", key_nameless }, { "ech", key_ech }, { "allow", key_allow }, { "until", key_until },
	{ "refuse_downloads", key_refuse }, { "allow_downloads", key_may },
	{ "age", key_nothing }, { "like", key_nothing }, { "reason", key_nothing }, { "expect", key_nothing },
};

static void one_line(const struct line *l)
{
	for (size_t i = 0; i < ARRAY_N(keys); i++)
		if (str_is(l->at->key, keys[i].key)) {
			keys[i].set(l);
			return;
		}
	diag_add(l->s->d, DIAG_ERROR, l->c->file, l->at->line, "A group has no setting \"%.*s\".", STRF(l->at->key));
}

static int age_of(struct str word)
{
	static const char *const ages[AGE_N] = {
		[AGE_EARLY_YEARS] = "early-years", [AGE_KS1] = "ks1", [AGE_KS2] = "ks2",
		[AGE_STAFF] = "staff", [AGE_GOVERNORS] = "governors", [AGE_GUESTS] = "guests",
	};
	for (int i = 0; i < AGE_N; i++)
		if (str_is(word, ages[i]))
			return i;
	return -1;
}

uint32_t src_ages(struct str word)
{
	if (str_is(word, "all"))
		return (1u << AGE_N) - 1;
	if (str_is(word, "learners"))
		return 1u << AGE_EARLY_YEARS | 1u << AGE_KS1 | 1u << AGE_KS2;
	return age_of(word) < 0 ? 0 : 1u << age_of(word);
}

/* What categories.conf, [category-default] and [download] say of this age. */
static void age_defaults(struct policy_src *s, struct group *g, int age)
{
	g->downloads = s->download_ages[age];
	for (uint16_t i = 0; i < s->catalog->categories_n && i < GROUP_CATEGORIES_MAX; i++) {
		struct category c = catalog_category(s->catalog, i);
		if (c.flags & (CATEGORY_ALLOW | CATEGORY_HELP))
			continue;
		group_set(g->blocked, i, c.block >> age & 1 || group_bit(s->default_block, i));
		if (group_bit(s->default_open, i))
			group_set(g->blocked, i, false);
	}
}

static void like(struct policy_src *s, const struct conf *c, const struct conf_block *b, struct group *g, struct str of)
{
	uint32_t parent = src_group_find(s, of);
	if (parent == GROUP_NONE) {
		diag_add(s->d, DIAG_ERROR, c->file, b->line, "There is no group \"%.*s\" before this one.", STRF(of));
		return;
	}
	struct str name = g->name;
	*g = s->groups.v[parent];
	g->name = name;
	g->parent = parent;
	g->until_utc = 0;
}

static struct group *begin_group(struct policy_src *s, const struct conf *c, const struct conf_block *b)
{
	struct group *g = vec_push(&s->groups);
	*g = (struct group){ .name = b->id, .title = b->id, .parent = GROUP_NONE, .home_tool = TOOL_NONE, .safe = SAFE_STRICT };
	memcpy(g->unread, s->default_unread, sizeof g->unread);
	struct str of = conf_get(b, "like"), age = conf_get(b, "age");
	if (of.n)
		like(s, c, b, g, of);
	else if (age_of(age) >= 0)
		age_defaults(s, g, age_of(age));
	else
		diag_add(s->d, DIAG_ERROR, c->file, b->line, "A group needs \"age\" (early-years, ks1, ks2, staff, governors or guests) or \"like\" with another group.");
	return g;
}

/* 5.2-04: a learner's own plan has a reason and a day on which it is looked at again. */
static void check_plan(struct policy_src *s, const struct conf *c, const struct conf_block *b, const struct group *g)
{
	if (!str_starts(g->name, STR("plan-")))
		return;
	if (g->parent == GROUP_NONE)
		diag_add(s->d, DIAG_ERROR, c->file, b->line, "A plan needs \"like\" with the group that counts when it ends.");
	if (!g->until_utc)
		diag_add(s->d, DIAG_ERROR, c->file, b->line, "A plan needs \"until\": the day on which it is looked at again.");
	if (!conf_get(b, "reason").n)
		diag_add(s->d, DIAG_ERROR, c->file, b->line, "A plan needs \"reason\" in a few words without the learner's name.");
}

void src_group(struct policy_src *s, const struct conf *c, const struct conf_block *b)
{
	if (!b->id.n || b->id.n > 64) {
		diag_add(s->d, DIAG_ERROR, c->file, b->line, "A group needs a short name: [group ks2].");
		return;
	}
	uint32_t index = src_group_find(s, b->id);
	if (index == GROUP_NONE && s->groups.n >= GROUP_MAX) {
		diag_add(s->d, DIAG_ERROR, c->file, b->line, "There are more than %d groups.", GROUP_MAX);
		return;
	}
	struct group *g = index == GROUP_NONE ? begin_group(s, c, b) : &s->groups.v[index];
	index = (uint32_t)(g - s->groups.v);
	for (size_t i = 0; i < b->n; i++)
		one_line(&(struct line){ s, c, &b->pairs[i], g, index });
	check_plan(s, c, b, g);
}

void src_unread(struct policy_src *s, const struct conf *c, const struct conf_pair *at, uint32_t group)
{
	struct str rest = at->value, word;
	struct line l = { s, c, at, NULL, 0 };
	while (src_word(&rest, &word)) {
		uint16_t id = category(&l, word);
		if (group == GROUP_NONE)
			group_set(s->default_unread, id, true);
		for (size_t i = 0; i < s->groups.n; i++)
			if (group == GROUP_NONE || i == group)
				group_set(s->groups.v[i].unread, id, true);
	}
}

void src_category_default(struct policy_src *s, const struct conf *c, const struct conf_block *b)
{
	for (size_t i = 0; i < b->n; i++) {
		struct str rest = b->pairs[i].value, word;
		bool block = str_is(b->pairs[i].key, "block");
		if (!block && !str_is(b->pairs[i].key, "open"))
			continue;
		struct line l = { s, c, &b->pairs[i], NULL, 0 };
		while (src_word(&rest, &word)) {
			uint16_t id = category(&l, word);
			group_set(s->default_block, id, block);
			group_set(s->default_open, id, !block);
		}
	}
}
