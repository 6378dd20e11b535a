#include "house/filter/category.h"

#include "base/conf.h"
#include "base/mem.h"

enum { FINDINGS = 5, WORDS_MAX = 200, TEXT_MAX = 2000 };

static bool yes(const struct conf_block *b, const char *key) { return str_is(conf_get(b, key), "yes"); }

enum err category_texts(struct arena *a, const char *file, struct category_texts *out)
{
	AUTO(diag_done) struct diag d = diag_init(FINDINGS);
	struct conf c;
	*out = (struct category_texts){ arena_array(a, struct category_text, CATEGORY_TEXTS_MAX), 0 };
	TRY(conf_load(a, file, &d, &c));
	for (size_t i = 0; i < c.n && out->n < CATEGORY_TEXTS_MAX; i++) {
		const struct conf_block *b = &c.blocks[i];
		if (str_is(b->kind, "category"))
			out->v[out->n++] = (struct category_text){ .name = b->id, .title = conf_get(b, "title"), .why = category_plain(a, conf_get(b, "why")), .holds = conf_get(b, "holds"),
				.block = conf_get(b, "block"), .test = conf_get(b, "test"), .code = conf_get(b, "code"), .law = conf_get(b, "law"), .sensitive = yes(b, "sensitive"),
				.service = yes(b, "service"), .illegal = yes(b, "illegal"), .allow = yes(b, "allow"), .help = yes(b, "help"), .sealed = yes(b, "sealed") };
	}
	return OK;
}

const struct category_text *category_text(const struct category_texts *t, struct str name)
{
	for (size_t i = 0; i < t->n; i++)
		if (str_eq(t->v[i].name, name))
			return &t->v[i];
	return NULL;
}

struct str category_default_words(struct arena *a, const struct category_text *t)
{
	static const char *const words[][2] = { { "all", "everybody" }, { "learners", "all pupils" }, { "early-years", "Reception" }, { "ks1", "Years 1 and 2" }, { "ks2", "Years 3 to 6" },
		{ "staff", "staff" }, { "governors", "governors" }, { "guests", "visitors" } };
	AUTO(buf_done) struct buf b = buf_init(WORDS_MAX);
	struct str rest = t->block, w;
	while (str_next(&rest, ' ', &w))
		for (size_t i = 0; i < ARRAY_N(words); i++)
			if (str_is(w, words[i][0]))
				buf_fmt(&b, "%s%s", b.n ? ", " : "", words[i][1]);
	return b.n ? arena_str(a, buf_str(&b)) : STR("nobody");
}

struct str category_plain(struct arena *a, struct str text)
{
	AUTO(buf_done) struct buf b = buf_init(TEXT_MAX);
	for (ptrdiff_t open; (open = str_find(text, STR(" ("))) >= 0;) {
		struct str inside = str_from(text, (size_t)open + 2);
		ptrdiff_t close = str_chr(inside, ')');
		bool clause = close > 0 && inside.p[0] >= '0' && inside.p[0] <= '9';
		size_t upto = clause ? (size_t)open : (size_t)open + 2;
		buf_add(&b, str_upto(text, upto));
		text = clause ? str_from(inside, (size_t)close + 1) : inside;
	}
	buf_add(&b, text);
	return arena_str(a, buf_str(&b));
}
