#include "house/register/sheet.h"

#include "base/mem.h"
#include "house/register/names.h"
#include "house/roll/table.h"
#include "house/roll/text.h"

enum { COLUMN_NUMBER = -2, COLUMN_STAGE = -3 };

struct reading {
	const struct sheet_of *s;
	struct arena *a;
	struct roll_table table;
	int *columns;                  /* of the file: an index of the register's fields, or COLUMN_ */
	size_t n_columns;
};

/* ---- the first line ---- */

static int column_of(const struct sheet_of *s, struct str head)
{
	if (str_ieq(head, STR("number")))
		return COLUMN_NUMBER;
	if (str_ieq(head, STR("stage")))
		return COLUMN_STAGE;
	for (size_t i = 0; i < s->reg->n_fields; i++) {
		const struct field *f = &s->reg->fields[i];
		if ((str_ieq(head, f->label) || str_ieq(head, f->name)) && (!f->personal || s->may.personal))
			return f->stamp.n || field_is_document(f) ? INT32_MAX : (int)i;       /* what the program writes is passed over */
	}
	return -1;
}

static enum err read_heads(struct reading *r, struct diag *d)
{
	enum err e = OK;
	const struct roll_cells *heads = &r->table.rows[0];
	r->n_columns = heads->n;
	r->columns = arena_array(r->a, int, heads->n + 1);
	for (size_t i = 0; i < heads->n; i++) {
		r->columns[i] = heads->cells[i].n ? column_of(r->s, heads->cells[i]) : INT32_MAX;
		if (r->columns[i] == -1)
			e = diag_fail(d, r->table.file, heads->line, "There is no column called \"%.*s\" in this register. Download the list to see what they are called.", STRF(heads->cells[i]));
		for (size_t k = 0; k < i; k++)
			if (r->columns[i] == r->columns[k] && r->columns[i] != -1 && r->columns[i] != INT32_MAX)
				e = diag_fail(d, r->table.file, heads->line, "The column \"%.*s\" stands twice.", STRF(heads->cells[i]));
	}
	return e;
}

static enum err open_file(struct reading *r, struct str name, struct str bytes, struct diag *d)
{
	struct str text;
	enum roll_encoding how;
	if (bytes.n > SHEET_BYTES_MAX)
		return diag_fail(d, name, 0, "This file is larger than %d megabytes.", SHEET_BYTES_MAX / 1024 / 1024);
	TRY(roll_text(r->a, name, bytes, d, &text, &how));
	TRY(roll_table(r->a, name, text, d, &r->table));
	if (r->table.n < 2)
		return diag_fail(d, name, 0, "This file holds no lines below the names of its columns.");
	if (r->table.n > SHEET_ROWS_MAX + 1)
		return diag_fail(d, name, 0, "This file holds more than %d lines. Bring it in in pieces.", SHEET_ROWS_MAX);
	return read_heads(r, d);
}

/* ---- one line ---- */

struct line { struct entry_field *fields; size_t n; int64_t number; struct str stage; };

/* A cell as it is meant: CSV out puts an apostrophe before what a spreadsheet would take for a formula. */
static struct str meant(struct str cell)
{
	return cell.n > 1 && cell.p[0] == '\'' && strchr("=+-@", cell.p[1]) ? str_from(cell, 1) : cell;
}

static enum err read_line(const struct reading *r, const struct roll_cells *cells, struct diag *d, struct line *out)
{
	enum err all = OK;
	out->fields = arena_array(r->a, struct entry_field, r->n_columns + 1);
	for (size_t i = 0; i < r->n_columns; i++) {
		struct str cell = meant(roll_cell(cells, i));
		if (r->columns[i] == COLUMN_STAGE)
			out->stage = cell;
		else if (r->columns[i] == COLUMN_NUMBER && cell.n && (str_i64(str_starts(cell, STR("#")) ? str_from(cell, 1) : cell, &out->number) != OK || out->number < 1))
			all = diag_fail(d, STR("number"), 0, "Number: \"%.*s\" is not the number of an entry. Leave it empty for a new one.", STRF(cell));
		else if (r->columns[i] >= 0 && r->columns[i] != INT32_MAX) {
			const struct field *f = &r->s->reg->fields[r->columns[i]];
			struct entry_field *one = &out->fields[out->n++];
			one->name = f->name;
			if (names_read(r->s->st, r->a, r->s->act.school, f, cell, d, &one->value) != OK)
				all = ERR_INVALID;
		}
	}
	return all;
}

static enum err find(const struct reading *r, const struct line *l, struct diag *d, struct entry *out, bool *there)
{
	int64_t id = 0;
	enum err e = OK;
	*there = false;
	if (l->number)
		id = names_entry(r->s->st, r->a, r->s->act.school, r->s->reg, l->number);
	else
		e = entry_keyed(r->s->st, r->a, r->s->act.school, r->s->reg, l->fields, l->n, &id);
	if (!l->number && e == ERR_ABSENT)
		return OK;
	TRY(e);
	e = id ? entry_get(r->s->st, r->a, &r->s->view, id, 0, out) : ERR_ABSENT;
	if (e == ERR_ABSENT)
		return diag_fail(d, STR("number"), 0, l->number ? "There is no entry with the number %lld." : "This stands in an entry that you cannot see.", (long long)l->number);
	TRY(e);
	*there = true;
	return OK;
}

static bool same(const struct entry *e, const struct line *l)
{
	for (size_t i = 0; i < l->n; i++) {
		struct str was = entry_value(e, l->fields[i].name.p), is = l->fields[i].value;
		if (!str_eq(was.n ? was : STR(""), is.n ? is : STR("")))
			return false;
	}
	return true;
}

static bool stage_fits(const struct reg *reg, struct str state, struct str stage)
{
	return !stage.n || str_ieq(stage, state) || str_ieq(stage, reg_state_of(reg, state).label);
}

static enum err add(const struct reading *r, const struct line *l, struct diag *d, struct sheet_row *row)
{
	const struct sheet_of *s = r->s;
	struct entry_person author = { s->act.person, ENTRY_AUTHOR };
	struct entry_in in = { .reg = s->reg->id.p, .fields = l->fields, .n_fields = l->n, .people = &author, .n_people = s->act.person ? 1 : 0 };
	row->what = SHEET_NEW;
	if (!s->may.add)
		return diag_fail(d, STR("number"), 0, "You may not add to this register.");
	if (!stage_fits(s->reg, s->reg->states[0], l->stage))
		return diag_fail(d, STR("stage"), 0, "A new entry begins as \"%.*s\". Its stage is changed on its own page.", STRF(reg_state_of(s->reg, s->reg->states[0]).label));
	return entry_create(s->st, &s->act, &in, d, &row->id);
}

static enum err change(const struct reading *r, const struct line *l, const struct entry *e, struct diag *d, struct sheet_row *row)
{
	const struct sheet_of *s = r->s;
	row->id = e->id;
	row->what = same(e, l) ? SHEET_SAME : SHEET_CHANGE;
	if (!stage_fits(s->reg, e->state, l->stage))
		return diag_fail(d, STR("stage"), 0, "Stages are changed on the entry's own page: leave \"%.*s\" there.", STRF(reg_state_of(s->reg, e->state).label));
	if (row->what == SHEET_SAME)
		return OK;
	if (!s->may.change)
		return diag_fail(d, STR("number"), 0, "You may not change entries of this register.");
	return entry_update(s->st, &s->act, &s->view, e->id, e->version, &(struct entry_in){ .fields = l->fields, .n_fields = l->n }, d);
}

static enum err one_line(const struct reading *r, const struct roll_cells *cells, struct diag *d, struct sheet_row *row)
{
	struct line l = { 0 };
	struct entry e;
	bool there;
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	TRY(db_tx_begin(r->s->st->db, &tx));
	TRY(read_line(r, cells, d, &l));
	TRY(find(r, &l, d, &e, &there));
	TRY(there ? change(r, &l, &e, d, row) : add(r, &l, d, row));
	return db_tx_commit(&tx);
}

/* ---- all lines ---- */

static struct str says(struct arena *a, const struct diag *d)
{
	AUTO(buf_done) struct buf b = buf_init(20000);
	for (size_t i = 0; i < d->n; i++)
		buf_fmt(&b, "%s%.*s", i ? "\n" : "", STRF(d->items[i].text));
	return arena_str(a, buf_str(&b));
}

static enum err take_line(const struct reading *r, const struct roll_cells *cells, struct sheet *out)
{
	AUTO(diag_done) struct diag d = diag_init(20);
	struct sheet_row *row = &out->rows[out->n++];
	size_t *const counts[] = { NULL, &out->n_new, &out->n_changed, &out->n_same, &out->n_bad };
	row->line = cells->line;
	enum err e = one_line(r, cells, &d, row);
	if (e != OK && !d.errors)
		return e;                      /* nothing that the writer of the file could mend */
	if (d.errors)
		row->what = SHEET_BAD;
	row->says = d.errors ? says(r->a, &d) : arena_str(r->a, roll_cell(cells, 0).n ? roll_cell(cells, 0) : roll_cell(cells, 1));
	(*counts[row->what])++;
	return OK;
}

enum err sheet_run(const struct sheet_of *s, struct arena *a, struct str name, struct str bytes, bool dry, struct diag *d, struct sheet *out)
{
	struct reading r = { .s = s, .a = a };
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	TRY(open_file(&r, name, bytes, d));
	*out = (struct sheet){ .rows = arena_array(a, struct sheet_row, r.table.n + 1) };
	TRY(db_tx_begin(s->st->db, &tx));
	for (size_t i = 1; i < r.table.n; i++)
		TRY(take_line(&r, &r.table.rows[i], out));
	if (dry)
		return OK;                     /* tx takes everything back */
	return out->n_bad ? ERR_INVALID : db_tx_commit(&tx);
}
