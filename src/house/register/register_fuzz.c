#include "base/fuzz.h"
#include "base/arena.h"
#include "base/mem.h"
#include "house/register/rule.h"

FUZZ(register, bytes)
{
	struct diag d = diag_init(20);
	struct registers *r = NULL;
	if (registers_read(STR("fuzz"), bytes, &d, &r) == OK)
		for (size_t i = 0; i < registers_count(r); i++) {
			const struct reg *g = registers_at(r, i);
			AUTO(arena_done) struct arena a = arena_init();
			struct str *values = arena_array(&a, struct str, g->n_fields + 1), state;
			for (size_t k = 0; k < g->n_fields; k++) {
				values[k] = field_clean(&a, &g->fields[k], str_upto(bytes, 40));
				struct str again = field_clean(&a, &g->fields[k], values[k]);
				if (field_check(&g->fields[k], values[k], &d) == OK)
					FUZZ_CHECK(str_eq(again, values[k]));               /* what is kept is read back as it is */
				(void)field_show(&a, &g->fields[k], values[k]);
			}
			struct rule_view v = { .reg = g, .values = values, .state = g->n_states ? g->states[0] : STR("") };
			FUZZ_CHECK(reg_auto_state(&v, &state) == OK);
			(void)reg_rules_check(&v, &d);                          /* that it ends is all that is asked */
		}
	registers_free(&r);
	diag_done(&d);
}
