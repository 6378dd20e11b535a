/* The adults with parental responsibility for the children of a case. */
#include "base/mem.h"
#include "house/record/inside.h"

static bool listed(const struct case_adult *v, size_t n, int64_t person)
{
	for (size_t i = 0; i < n; i++)
		if (v[i].person == person)
			return true;
	return false;
}

static struct case_adult adult_of(const struct entry *e, const struct family_contact *c)
{
	return (struct case_adult){ .person = c->adult, .name = c->organisation.n ? c->organisation : c->name,
		.relation = str_z(relation_title(c->relation)), .language = c->language, .phone = c->phone, .interpreter = c->interpreter,
		.kept_from = c->barred, .excluded = stands_as(e, c->adult, ENTRY_BARRED) || stands_as(e, c->adult, ENTRY_SUBJECT) };
}

enum err case_adults(const struct desk *k, struct arena *a, int64_t school, const struct entry *e, const int64_t *learners,
                     size_t n_learners, struct case_adult **out, size_t *n)
{
	struct case_adult *list = arena_array(a, struct case_adult, n_learners * FAMILY_MAX + 1);
	size_t at = 0;
	for (size_t i = 0; i < n_learners; i++) {
		struct family_contact *c;
		size_t have;
		TRY(family_contacts(k->store->db, a, school, learners[i], &c, &have));
		for (size_t x = 0; x < have && x < FAMILY_MAX; x++)
			if (c[x].here && c[x].responsible && !listed(list, at, c[x].adult))
				list[at++] = adult_of(e, &c[x]);
	}
	*out = list;
	*n = at;
	return OK;
}
