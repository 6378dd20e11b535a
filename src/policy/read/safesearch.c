#include "policy/read/safesearch.h"

#include "policy/read/table.h"

uint8_t tools_find(const struct tools *t, struct str name)
{
	for (size_t i = 0; i < t->n; i++)
		if (str_eq(t->v[i].name, name))
			return (uint8_t)i;
	return TOOL_NONE;
}

enum err tools_read(struct str bytes, struct tools *out)
{
	struct rd r = rd_over(bytes);
	struct tools t = { .n = rd_count(&r, 11, TOOLS_MAX) };
	for (size_t i = 0; i < t.n; i++) {
		struct tool *v = &t.v[i];
		v->name = rd_text(&r);
		v->title = rd_text(&r);
		v->start = rd_text(&r);
		v->strict = rd_text(&r);
		v->moderate = rd_text(&r);
		v->flags = rd_u8(&r);
	}
	if (rd_end(&r) != OK)
		return ERR_CORRUPT;
	*out = t;
	return OK;
}

void tools_write(const struct tools *t, struct buf *out)
{
	tab_num(out, t->n, 4);
	for (size_t i = 0; i < t->n; i++) {
		const struct tool *v = &t->v[i];
		tab_text(out, v->name);
		tab_text(out, v->title);
		tab_text(out, v->start);
		tab_text(out, v->strict);
		tab_text(out, v->moderate);
		tab_num(out, v->flags, 1);
	}
}

enum err safesearch_check(const struct snapshot *s, struct str bytes)
{
	(void)s;
	struct tools t;
	return tools_read(bytes, &t);
}
