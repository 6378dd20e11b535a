#include "house/procedure/profile.h"

#include "base/mem.h"
#include "base/time.h"

static const char *const type_names[] = {
	[PARAM_YES_NO] = "yes-no", [PARAM_TEXT] = "text", [PARAM_CHOICE] = "choice", [PARAM_LIST] = "list",
	[PARAM_PERIOD] = "period", [PARAM_NUMBER] = "number", [PARAM_DATE] = "date",
};

static size_t collect(struct arena *a, const struct conf_block *b, const char *key, struct str **out)
{
	size_t n = 0, at = 0;
	while (conf_each(b, key, &at))
		n++;
	*out = arena_array(a, struct str, n ? n : 1);
	at = 0;
	for (size_t i = 0; i < n; i++)
		(*out)[i] = conf_each(b, key, &at)->value;
	return n;
}

static enum err read_type(const struct conf *c, const struct conf_block *b, struct diag *d, enum param_type *out)
{
	struct str name = conf_get(b, "type");
	for (size_t i = 0; i < ARRAY_N(type_names); i++)
		if (str_is(name, type_names[i])) {
			*out = (enum param_type)i;
			return OK;
		}
	return diag_fail(d, c->file, b->line, "The parameter %.*s has no type that is known here.", STRF(b->id));
}

static bool is_choice(const struct param *p, struct str value)
{
	for (size_t i = 0; i < p->n_choices; i++)
		if (str_eq(p->choices[i], value))
			return true;
	return p->n_choices == 0;
}

static bool fits(const struct param *p, struct str v)
{
	uint64_t u;
	int64_t t;
	switch (p->type) {
	case PARAM_YES_NO: return str_is(v, "yes") || str_is(v, "no");
	case PARAM_CHOICE:
	case PARAM_LIST:   return v.n > 0 && is_choice(p, v);
	case PARAM_NUMBER: return str_u64(v, &u) == OK && u <= 1000000;
	case PARAM_DATE:   return time_read_date(v, &t) == OK;
	default:           return v.n > 0;
	}
}

static void check_values(const struct conf *c, long line, const struct param *p, struct diag *d)
{
	if (p->n_values > 1 && p->type != PARAM_LIST)
		diag_add(d, DIAG_ERROR, c->file, line, "%.*s takes one value.", STRF(p->key));
	for (size_t i = 0; i < p->n_values; i++)
		if (!fits(p, p->values[i]))
			diag_add(d, DIAG_ERROR, c->file, line, "%.*s cannot be \"%.*s\"; it is a %s.", STRF(p->key),
			         STRF(p->values[i]), type_names[p->type]);
}

static const char *key_z(struct arena *a, struct str key) { return arena_z(a, key); }

static enum err read_param(struct arena *a, const struct conf *c, const struct conf_block *b, struct diag *d,
                           struct param *p)
{
	static const char *const keys[] = { "title", "type", "choice", "proposed", "clauses", NULL };
	TRY(conf_only(c, "parameter", keys, d));
	*p = (struct param){ .key = b->id, .title = conf_get(b, "title"), .clauses = conf_get(b, "clauses") };
	TRY(read_type(c, b, d, &p->type));
	p->n_choices = collect(a, b, "choice", &p->choices);
	p->n_values = collect(a, b, "proposed", &p->values);
	if (!p->title.n)
		diag_add(d, DIAG_ERROR, c->file, b->line, "The parameter %.*s has no title.", STRF(b->id));
	check_values(c, b->line, p, d);
	return OK;
}

static enum err read_params(struct arena *a, const struct conf *c, struct diag *d, struct profile *out)
{
	out->params = arena_array(a, struct param, c->n ? c->n : 1);
	for (size_t i = 0; i < c->n; i++) {
		if (!str_is(c->blocks[i].kind, "parameter"))
			continue;
		if (profile_param(out, c->blocks[i].id))
			return diag_fail(d, c->file, c->blocks[i].line, "%.*s stands twice.", STRF(c->blocks[i].id));
		TRY(read_param(a, c, &c->blocks[i], d, &out->params[out->n]));
		out->n++;
	}
	return OK;
}

static void apply(struct arena *a, const struct conf *c, const struct conf_block *b, struct diag *d, struct profile *p)
{
	for (size_t i = 0; i < p->n; i++) {
		struct param *x = &p->params[i];
		const char *key = key_z(a, x->key);
		if (!conf_has(b, key))
			continue;
		x->n_values = collect(a, b, key, &x->values);
		x->confirmed = true;
		size_t at = 0;
		check_values(c, conf_each(b, key, &at)->line, x, d);
	}
	for (size_t i = 0; i < b->n; i++)
		if (!str_is(b->pairs[i].key, "title") && !profile_param(p, b->pairs[i].key))
			diag_add(d, DIAG_ERROR, c->file, b->pairs[i].line, "There is no parameter called %.*s.",
			         STRF(b->pairs[i].key));
}

static const struct conf_block *only_profile(const struct conf *c)
{
	for (size_t i = 0; i < c->n; i++)
		if (str_is(c->blocks[i].kind, "profile") && c->blocks[i].id.n)
			return &c->blocks[i];
	return NULL;
}

enum err profile_load(struct arena *a, const char *parameters_path, const char *profile_path, struct diag *d,
                      struct profile *out)
{
	struct conf defs, values;
	struct profile p = { 0 };
	size_t before = d->errors;
	TRY(conf_load(a, parameters_path, d, &defs));
	TRY(conf_load(a, profile_path, d, &values));
	TRY(read_params(a, &defs, d, &p));
	const struct conf_block *b = only_profile(&values);
	if (!b)
		return diag_fail(d, values.file, 1, "This file holds no [profile NAME].");
	p.name = b->id;
	p.title = conf_get(b, "title");
	apply(a, &values, b, d, &p);
	if (d->errors > before)
		return ERR_SYNTAX;
	*out = p;
	return OK;
}

const struct param *profile_param(const struct profile *p, struct str key)
{
	for (size_t i = 0; i < p->n; i++)
		if (str_eq(p->params[i].key, key))
			return &p->params[i];
	return NULL;
}

struct str profile_text(const struct profile *p, const char *key)
{
	const struct param *x = profile_param(p, str_z(key));
	return x && x->n_values ? x->values[0] : STR_NONE;
}

bool profile_yes(const struct profile *p, const char *key)
{
	return str_is(profile_text(p, key), "yes");
}

bool profile_has(const struct profile *p, struct str key, struct str value)
{
	const struct param *x = profile_param(p, key);
	for (size_t i = 0; x && i < x->n_values; i++)
		if (str_eq(x->values[i], value))
			return true;
	return false;
}

int64_t profile_number(const struct profile *p, const char *key, int64_t otherwise)
{
	uint64_t u;
	return str_u64(profile_text(p, key), &u) == OK ? (int64_t)u : otherwise;
}

int64_t profile_minute(const struct profile *p, const char *key, int64_t otherwise)
{
	struct str s = profile_text(p, key);
	uint64_t h, m;
	if (s.n != 5 || s.p[2] != ':' || str_u64(str_upto(s, 2), &h) != OK || str_u64(str_from(s, 3), &m) != OK || h > 23 || m > 59)
		return otherwise;
	return (int64_t)(h * 60 + m);
}
