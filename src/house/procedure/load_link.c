/* What steps of a procedure say of each other. */
#include "base/mem.h"
#include "house/procedure/load_inner.h"

/* Values after "is" or "is not", with "or" between. */
static void read_values(struct loading *l, struct str rest, struct proc_cond *c)
{
	c->values = arena_array(l->a, struct str, rest.n / 2 + 1);
	for (struct str w; (w = load_word(&rest)).n > 0;)
		if (!str_is(w, "or"))
			c->values[c->n_values++] = w;
}

static void check_values(struct loading *l, const struct proc_cond *c, long line)
{
	for (size_t i = 0; i < c->n_values; i++)
		if (!load_has_answer(&l->p->steps[c->step], c->values[i]))
			load_say(l, line, "The step {} has no answer \"{}\".", c->key, c->values[i]);
	if (l->p->steps[c->step].each)
		load_say(l, line, "The step {} has an answer for each, and so decides nothing for the case.", c->key, STR(""));
	if (!c->n_values)
		load_say(l, line, "Say which answer of {}.", c->key, STR(""));
}

/* when = profile KEY [is [not] VALUE...] | profile not KEY | answer STEP is [not] ANSWER [or ANSWER]... */
static void read_when(struct loading *l, const struct conf_pair *pair, struct proc_cond *c)
{
	struct str rest = pair->value, what = load_word(&rest);
	c->is_param = str_is(what, "profile");
	if (!c->is_param && !str_is(what, "answer")) {
		load_say(l, pair->line, "A condition begins with \"profile\" or \"answer\", not \"{}\".", what, STR(""));
		return;
	}
	c->key = load_word(&rest);
	if (c->is_param && str_is(c->key, "not")) {
		c->negate = true;
		c->key = load_word(&rest);
	}
	struct str is = load_word(&rest);
	if (is.n && !str_is(is, "is"))
		load_say(l, pair->line, "After {} stands \"is\", not \"{}\".", c->key, is);
	if (str_starts(rest, STR("not "))) {
		c->negate = true;
		rest = str_from(rest, 4);
	}
	read_values(l, rest, c);
	if (!c->is_param) {
		c->step = load_step_named(l, c->key, pair->line);
		if (l->p->n && str_eq(l->p->steps[c->step].id, c->key))
			check_values(l, c, pair->line);
	}
}

static void link_conditions(struct loading *l, const struct conf_block *b, struct proc_step *s)
{
	size_t at = 0;
	s->when = arena_array(l->a, struct proc_cond, load_count(b, "when") + 1);
	for (const struct conf_pair *p; (p = conf_each(b, "when", &at)) != NULL;)
		read_when(l, p, &s->when[s->n_when++]);
}

void load_link(struct loading *l, const struct conf_block *b, struct proc_step *s)
{
	size_t at = 0;
	s->needs = arena_array(l->a, size_t, load_count(b, "needs") + 1);
	for (const struct conf_pair *p; (p = conf_each(b, "needs", &at)) != NULL;)
		s->needs[s->n_needs++] = load_step_named(l, p->value, p->line);
	at = 0;
	s->shows = arena_array(l->a, size_t, load_count(b, "shows") + 1);
	for (const struct conf_pair *p; (p = conf_each(b, "shows", &at)) != NULL;)
		s->shows[s->n_shows++] = load_step_named(l, p->value, p->line);
	at = 0;
	s->locks = arena_array(l->a, struct proc_lock, load_count(b, "lock") + 1);
	for (const struct conf_pair *p; (p = conf_each(b, "lock", &at)) != NULL;) {
		struct proc_lock *x = &s->locks[s->n_locks++];
		struct str id;
		if (load_split(p->value, &id, &x->why))
			x->step = load_step_named(l, id, p->line);
		else
			load_say(l, p->line, "A lock is \"step : why\", not \"{}\".", p->value, STR(""));
	}
	link_conditions(l, b, s);
}
