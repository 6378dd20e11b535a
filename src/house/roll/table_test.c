#include "base/test.h"
#include "house/roll/table.h"

struct one { struct arena a; struct diag d; struct roll_table t; enum err e; };
static void one_done(struct one *o)
{
	arena_done(&o->a);
	diag_done(&o->d);
}
static struct one read(struct str text)
{
	struct one o = { .a = arena_init(), .d = diag_init(5) };
	o.e = roll_table(&o.a, STR("f.csv"), text, &o.d, &o.t);
	return o;
}

TEST(roll_table, commas_semicolons_and_tabs_are_told_apart)
{
	static const char *const texts[] = { "a,b;x,c\n1,2,3\n", "a;b,x;c\n1;2;3\n", "a\tb\tc\n1\t2\t3\n", "\"a;;;\",b,c\r\n1,2,3\r\n", "\n\na,b,c\r1,2,3" };
	for (size_t i = 0; i < ARRAY_N(texts); i++) {
		AUTO(one_done) struct one o = read(str_z(texts[i]));
		CHECK_OK(o.e);
		CHECK_INT(o.t.n, 2);
		CHECK_INT(o.t.rows[1].n, 3);
		CHECK_STR(roll_cell(&o.t.rows[1], 2), "3");
		CHECK(roll_cell(&o.t.rows[1], 3).p == NULL);
	}
}

TEST(roll_table, rows_know_their_line_through_quoted_line_ends_and_empty_rows)
{
	AUTO(one_done) struct one o = read(STR("a,b\r\n\"x\ny\", \"say \"\"hi\"\"\" \r\n,,\r\n\r\n1,2\r\n"));
	CHECK_OK(o.e);
	CHECK_INT(o.t.n, 3);
	CHECK_INT(o.t.rows[1].line, 2);
	CHECK_STR(roll_cell(&o.t.rows[1], 0), "x\ny");
	CHECK_STR(roll_cell(&o.t.rows[1], 1), "say \"hi\"");
	CHECK_INT(o.t.rows[2].line, 6);
}

TEST(roll_table, a_mark_out_of_place_or_not_closed_is_refused_with_its_line)
{
	static const struct { const char *text; long line; } bad[] = { { "a,b\n1,2\n3,\"4", 3 }, { "a,b\n1,x\"y\n", 2 }, { "a,b\n\"x\"y,2\n", 2 }, { "a\n\"\n\n\n", 2 } };
	for (size_t i = 0; i < ARRAY_N(bad); i++) {
		AUTO(one_done) struct one o = read(str_z(bad[i].text));
		CHECK_ERR(o.e, ERR_SYNTAX);
		CHECK_INT(o.d.n, 1);
		CHECK_INT(o.d.items[0].line, bad[i].line);
	}
}

static struct one read_many(const char *head, const char *piece, size_t times)
{
	AUTO(buf_done) struct buf b = buf_init(ROLL_BYTES_MAX);
	buf_z(&b, head);
	for (size_t i = 0; i < times; i++)
		buf_z(&b, piece);
	return read(buf_str(&b));
}

TEST(roll_table, limits_are_kept)
{
	static const struct { const char *head, *piece; size_t times; enum err want; } all[] = {
		{ "a,b\n", "1,2\n", ROLL_ROWS_MAX, OK }, { "a,b\n", "1,2\n", ROLL_ROWS_MAX + 1, ERR_LIMIT }, { "", "x,", ROLL_COLUMNS_MAX - 1, OK }, { "", "x,", ROLL_COLUMNS_MAX, ERR_LIMIT },
		{ "a,b\n1,", "x", ROLL_CELL_MAX, OK }, { "a,b\n1,", "x", ROLL_CELL_MAX + 1, ERR_LIMIT }, { "a,b\n\"", "x\n", ROLL_CELL_MAX, ERR_LIMIT },
	};
	for (size_t i = 0; i < ARRAY_N(all); i++) {
		AUTO(one_done) struct one o = read_many(all[i].head, all[i].piece, all[i].times);
		CHECK_INT(o.e, all[i].want);
		CHECK(o.e == OK || (o.d.n == 1 && o.d.items[0].text.n > 20));
	}
}
