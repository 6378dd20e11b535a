#include "gate/page/page.h"

#include "base/mem.h"
#include "base/vec.h"

enum { PAGES_KNOWN = 64 };
enum piece_kind { PIECE_TEXT, PIECE_VALUE, PIECE_ADDRESS, PIECE_IF, PIECE_IF_NOT };

/* What a page consists of. */
struct piece {
	struct str text;                /* or the name of the value: a view into the page */
	size_t after;                   /* of a section: the piece that follows it */
	enum piece_kind kind;
};
struct pieces { const char *page; VEC(struct piece) all; };

/* Each byte that needs a word of its own in HTML; 0 has no place in it. */
static const char *const entities[256] = { [0] = "", ['&'] = "&amp;", ['<'] = "&lt;", ['>'] = "&gt;", ['"'] = "&quot;", ['\''] = "&#39;" };

/* The same as bits: most bytes are plain, and most values are plain throughout. */
static inline bool plain(char c)
{
	static const uint64_t special = 1ull << 0 | 1ull << '&' | 1ull << '<' | 1ull << '>' | 1ull << '"' | 1ull << '\'';
	return (uint8_t)c > 63 || !(special >> (uint8_t)c & 1);
}

void page_escape(struct str s, struct buf *out)
{
	size_t from = 0;
	for (size_t i = 0; i < s.n; i++) {
		if (plain(s.p[i]))
			continue;
		buf_add(out, (struct str){ s.p + from, i - from });
		buf_z(out, entities[(uint8_t)s.p[i]]);
		from = i + 1;
	}
	buf_add(out, str_from(s, from));
}

static struct str value_of(struct str name, const struct page_value *values, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (values[i].name[0] == name.p[0] && strncmp(values[i].name, name.p, name.n) == 0 && !values[i].name[name.n])
			return values[i].value;
	return STR_NONE;
}

static bool address(struct str v)
{
	bool local = str_starts(v, STR("/")) && !str_starts(v, STR("//"));
	return local || str_starts(v, STR("https://")) || str_starts(v, STR("http://"));
}

static struct piece *add_piece(struct pieces *p, enum piece_kind kind, struct str text)
{
	struct piece *x = vec_push(&p->all);
	*x = (struct piece){ .kind = kind, .text = text };
	return x;
}

/* The section of this name that was opened last goes on behind what stands here.  The builder has checked that it is there. */
static void close_section(struct pieces *p, struct str name)
{
	size_t i = p->all.n;
	do
		assert(i > 0);
	while (p->all.v[--i].kind < PIECE_IF || p->all.v[i].after || !str_eq(p->all.v[i].text, name));
	p->all.v[i].after = p->all.n;
}

static void add_tag(struct pieces *p, struct str tag)
{
	struct str name = str_from(tag, 1);
	if (tag.p[0] == '/')
		close_section(p, name);
	else if (tag.p[0] == '#' || tag.p[0] == '^')
		(void)add_piece(p, tag.p[0] == '#' ? PIECE_IF : PIECE_IF_NOT, name);
	else
		(void)add_piece(p, str_ends(tag, STR("_url")) ? PIECE_ADDRESS : PIECE_VALUE, tag);
}

static void take_apart(const char *page, struct pieces *p)
{
	struct str rest = str_z(page);
	p->page = page;
	for (ptrdiff_t at; (at = str_find(rest, STR("{{"))) >= 0;) {
		if (at > 0)
			(void)add_piece(p, PIECE_TEXT, str_upto(rest, (size_t)at));
		rest = str_from(rest, (size_t)at + 2);
		ptrdiff_t end = str_find(rest, STR("}}"));
		assert(end > 0);
		add_tag(p, str_upto(rest, (size_t)end));
		rest = str_from(rest, (size_t)end + 2);
	}
	(void)add_piece(p, PIECE_TEXT, rest);
	for (size_t i = 0; i < p->all.n; i++)
		assert(p->all.v[i].kind < PIECE_IF || p->all.v[i].after);
}

/* A page is taken apart once. */
static const struct pieces *pieces_of(const char *page)
{
	static struct pieces known[PAGES_KNOWN];
	size_t i = 0;
	while (i < PAGES_KNOWN - 1 && known[i].page && known[i].page != page)
		i++;
	if (known[i].page != page) {
		vec_done(&known[i].all);
		take_apart(page, &known[i]);
	}
	return &known[i];
}

void page_fill(const char *page, const struct page_value *values, size_t n, struct buf *out)
{
	assert(page && out);
	const struct pieces *p = pieces_of(page);
	for (size_t i = 0; i < p->all.n; i++) {
		const struct piece *x = &p->all.v[i];
		struct str value = x->kind == PIECE_TEXT ? x->text : value_of(x->text, values, n);
		if (x->kind == PIECE_TEXT)
			buf_add(out, value);
		else if (x->kind < PIECE_IF)
			page_escape(x->kind == PIECE_ADDRESS && !address(value) ? STR("#") : value, out);
		else if ((value.n > 0) != (x->kind == PIECE_IF))
			i = x->after - 1;
	}
}
