/* A register counted: a row against a column, with the gaps in it. */
#include "base/clock.h"
#include "base/mem.h"
#include "house/account/people.h"
#include "house/page/register.h"
#include "house/procedure/library.h"

enum { LINES_MAX = 400, COLUMNS_MAX = 24, ENTRIES_MAX = 20000, SEASONS = 3 };

/* What stands at the head of the rows, or of the columns. */
struct axis {
	const struct field *f;         /* NULL: terms */
	struct str keys[LINES_MAX], labels[LINES_MAX];
	size_t n;
	struct season_span seasons[SEASONS];
};

static void axis_add(struct axis *x, struct str key, struct str label)
{
	if (x->n < LINES_MAX)
		x->keys[x->n] = key, x->labels[x->n++] = label;
}

static enum err of_classes(struct page_ctx *c, struct axis *x)
{
	struct school_class *list;
	size_t n;
	TRY(class_list(c->db, c->arena, c->school, &list, &n));
	for (size_t i = 0; i < n; i++)
		axis_add(x, arena_fmt(c->arena, "%lld", (long long)list[i].id), list[i].name);
	return OK;
}

static enum err of_people(struct page_ctx *c, const struct reg *r, struct axis *x)
{
	struct person *list;
	size_t n;
	enum role role;
	if (!r->map_role.n || role_read(r->map_role, &role) != OK)
		return OK;
	TRY(person_of_role(c->db, c->arena, c->school, role, &list, &n));
	for (size_t i = 0; i < n; i++)
		axis_add(x, arena_fmt(c->arena, "%lld", (long long)list[i].id), list[i].name);
	return OK;
}

/* The three of this school year. */
static void of_terms(struct page_ctx *c, struct axis *x)
{
	static const char *const names[] = { "Autumn term", "Spring term", "Summer term" };
	struct str all[SEASONS] = { STR("0"), STR("1"), STR("2") };
	int year = calendar_school_year(clock_utc());
	const int64_t in[SEASONS] = { calendar_day(year, 11, 1), calendar_day(year + 1, 2, 15), calendar_day(year + 1, 6, 15) };
	const struct calendar *calendar = c->web->library ? library_calendar(c->web->library) : NULL;
	for (size_t i = 0; i < SEASONS; i++) {
		x->seasons[i] = calendar_season(calendar, in[i]);
		axis_add(x, all[i], str_z(names[i]));
	}
}

static enum err axis_of(struct page_ctx *c, const struct reg *r, struct str name, struct axis *x)
{
	x->f = reg_field(r, name);
	if (!x->f) {
		of_terms(c, x);
		return OK;
	}
	for (size_t i = 0; i < x->f->n_choices; i++)
		axis_add(x, x->f->choices[i].value, x->f->choices[i].label);
	if (x->f->type == FIELD_BOOL) {
		axis_add(x, STR("yes"), STR("Yes"));
		axis_add(x, STR("no"), STR("No"));
	}
	return x->f->type == FIELD_CLASS ? of_classes(c, x) : x->f->type == FIELD_PERSON ? of_people(c, r, x) : OK;
}

/* The day of an entry: its first date, else when it was made. */
static int64_t day_of(const struct reg *r, const struct entry *e)
{
	int64_t at;
	for (size_t i = 0; i < r->n_fields; i++)
		if (r->fields[i].type == FIELD_DATE && field_number(&r->fields[i], entry_value(e, r->fields[i].name.p), &at) == OK)
			return at;
	return e->made_utc;
}

static bool stands_at(const struct reg *r, const struct axis *x, size_t i, const struct entry *e)
{
	if (!x->f) {
		int64_t at = day_of(r, e);
		return at >= x->seasons[i].from_utc && at < x->seasons[i].to_utc;
	}
	struct str v = entry_value(e, x->f->name.p);
	for (struct str w; str_next(&v, ' ', &w);)
		if (str_eq(w, x->keys[i]))
			return true;
	return false;
}

static void count(const struct reg *r, const struct axis *rows, const struct axis *columns, const struct entry *e, int64_t *cells)
{
	for (size_t i = 0; i < rows->n; i++)
		for (size_t k = 0; stands_at(r, rows, i, e) && k < columns->n; k++)
			cells[i * columns->n + k] += stands_at(r, columns, k, e);
}

static enum err count_all(struct page_ctx *c, const struct reg_page *p, const struct axis *rows, const struct axis *columns, int64_t *cells)
{
	struct store st = p->store;
	struct entry_query q = { .reg = p->reg->id.p, .limit = ENTRY_PAGE_MAX };
	int64_t from = calendar_day(calendar_school_year(clock_utc()), 9, 1);
	for (; q.offset < ENTRIES_MAX; q.offset += ENTRY_PAGE_MAX) {
		struct entry_page page;
		TRY(entry_list(&st, c->arena, &p->view, &q, &page));
		for (size_t i = 0; i < page.n; i++)
			if (!str_is(page.entries[i].state, REG_UNDONE) && day_of(p->reg, &page.entries[i]) >= from)
				count(p->reg, rows, columns, &page.entries[i], cells);
		if (page.n < ENTRY_PAGE_MAX)
			break;
	}
	return OK;
}

/* A term that has not begun is no gap; the first one counts from the year's first day. */
static bool to_come(const struct axis *x, size_t i) { return !x->f && i > 0 && x->seasons[i].from_utc > clock_utc(); }

enum err register_map_show(struct page_ctx *c)
{
	struct reg_page p;
	struct axis *rows = arena_new(c->arena, struct axis), *columns = arena_new(c->arena, struct axis);
	TRY(reg_page_open(c, &p));
	if (!p.reg->map.n)
		return ERR_ABSENT;
	TRY(axis_of(c, p.reg, p.reg->map.v[0], rows));
	TRY(axis_of(c, p.reg, p.reg->map.n > 1 ? p.reg->map.v[1] : STR("term"), columns));
	columns->n = columns->n < COLUMNS_MAX ? columns->n : COLUMNS_MAX;
	int64_t *cells = arena_array(c->arena, int64_t, rows->n * columns->n + 1), gaps = 0;
	TRY(count_all(c, &p, rows, columns, cells));
	struct view_register_map_rows *out = arena_array(c->arena, struct view_register_map_rows, rows->n + 1);
	for (size_t i = 0; i < rows->n; i++) {
		struct view_register_map_rows_cells *cell = arena_array(c->arena, struct view_register_map_rows_cells, columns->n + 1);
		for (size_t k = 0; k < columns->n; k++) {
			cell[k] = (struct view_register_map_rows_cells){ columns->labels[k], cells[i * columns->n + k], to_come(rows, i) || to_come(columns, k) };
			gaps += cell[k].n == 0 && !cell[k].ahead;
		}
		out[i] = (struct view_register_map_rows){ rows->labels[i], cell, columns->n };
	}
	struct str *heads = arena_array(c->arena, struct str, columns->n + 1);
	heads[0] = rows->f ? rows->f->label : STR("");
	memcpy(heads + 1, columns->labels, columns->n * sizeof *heads);
	int year = calendar_school_year(clock_utc());
	return page_show(c, register_map, p.reg->title.p, .reg = p.reg->id, .title = p.reg->title, .year = arena_fmt(c->arena, "%d to %d", year, year + 1),
		.gaps = gaps, .heads = heads, .n_heads = columns->n + 1, .rows = out, .n_rows = rows->n);
}
