#include "house/register/ask.h"

#include "base/clock.h"
#include "house/account/people.h"
#include "house/agreement/agreement_store.h"

/* The program itself asks: all classes, nobody's view. */
static struct entry_may any(int64_t school)
{
	return (struct entry_may){ .school = school, .classes = ~1u };
}

static enum err is_signed(struct store *st, struct arena *a, const struct person *p, bool *yes)
{
	struct agreement_state s;
	TRY(agreement_state_of(st, a, p, clock_utc(), &s));
	*yes = s.in_force && s.standing == STANDING_CURRENT;
	return OK;
}

static enum err person_is(struct store *st, struct arena *a, int64_t school, int64_t id, struct str word, bool *yes)
{
	struct person p;
	enum err e = person_get(st->db, a, school, id, &p);
	*yes = false;
	if (e == ERR_ABSENT)
		return OK;
	TRY(e);
	if (str_is(word, "signed"))
		return is_signed(st, a, &p, yes);
	*yes = str_is(word, "learner") ? p.kind == KIND_LEARNER : str_is(word, "staff") ? p.kind == KIND_STAFF || p.kind == KIND_SUPPLY : true;
	return OK;
}

/* The field of another register that names the same kind of thing. */
static const struct field *same_kind(const struct reg *there, const struct field *f)
{
	bool person = f->type == FIELD_PERSON || f->type == FIELD_PERSONS;
	for (size_t i = 0; i < there->n_fields; i++) {
		const struct field *g = &there->fields[i];
		if (g->index && (person ? g->type == FIELD_PERSON : g->type == FIELD_ENTRY && f->type == FIELD_ENTRY && str_eq(g->of, f->of)))
			return g;
	}
	return NULL;
}

static bool past(const struct reg *there, const struct entry *e)
{
	const struct field *until = reg_field(there, STR("until"));
	int64_t at;
	return until && entry_value(e, "until").n && field_number(until, entry_value(e, "until"), &at) == OK && at + 86400 <= clock_utc();
}

static enum err stands_in(struct store *st, struct arena *a, int64_t school, int64_t self, const struct field *f, int64_t id, const struct reg_words *words, bool *yes)
{
	struct entry_may may = any(school);
	struct entry_page page;
	const struct reg *there = registers_find(st->registers, words->v[1]);
	const struct field *g = there ? same_kind(there, f) : NULL;
	*yes = false;
	if (!g)
		return OK;
	struct entry_query q = { .reg = there->id.p, .where = { { g->name.p, ENTRY_IS, id, STR_NONE } }, .n_where = 1, .limit = 20 };
	if (words->n > 2)
		q.states[0] = words->v[2].p;
	TRY(entry_list(st, a, &may, &q, &page));
	for (size_t i = 0; i < page.n; i++)
		*yes = *yes || (page.entries[i].id != self && !past(there, &page.entries[i]) && !str_is(page.entries[i].state, REG_UNDONE));
	return OK;
}

enum err ask_school(struct store *st, struct arena *a, int64_t school, int64_t self, const struct field *f, struct str value,
                    const struct cond *c, bool *yes)
{
	int64_t id;
	*yes = true;
	for (struct str w; *yes && str_next(&value, ' ', &w);) {
		if (str_i64(w, &id) != OK)
			continue;
		if (c->values.n < 2) {
			TRY(person_is(st, a, school, id, c->values.v[0], yes));
			continue;
		}
		TRY(stands_in(st, a, school, self, f, id, &c->values, yes));
		*yes = *yes != c->not_in;
	}
	return OK;
}

enum err ask_entry(struct store *st, struct arena *a, int64_t school, const struct field *f, struct str value, struct str name,
                   const struct field **of, struct str *out)
{
	struct entry_may may = any(school);
	struct entry e;
	int64_t id;
	*of = NULL;
	*out = STR_NONE;
	if (f->type != FIELD_ENTRY || str_i64(value, &id) != OK)
		return OK;
	enum err got = entry_get(st, a, &may, id, 0, &e);
	if (got == ERR_ABSENT || (got == OK && !str_eq(e.reg, f->of)))
		return OK;
	TRY(got);
	const struct reg *there = registers_find(st->registers, e.reg);
	*of = there ? reg_field(there, name) : NULL;
	*out = str_is(name, "state") ? e.state : entry_value(&e, name.p);
	return OK;
}
