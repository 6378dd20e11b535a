#include "gate/page/page.h"

void page_escape(struct str s, struct buf *out)
{
	for (size_t i = 0; i < s.n; i++) {
		switch (s.p[i]) {
		case '&': buf_z(out, "&amp;"); break;
		case '<': buf_z(out, "&lt;"); break;
		case '>': buf_z(out, "&gt;"); break;
		case '"': buf_z(out, "&quot;"); break;
		case '\'': buf_z(out, "&#39;"); break;
		case 0: break;                          /* no place in HTML */
		default: buf_byte(out, s.p[i]);
		}
	}
}

static struct str value_of(struct str name, const struct page_value *values, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (str_is(name, values[i].name))
			return values[i].value;
	return STR_NONE;
}

static bool address(struct str v)
{
	bool local = str_starts(v, STR("/")) && !str_starts(v, STR("//"));
	return local || str_starts(v, STR("https://")) || str_starts(v, STR("http://"));
}

static void put(struct str name, struct str value, struct buf *out)
{
	if (str_ends(name, STR("_url")) && !address(value))
		value = STR("#");
	page_escape(value, out);
}

/* The text after {{/name}}, from inside its section.  The builder has checked that it is there. */
static struct str after_section(struct str rest, struct str name)
{
	for (;;) {
		ptrdiff_t at = str_find(rest, STR("{{/"));
		assert(at >= 0);
		rest = str_from(rest, (size_t)at + 3);
		if (str_starts(rest, name) && str_starts(str_from(rest, name.n), STR("}}")))
			return str_from(rest, name.n + 2);
	}
}

void page_fill(const char *page, const struct page_value *values, size_t n, struct buf *out)
{
	assert(page && out);
	struct str rest = str_z(page);
	for (;;) {
		ptrdiff_t at = str_find(rest, STR("{{"));
		buf_add(out, at < 0 ? rest : str_upto(rest, (size_t)at));
		if (at < 0)
			return;
		rest = str_from(rest, (size_t)at + 2);
		ptrdiff_t end = str_find(rest, STR("}}"));
		assert(end > 0);
		struct str tag = str_upto(rest, (size_t)end), name = str_from(tag, 1);
		rest = str_from(rest, (size_t)end + 2);
		bool shows = value_of(name, values, n).n > 0;
		if (tag.p[0] == '/')
			continue;
		if (tag.p[0] != '#' && tag.p[0] != '^')
			put(tag, value_of(tag, values, n), out);
		else if (shows != (tag.p[0] == '#'))
			rest = after_section(rest, name);
	}
}
