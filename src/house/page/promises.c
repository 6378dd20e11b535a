#include "house/page/promises.h"

#include "base/mem.h"
#include "house/cli/cli.h"
#include "house/web/directive.h"

struct str promises_picture(struct page_ctx *c, struct str name)
{
	return name.n ? arena_fmt(c->arena, "/static/promise-%.*s.svg", STRF(name)) : STR_NONE;
}

static bool languages(struct page_ctx *c, struct agreement_words **w, size_t *n)
{
	AUTO(diag_done) struct diag d = diag_init(5);
	return agreement_languages(c->arena, cli_data(), &d, w, n) == OK && *n > 0;
}

struct agreement_words promises_words(struct page_ctx *c, struct str language)
{
	struct agreement_words *w;
	size_t n;
	if (languages(c, &w, &n))
		return *agreement_words_of(w, n, language);
	return (struct agreement_words){ .code = STR("en"), .name = STR("English"), .english = STR("English") };
}

bool promises_language(struct page_ctx *c, struct str code)
{
	return str_is(code, "en") || str_eq(promises_words(c, code).code, code);
}

struct part_promises promises_part(struct page_ctx *c, const struct agreement *g, const struct agreement_translation *other, size_t from, size_t n)
{
	size_t end = n && from + n < g->n ? from + n : g->n;
	struct part_promises_rules *rules = arena_array(c->arena, struct part_promises_rules, g->n + 1);
	struct part_promises p = { .rules = rules, .read = page_text(TEXT_agreement_read) };
	if (other && other->entry) {
		p.lang = other->text.language;
		p.dir = promises_words(c, p.lang).rtl ? STR("rtl") : STR("ltr");
	}
	for (size_t i = from; i < end; i++) {
		const struct agreement_rule *r = p.lang.n ? agreement_rule_find(&other->text, g->rules[i].id) : NULL;
		rules[p.n_rules++] = (struct part_promises_rules){ .n = (int64_t)i + 1, .text = g->rules[i].text, .other = r ? r->text : STR_NONE,
			.picture = promises_picture(c, g->rules[i].picture) };
	}
	return p;
}

struct str promises_hex(struct page_ctx *c, const uint8_t digest[SHA256_BYTES])
{
	char *p = arena_alloc(c->arena, 2 * SHA256_BYTES + 1);
	hex_put(digest, SHA256_BYTES, p);
	return (struct str){ p, 2 * SHA256_BYTES };
}

enum err promises_tell_gate(struct page_ctx *c, const int64_t *people, size_t n)
{
	AUTO(buf_done) struct buf b = buf_init(64 * 1024);
	buf_z(&b, "\"people\":[");
	for (size_t i = 0; i < n; i++)
		buf_fmt(&b, "%s%lld", i ? "," : "", (long long)people[i]);
	buf_z(&b, "]");
	return directive_ask(c, "signed", arena_z(c->arena, buf_str(&b)), NULL);
}
