#include "house/web/table.h"

#include "base/mem.h"
#include "gen_ui.h"

struct table table_read(struct page_ctx *c, int64_t per_page)
{
	struct table t = { .q = str_upto(page_query(c, "q"), TABLE_Q_MAX), .csv = page_query_int(c, "csv", 0, 0, 1) };
	t.page = page_query_int(c, "page", 1, 1, 100000);
	t.limit = t.csv ? TABLE_CSV_MAX : per_page;
	t.offset = t.csv ? 0 : (t.page - 1) * per_page;
	return t;
}

/* This page's address with one parameter set. */
static struct str address(struct page_ctx *c, const char *name, const char *value)
{
	AUTO(buf_done) struct buf b = buf_init(FORM_MAX_BYTES);
	for (size_t i = 0; i < c->req->query.n; i++) {
		const struct form_field *f = &c->req->query.fields[i];
		if (!str_is(f->name, name) && !str_is(f->name, "page") && !str_is(f->name, "csv") && f->value.n)
			form_add(&b, f->name, f->value);
	}
	form_add(&b, str_z(name), str_z(value));
	return arena_fmt(c->arena, "%.*s?%.*s", STRF(c->req->path), STRF(buf_str(&b)));
}

static struct str page_href(struct page_ctx *c, int64_t page)
{
	return address(c, "page", arena_fmt(c->arena, "%lld", (long long)page).p);
}

struct str table_csv_href(struct page_ctx *c) { return address(c, "csv", "1"); }

struct part_pagination table_pages(struct page_ctx *c, const struct table *t)
{
	int64_t last = t->limit > 0 ? (t->total + t->limit - 1) / t->limit : 1, from = t->offset + 1;
	int64_t upto = t->offset + t->limit < t->total ? t->offset + t->limit : t->total;
	struct part_pagination p = { 0 };
	if (t->total == 0 || from > t->total)
		return p;
	p.says = arena_fmt(c->arena, "%lld to %lld of %lld%s", (long long)from, (long long)upto, (long long)t->total, t->enough && t->total >= t->enough ? " or more" : "");
	if (last < 2)
		return p;
	struct part_pagination_items *items = arena_array(c->arena, struct part_pagination_items, 12);
	for (int64_t i = 1; i <= last && p.n_items < 11; i++) {
		bool near = i == 1 || i == last || (i >= t->page - 2 && i <= t->page + 2);
		if (near)
			items[p.n_items++] = (struct part_pagination_items){ page_href(c, i), i, i == t->page };
		else if (i == 2 || i == t->page + 3)
			items[p.n_items++] = (struct part_pagination_items){ 0 };
		if (!near && i == 2 && t->page - 3 > i)
			i = t->page - 3;                /* straight to the neighbours */
		else if (!near && i > t->page && i < last)
			i = last - 1;
	}
	p.items = items;
	p.prev = t->page > 1 ? page_href(c, t->page - 1) : STR_NONE;
	p.next = t->page < last ? page_href(c, t->page + 1) : STR_NONE;
	return p;
}

void csv_begin(struct page_ctx *c, const char *filename)
{
	buf_clear(&c->reply.body);
	c->reply.type = STR("text/csv; charset=utf-8");
	c->reply.filename = arena_str(c->arena, str_z(filename));
	buf_z(&c->reply.body, "\xef\xbb\xbf");
}

/* Whether the next cell is the first of its row. */
static bool row_start(const struct buf *b) { return b->n == 3 || (b->n > 0 && b->p[b->n - 1] == '\n'); }

void csv_cell(struct page_ctx *c, struct str s)
{
	struct buf *b = &c->reply.body;
	if (!row_start(b))
		buf_byte(b, ',');
	buf_byte(b, '"');
	if (s.n && strchr("=+-@\t\r", s.p[0]))
		buf_byte(b, '\'');
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '"')
			buf_byte(b, '"');
		buf_byte(b, s.p[i]);
	}
	buf_byte(b, '"');
}

void csv_int(struct page_ctx *c, int64_t n)
{
	struct buf *b = &c->reply.body;
	if (!row_start(b))
		buf_byte(b, ',');
	tpl_int(b, n);
}

void csv_row(struct page_ctx *c) { buf_z(&c->reply.body, "\r\n"); }

enum err csv_end(struct page_ctx *c)
{
	c->reply.status = 200;
	return buf_ok(&c->reply.body);
}
