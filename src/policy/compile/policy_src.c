#include "policy/compile/policy_src.h"

enum { KEYS_MAX = 10 };

/* What a block kind means and which keys it has; NULL keys: its handler looks itself.
 * `expect` lines may stand in any block. */
static const struct {
	const char *kind;
	void (*take)(struct policy_src *, const struct conf *, const struct conf_block *);
	const char *keys[KEYS_MAX];
} kinds[] = {
	{ "group", src_group, { NULL } },
	{ "category-default", src_category_default, { "block", "open" } },
	{ "rule", src_rule, { "scope", "allow", "block", "above", "reason", "until", "hours", "except_hours", "term" } },
	{ "service", src_service, { "hold", "open", "in-use", "device", "scope", "until", "reason" } },
	{ "private", src_private, { "title", "host", "category", "scope", "reason", "until" } },
	{ "help", src_help, { "title", "host" } },
	{ "own", src_own, { "title", "host" } },
	{ "download", src_download, { "title", "name", "attached", "type", "shape", "for", "approved" } },
	{ "player", src_player, { "title", "page", "part", "watch", "parameter" } },
	{ "embed", src_embed, { "player", "on", "scope", "until", "reason" } },
	{ "source", src_source, { "host", "scope", "until", "reason" } },
	{ "safe-search", src_tool, { "title", "kind", "host", "start", "safe", "strict", "moderate", "query", "force" } },
	{ "range", src_range, { "prefix", "group", "school", "class" } },
	{ "device", src_device, { "token", "person", "class", "school", "group" } },
	{ "term", src_term, { "from", "to", "except" } },
	{ "login", src_login, { "person", "class", "school", "group" } },
	{ "text", src_text, { NULL } },
	{ "upstream-filter", src_upstream, { "supplier", "tested" } },
	{ "expect", NULL, { "expect" } },
};

static bool known_key(const char *const keys[], struct str key)
{
	if (str_is(key, "expect"))
		return true;
	for (size_t i = 0; i < KEYS_MAX && keys[i]; i++)
		if (str_is(key, keys[i]))
			return true;
	return false;
}

static void check_keys(struct policy_src *s, const struct conf *c, const struct conf_block *b, const char *const keys[])
{
	for (size_t i = 0; keys[0] && i < b->n; i++)
		if (!known_key(keys, b->pairs[i].key))
			diag_add(s->d, DIAG_ERROR, c->file, b->pairs[i].line, "[%.*s] has no setting \"%.*s\".", STRF(b->kind), STRF(b->pairs[i].key));
}

static void take_block(struct policy_src *s, const struct conf *c, const struct conf_block *b)
{
	for (size_t i = 0; i < ARRAY_N(kinds); i++)
		if (str_is(b->kind, kinds[i].kind)) {
			check_keys(s, c, b, kinds[i].keys);
			if (kinds[i].take)
				kinds[i].take(s, c, b);
			src_expect(s, c, b);
			return;
		}
	if (b->kind.n || b->n)
		diag_add(s->d, DIAG_ERROR, c->file, b->line, "A policy has no blocks of the kind [%.*s].", STRF(b->kind));
}

void policy_src_add(struct policy_src *s, const struct conf *c)
{
	for (size_t i = 0; i < c->n; i++)
		take_block(s, c, &c->blocks[i]);
}

static bool has_own_page(const struct policy_src *s)
{
	for (size_t i = 0; i < s->rules.n; i++)
		if (s->rules.v[i].kind == RULE_OWN)
			return true;
	return false;
}

static void check_tokens(struct policy_src *s)
{
	for (size_t i = 1; i < s->tokens.n; i++)
		if (!memcmp(s->tokens.v[i - 1].digest, s->tokens.v[i].digest, 32))
			diag_add(s->d, DIAG_ERROR, STR_NONE, 0, "Devices %lld and %lld have the same token.",
			         (long long)s->tokens.v[i - 1].hit.device, (long long)s->tokens.v[i].hit.device);
}

void policy_src_finish(struct policy_src *s)
{
	if (src_group_find(s, STR("unknown")) == GROUP_NONE)
		diag_add(s->d, DIAG_ERROR, STR_NONE, 0, "There must be a group \"unknown\": what holds for whoever is not known.");
	if (!has_own_page(s))
		diag_add(s->d, DIAG_ERROR, STR_NONE, 0, "There must be an [own] block with the names of the portal and the gate, or nobody could sign.");
	if (s->rules.n > RULES_MAX)
		diag_add(s->d, DIAG_ERROR, STR_NONE, 0, "There are more than %d rules.", RULES_MAX);
	for (size_t i = 0; i < s->groups.n; i++)
		if (s->groups.v[i].flags & GROUP_TERM_ONLY && !s->calendar.n_terms)
			diag_add(s->d, DIAG_ERROR, STR_NONE, 0, "Group \"%.*s\" is open in term only, and no [term] is given.", STRF(s->groups.v[i].name));
	if (s->terms_later && !s->calendar.n_terms)
		diag_add(s->d, DIAG_ERROR, STR_NONE, s->terms_later, "A rule holds in term only, and no [term] is given.");
	if (s->times.n > TIMES_MAX)
		diag_add(s->d, DIAG_ERROR, STR_NONE, 0, "Rules have more than %d hours between them.", TIMES_MAX);
	src_service_finish(s);
	tokens_sort(&(struct tokens){ s->tokens.v, s->tokens.n });
	ranges_sort(&(struct ranges){ s->ranges.v, s->ranges.n });
	texts_sort(&(struct texts){ s->texts.v, s->texts.n });
	check_tokens(s);
}

void policy_src_done(struct policy_src *s)
{
	vec_done(&s->groups);
	vec_done(&s->rules);
	vec_done(&s->times);
	vec_done(&s->ranges);
	vec_done(&s->tokens);
	vec_done(&s->texts);
	vec_done(&s->meta);
	vec_done(&s->expects);
	vec_done(&s->local_fixed);
}
