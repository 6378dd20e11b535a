/* The adults of a child, as a file has them, beside what is on file. */
#include "base/mem.h"
#include "house/roll/plan_inner.h"
#include "house/roll/values.h"

static bool number_get(const struct map *map, int64_t n, uint64_t *at)
{
	char room[24];
	int len = snprintf(room, sizeof room, "%lld", (long long)n);
	return map_get(map, (struct str){ room, (size_t)len }, at);
}

struct roll_there *roll_there_by_id(struct roll_matching *m, int64_t id)
{
	uint64_t at;
	return number_get(m->by_id, id, &at) ? &m->there[at - 1] : NULL;
}

size_t roll_guardians_of(struct roll_matching *m, int64_t learner, size_t *n)
{
	uint64_t at;
	*n = 0;
	if (!number_get(m->first_guardian, learner, &at))
		return 0;
	while ((size_t)at - 1 + *n < m->n_guardians && m->guardians[at - 1 + *n].learner == learner)
		++*n;
	return (size_t)at - 1;
}

static bool is_authority(const struct roll_contact *x) { return str_is(x->relation, "local-authority"); }

/* Of the same name: known to be the same adult by mail, or as the council that looks after several children. */
static struct roll_there *of_name(struct roll_matching *m, const struct roll_contact *x)
{
	uint64_t at = 0;
	if (!map_get(m->by_name, roll_folded(m->a, x->name), &at))
		return NULL;
	for (size_t i = (size_t)at; i; i = m->there[i - 1].next) {
		struct roll_there *t = &m->there[i - 1];
		bool same = is_authority(x) || (x->email.n && str_ieq(x->email, t->email)) || (x->phone.n && str_eq(x->phone, t->phone));
		if (t->kind == KIND_PARENT && same && (!x->ref.n || !t->ref.n))
			return t;
	}
	return NULL;
}

struct roll_there *roll_contact_known(struct roll_matching *m, const struct roll_contact *x, int64_t learner)
{
	uint64_t at;
	size_t n, from = roll_guardians_of(m, learner, &n);
	struct str folded = roll_folded(m->a, x->name);
	if (x->ref.n && map_get(m->by_ref, x->ref, &at))
		return m->there[at - 1].kind == KIND_LEARNER ? NULL : &m->there[at - 1];
	for (size_t i = from; i < from + n; i++) {
		struct roll_there *t = roll_there_by_id(m, m->guardians[i].parent);
		if (t && str_eq(t->folded, folded) && (!x->ref.n || !t->ref.n))
			return t;
	}
	return of_name(m, x);
}

static const struct roll_guardian *link_of(struct roll_matching *m, int64_t learner, int64_t parent)
{
	size_t n, from = roll_guardians_of(m, learner, &n);
	for (size_t i = from; i < from + n; i++)
		if (m->guardians[i].parent == parent)
			return &m->guardians[i];
	return NULL;
}

static bool may_empty(struct roll_matching *m, const struct roll_contact *x, const struct roll_there *t, const struct map *named)
{
	uint64_t at;
	struct str folded = roll_folded(m->a, x->name);
	return !m->r->delta && !m->o->part && t->kind == KIND_PARENT && str_eq(folded, t->folded) && !map_get(named, folded, &at);
}

bool roll_mail_emptied(struct roll_matching *m, const struct roll_contact *x, const struct roll_there *t)
{
	return x->says_email && !x->email.n && t->email.n && may_empty(m, x, t, m->named_mail);
}

bool roll_phone_emptied(struct roll_matching *m, const struct roll_contact *x, const struct roll_there *t)
{
	return x->says_phone && !x->phone.n && t->phone.n && may_empty(m, x, t, m->named_phone);
}

void roll_emptied_text(struct roll_matching *m, const struct roll_person *row, int64_t learner, struct buf *out)
{
	for (size_t i = 0; i < row->n_contacts; i++) {
		const struct roll_there *t = roll_contact_known(m, &row->contacts[i], learner);
		if (t && roll_mail_emptied(m, &row->contacts[i], t))
			buf_fmt(out, "%smail of %.*s is taken out", out->n ? "; " : "", STRF(t->name));
		if (t && roll_phone_emptied(m, &row->contacts[i], t))
			buf_fmt(out, "%stelephone of %.*s is taken out", out->n ? "; " : "", STRF(t->name));
	}
}

static bool differs(struct roll_matching *m, const struct roll_contact *x, int64_t learner, const struct roll_there *t)
{
	const struct roll_guardian *g = t ? link_of(m, learner, t->id) : NULL;
	if (!g || !g->from_roll || !t->here)
		return true;
	if ((x->relation.n && !str_eq(x->relation, g->relation)) || (x->responsible >= 0 && x->responsible != g->responsible) || (x->barred && !g->barred))
		return true;
	if (t->kind != KIND_PARENT)
		return false;                    /* a member of staff: their own details are not a child's file's to change */
	if (roll_mail_emptied(m, x, t) || roll_phone_emptied(m, x, t))
		return true;
	return !str_eq(x->name, t->name) || (x->email.n && !str_ieq(x->email, t->email)) || (x->phone.n && !str_eq(x->phone, t->phone));
}

bool roll_contacts_differ(struct roll_matching *m, const struct roll_person *row, int64_t learner)
{
	size_t n, from = roll_guardians_of(m, learner, &n), kept = 0, ours = 0;
	if (row->kind != KIND_LEARNER || (!m->r->says_contacts && row->n_contacts == 0))
		return false;
	for (size_t i = 0; i < row->n_contacts; i++) {
		const struct roll_there *t = roll_contact_known(m, &row->contacts[i], learner);
		if (differs(m, &row->contacts[i], learner, t))
			return true;
		kept++;
	}
	for (size_t i = from; i < from + n; i++)
		ours += m->guardians[i].from_roll && !m->guardians[i].barred;
	for (size_t i = 0; i < row->n_contacts; i++) {
		const struct roll_there *t = roll_contact_known(m, &row->contacts[i], learner);
		const struct roll_guardian *g = t ? link_of(m, learner, t->id) : NULL;
		kept -= g && g->barred;
	}
	return ours > kept && m->r->says_contacts;
}
