/* The adults of a child: put on file, corrected, taken off. */
#include "base/mem.h"
#include "gen_queries.h"
#include "house/agreement/agreement_store.h"
#include "house/family/link.h"
#include "house/roll/apply_inner.h"
#include "house/roll/values.h"
#include "house/store/audit.h"

/* An adult that this very file named before, for another child: by reference, else by name with mail or telephone. */
static struct str key_of(struct roll_work *w, const struct roll_contact *x)
{
	struct str name = roll_folded(w->m.a, x->name);
	if (x->ref.n)
		return arena_fmt(w->m.a, "r%.*s", STRF(x->ref));
	if (str_is(x->relation, "local-authority"))
		return arena_fmt(w->m.a, "a%.*s", STRF(name));
	if (x->email.n || x->phone.n)
		return arena_fmt(w->m.a, "n%.*s\n%.*s\n%.*s", STRF(name), STRF(roll_folded(w->m.a, x->email)), STRF(x->phone));
	return STR_NONE;
}

static void newcomer(struct roll_work *w, int64_t id)
{
	struct roll_newcomer *n = arena_new(w->m.a, struct roll_newcomer);
	*n = (struct roll_newcomer){ id, w->newcomers };
	w->newcomers = n;
}

static enum err new_adult(struct roll_work *w, const struct roll_step *s, const struct roll_contact *x, int64_t *id)
{
	AUTO(diag_done) struct diag found = diag_init(4);
	struct person_in in = { .kind = KIND_PARENT, .name = x->name, .email = x->email, .year = YEAR_NONE };
	TRY(roll_failed(w, s, person_add(w->m.db, w->act, &in, &found, id), &found));
	if (x->ref.n)
		TRY(q_roll_known_as_do(w->m.db, &(struct q_roll_known_as_args){ .school = w->act->school, .id = *id, .ref = x->ref, .born = STR("") }, NULL));
	w->out->adults++;
	newcomer(w, *id);
	return OK;
}

/* What the file says of somebody who is on file; a member of staff who is a parent too keeps their own details. */
static enum err correct(struct roll_work *w, const struct roll_step *s, const struct roll_contact *x, struct roll_there *t)
{
	AUTO(diag_done) struct diag found = diag_init(4);
	if (!t->here) {
		TRY(person_return(w->m.db, w->act, t->id));
		newcomer(w, t->id);
	}
	t->here = true;
	if (t->kind != KIND_PARENT)
		return OK;
	bool emptied = roll_mail_emptied(&w->m, x, t);
	if (emptied || !str_eq(x->name, t->name) || (x->email.n && !str_ieq(x->email, t->email))) {
		struct person_in in = { .kind = t->kind, .name = x->name, .group = t->group, .email = x->email.n || emptied ? x->email : t->email, .year = YEAR_NONE };
		TRY(roll_failed(w, s, person_change(w->m.db, w->act, t->id, &in, &found), &found));
		t->name = in.name;
		t->email = in.email;
	}
	if (x->ref.n && !t->ref.n)
		TRY(q_roll_known_as_do(w->m.db, &(struct q_roll_known_as_args){ .school = w->act->school, .id = t->id, .ref = x->ref, .born = STR("") }, NULL));
	return OK;
}

static enum err adult_of(struct roll_work *w, const struct roll_step *s, const struct roll_contact *x, int64_t *id)
{
	uint64_t made;
	struct roll_there *t = roll_contact_known(&w->m, x, s->person);
	struct str key = key_of(w, x);
	if (t) {
		*id = t->id;
		TRY(correct(w, s, x, t));
	} else if (key.n && map_get(w->fresh, key, &made)) {
		*id = (int64_t)made;
	} else {
		TRY(new_adult(w, s, x, id));
		if (key.n)
			map_set(w->fresh, key, (uint64_t)*id);
	}
	if ((x->phone.n && (!t || !str_eq(x->phone, t->phone))) || (t && roll_phone_emptied(&w->m, x, t)))
		TRY(q_roll_phone_do(w->m.db, &(struct q_roll_phone_args){ .school = w->act->school, .id = *id,
			.phone = x->phone.p ? x->phone : STR("") }, NULL));
	return OK;
}

static enum err put_link(struct roll_work *w, const struct roll_contact *x, int64_t parent, int64_t child)
{
	enum relation rel = RELATION_PARENT;
	if (x->relation.n && relation_read(x->relation, &rel) != OK)
		rel = RELATION_OTHER;
	bool responsible = x->responsible >= 0 ? x->responsible : relation_responsible(rel);
	TRY(q_roll_guardian_put_do(w->m.db, &(struct q_roll_guardian_put_args){ .school = w->act->school, .parent = parent, .learner = child,
		.relation = str_z(relation_word(rel)), .responsible = responsible }, NULL));
	if (!x->barred)
		return OK;
	int64_t fresh = 0;
	TRY(q_roll_guardian_bar_do(w->m.db, &(struct q_roll_guardian_bar_args){ .school = w->act->school, .parent = parent, .learner = child,
		.at = w->m.now, .by = w->act->person }, &fresh));
	if (fresh == 0)
		return OK;
	w->out->barred += fresh;
	return audit_add(w->m.db, w->act, "family.barred", (struct audit_about){ "person", child }, NULL);
}

static bool still_named(const int64_t *ids, size_t n, int64_t id)
{
	for (size_t i = 0; i < n; i++)
		if (ids[i] == id)
			return true;
	return false;
}

enum err roll_put_contacts(struct roll_work *w, const struct roll_step *s)
{
	size_t n = s->row->n_contacts, n_old, from = roll_guardians_of(&w->m, s->person, &n_old);
	int64_t *ids = arena_array(w->m.a, int64_t, n + 1);
	for (size_t i = 0; i < n; i++) {
		TRY(adult_of(w, s, &s->row->contacts[i], &ids[i]));
		TRY(put_link(w, &s->row->contacts[i], ids[i], s->person));
	}
	for (size_t i = from; w->m.r->says_contacts && i < from + n_old; i++)
		if (!still_named(ids, n, w->m.guardians[i].parent))
			TRY(q_roll_guardian_drop_do(w->m.db, &(struct q_roll_guardian_drop_args){ .school = w->act->school, .parent = w->m.guardians[i].parent, .learner = s->person }, NULL));
	if (s->what == ROLL_JOINS)
		return OK;                       /* the record of their being added says it */
	return audit_add(w->m.db, w->act, "family.changed", (struct audit_about){ "person", s->person }, NULL);
}

static enum err invite_one(struct roll_work *w, int64_t id)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct person p;
	TRY(person_get(w->m.db, &a, w->act->school, id, &p));
	if (p.kind != KIND_PARENT || !p.email.n || link_refusal(w->m.db, &a, w->act->school, id))
		return OK;
	w->out->invited++;
	return link_invite(w->m.db, w->act, id);
}

/* Before there is anything to read nobody is written to: the weekly reminder asks later. */
enum err roll_invite(struct roll_work *w)
{
	struct agreement_active g;
	if (!w->newcomers)
		return OK;
	enum err e = agreement_in_force(w->st, w->m.a, w->act->school, STR("parent"), &g);
	if (e != OK)
		return e == ERR_ABSENT ? OK : e;
	for (const struct roll_newcomer *n = w->newcomers; n; n = n->before)
		TRY(invite_one(w, n->id));
	return OK;
}
