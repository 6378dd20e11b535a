#include "house/agreement/agreement.h"

#include "base/mem.h"
#include "base/time.h"
#include "base/vec.h"

const struct agreement_audience agreement_audiences[AGREEMENT_AUDIENCES] = {
#define AUDIENCE_ROW_(word, title) { word, title, word[0] == 'e' || (word[0] == 'k' && word[1] == 's') },
	AGREEMENT_AUDIENCE_TABLE(AUDIENCE_ROW_)
#undef AUDIENCE_ROW_
};

const char *agreement_audience_title(struct str audience)
{
	for (size_t i = 0; i < AGREEMENT_AUDIENCES; i++)
		if (str_is(audience, agreement_audiences[i].word))
			return agreement_audiences[i].title;
	return "Somebody else";
}

bool agreement_has_tag(const struct agreement_rule *r, struct str tag)
{
	struct str rest = r->tag, one;
	while (str_next(&rest, ' ', &one))
		if (one.n && str_eq(one, tag))
			return true;
	return false;
}

struct str agreement_missing(const struct agreement *g)
{
	struct str rest = g->mandatory, tag;
	while (str_next(&rest, ' ', &tag)) {
		bool found = tag.n == 0;
		for (size_t i = 0; i < g->n && !found; i++)
			found = agreement_has_tag(&g->rules[i], tag);
		if (!found)
			return tag;
	}
	return STR_NONE;
}

/* Length before text, so that no two agreements share a digest by moving a boundary. */
static void digest_piece(struct buf *b, struct str s)
{
	buf_fmt(b, "%zu:%.*s,", s.n, STRF(s));
}

void agreement_digest(struct agreement *g)
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

const struct agreement_rule *agreement_rule_find(const struct agreement *g, struct str id)
{
	for (size_t i = 0; i < g->n; i++)
		if (str_eq(g->rules[i].id, id))
			return &g->rules[i];
	return NULL;
}

static struct str same_words(struct str then, struct str now, struct str translated)
{
	return str_eq(then, now) ? translated : STR_NONE;
}

struct agreement agreement_carry(struct arena *a, const struct agreement *then, const struct agreement *translation, const struct agreement *now)
{
	struct agreement t = { .audience = now->audience, .language = translation->language, .version = now->version, .n = now->n,
		.title = same_words(then->title, now->title, translation->title), .notice = same_words(then->notice, now->notice, translation->notice),
		.offline = same_words(then->offline, now->offline, translation->offline), .rules = arena_array(a, struct agreement_rule, now->n + 1) };
	for (size_t i = 0; i < now->n; i++) {
		const struct agreement_rule *was = agreement_rule_find(then, now->rules[i].id), *tr = agreement_rule_find(translation, now->rules[i].id);
		t.rules[i] = now->rules[i];
		t.rules[i].text = was && tr ? same_words(was->text, now->rules[i].text, tr->text) : STR_NONE;
	}
	agreement_digest(&t);
	return t;
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
	if (!current || !last->at_utc || last->undone || (last->until_utc && now_utc >= last->until_utc))
		return STANDING_UNSIGNED;
	if (last->declined)
		return STANDING_DECLINED;
	if (hash_same(last->digest, current->digest, SHA256_BYTES))
		return STANDING_CURRENT;
	int64_t grace_end = time_uk_midnight(active_utc + (current->grace_days + 1) * 86400);
	return now_utc < grace_end ? STANDING_GRACE : STANDING_UNSIGNED;
}
