/* Fields of one version of an entry: given, checked, as JSON. */
#include <jansson.h>

#include "house/store/entry_inner.h"

enum seal_class seal_class_of(enum entry_class class)
{
	return class == ENTRY_STAFF || class == ENTRY_CHAIR ? SEAL_STAFF : SEAL_CASE;
}

bool reg_seals(const struct reg *r)
{
	for (size_t i = 0; i < r->n_fields; i++)
		if (r->fields[i].sealed)
			return true;
	return false;
}

struct entry_values values_new(struct arena *a, const struct reg *reg)
{
	return (struct entry_values){ .reg = reg, .values = arena_array(a, struct str, reg->n_fields + 1) };
}

void values_former(struct entry_values *v, struct arena *a, struct str name, struct str value, bool sealed)
{
	struct entry_former *more = arena_array(a, struct entry_former, v->n_former + 1);
	if (v->n_former)
		memcpy(more, v->former, v->n_former * sizeof *more);
	more[v->n_former++] = (struct entry_former){ arena_str(a, name), value, sealed };
	v->former = more;
}

static enum err take_one(struct entry_values *v, const struct entry_field *in, struct diag *d)
{
	const struct field *f = reg_field(v->reg, in->name);
	if (!f)
		return diag_fail(d, in->name, 0, "%.*s has no field called %.*s.", STRF(v->reg->title), STRF(in->name));
	struct str value = f->type == FIELD_LONGTEXT ? in->value : str_trim(in->value);
	if (value.n)
		TRY(field_check(f, value, d));
	v->values[f - v->reg->fields] = value.n ? value : STR_NONE;
	return OK;
}

enum err values_take(struct entry_values *v, const struct entry_field *fields, size_t n, struct diag *d)
{
	enum err all = OK;
	for (size_t i = 0; i < n; i++)
		if (take_one(v, &fields[i], d) != OK)
			all = ERR_INVALID;
	return all;
}

enum err values_required(const struct entry_values *v, const struct registers *regs, struct diag *d)
{
	enum err all = OK;
	for (size_t i = 0; i < v->reg->n_fields; i++) {
		const struct field *f = &v->reg->fields[i];
		if (!f->required || v->values[i].n || !registers_only(regs, f->only_key, f->only_value))
			continue;
		diag_add(d, DIAG_ERROR, f->name, 0, "%.*s: please fill this in.", STRF(f->label));
		all = ERR_INVALID;
	}
	return all;
}

static void json_free(json_t **j)
{
	json_decref(*j);
	*j = NULL;
}

static enum err add_field(json_t *object, struct str name, struct str value)
{
	json_t *s = json_stringn(value.p, value.n);
	return s && json_object_setn_new(object, name.p, name.n, s) == 0 ? OK : ERR_INVALID;
}

enum err values_json(struct arena *a, const struct entry_values *v, struct str *out)
{
	AUTO(json_free) json_t *o = json_object();
	for (size_t i = 0; i < v->reg->n_fields; i++)
		if (v->values[i].n && !v->reg->fields[i].sealed)
			TRY(add_field(o, v->reg->fields[i].name, v->values[i]));
	for (size_t i = 0; i < v->n_former; i++)
		if (!v->former[i].sealed)
			TRY(add_field(o, v->former[i].name, v->former[i].value));
	char *text = json_dumps(o, JSON_COMPACT);
	if (!text)
		return ERR_INVALID;
	*out = arena_str(a, str_z(text));
	free(text);
	return OK;
}

static void keep_former(struct arena *a, json_t *o, struct entry_values *v)
{
	const char *key;
	json_t *s;
	json_object_foreach(o, key, s)
		if (!reg_field(v->reg, str_z(key)) && json_is_string(s))
			values_former(v, a, str_z(key), arena_str(a, (struct str){ json_string_value(s), json_string_length(s) }), false);
}

/* A field that the register no longer has keeps its value, as a former one. */
enum err values_from_json(struct arena *a, struct str json, struct entry_values *v)
{
	AUTO(json_free) json_t *o = json_loadb(json.p, json.n, JSON_REJECT_DUPLICATES, NULL);
	if (!json_is_object(o))
		return ERR_CORRUPT;
	for (size_t i = 0; i < v->reg->n_fields; i++) {
		json_t *s = json_object_getn(o, v->reg->fields[i].name.p, v->reg->fields[i].name.n);
		if (json_is_string(s))
			v->values[i] = arena_str(a, (struct str){ json_string_value(s), json_string_length(s) });
	}
	keep_former(a, o, v);
	return OK;
}

void values_list(struct arena *a, const struct entry_values *v, struct entry *out)
{
	out->fields = arena_array(a, struct entry_field, v->reg->n_fields + 1);
	out->n_fields = 0;
	for (size_t i = 0; i < v->reg->n_fields; i++)
		if (v->values[i].n)
			out->fields[out->n_fields++] = (struct entry_field){ v->reg->fields[i].name, v->values[i] };
	out->former = arena_array(a, struct entry_field, v->n_former + 1);
	for (size_t i = 0; i < v->n_former; i++)
		out->former[out->n_former++] = (struct entry_field){ v->former[i].name, v->former[i].value };
}

enum err entry_check(const struct registers *r, const struct entry_in *in, struct diag *d)
{
	AUTO(arena_done) struct arena a = arena_init();
	const struct reg *reg = registers_find(r, str_z(in->reg));
	if (!reg)
		return diag_fail(d, str_z(in->reg), 0, "There is no register called %s.", in->reg);
	struct entry_values v = values_new(&a, reg);
	enum err fits = values_take(&v, in->fields, in->n_fields, d);
	enum err full = values_required(&v, r, d);
	return fits == OK ? full : fits;
}
