/* Which classes a member of staff teaches, as a OneRoster export has it. */
#include "base/mem.h"
#include "gen_queries.h"
#include "house/roll/apply_inner.h"
#include "house/roll/values.h"

static bool named(struct roll_matching *m, const struct roll_person *p, int64_t class_id)
{
	const struct roll_class *c = roll_class_by_id(m, class_id);
	for (size_t i = 0; c && i < p->n_teaches; i++)
		if (str_eq(roll_folded(m->a, p->teaches[i]), roll_folded(m->a, c->name)))
			return true;
	return false;
}

static bool teaches(const struct roll_matching *m, int64_t person, int64_t class_id)
{
	for (size_t i = 0; i < m->n_teaching; i++)
		if (m->teaching[i].person == person && m->teaching[i].class == class_id)
			return true;
	return false;
}

/* Nothing is said of the classes of this one: a directory has them for some only. */
static bool silent(const struct roll *r, const struct roll_person *p)
{
	return !r->says_teaches || p->kind != KIND_STAFF || (r->source.n && p->n_teaches == 0);
}

void roll_teaching_text(struct roll_matching *m, const struct roll_person *p, int64_t person, struct buf *out)
{
	if (silent(m->r, p))
		return;
	for (size_t i = 0; i < p->n_teaches; i++) {
		const struct roll_class *c = roll_class_named(m, p->teaches[i]);
		if (!c->id || !teaches(m, person, c->id))
			buf_fmt(out, "%steaches %.*s", out->n ? "; " : "", STRF(p->teaches[i]));
	}
	for (size_t i = 0; i < m->n_teaching; i++) {
		const struct roll_class *c = m->teaching[i].person == person ? roll_class_by_id(m, m->teaching[i].class) : NULL;
		if (c && !named(m, p, c->id))
			buf_fmt(out, "%sno longer teaches %.*s", out->n ? "; " : "", STRF(c->name));
	}
}

enum err roll_put_teaching(struct roll_work *w, const struct roll_step *s)
{
	if (silent(w->m.r, s->row))
		return OK;
	for (size_t i = 0; i < s->row->n_teaches; i++) {
		uint64_t id = 0;
		if (map_get(w->fresh_classes, roll_folded(w->m.a, s->row->teaches[i]), &id) && !teaches(&w->m, s->person, (int64_t)id))
			TRY(class_staff_set(w->m.db, w->act, (int64_t)id, s->person, true));
	}
	for (size_t i = 0; i < w->m.n_teaching; i++)
		if (w->m.teaching[i].person == s->person && !named(&w->m, s->row, w->m.teaching[i].class))
			TRY(class_staff_set(w->m.db, w->act, w->m.teaching[i].class, s->person, false));
	return OK;
}
