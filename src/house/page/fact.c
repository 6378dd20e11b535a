#include "house/page/fact.h"

/* The lines are few: written anew with one more, so that a list once shown stays as it was. */
void page_fact(struct page_ctx *c, struct part_summary *s, struct str key, struct str value)
{
	if (!value.n)
		return;
	struct part_summary_rows *rows = arena_array(c->arena, struct part_summary_rows, s->n_rows + 1);
	for (size_t i = 0; i < s->n_rows; i++)
		rows[i] = s->rows[i];
	rows[s->n_rows++] = (struct part_summary_rows){ .key = key, .value = value };
	s->rows = rows;
}
