#include "base/fuzz.h"
#include "house/clause/clause.h"

FUZZ(clauses, bytes)
{
	struct arena a = arena_init();
	struct diag d = diag_init(20);
	struct clauses c;
	if (clauses_read(&a, STR("fuzz"), bytes, &d, &c) == OK)
		for (size_t i = 0; i < c.n; i++)
			FUZZ_CHECK(clause_find(&c, c.v[i].id) == &c.v[i] && c.v[i].duty.n > 0);
	diag_done(&d);
	arena_done(&a);
}
