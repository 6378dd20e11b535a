/* Who may see a case, and who is told of one. */
#include "base/mem.h"
#include "house/record/inside.h"

/* Staff of any kind: they read what they raised or what was given to them. */
static const role_set STAFF_ROLES = ROLE_BIT(ROLE_DSL) | ROLE_BIT(ROLE_DEPUTY) | ROLE_BIT(ROLE_HEAD) | ROLE_BIT(ROLE_LEADERSHIP) |
	ROLE_BIT(ROLE_TEACHER) | ROLE_BIT(ROLE_STAFF) | ROLE_BIT(ROLE_OFFICE) | ROLE_BIT(ROLE_SENCO) | ROLE_BIT(ROLE_CHAIR);

struct entry_may record_may(int64_t school, int64_t person, role_set roles)
{
	struct entry_may may = { .school = school, .person = person };
	if (roles & (ROLE_BIT(ROLE_DSL) | ROLE_BIT(ROLE_DEPUTY) | ROLE_BIT(ROLE_HEAD)))
		may.classes |= ENTRY_BIT(ENTRY_CHILD);
	if (roles & ROLE_BIT(ROLE_HEAD))
		may.classes |= ENTRY_BIT(ENTRY_STAFF);
	if (roles & ROLE_BIT(ROLE_CHAIR))
		may.classes |= ENTRY_BIT(ENTRY_CHAIR);
	enum role team;
	bool in_team = role_read(STR("wellbeing-team"), &team) == OK && roles & ROLE_BIT(team);
	if (in_team || roles & STAFF_ROLES)
		may.own |= ENTRY_BIT(ENTRY_CHILD);
	if (roles & (ROLE_BIT(ROLE_DSL) | ROLE_BIT(ROLE_DEPUTY) | ROLE_BIT(ROLE_LEADERSHIP)))
		may.own |= ENTRY_BIT(ENTRY_STAFF);
	return may;
}

struct entry_may record_program(int64_t school)
{
	return (struct entry_may){ .school = school, .person = 0,
		.classes = ENTRY_BIT(ENTRY_GENERAL) | ENTRY_BIT(ENTRY_CHILD) | ENTRY_BIT(ENTRY_STAFF) | ENTRY_BIT(ENTRY_CHAIR) };
}

bool person_holds(const struct desk *k, int64_t school, int64_t person, const char *role)
{
	AUTO(arena_done) struct arena a = arena_init();
	int64_t *people;
	size_t n;
	if (!person || notify_holders(k->store->db, &a, school, str_z(role), &people, &n) != OK)
		return false;
	for (size_t i = 0; i < n; i++)
		if (people[i] == person)
			return true;
	return false;
}

static bool shut_out(const struct circle *c, int64_t person)
{
	for (size_t i = 0; i < c->n_people; i++)
		if (c->people[i].person == person && (c->people[i].as == ENTRY_SUBJECT || c->people[i].as == ENTRY_BARRED))
			return true;
	return false;
}

static bool was_told(const struct circle *c, int64_t person)
{
	for (size_t i = 0; i < c->n_told; i++)
		if (c->told[i] == person)
			return true;
	return false;
}

enum err circle_person(struct circle *c, int64_t person, enum notice what)
{
	if (c->n_told == ARRAY_N(c->told) || shut_out(c, person) || was_told(c, person))
		return OK;
	TRY(notify_add(c->k->store->db, c->act, what, person, c->link, c->about, 0));
	c->told[c->n_told++] = person;
	return OK;
}

enum err circle_role(struct circle *c, struct str role, enum notice what)
{
	AUTO(arena_done) struct arena a = arena_init();
	int64_t *people;
	size_t n;
	TRY(notify_holders(c->k->store->db, &a, c->act->school, role, &people, &n));
	for (size_t i = 0; i < n; i++)
		TRY(circle_person(c, people[i], what));
	return OK;
}

enum err circle_param(struct circle *c, const char *param, enum notice what)
{
	const struct param *p = profile_param(&c->k->library->profile, str_z(param));
	for (size_t i = 0; p && i < p->n_values; i++)
		TRY(circle_role(c, p->values[i], what));
	return OK;
}
