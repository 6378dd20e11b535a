#include "policy/read/texts.h"

#include "base/mem.h"
#include "policy/read/table.h"

static int by_key(const void *a, const void *b)
{
	return str_cmp(((const struct text *)a)->key, ((const struct text *)b)->key);
}

struct str texts_get(const struct texts *t, struct str key)
{
	size_t from = 0, to = t->n;
	while (from < to) {
		size_t at = from + (to - from) / 2;
		int c = str_cmp(key, t->v[at].key);
		if (!c)
			return t->v[at].value;
		from = c > 0 ? at + 1 : from;
		to = c > 0 ? to : at;
	}
	return STR_NONE;
}

void texts_sort(struct texts *t)
{
	if (t->n > 1)
		qsort(t->v, t->n, sizeof *t->v, by_key);
}

enum err texts_read(struct str bytes, struct texts *out)
{
	struct rd r = rd_over(bytes);
	AUTO(texts_done) struct texts t = { 0 };
	t.n = rd_count(&r, 4, TEXTS_MAX);
	t.v = mem_array(struct text, t.n + 1);
	for (size_t i = 0; i < t.n; i++) {
		t.v[i].key = rd_text(&r);
		t.v[i].value = rd_text(&r);
		r.bad |= !t.v[i].key.n || (i && str_cmp(t.v[i - 1].key, t.v[i].key) >= 0);
	}
	if (rd_end(&r) != OK)
		return ERR_CORRUPT;
	*out = t;
	t = (struct texts){ 0 };
	return OK;
}

void texts_write(const struct texts *t, struct buf *out)
{
	tab_num(out, t->n, 4);
	for (size_t i = 0; i < t->n; i++) {
		tab_text(out, t->v[i].key);
		tab_text(out, t->v[i].value);
	}
}

void texts_done(struct texts *t)
{
	mem_free(&t->v);
	t->n = 0;
}

enum err texts_check(const struct snapshot *s, struct str bytes)
{
	(void)s;
	struct texts t;
	TRY(texts_read(bytes, &t));
	texts_done(&t);
	return OK;
}
