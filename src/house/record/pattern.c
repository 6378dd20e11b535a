#include "house/record/pattern.h"

#include "base/mem.h"
#include "house/record/inside.h"

static struct adult_pattern *of_person(struct arena *a, struct adult_pattern *list, size_t *n, int64_t person, size_t room)
{
	for (size_t i = 0; i < *n; i++)
		if (list[i].person == person)
			return &list[i];
	list[*n] = (struct adult_pattern){ .person = person, .v = arena_array(a, struct adult_said, room) };
	return &list[(*n)++];
}

static int by_weight(const void *a, const void *b)
{
	const struct adult_pattern *x = a, *y = b;
	if (!x->person != !y->person)
		return x->person ? -1 : 1;
	if (x->n != y->n)
		return x->n > y->n ? -1 : 1;
	return (x->person > y->person) - (x->person < y->person);
}

static enum err cases_of(const struct desk *k, struct arena *a, const struct entry_may *may, const char *reg, struct entry_page *out)
{
	struct entry_query q = { .reg = reg, .limit = ENTRY_PAGE_MAX };
	return entry_list(k->store, a, may, &q, out);
}

enum err record_patterns(const struct desk *k, struct arena *a, const struct entry_may *may, struct adult_pattern **out, size_t *n)
{
	static const char *const regs[] = { "allegation", "allegation-head" };
	struct entry_may whole = *may;
	whole.own = 0;                    /* who was given one case sees no pattern */
	struct entry_page page[2];
	size_t at = 0;
	for (size_t r = 0; r < ARRAY_N(regs); r++)
		TRY(cases_of(k, a, &whole, regs[r], &page[r]));
	size_t room = page[0].n + page[1].n + 1;
	struct adult_pattern *list = arena_array(a, struct adult_pattern, room);
	for (size_t r = 0; r < ARRAY_N(regs); r++)
		for (size_t i = 0; i < page[r].n; i++) {
			const struct entry *e = &page[r].entries[i];
			struct adult_pattern *p = of_person(a, list, &at, entry_int(e, "subject"), room);
			bool low = str_is(entry_value(e, "kind"), "low-level");
			p->v[p->n++] = (struct adult_said){ .id = e->id, .at_utc = e->made_utc, .title = entry_value(e, "title"), .state = e->state, .low_level = low };
			p->n_low += low;
			p->ask = p->person && p->n >= PATTERN_ASKS;
		}
	if (at)
		qsort(list, at, sizeof *list, by_weight);
	*out = list;
	*n = at;
	return OK;
}
