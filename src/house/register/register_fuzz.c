#include "base/fuzz.h"
#include "base/arena.h"
#include "house/register/register.h"

FUZZ(register, bytes)
{
	struct diag d = diag_init(20);
	struct registers *r = NULL;
	if (registers_read(STR("fuzz"), bytes, &d, &r) == OK)
		for (size_t i = 0; i < registers_count(r); i++) {
			const struct reg *g = registers_at(r, i);
			for (size_t k = 0; k < g->n_fields; k++)
				(void)field_check(&g->fields[k], str_upto(bytes, 40), &d);       /* that it ends is all that is asked */
		}
	registers_free(&r);
	diag_done(&d);
}
