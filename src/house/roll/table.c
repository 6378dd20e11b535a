#include "house/roll/table.h"

#include <csv.h>

#include "base/vec.h"

struct row { long line; size_t from, n; };         /* its cells: an index into all of them */

struct reading {
	VEC(struct str) cells;
	VEC(struct row) rows;
	char *text;                    /* room for every cell; borrowed of the arena */
	size_t used, from;
	long line, began;              /* now; where this row began */
	enum err e;                    /* the first limit that was passed */
	const char *why;
};

static void reading_done(struct reading *r)
{
	vec_done(&r->cells);
	vec_done(&r->rows);
}

static void over(struct reading *r, const char *why)
{
	if (r->e == OK) {
		r->e = ERR_LIMIT;
		r->why = why;
	}
}

static void on_cell(void *p, size_t n, void *ctx)
{
	struct reading *r = ctx;
	if (n > ROLL_CELL_MAX)
		over(r, "A cell is longer than 10,000 letters: a quotation mark may not be closed. Look at this line in a text editor.");
	if (r->cells.n - r->from >= ROLL_COLUMNS_MAX)
		over(r, "There are more than 200 columns. Export only the columns that are needed.");
	if (r->cells.n >= ROLL_CELLS_MAX)
		over(r, "There are more than two million cells. Export only the columns that are needed.");
	if (r->e != OK)
		return;
	if (n)
		memcpy(r->text + r->used, p, n);
	*vec_push(&r->cells) = str_trim((struct str){ r->text + r->used, n });
	r->used += n;
}

static bool empty(const struct reading *r)
{
	for (size_t i = r->from; i < r->cells.n; i++)
		if (r->cells.v[i].n)
			return false;
	return true;
}

static void on_row(int end, void *ctx)
{
	struct reading *r = ctx;
	(void)end;
	if (r->e != OK)
		return;
	if (empty(r))
		r->cells.n = r->from;
	else if (r->rows.n > ROLL_ROWS_MAX)             /* the header is no person */
		over(r, "There are more than 50,000 rows. This is larger than any school: export one school only.");
	else
		*vec_push(&r->rows) = (struct row){ r->began, r->from, r->cells.n - r->from };
	r->from = r->cells.n;
}

/* The separator that stands most often in the first line, outside quotation marks. */
static char separator(struct str text)
{
	static const char seps[] = { ',', ';', '\t' };
	size_t count[3] = { 0 };
	bool quoted = false;
	for (size_t i = 0; i < text.n && (quoted || (text.p[i] != '\n' && text.p[i] != '\r') || !(count[0] + count[1] + count[2])); i++) {
		quoted ^= text.p[i] == '"';
		for (size_t k = 0; k < 3 && !quoted; k++)
			count[k] += text.p[i] == seps[k];
	}
	size_t best = 0;
	for (size_t k = 1; k < 3; k++)
		if (count[k] > count[best])
			best = k;
	return seps[best];
}

/* One line as an editor counts, with its end. */
static struct str next_line(struct str *rest)
{
	size_t n = 0;
	while (n < rest->n && rest->p[n] != '\n' && rest->p[n] != '\r')
		n++;
	if (n < rest->n)
		n += rest->p[n] == '\r' && n + 1 < rest->n && rest->p[n + 1] == '\n' ? 2 : 1;
	struct str line = str_upto(*rest, n);
	*rest = str_from(*rest, n);
	return line;
}

static int plain_space(unsigned char c) { return c == ' '; }    /* a tab may be the separator */

static enum err feed(struct csv_parser *p, struct reading *r, struct str text)
{
	for (r->line = 1; text.n && r->e == OK; r->line++) {
		struct str line = next_line(&text);
		if (p->pstate == 0)                     /* libcsv: no row has begun */
			r->began = r->line;
		if (p->entry_pos > ROLL_CELL_MAX)
			over(r, "A cell is longer than 10,000 letters: a quotation mark may not be closed. Look at this line in a text editor.");
		else if (csv_parse(p, line.p, line.n, on_cell, on_row, r) != line.n)
			return ERR_SYNTAX;
	}
	r->line = r->began;
	return r->e == OK && csv_fini(p, on_cell, on_row, r) != 0 ? ERR_SYNTAX : r->e;
}

static enum err parse(struct reading *r, struct str text, char sep)
{
	struct csv_parser p;
	if (csv_init(&p, CSV_STRICT | CSV_STRICT_FINI) != 0)
		return ERR_LIMIT;
	csv_set_delim(&p, (unsigned char)sep);
	csv_set_space_func(&p, plain_space);
	enum err e = feed(&p, r, text);
	csv_free(&p);
	return e;
}

static void keep(struct arena *a, const struct reading *r, struct roll_table *out)
{
	struct str *cells = arena_array(a, struct str, r->cells.n + 1);
	out->rows = arena_array(a, struct roll_cells, r->rows.n + 1);
	if (r->cells.n)
		memcpy(cells, r->cells.v, r->cells.n * sizeof *cells);
	for (size_t i = 0; i < r->rows.n; i++)
		out->rows[i] = (struct roll_cells){ r->rows.v[i].line, cells + r->rows.v[i].from, r->rows.v[i].n };
	out->n = r->rows.n;
}

enum err roll_table(struct arena *a, struct str file, struct str text, struct diag *d, struct roll_table *out)
{
	AUTO(reading_done) struct reading r = { 0 };
	struct roll_table t = { .file = file, .sep = separator(text) };
	if (text.n > ROLL_BYTES_MAX * (size_t)3)
		return diag_fail(d, file, 0, "The file is larger than 32 MB. Export one school only.");
	r.text = arena_alloc(a, text.n + 1);
	enum err e = parse(&r, text, t.sep);
	if (r.e != OK) {
		diag_add(d, DIAG_ERROR, file, r.began, "%s", r.why);
		return r.e;
	}
	if (e != OK)
		return diag_fail(d, file, r.line, "A quotation mark stands in the wrong place, or is not closed. Put the whole cell between marks, and double those inside it.");
	keep(a, &r, &t);
	*out = t;
	return OK;
}

struct str roll_cell(const struct roll_cells *r, size_t column) { return column < r->n ? r->cells[column] : STR_NONE; }
