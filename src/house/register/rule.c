#include "house/register/rule.h"

#include "base/mem.h"

enum { CONDS_MAX = 12, VALUES_MAX = 12 };

/* The next piece before a word with spaces around it (" and ", ","), and what comes after it. */
static struct str before(struct str *rest, struct str word)
{
	ptrdiff_t at = str_find(*rest, word);
	struct str piece = at < 0 ? *rest : str_upto(*rest, (size_t)at);
	*rest = at < 0 ? STR_NONE : str_from(*rest, (size_t)at + word.n);
	return str_trim(piece);
}

static enum err bad(struct str text, struct str file, long line, struct diag *d)
{
	return diag_fail(d, file, line, "\"%.*s\" is not a condition: write FIELD is VALUE, is not VALUE, is filled, is empty, is ahead, is past, or is signed.", STRF(text));
}

static enum err read_what(struct arena *a, struct str what, struct cond *c)
{
	static const struct { const char *word; enum cond_op op; } ops[] = {
		{ "filled", COND_FILLED }, { "empty", COND_EMPTY }, { "ahead", COND_AHEAD }, { "past", COND_PAST },
		{ "signed", COND_ASK }, { "staff", COND_ASK }, { "learner", COND_ASK },
	};
	c->values.v = arena_array(a, struct str, VALUES_MAX);
	for (size_t i = 0; i < ARRAY_N(ops); i++)
		if (str_is(what, ops[i].word)) {
			c->op = ops[i].op;
			c->values.v[c->values.n++] = str_z(ops[i].word);
			return OK;
		}
	if (str_starts(what, STR("in ")) || str_starts(what, STR("not in "))) {
		c->op = COND_ASK;
		c->not_in = str_starts(what, STR("not "));
		what = c->not_in ? str_from(what, 4) : what;
		for (struct str word; str_next(&what, ' ', &word) && c->values.n < VALUES_MAX;)
			if (word.n)
				c->values.v[c->values.n++] = arena_str(a, word);
		return c->values.n == 2 || c->values.n == 3 ? OK : ERR_SYNTAX;
	}
	c->op = str_starts(what, STR("not ")) ? COND_IS_NOT : COND_IS;
	if (c->op == COND_IS_NOT)
		what = str_from(what, 4);
	while (what.n && c->values.n < VALUES_MAX)
		c->values.v[c->values.n++] = arena_str(a, before(&what, STR(" or ")));
	return c->values.n && c->values.v[0].n ? OK : ERR_SYNTAX;
}

static enum err read_cond(struct arena *a, struct str text, struct cond *c)
{
	ptrdiff_t at = str_find(text, STR(" is "));
	if (at <= 0)
		return ERR_SYNTAX;
	*c = (struct cond){ .field = arena_str(a, str_trim(str_upto(text, (size_t)at))) };
	return read_what(a, str_trim(str_from(text, (size_t)at + 4)), c);
}

enum err conds_read(struct arena *a, struct str text, struct str file, long line, struct diag *d, struct conds *out)
{
	struct conds c = { .v = arena_array(a, struct cond, CONDS_MAX) };
	for (struct str rest = str_trim(text), part; rest.n;)
		for (struct str some = before(&rest, STR(",")); some.n;) {
			part = before(&some, STR(" and "));
			if (c.n == CONDS_MAX)
				return diag_fail(d, file, line, "At most %d conditions stand in one line.", CONDS_MAX);
			if (read_cond(a, part, &c.v[c.n++]) != OK)
				return bad(part, file, line, d);
		}
	if (!c.n)
		return bad(text, file, line, d);
	*out = c;
	return OK;
}

static enum err value_of(const struct rule_view *v, struct str field, const struct field **f, struct str *out)
{
	ptrdiff_t dot = str_chr(field, '.');
	*f = reg_field(v->reg, dot < 0 ? field : str_upto(field, (size_t)dot));
	*out = str_is(field, "state") ? v->state : *f ? v->values[*f - v->reg->fields] : STR_NONE;
	if (dot < 0)
		return OK;
	const struct field *from = *f;
	struct str value = *out;
	*f = NULL;
	*out = STR_NONE;
	return v->look && from && value.n ? v->look(v->ctx, from, value, str_from(field, (size_t)dot + 1), f, out) : OK;
}

static bool has_word(struct str several, struct str word)
{
	for (struct str w; str_next(&several, ' ', &w);)
		if (str_eq(w, word))
			return true;
	return false;
}

static bool is_one_of(const struct cond *c, const struct field *f, struct str value)
{
	for (size_t i = 0; i < c->values.n; i++)
		if (str_eq(value, c->values.v[i]) || (f && f->type == FIELD_CHOICES && has_word(value, c->values.v[i])))
			return true;
	return false;
}

static bool is_ahead(const struct field *f, struct str value, int64_t now)
{
	int64_t at;
	return f && value.n && field_number(f, value, &at) == OK && at + (f->type == FIELD_DATE ? 86400 : 0) > now;
}

static enum err holds(const struct cond *c, const struct rule_view *v, bool *yes)
{
	const struct field *f;
	struct str value;
	TRY(value_of(v, c->field, &f, &value));
	switch (c->op) {
	case COND_IS: *yes = is_one_of(c, f, value); break;
	case COND_IS_NOT: *yes = !is_one_of(c, f, value); break;
	case COND_FILLED: *yes = value.n > 0; break;
	case COND_EMPTY: *yes = value.n == 0; break;
	case COND_AHEAD: *yes = is_ahead(f, value, v->now_utc); break;
	case COND_PAST: *yes = value.n && !is_ahead(f, value, v->now_utc); break;
	case COND_ASK:
		*yes = true;
		if (v->ask && f && value.n)
			return v->ask(v->ctx, f, value, c, yes);
	}
	return OK;
}

enum err conds_hold(const struct conds *c, const struct rule_view *v, bool *yes)
{
	*yes = true;
	for (size_t i = 0; i < c->n && *yes; i++)
		TRY(holds(&c->v[i], v, yes));
	return OK;
}

static enum err check_rule(const struct reg_rule *r, const struct rule_view *v, struct diag *d, enum err *all)
{
	bool due, one = true;
	TRY(conds_hold(&r->when, v, &due));
	for (size_t i = 0; due && one && i < r->must.n; i++) {
		TRY(holds(&r->must.v[i], v, &one));
		if (!one) {
			ptrdiff_t dot = str_chr(r->must.v[i].field, '.');
			diag_add(d, DIAG_ERROR, dot < 0 ? r->must.v[i].field : str_upto(r->must.v[i].field, (size_t)dot), 0, "%.*s", STRF(r->says));
			*all = ERR_INVALID;
		}
	}
	return OK;
}

enum err reg_rules_check(const struct rule_view *v, struct diag *d)
{
	enum err all = OK;
	for (size_t i = 0; i < v->reg->n_fields; i++) {
		const struct field *f = &v->reg->fields[i];
		bool due = false;
		if (!f->required_when.n || v->values[i].n)
			continue;
		TRY(conds_hold(&f->required_when, v, &due));
		if (due) {
			diag_add(d, DIAG_ERROR, f->name, 0, "%.*s: please fill this in.", STRF(f->label));
			all = ERR_INVALID;
		}
	}
	for (size_t i = 0; i < v->reg->n_rules; i++)
		TRY(check_rule(&v->reg->rules[i], v, d, &all));
	return all;
}

enum err reg_auto_state(const struct rule_view *v, struct str *out)
{
	*out = v->state;
	for (size_t i = 0; i < v->reg->n_autos; i++) {
		const struct reg_auto *m = &v->reg->autos[i];
		bool yes = false;
		if (!str_eq(m->from, v->state))
			continue;
		TRY(conds_hold(&m->when, v, &yes));
		if (yes) {
			*out = m->to;
			return OK;
		}
	}
	return OK;
}
