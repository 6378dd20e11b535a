#include "house/roll/columns.h"
#include "house/roll/roll.h"

#include "base/fuzz.h"
#include "base/mem.h"

FUZZ(roll_table, bytes)                 /* any text: a table within limits, whose columns are read back as they were written */
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(diag_done) struct diag d = diag_init(5);
	struct roll_table t;
	struct roll_columns c, again = { 0 };
	struct roll r;
	if (!str_utf8(bytes) || roll_table(&a, STR("f"), bytes, &d, &t) != OK)
		return;
	for (size_t i = 0; i < t.n; i++)
		FUZZ_CHECK(t.rows[i].n <= ROLL_COLUMNS_MAX && t.rows[i].line > 0 && (i == 0 || t.rows[i].line > t.rows[i - 1].line));
	roll_columns_guess(&t, &c);
	FUZZ_CHECK(roll_columns_read(roll_columns_text(&a, &c), &again) == OK && again.n == c.n && again.kind == c.kind);
	if (!roll_columns_missing(&c) && roll_read_table(&a, &t, &c, &d, &r) == OK)
		for (size_t i = 0; i < r.n; i++)
			FUZZ_CHECK(r.people[i].name.n > 0 && r.people[i].name.n <= PERSON_NAME_MAX && r.people[i].kind);
}
