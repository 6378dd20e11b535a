#include "house/register/may.h"

static bool word_fits(const struct rights *r, role_set roles, struct str word, enum access access)
{
	static const role_set others = ROLE_BIT(ROLE_LEARNER) | ROLE_BIT(ROLE_PARENT) | ROLE_BIT(ROLE_VISITOR);
	enum role role;
	enum cap cap;
	if (str_is(word, "adults"))
		return (roles & ~others) != 0;
	if (role_read(word, &role) == OK)
		return (roles & ROLE_BIT(role)) != 0;
	return rights_cap(r, word, &cap) && rights_reach(r, roles, cap, access) & (REACH_ALL | REACH_NOT_SUBJECT | REACH_DRAFT | REACH_RAISED | REACH_ASSIGNED);
}

/* As one of the roles that the list names; "adults" names nobody. */
static bool named(const struct rights *r, role_set roles, const struct reg_words *w, enum access access)
{
	for (size_t i = 0; i < w->n; i++)
		if (!str_is(w->v[i], "adults") && word_fits(r, roles, w->v[i], access))
			return true;
	return false;
}

static bool listed(const struct rights *r, role_set roles, const struct reg_words *w, enum access access)
{
	for (size_t i = 0; i < w->n; i++)
		if (word_fits(r, roles, w->v[i], access))
			return true;
	return false;
}

static uint32_t reach(const struct rights *r, role_set roles, const struct reg *reg, enum access access)
{
	enum cap cap;
	return reg->rights.n && rights_cap(r, reg->rights, &cap) ? rights_reach(r, roles, cap, access) : 0;
}

/* A list of the file, else the capability. */
static bool given(const struct rights *r, role_set roles, const struct reg *reg, const struct reg_words *w, enum access access)
{
	return w->n ? listed(r, roles, w, access) : reach(r, roles, reg, access) != 0;
}

static bool confirms(role_set roles)
{
	for (int r = 0; r < role_count(); r++)
		if (roles & ROLE_BIT(r) && role_facts((enum role)r)->confirms)
			return true;
	return false;
}

struct reg_may reg_may_of(const struct rights *r, role_set roles, const struct reg *reg)
{
	const uint32_t whole = REACH_ALL | REACH_NOT_SUBJECT | REACH_DRAFT;
	uint32_t read = reach(r, roles, reg, ACCESS_READ);
	struct reg_may m = {
		.see = reg->see.n ? listed(r, roles, &reg->see, ACCESS_READ) : (read & whole) != 0,
		.see_own = reg->see_own.n ? listed(r, roles, &reg->see_own, ACCESS_READ) : (read & (REACH_RAISED | REACH_ASSIGNED | REACH_OWN)) != 0,
		.add = given(r, roles, reg, &reg->add, ACCESS_WRITE),
		.change = given(r, roles, reg, &reg->change, ACCESS_WRITE),
		.approve = given(r, roles, reg, &reg->approve, ACCESS_APPROVE),
	};
	m.see_own = m.see_own || m.see;
	m.personal = reg->see_personal.n ? listed(r, roles, &reg->see_personal, ACCESS_READ) : m.change || m.approve || m.add;
	m.dispose = m.see && (reg->dispose.n ? listed(r, roles, &reg->dispose, ACCESS_APPROVE) : confirms(roles));
	m.propose = m.see && (m.dispose || (m.change && (!reg->change.n || named(r, roles, &reg->change, ACCESS_WRITE))));
	return m;
}

static bool stands_in(const struct entry *e, const char *field, int64_t person)
{
	int64_t id;
	return person && str_i64(entry_value(e, field), &id) == OK && id == person;
}

bool reg_may_move(const struct rights *r, role_set roles, const struct reg *reg, const struct reg_move *m, const struct entry *e, int64_t person)
{
	struct reg_may may = reg_may_of(r, roles, reg);
	for (size_t i = 0; i < m->who.n; i++) {
		struct str w = m->who.v[i];
		if (str_starts(w, STR("@")) ? stands_in(e, w.p + 1, person) : str_is(w, "add") ? may.add : str_is(w, "change") ? may.change : str_is(w, "approve") ? may.approve : str_is(w, "see") ? may.see : word_fits(r, roles, w, ACCESS_WRITE))
			return true;
	}
	return false;
}

struct entry_may reg_entry_may(const struct reg *reg, const struct reg_may *may, int64_t school, int64_t person)
{
	uint32_t bit = ENTRY_BIT(reg->class);
	return (struct entry_may){ .school = school, .person = person, .classes = may->see ? bit : 0, .own = may->see_own || may->add ? bit : 0 };
}

/* ---- what the files name ---- */

static bool word_known(const struct rights *r, struct str w, bool of_move)
{
	static const char *const also[] = { "adults", "nobody" }, *const moves[] = { "add", "change", "approve", "see" };
	enum role role;
	enum cap cap;
	for (size_t i = 0; i < ARRAY_N(also); i++)
		if (str_is(w, also[i]))
			return true;
	if (of_move && str_starts(w, STR("@")))
		return true;                     /* whole.c knows the field */
	for (size_t i = 0; of_move && i < ARRAY_N(moves); i++)
		if (str_is(w, moves[i]))
			return true;
	return role_read(w, &role) == OK || rights_cap(r, w, &cap);
}

static void check_words(const struct reg *reg, const struct rights *r, const struct reg_words *w, bool of_move, struct diag *d)
{
	for (size_t i = 0; i < w->n; i++)
		if (!word_known(r, w->v[i], of_move))
			diag_add(d, DIAG_ERROR, reg->file, 0, "%.*s: \"%.*s\" is neither a role nor a capability of roles.conf.", STRF(reg->id), STRF(w->v[i]));
}

static void check_reg(const struct reg *reg, const struct rights *r, const struct clauses *clauses, struct diag *d)
{
	const struct reg_words *lists[] = { &reg->see, &reg->see_own, &reg->add, &reg->change, &reg->approve, &reg->see_personal, &reg->dispose };
	enum cap cap;
	if (reg->rights.n && !rights_cap(r, reg->rights, &cap))
		diag_add(d, DIAG_ERROR, reg->file, 0, "%.*s: there is no capability %.*s in roles.conf.", STRF(reg->id), STRF(reg->rights));
	for (size_t i = 0; i < ARRAY_N(lists); i++)
		check_words(reg, r, lists[i], false, d);
	enum role role;
	const struct str roles[] = { reg->due.role, reg->map_role };
	for (size_t i = 0; i < ARRAY_N(roles); i++)
		if (roles[i].n && !str_starts(roles[i], STR("@")) && role_read(roles[i], &role) != OK)
			diag_add(d, DIAG_ERROR, reg->file, 0, "%.*s: there is no role \"%.*s\" in roles.conf.", STRF(reg->id), STRF(roles[i]));
	for (size_t i = 0; i < reg->n_moves; i++)
		check_words(reg, r, &reg->moves[i].who, true, d);
	for (size_t i = 0; clauses && i < reg->serves.n; i++)
		if (!clause_find(clauses, reg->serves.v[i]))
			diag_add(d, DIAG_ERROR, reg->file, 0, "%.*s: there is no clause %.*s.", STRF(reg->id), STRF(reg->serves.v[i]));
}

enum err registers_check(const struct registers *all, const struct rights *r, const struct clauses *clauses, struct diag *d)
{
	size_t before = d->errors;
	for (size_t i = 0; registers_at(all, i); i++)
		check_reg(registers_at(all, i), r, clauses, d);
	return d->errors > before ? ERR_INVALID : OK;
}
