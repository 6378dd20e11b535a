#include "base/fuzz.h"
#include "house/procedure/procedure.h"

FUZZ(procedure, bytes)
{
	struct arena a = arena_init();
	struct diag d = diag_init(20);
	struct procedure p;
	if (procedure_read(&a, STR("fuzz"), bytes, &d, &p) == OK)
		FUZZ_CHECK(p.source.n > 0);
	diag_done(&d);
	arena_done(&a);
}
