#include "base/fuzz.h"
#include "house/agreement/agreement.h"

FUZZ(agreement, bytes)
{
	struct arena a = arena_init();
	struct diag d = diag_init(20);
	struct agreement_set s;
	if (agreement_load(&a, fuzz_path(bytes), &d, &s) == OK)
		for (size_t i = 0; i < s.n; i++)
			for (size_t k = 0; k < s.v[i].n; k++)
				FUZZ_CHECK(s.v[i].rules[k].id.n > 0);
	diag_done(&d);
	arena_done(&a);
}
