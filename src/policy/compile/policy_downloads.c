/* [download ID], and what groups may not download. */
#include "policy/compile/policy_src.h"
#include "wire/shape.h"

enum { WORDS_MAX = 4096 };

/* All lines of a key as " a b c ", lower case. */
static struct str words(struct policy_src *s, const struct conf_block *b, const char *key)
{
	AUTO(buf_done) struct buf out = buf_init(WORDS_MAX);
	const struct conf_pair *at;
	buf_z(&out, " ");
	for (size_t i = 0; (at = conf_each(b, key, &i));) {
		struct str rest = at->value, word;
		while (src_word(&rest, &word)) {
			for (size_t k = 0; k < word.n; k++)
				buf_byte(&out, ascii_lower(word.p[k]));
			buf_z(&out, " ");
		}
	}
	return out.n > 1 ? arena_str(s->a, buf_str(&out)) : STR_NONE;
}

static uint32_t shapes(struct policy_src *s, const struct conf *c, const struct conf_block *b)
{
	const struct conf_pair *at;
	uint32_t bits = 0;
	for (size_t i = 0; (at = conf_each(b, "shape", &i));) {
		struct str rest = at->value, word;
		while (src_word(&rest, &word)) {
			if (!shape_word(word))
				diag_add(s->d, DIAG_ERROR, c->file, at->line, "No shape is called \"%.*s\"; see src/wire/shape.h.", STRF(word));
			bits |= shape_word(word);
		}
	}
	return bits;
}

void src_download(struct policy_src *s, const struct conf *c, const struct conf_block *b)
{
	if (s->downloads.n == DOWNLOADS_MAX || !b->id.n) {
		diag_add(s->d, DIAG_ERROR, c->file, b->line, "There are at most %d kinds of downloads, each with a short name: [download programs].", DOWNLOADS_MAX);
		return;
	}
	if (s->groups.n) {
		diag_add(s->d, DIAG_ERROR, c->file, b->line, "Kinds of downloads stand before the groups.");
		return;
	}
	struct str title = conf_get(b, "title"), who = conf_get(b, "for"), word;
	size_t at = s->downloads.n++;
	s->downloads.v[at] = (struct download_kind){ .name = b->id, .title = title.n ? title : b->id, .names = words(s, b, "name"),
		.attached = words(s, b, "attached"), .types = words(s, b, "type"), .shapes = shapes(s, c, b), .approved = str_is(conf_get(b, "approved"), "yes") };
	while (src_word(&who, &word)) {
		uint32_t ages = src_ages(word);
		if (!ages)
			diag_add(s->d, DIAG_ERROR, c->file, b->line, "For whom? all, learners, or any of early-years ks1 ks2 staff governors guests.");
		for (int age = 0; age < AGE_N; age++)
			s->download_ages[age] |= (uint16_t)((ages >> age & 1) << at);
	}
	if (s->downloads.v[at].approved)
		for (int age = 0; age < AGE_N; age++)
			s->download_ages[age] |= (uint16_t)(1u << at);
}

static int kind_of(const struct policy_src *s, struct str name)
{
	for (size_t i = 0; i < s->downloads.n; i++)
		if (str_eq(s->downloads.v[i].name, name))
			return (int)i;
	return -1;
}

void src_group_downloads(struct policy_src *s, const struct conf *c, const struct conf_pair *at, struct group *g, bool refuse)
{
	struct str rest = at->value, word;
	while (src_word(&rest, &word)) {
		int k = kind_of(s, word);
		if (k < 0)
			diag_add(s->d, DIAG_ERROR, c->file, at->line, "There is no kind of downloads \"%.*s\".", STRF(word));
		else if (!refuse && s->downloads.v[k].approved)
			diag_add(s->d, DIAG_ERROR, c->file, at->line, "%.*s are downloaded from approved sources only: ask for them on the page of software.", STRF(s->downloads.v[k].title));
		else
			g->downloads = (uint16_t)(refuse ? g->downloads | 1u << k : g->downloads & ~(1u << k));
	}
}
