/* What the policy asks of whoever looks: learners in the words of their own agreement, adults by the policy's own list (2-05). */
#include "base/clock.h"
#include "base/mem.h"
#include "house/agreement/agreement_store.h"
#include "house/page/me.h"
#include "house/page/page_store.h"
#include "house/procedure/library.h"

enum { ASKS_MAX = 700 };

static bool is_for(const struct page_ctx *c, const struct clause *x)
{
	if (!clause_holds(x, c->web->library->profile.name))
		return false;
	if (str_is(x->who, "all users"))
		return true;
	switch (c->person->kind) {
	case KIND_PARENT: return str_is(x->who, "parent/carer");
	case KIND_VISITOR: return str_is(x->who, "visitor");
	case KIND_GOVERNOR: return str_is(x->who, "governor");
	case KIND_LEARNER: return str_is(x->who, "learner");
	default: return str_is(x->who, "staff");
	}
}

static size_t of_policy(struct page_ctx *c, struct str *out)
{
	const struct clauses *all = &c->web->library->clauses;
	size_t n = 0;
	for (size_t i = 0; i < all->n && n < ASKS_MAX; i++)
		if (is_for(c, &all->v[i]))
			out[n++] = all->v[i].duty;
	return n;
}

enum err me_asks(struct page_ctx *c, struct str **out, size_t *n)
{
	struct store st = page_store(c);
	struct agreement_active g;
	*out = arena_array(c->arena, struct str, ASKS_MAX);
	*n = 0;
	if (c->person->kind != KIND_LEARNER) {
		*n = c->web->library ? of_policy(c, *out) : 0;
		return OK;
	}
	enum err e = agreement_in_force(&st, c->arena, c->school, agreement_audience_of(c->db, c->arena, c->person), &g);
	for (size_t i = 0; e == OK && i < g.text.n && *n < ASKS_MAX; i++)
		(*out)[(*n)++] = g.text.rules[i].text;
	return e == ERR_ABSENT ? OK : e;
}

enum err me_must_sign(struct page_ctx *c, bool *out)
{
	struct store st = page_store(c);
	struct agreement_state s;
	TRY(agreement_state_of(&st, c->arena, c->person, clock_utc(), &s));
	*out = s.in_force && (s.standing == STANDING_UNSIGNED || s.standing == STANDING_GRACE);
	return OK;
}
