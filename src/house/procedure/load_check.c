/* What must hold of a procedure: every finding is for the person who writes the file. */
#include "base/mem.h"
#include "house/procedure/load_inner.h"

static void check_who(struct loading *l, const struct proc_step *s)
{
	for (size_t i = 0; i < s->n_who; i++)
		if (!load_known_role(s->who[i]))
			load_say(l, s->line, "There is no role called {} (step {}).", s->who[i], s->id);
	if (!s->n_who && !s->who_param.n)
		load_say(l, s->line, "Nobody is named who does the step {}.", s->id, STR(""));
}

static void check_step(struct loading *l, const struct proc_step *s)
{
	if (!s->title.n)
		load_say(l, s->line, "The step {} has no title.", s->id, STR(""));
	if (!s->n_clauses)
		load_say(l, s->line, "The step {} names no clause of the policy.", s->id, STR(""));
	if (s->kind == STEP_DECISION && s->n_answers < 2)
		load_say(l, s->line, "The decision {} needs at least two answers.", s->id, STR(""));
	if (s->never_locked && s->n_locks)
		load_say(l, s->line, "The step {} is never locked, and yet has a lock.", s->id, STR(""));
	if (s->kind == STEP_AGENCY && !s->n_contacts)
		load_say(l, s->line, "The step {} names no contact of the directory.", s->id, STR(""));
	for (size_t i = 0; i < s->n_locks; i++)
		if (l->p->steps[s->locks[i].step].may_skip)
			load_say(l, s->line, "The step {} locks others and so may not be left out (lock of {}).",
			    l->p->steps[s->locks[i].step].id, s->id);
	check_who(l, s);
}

static void check_twice(struct loading *l)
{
	for (size_t i = 0; i < l->p->n; i++)
		if (procedure_find(l->p, l->p->steps[i].id) != (ptrdiff_t)i)
			load_say(l, l->p->steps[i].line, "The step {} stands twice.", l->p->steps[i].id, STR(""));
}

static void check_end(struct loading *l)
{
	bool outcome = false, review = false;
	for (size_t i = 0; i < l->p->n; i++) {
		outcome = outcome || (l->p->steps[i].is_outcome && !l->p->steps[i].optional && !l->p->steps[i].n_when);
		review = review || (l->p->steps[i].is_review && !l->p->steps[i].optional && !l->p->steps[i].n_when);
	}
	if (!outcome || !review)
		load_say(l, 1, "A procedure ends with an outcome and a review that always apply; {} has not both.", l->p->id,
		    STR(""));
}

static bool waits_on(const struct proc_step *s, const bool *placed)
{
	for (size_t i = 0; i < s->n_needs; i++)
		if (!placed[s->needs[i]])
			return true;
	for (size_t i = 0; i < s->n_locks; i++)
		if (!placed[s->locks[i].step])
			return true;
	for (size_t i = 0; i < s->n_when; i++)
		if (!s->when[i].is_param && !placed[s->when[i].step])
			return true;
	return false;
}

/* An order in which each step comes after all that it looks at; what cannot be placed stands in a circle. */
static void put_order(struct loading *l)
{
	struct procedure *p = l->p;
	bool placed[PROC_STEPS_MAX] = { false };
	size_t n = 0;
	p->order = arena_array(l->a, size_t, p->n + 1);
	for (bool moved = true; moved;) {
		moved = false;
		for (size_t i = 0; i < p->n; i++) {
			if (placed[i] || waits_on(&p->steps[i], placed))
				continue;
			placed[i] = moved = true;
			p->order[n++] = i;
		}
	}
	for (size_t i = 0; i < p->n; i++)
		if (!placed[i])
			load_say(l, p->steps[i].line, "The step {} waits for itself in a circle.", p->steps[i].id, STR(""));
}

/* Two conditions on one decision with no answer in common: the step can never be reached. */
static bool disjoint(const struct proc_cond *a, const struct proc_cond *b)
{
	if (a->is_param || b->is_param || a->negate || b->negate || a->step != b->step)
		return false;
	for (size_t i = 0; i < a->n_values; i++)
		for (size_t j = 0; j < b->n_values; j++)
			if (str_eq(a->values[i], b->values[j]))
				return false;
	return true;
}

/* Everything that must be true for step `i`, its own conditions and those of the decisions it hangs on. */
static size_t all_conditions(const struct procedure *p, size_t i, const struct proc_cond **out, size_t n, size_t max)
{
	for (size_t k = 0; k < p->steps[i].n_when && n < max; k++) {
		const struct proc_cond *c = &p->steps[i].when[k];
		out[n++] = c;
		if (!c->is_param)
			n = all_conditions(p, c->step, out, n, max);
	}
	return n;
}

void load_check_reachable(struct loading *l)
{
	const struct proc_cond *c[64];
	for (size_t i = 0; i < l->p->n; i++) {
		size_t n = all_conditions(l->p, i, c, 0, ARRAY_N(c));
		for (size_t a = 0; a < n; a++)
			for (size_t b = a + 1; b < n; b++)
				if (disjoint(c[a], c[b])) {
					load_say(l, l->p->steps[i].line, "The step {} can never be reached: it asks for two different answers of {}.",
					    l->p->steps[i].id, c[a]->key);
					a = n;
					break;
				}
	}
}

void load_check(struct loading *l)
{
	check_twice(l);
	check_end(l);
	for (size_t i = 0; i < l->p->n; i++)
		check_step(l, &l->p->steps[i]);
	put_order(l);
}
