#include "base/fuzz.h"
#include "house/curriculum/curriculum.h"

FUZZ(curriculum, bytes)
{
	struct arena a = arena_init();
	struct diag d = diag_init(20);
	struct curriculum c;
	if (curriculum_load(&a, fuzz_path(bytes), &d, &c) == OK)
		for (size_t i = 0; i < c.n_outcomes; i++)
			FUZZ_CHECK(outcome_find(&c, c.outcomes[i].id) == &c.outcomes[i] && c.outcomes[i].strand < c.n_strands);
	diag_done(&d);
	arena_done(&a);
}
