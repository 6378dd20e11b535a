#include "base/fuzz.h"
#include "base/arena.h"
#include "base/mem.h"
#include "house/condition/need.h"

FUZZ(gate, bytes)                        /* every need that is read has its test, its words and its sentence */
{
	struct diag d = diag_init(20);
	AUTO(arena_done) struct arena a = arena_init();
	struct conf c;
	if (conf_parse(&a, STR("fuzz"), bytes, &d, &c) == OK)
		for (size_t i = 0; i < c.n; i++) {
			struct gate_def g;
			if (gate_read(&a, STR("fuzz"), &c.blocks[i], &d, &g) != OK)
				continue;
			FUZZ_CHECK(g.n_needs > 0 && g.n_needs <= GATE_NEEDS_MAX && g.n_at <= GATE_STATES_MAX);
			for (size_t k = 0; k < g.n_needs; k++) {
				FUZZ_CHECK(g.needs[k].test < N_NEED && g.needs[k].says.n && g.needs[k].n <= NEED_ARGS_MAX);
				for (size_t w = 0; w < g.needs[k].n; w++)
					FUZZ_CHECK(g.needs[k].arg[w].n);
			}
		}
	diag_done(&d);
}
