#include "house/agreement/agreement.h"

#include "base/mem.h"
#include "base/time.h"
#include "base/vec.h"

typedef VEC(struct agreement_rule) rules_t;

struct reader { struct arena *a; const struct conf *c; struct diag *d; enum err e; };

static struct str need(struct reader *r, const struct conf_block *b, const char *key)
{
	struct str v = conf_get(b, key);
	if (!v.n)
		r->e = diag_fail(r->d, r->c->file, b->line, "\"%.*s\" needs a line \"%s = ...\".", STRF(b->id), key);
	return v;
}

static struct agreement_rule read_rule(struct reader *r, const struct conf_block *b)
{
	return (struct agreement_rule){ b->id, need(r, b, "tag"), conf_get(b, "picture"), need(r, b, "text") };
}

static bool has_tag(const struct agreement *g, struct str tag)
{
	for (size_t i = 0; i < g->n; i++)
		if (str_eq(g->rules[i].tag, tag))
			return true;
	return false;
}

/* 6-09: an agreement says what is expected, or it is none. */
static void check_tags(struct reader *r, const struct agreement *g, const struct conf_block *b)
{
	struct str rest = conf_get(b, "mandatory"), tag;
	while (str_next(&rest, ' ', &tag))
		if (tag.n && !has_tag(g, tag))
			r->e = diag_fail(r->d, r->c->file, b->line, "The agreement \"%.*s\" has no rule with the mandatory tag \"%.*s\".",
			                 STRF(b->id), STRF(tag));
}

/* Length before text, so that no two agreements share a digest by moving a boundary. */
static void digest_piece(struct buf *b, struct str s)
{
	buf_fmt(b, "%zu:%.*s,", s.n, STRF(s));
}

static void digest(struct agreement *g)
{
	AUTO(buf_done) struct buf b = buf_init(CONF_MAX_BYTES * 2);
	struct str heads[] = { g->audience, g->language, g->title, g->notice, g->offline };
	for (size_t i = 0; i < ARRAY_N(heads); i++)
		digest_piece(&b, heads[i]);
	buf_fmt(&b, "%lld,", (long long)g->version);
	for (size_t i = 0; i < g->n; i++) {
		digest_piece(&b, g->rules[i].tag);
		digest_piece(&b, g->rules[i].text);
	}
	hash_sha256(buf_str(&b), g->digest);
}

static struct agreement read_head(struct reader *r, const struct conf_block *b)
{
	struct agreement g = {
		.audience = b->id, .language = need(r, b, "language"), .title = need(r, b, "title"),
		.notice = need(r, b, "notice"), .offline = need(r, b, "offline"),
		.aloud = str_is(conf_get(b, "reading"), "aloud"),
	};
	if (conf_int(r->c, b, "version", 0, 1, 1000000, r->d, &g.version) != OK || !g.version)
		r->e = diag_fail(r->d, r->c->file, b->line, "\"%.*s\" needs a version number from 1.", STRF(b->id));
	if (conf_int(r->c, b, "grace_days", 14, 0, 366, r->d, &g.grace_days) != OK)
		r->e = ERR_SYNTAX;
	return g;
}

/* Reads the agreement whose header is block *at, and its rules; leaves *at behind them. */
static struct agreement read_one(struct reader *r, size_t *at)
{
	const struct conf_block *head = &r->c->blocks[(*at)++];
	struct agreement g = read_head(r, head);
	rules_t rules = { 0 };
	for (; *at < r->c->n && str_is(r->c->blocks[*at].kind, "rule"); (*at)++)
		*vec_push(&rules) = read_rule(r, &r->c->blocks[*at]);
	g.n = rules.n;
	g.rules = arena_array(r->a, struct agreement_rule, rules.n + 1);
	if (rules.n)
		memcpy(g.rules, rules.v, rules.n * sizeof *g.rules);
	vec_done(&rules);
	check_tags(r, &g, head);
	digest(&g);
	return g;
}

enum err agreement_load(struct arena *a, const char *path, struct diag *d, struct agreement_set *out)
{
	struct conf c;
	TRY(conf_load(a, path, d, &c));
	struct reader r = { a, &c, d, OK };
	struct agreement_set set = { arena_array(a, struct agreement, c.n), 0 };
	for (size_t at = 1; at < c.n;) {
		if (str_is(c.blocks[at].kind, "agreement"))
			set.v[set.n++] = read_one(&r, &at);
		else
			r.e = diag_fail(d, c.file, c.blocks[at++].line, "Only [agreement AUDIENCE] and its [rule ID] blocks belong here.");
	}
	TRY(r.e);
	*out = set;
	return OK;
}

const struct agreement *agreement_find(const struct agreement_set *set, struct str audience, struct str language)
{
	const struct agreement *english = NULL;
	for (size_t i = 0; i < set->n; i++) {
		if (!str_eq(set->v[i].audience, audience))
			continue;
		if (str_eq(set->v[i].language, language))
			return &set->v[i];
		if (str_is(set->v[i].language, "en"))
			english = &set->v[i];
	}
	return english;
}

static const struct { const char *kind, *audience; } audiences[] = {
	{ "staff", "staff" }, { "supply", "supply" }, { "volunteer", "volunteer" }, { "governor", "governor" },
	{ "contractor", "visitor" }, { "visitor", "visitor" }, { "parent", "parent" },
};

struct str agreement_audience(struct str kind, struct str group)
{
	if (str_is(kind, "learner"))
		return group.n ? group : STR("ks2");
	for (size_t i = 0; i < ARRAY_N(audiences); i++)
		if (str_is(kind, audiences[i].kind))
			return str_z(audiences[i].audience);
	return STR("visitor");
}

enum standing agreement_standing(const struct agreement *current, int64_t active_utc,
                                 const struct agreement_signature *last, int64_t now_utc)
{
	if (!current || !last->at_utc || (last->until_utc && now_utc >= last->until_utc))
		return STANDING_UNSIGNED;
	if (last->declined)
		return STANDING_DECLINED;
	if (hash_same(last->digest, current->digest, SHA256_BYTES))
		return STANDING_CURRENT;
	int64_t grace_end = time_uk_midnight(active_utc + (current->grace_days + 1) * 86400);
	return current->grace_days && now_utc < grace_end ? STANDING_GRACE : STANDING_UNSIGNED;
}
