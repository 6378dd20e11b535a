/* What can be said only of all registers together: names that must be there, and the sets themselves. */
#include "base/mem.h"
#include "house/register/inner.h"

static enum err names_known(const struct reg *r, const char *key, const struct reg_words *w, const char *also, struct diag *d)
{
	enum err e = OK;
	for (size_t i = 0; i < w->n; i++)
		if (!reg_field(r, w->v[i]) && !(also && str_find(str_z(also), w->v[i]) >= 0))
			e = diag_fail(d, r->file, 0, "%.*s: %s names %.*s, which is not a field of it.", STRF(r->id), key, STRF(w->v[i]));
	return e;
}

/* "device.encrypted": the field, and what it points at. */
static bool cond_known(const struct reg_set *s, const struct reg *r, struct str name)
{
	ptrdiff_t dot = str_chr(name, '.');
	const struct field *f = reg_field(r, dot < 0 ? name : str_upto(name, (size_t)dot));
	if (dot < 0)
		return f || str_is(name, "state");
	const struct reg *there = f && f->type == FIELD_ENTRY ? reg_set_find(s, f->of) : NULL;
	return there && (str_is(str_from(name, (size_t)dot + 1), "state") || reg_field(there, str_from(name, (size_t)dot + 1)));
}

/* "in REGISTER STATE". */
static bool in_known(const struct reg_set *s, const struct cond *c)
{
	if (c->op != COND_ASK || c->values.n < 2)
		return true;
	const struct reg *there = reg_set_find(s, c->values.v[1]);
	return there && (c->values.n < 3 || reg_has_state(there, c->values.v[2]));
}

static enum err conds_known(const struct reg_set *s, const struct reg *r, const struct conds *c, struct diag *d)
{
	enum err e = OK;
	for (size_t i = 0; i < c->n; i++) {
		if (!cond_known(s, r, c->v[i].field))
			e = diag_fail(d, r->file, 0, "%.*s: a condition names %.*s, which is not a field of it.", STRF(r->id), STRF(c->v[i].field));
		if (!in_known(s, &c->v[i]))
			e = diag_fail(d, r->file, 0, "%.*s: a condition asks the register %.*s, or a state of it, that is not there.", STRF(r->id), STRF(c->v[i].values.v[1]));
	}
	return e;
}

static enum err pages_known(struct reg_set *s, struct reg *r, struct diag *d)
{
	enum err e = OK;
	bool rights = r->rights.n || (r->see.n && r->add.n && r->change.n);
	if (!rights)
		e = diag_fail(d, r->file, 0, "%.*s has pages and so says who: rights = CAPABILITY, or see, add and change.", STRF(r->id));
	if (!r->n_fields)
		e = diag_fail(d, r->file, 0, "%.*s has no fields.", STRF(r->id));
	if (reg_has_state(r, STR(REG_UNDONE)))
		return e;
	if (!r->states)
		r->states = arena_array(&s->arena, struct str, 2);
	if (!r->n_states)
		r->states[r->n_states++] = STR("current");
	r->states[r->n_states++] = STR(REG_UNDONE);
	return e;
}

/* "@person": whoever stands in that field. */
static bool person_named(const struct reg *r, struct str word, struct diag *d)
{
	if (!str_starts(word, STR("@")))
		return true;
	const struct field *f = reg_field(r, str_from(word, 1));
	if (f && f->type == FIELD_PERSON)
		return true;
	(void)diag_fail(d, r->file, 0, "%.*s: %.*s is not a field of it that names a person.", STRF(r->id), STRF(word));
	return false;
}

static enum err whole_reg(struct reg_set *s, struct reg *r, struct diag *d)
{
	enum err e = r->page ? pages_known(s, r, d) : OK;
	if (names_known(r, "columns", &r->columns, "number state changed", d) != OK || names_known(r, "key", &r->key, NULL, d) != OK ||
	    names_known(r, "map", &r->map, "term", d) != OK)
		e = ERR_SYNTAX;
	for (size_t i = 0; i < r->n_fields; i++) {
		const struct field *f = &r->fields[i];
		if (f->type == FIELD_ENTRY && !reg_set_find(s, f->of))
			e = diag_fail(d, r->file, 0, "%.*s: the field %.*s points into the register %.*s, which is not there.", STRF(r->id), STRF(f->name), STRF(f->of));
		if (conds_known(s, r, &f->required_when, d) != OK)
			e = ERR_SYNTAX;
	}
	for (size_t i = 0; i < r->n_autos; i++)
		if (conds_known(s, r, &r->autos[i].when, d) != OK)
			e = ERR_SYNTAX;
	const struct field *due = r->due.field.n ? reg_field(r, r->due.field) : NULL;
	if (r->due.field.n && !(due && due->type == FIELD_DATE && due->index))
		e = diag_fail(d, r->file, 0, "%.*s: what is due names %.*s, which is not a date of it that is indexed.", STRF(r->id), STRF(r->due.field));
	if (r->due.state.n && !reg_has_state(r, r->due.state))
		e = diag_fail(d, r->file, 0, "%.*s: what is due names the state %.*s, which is not there.", STRF(r->id), STRF(r->due.state));
	if (!person_named(r, r->due.role, d))
		e = ERR_SYNTAX;
	for (size_t i = 0; i < r->n_moves; i++)
		for (size_t k = 0; k < r->moves[i].who.n; k++)
			if (!person_named(r, r->moves[i].who.v[k], d))
				e = ERR_SYNTAX;
	for (size_t i = 0; i < r->n_suggests; i++)
		if (conds_known(s, r, &r->suggests[i].when, d) != OK)
			e = ERR_SYNTAX;
	for (size_t i = 0; i < r->n_rules; i++)
		if (conds_known(s, r, &r->rules[i].when, d) != OK || conds_known(s, r, &r->rules[i].must, d) != OK)
			e = ERR_SYNTAX;
	return e;
}

static int by_id(const void *a, const void *b) { return str_cmp(((const struct reg *)a)->id, ((const struct reg *)b)->id); }

enum err reg_set_whole(struct reg_set *s, struct diag *d)
{
	enum err e = OK;
	for (size_t i = 0; i < s->v.n; i++)
		if (whole_reg(s, &s->v.v[i], d) != OK)
			e = ERR_SYNTAX;
	vec_sort(&s->v, by_id);
	return e;
}

struct reg *reg_set_find(const struct reg_set *s, struct str id)
{
	for (size_t i = 0; i < s->v.n; i++)
		if (str_eq(s->v.v[i].id, id))
			return &s->v.v[i];
	return NULL;
}

void reg_set_free(struct reg_set **s)
{
	if (!*s)
		return;
	arena_done(&(*s)->arena);
	vec_done(&(*s)->v);
	mem_free(s);
}
