/* [player ID]: what a player is made of.  [embed ID]: on which pages it may stand. */
#include "policy/compile/policy_src.h"

static void hosts_of(struct policy_src *s, const struct conf *c, const struct conf_block *b, const char *key, enum rule_kind kind)
{
	const struct conf_pair *at;
	for (size_t i = 0; (at = conf_each(b, key, &i));) {
		struct str rest = at->value, word, host, path;
		while (src_word(&rest, &word))
			if (src_address(s, c, at, word, &host, &path) == OK)
				src_add_rule(s, kind, b->id, host, path)->reason = conf_get(b, "title");
	}
}

void src_player(struct policy_src *s, const struct conf *c, const struct conf_block *b)
{
	struct str page = conf_get(b, "page"), first;
	if (!b->id.n || b->id.n > 32 || !page.n) {
		diag_add(s->d, DIAG_ERROR, c->file, b->line, "A player needs a short name and at least one \"page\": [player films], page = player.example/embed.");
		return;
	}
	hosts_of(s, c, b, "page", RULE_PLAYER);
	hosts_of(s, c, b, "part", RULE_PART);
	hosts_of(s, c, b, "watch", RULE_WATCH);
	(void)src_word(&page, &first);
	src_set_text(s, false, arena_fmt(s->a, "player.%.*s.page", STRF(b->id)), first);
	if (conf_has(b, "parameter"))
		src_set_text(s, false, arena_fmt(s->a, "player.%.*s.parameter", STRF(b->id)), conf_get(b, "parameter"));
}

/* A mark at each page of the player, so that its parts are found open without looking for the page around it. */
static bool mark(struct policy_src *s, enum rule_kind kind, struct str player, const struct rule *like)
{
	size_t n = s->rules.n, met = 0;
	for (size_t i = 0; i < n; i++) {
		if (s->rules.v[i].kind != RULE_PLAYER || !str_eq(s->rules.v[i].name, player))
			continue;
		struct str host = s->rules.v[i].host;
		struct rule *r = src_add_rule(s, kind, player, host, STR_NONE);
		r->scope = like->scope;
		r->who = like->who;
		r->until_utc = like->until_utc;
		r->reason = like->reason;
		met++;
	}
	return met;
}

static void on_pages(struct policy_src *s, const struct conf *c, const struct conf_block *b, struct str player, const struct rule *like)
{
	const struct conf_pair *at;
	for (size_t i = 0; (at = conf_each(b, "on", &i));) {
		struct str rest = at->value, word, host, path;
		while (src_word(&rest, &word)) {
			bool any = str_is(word, "approved");
			if (!any && src_address(s, c, at, word, &host, &path) != OK)
				continue;
			if (!mark(s, any ? RULE_EMBED_APPROVED : RULE_EMBED_FOR, player, like))
				diag_add(s->d, DIAG_ERROR, c->file, b->line, "There is no player \"%.*s\" before this; describe it in a [player %.*s] block.", STRF(player), STRF(player));
			if (any)
				continue;
			struct rule *r = src_add_rule(s, RULE_EMBED, player, host, path);
			r->scope = like->scope;
			r->who = like->who;
			r->until_utc = like->until_utc;
			r->reason = like->reason;
		}
	}
}

void src_embed(struct policy_src *s, const struct conf *c, const struct conf_block *b)
{
	struct rule like = { 0 };
	struct str players = conf_get(b, "player"), player;
	if (!players.n || !conf_has(b, "on")) {
		diag_add(s->d, DIAG_ERROR, c->file, b->line, "An embed needs \"player\" and \"on\": the pages that may show it, or \"approved\".");
		return;
	}
	if (src_common(s, c, b, &like))
		while (src_word(&players, &player))
			on_pages(s, c, b, player, &like);
}
