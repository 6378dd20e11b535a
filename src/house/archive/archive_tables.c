/* Which tables there are, and their columns. */
#include "base/vec.h"
#include "house/archive/archive_inner.h"

/* The words after "CREATE TABLE " in the migrations, in order. */
static enum err tables_of(const char *sql, enum db_part part, struct arena *a, struct archive_table *out, size_t max, size_t *n)
{
	static const struct str mark = { "CREATE TABLE ", 13 };
	struct str rest = str_z(sql);
	for (ptrdiff_t at; (at = str_find(rest, mark)) >= 0;) {
		rest = str_from(rest, (size_t)at + mark.n);
		size_t len = strcspn(rest.p, " (\n");
		struct str name = str_upto(rest, len);
		if (str_is(name, "activity") || str_is(name, "activity_none"))
			continue;
		if (*n == max)
			return ERR_LIMIT;
		out[(*n)++] = (struct archive_table){ .part = part, .name = arena_str(a, name) };
	}
	return OK;
}

static enum db_type type_of(struct str word)
{
	if (str_ieq(word, STR("INTEGER")) || str_ieq(word, STR("bigint")))
		return DB_INT;
	return str_ieq(word, STR("BLOB")) || str_ieq(word, STR("bytea")) ? DB_BLOB : DB_TEXT;
}

struct columns { struct arena *a; struct archive_table *t; };

static enum err column_row(void *ctx, const struct db_val *v, size_t n)
{
	struct columns *c = ctx;
	if (c->t->n == ARCHIVE_COLUMNS)
		return ERR_LIMIT;
	c->t->columns[c->t->n++] = (struct archive_column){ arena_str(c->a, v[0].s), type_of(v[1].s) };
	return OK;
}

enum err archive_columns(struct db *db, struct arena *a, struct archive_table *t)
{
	static const struct db_stmt st[] = {
		[DB_SQLITE] = { "columns", "", "SELECT name, type FROM pragma_table_info($1) ORDER BY cid", -1, true },
		[DB_POSTGRES] = { "columns", "", "SELECT column_name::text, data_type::text FROM information_schema.columns"
		                  " WHERE table_schema = current_schema() AND table_name = $1 ORDER BY ordinal_position", -1, true },
	};
	struct columns c = { a, t };
	struct db_val v[] = { DB_T(t->name) };
	t->n = 0;
	return db_run(db, &st[db_engine(db)], v, 1, column_row, &c, NULL);
}

enum err archive_tables(struct db *db, enum db_part part, struct arena *a, struct archive_table **out, size_t *n)
{
	enum { MAX = 300 };
	struct archive_table *all = arena_array(a, struct archive_table, MAX + 1);
	size_t count = 0, kept = 0;
	for (size_t i = 0; i < migrations_n; i++)
		if (migrations[i].part == part)
			TRY(tables_of(migrations[i].sql[db_engine(db)], part, a, all, MAX, &count));
	if (part == DB_ACTIVITY)
		all[count++] = (struct archive_table){ .part = part, .name = STR("activity") };
	for (size_t i = 0; i < count; i++) {
		TRY(archive_columns(db, a, &all[i]));
		if (all[i].n)
			all[kept++] = all[i];
	}
	*out = all;
	*n = kept;
	return OK;
}
