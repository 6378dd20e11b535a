/* The files of data/agreements. */
#include "base/mem.h"
#include "base/vec.h"
#include "house/agreement/agreement.h"
#include "io/file.h"

typedef VEC(struct agreement_rule) rules_t;

struct reader { struct arena *a; const struct conf *c; struct diag *d; const struct profile *profile; enum err e; };

static struct str need(struct reader *r, const struct conf_block *b, const char *key)
{
	struct str v = conf_get(b, key);
	if (!v.n)
		r->e = diag_fail(r->d, r->c->file, b->line, "\"%.*s\" needs a line \"%s = ...\".", STRF(b->id), key);
	return v;
}

/* ---- conditions ---- */

static bool one_holds(const struct profile *p, struct str s)
{
	ptrdiff_t is = str_find(s, STR(" is "));
	if (is <= 0 || !p)
		return false;
	struct str key = str_trim(str_upto(s, (size_t)is)), value = str_trim(str_from(s, (size_t)is + 4));
	const struct param *param = profile_param(p, key);
	if (!param)
		return false;
	if (param->type == PARAM_YES_NO && str_is(value, "no"))
		return !profile_has(p, key, STR("yes"));
	return profile_has(p, key, value);
}

bool agreement_when(const struct profile *p, struct str condition)
{
	while (condition.n) {
		ptrdiff_t and = str_find(condition, STR(" and "));
		if (!one_holds(p, and < 0 ? condition : str_upto(condition, (size_t)and)))
			return false;
		condition = and < 0 ? STR_NONE : str_from(condition, (size_t)and + 5);
	}
	return true;
}

/* ---- texts ---- */

static struct agreement_rule read_rule(struct reader *r, const struct conf_block *b)
{
	return (struct agreement_rule){ b->id, need(r, b, "tag"), conf_get(b, "picture"), need(r, b, "text") };
}

/* 6-09: an agreement says what is expected, or it is none. */
static void check_tags(struct reader *r, const struct agreement *g, const struct conf_block *b)
{
	struct str tag = agreement_missing(g);
	if (tag.n)
		r->e = diag_fail(r->d, r->c->file, b->line, "The agreement \"%.*s\" has no rule with the mandatory tag \"%.*s\".", STRF(b->id), STRF(tag));
}

static struct agreement read_head(struct reader *r, const struct conf_block *b)
{
	struct agreement g = {
		.audience = b->id, .language = need(r, b, "language"), .title = need(r, b, "title"),
		.notice = need(r, b, "notice"), .offline = need(r, b, "offline"), .mandatory = conf_get(b, "mandatory"),
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
	for (; *at < r->c->n && str_is(r->c->blocks[*at].kind, "rule"); (*at)++) {
		struct agreement_rule rule = read_rule(r, &r->c->blocks[*at]);
		if (agreement_when(r->profile, conf_get(&r->c->blocks[*at], "when")))
			*vec_push(&rules) = rule;
	}
	g.n = rules.n;
	g.rules = arena_array(r->a, struct agreement_rule, rules.n + 1);
	if (rules.n)
		memcpy(g.rules, rules.v, rules.n * sizeof *g.rules);
	vec_done(&rules);
	check_tags(r, &g, head);
	agreement_digest(&g);
	return g;
}

enum err agreement_load_for(struct arena *a, const char *path, const struct profile *p, struct diag *d, struct agreement_set *out)
{
	struct conf c;
	TRY(conf_load(a, path, d, &c));
	struct reader r = { a, &c, d, p, OK };
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

enum err agreement_load(struct arena *a, const char *path, struct diag *d, struct agreement_set *out)
{
	return agreement_load_for(a, path, NULL, d, out);
}

/* ---- what must be said ---- */

static enum err tags_load(struct arena *a, const char *path, struct diag *d, struct agreement_data *out)
{
	struct conf c;
	TRY(conf_load(a, path, d, &c));
	struct reader r = { a, &c, d, NULL, OK };
	out->tags = arena_array(a, struct agreement_tag, c.n);
	for (size_t i = 1; i < c.n; i++) {
		const struct conf_block *b = &c.blocks[i];
		if (!str_is(b->kind, "tag"))
			r.e = diag_fail(d, c.file, b->line, "Only [tag ID] blocks belong here.");
		out->tags[out->n_tags++] = (struct agreement_tag){ b->id, need(&r, b, "title"), need(&r, b, "audiences"), conf_get(b, "when"), need(&r, b, "clauses") };
	}
	return r.e;
}

static bool word_of(struct str words, struct str w)
{
	struct agreement_rule r = { .tag = words };
	return agreement_has_tag(&r, w);
}

struct str agreement_mandatory(struct arena *a, const struct agreement_tag *tags, size_t n, const struct profile *p, struct str audience)
{
	AUTO(buf_done) struct buf b = buf_init(4096);
	for (size_t i = 0; i < n; i++)
		if (word_of(tags[i].audiences, audience) && agreement_when(p, tags[i].when))
			buf_fmt(&b, "%s%.*s", b.n ? " " : "", STRF(tags[i].id));
	return arena_str(a, buf_str(&b));
}

/* ---- languages ---- */

static struct agreement_words words_read(struct reader *r, const struct conf_block *b)
{
	return (struct agreement_words){ .code = b->id, .name = need(r, b, "name"), .english = need(r, b, "english"), .sign = need(r, b, "sign"),
		.decline = need(r, b, "decline"), .child_sign = need(r, b, "child_sign"), .child_decline = need(r, b, "child_decline"),
		.rules = need(r, b, "rules"), .notice = need(r, b, "notice"), .decline_help = need(r, b, "decline_help"),
		.instead = need(r, b, "instead"), .aloud = need(r, b, "aloud"), .rtl = str_is(need(r, b, "direction"), "rtl") };
}

enum err agreement_languages(struct arena *a, const char *data_dir, struct diag *d, struct agreement_words **out, size_t *n)
{
	struct conf c;
	TRY(conf_load(a, arena_fmt(a, "%s/agreements/languages.conf", data_dir).p, d, &c));
	struct reader r = { a, &c, d, NULL, OK };
	struct agreement_words *w = arena_array(a, struct agreement_words, c.n);
	size_t found = 0;
	for (size_t i = 1; i < c.n; i++)
		w[found++] = words_read(&r, &c.blocks[i]);
	*out = w;
	*n = found;
	return r.e;
}

const struct agreement_words *agreement_words_of(const struct agreement_words *w, size_t n, struct str code)
{
	for (size_t i = 0; i < n; i++)
		if (str_eq(w[i].code, code))
			return &w[i];
	return n ? &w[0] : NULL;
}

/* ---- all of it ---- */

static enum err translations_load(struct arena *a, const char *data_dir, const struct profile *p, struct diag *d, struct agreement_data *out)
{
	out->translations.v = arena_array(a, struct agreement, out->n_languages * AGREEMENT_AUDIENCES + 1);
	for (size_t i = 0; i < out->n_languages; i++) {
		struct agreement_set one;
		const char *path = arena_fmt(a, "%s/agreements/%.*s.conf", data_dir, STRF(out->languages[i].code)).p;
		if (str_is(out->languages[i].code, "en") || !file_exists(path))
			continue;
		TRY(agreement_load_for(a, path, p, d, &one));
		for (size_t k = 0; k < one.n && k < AGREEMENT_AUDIENCES; k++)
			out->translations.v[out->translations.n++] = one.v[k];
	}
	return OK;
}

enum err agreement_data_load(struct arena *a, const char *data_dir, const struct profile *p, struct diag *d, struct agreement_data *out)
{
	struct agreement_data data = { 0 };
	const char *english = arena_fmt(a, "%s/agreements/en.conf", data_dir).p;
	TRY(tags_load(a, arena_fmt(a, "%s/agreements/mandatory.conf", data_dir).p, d, &data));
	TRY(agreement_languages(a, data_dir, d, &data.languages, &data.n_languages));
	TRY(agreement_load_for(a, english, p, d, &data.texts));
	for (size_t i = 0; i < data.texts.n; i++) {
		struct agreement *g = &data.texts.v[i];
		g->mandatory = agreement_mandatory(a, data.tags, data.n_tags, p, g->audience);
		struct str missing = agreement_missing(g);
		if (missing.n)
			return diag_fail(d, str_z(english), 0, "The agreement \"%.*s\" has no rule with the mandatory tag \"%.*s\".", STRF(g->audience), STRF(missing));
	}
	TRY(translations_load(a, data_dir, p, d, &data));
	*out = data;
	return OK;
}
