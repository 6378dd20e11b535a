#include "house/roll/source.h"

#include "base/clock.h"
#include "base/mem.h"
#include "gen_queries.h"
#include "house/roll/oneroster.h"
#include "house/roll/text.h"
#include "house/roll/unzip.h"

static struct str setting_name(struct arena *a, const struct roll_source *s)
{
	char shape[ROLL_SHAPE_TEXT];
	roll_shape(&s->table, s->columns.header, shape);
	return arena_fmt(a, "roll.columns.%s", shape);
}

static enum err remembered(struct db *db, struct arena *a, int64_t school, struct roll_source *s)
{
	struct q_roll_shape_get_row row;
	enum err e = q_roll_shape_get_one(db, a, &(struct q_roll_shape_get_args){ .school = school, .name = setting_name(a, s) }, &row);
	if (e == ERR_ABSENT) {
		s->guessed = true;
		return OK;
	}
	TRY(e);
	if (roll_columns_read(row.value, &s->columns) != OK)
		s->guessed = true;               /* of an older program: guessed anew */
	return OK;
}

static enum err open_table(struct db *db, struct arena *a, int64_t school, const struct roll_file *f, struct str columns, struct diag *d, struct roll_source *out)
{
	struct str text;
	enum roll_encoding how;
	TRY(roll_text(a, f->name, f->bytes, d, &text, &how));
	TRY(roll_table(a, f->name, text, d, &out->table));
	if (out->table.n < 2)
		return diag_fail(d, f->name, 0, "There is nobody in this file: it needs a row of column headings and a row for each person.");
	roll_columns_guess(&out->table, &out->columns);
	if (columns.n == 0)
		TRY(remembered(db, a, school, out));
	else if (roll_columns_read(columns, &out->columns) != OK)
		return diag_fail(d, f->name, 0, "The columns cannot be understood: each is named once, in the order of the file, \"-\" for one that is not used.");
	out->missing = roll_columns_missing(&out->columns);
	return out->missing ? OK : roll_read_table(a, &out->table, &out->columns, d, &out->roll);
}

static enum err unpacked(struct arena *a, const struct roll_file **files, size_t *n, struct diag *d)
{
	struct roll_file *inside;
	if (*n != 1 || !unzip_is((*files)->bytes))
		return OK;
	TRY(unzip(a, (*files)->name, (*files)->bytes, d, &inside, n));
	*files = inside;
	return OK;
}

static enum err check_sizes(const struct roll_file *files, size_t n, struct diag *d)
{
	size_t total = 0;
	for (size_t i = 0; i < n; i++)
		total += files[i].bytes.n;
	if (total <= ROLL_BYTES_MAX)
		return n ? OK : diag_fail(d, STR_NONE, 0, "There is no file.");
	diag_add(d, DIAG_ERROR, files[0].name, 0, "This is larger than 32 MB. Export one school only.");
	return ERR_LIMIT;
}

enum err roll_open(struct db *db, struct arena *a, int64_t school, const struct roll_file *files, size_t n, struct str columns,
                   struct diag *d, struct roll_source *out)
{
	*out = (struct roll_source){ 0 };
	TRY(check_sizes(files, n, d));
	TRY(unpacked(a, &files, &n, d));
	if (oneroster_is(files, n)) {
		out->oneroster = true;
		return oneroster_read(a, files, n, d, &out->roll);
	}
	if (n != 1)
		return diag_fail(d, STR_NONE, 0, "These files are no OneRoster export (there is no users.csv). Give one file at a time: the pupils, or the staff.");
	if (str_starts(files[0].bytes, STR("\xd0\xcf\x11\xe0")) || str_starts(files[0].bytes, STR("%PDF")))
		return diag_fail(d, files[0].name, 0, "This is no CSV file. Open it in the spreadsheet, choose Save As, and save it as CSV.");
	return open_table(db, a, school, &files[0], columns, d, out);
}

enum err roll_remember(struct db *db, const struct act *act, const struct roll_source *s)
{
	AUTO(arena_done) struct arena a = arena_init();
	if (s->oneroster || s->table.n == 0)
		return OK;
	return q_roll_shape_put_do(db, &(struct q_roll_shape_put_args){ .school = act->school, .name = setting_name(&a, s),
		.value = roll_columns_text(&a, &s->columns), .by = act->person, .now = clock_utc() }, NULL);
}
