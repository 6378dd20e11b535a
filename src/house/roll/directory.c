#include "house/roll/directory.h"

#include <jansson.h>

#include "base/mem.h"
#include "house/outside/json.h"
#include "house/outside/people.h"
#include "house/roll/inner.h"

struct reading { struct roll_making m; struct roll_directory *out; };

static void reading_done(struct reading *r) { roll_making_done(&r->m); }

static enum err teaches(struct reading *r, const json_t *o, struct roll_person *p)
{
	const json_t *list = json_object_get(o, "teaches");
	size_t n = json_array_size(list);
	struct str *names = arena_array(r->m.a, struct str, n + 1);
	if (n > PEOPLE_TEACHES_MAX)
		return ERR_LIMIT;
	for (size_t i = 0; i < n; i++) {
		const json_t *v = json_array_get(list, i);
		names[i] = arena_str(r->m.a, (struct str){ json_string_value(v), json_string_length(v) });
		if (!json_is_string(v) || names[i].n == 0 || names[i].n > PERSON_NAME_MAX)
			return ERR_SYNTAX;
		for (size_t k = 0; k < names[i].n; k++)
			if ((unsigned char)names[i].p[k] < ' ' || names[i].p[k] == 0x7f)
				return ERR_SYNTAX;
	}
	p->teaches = names;
	p->n_teaches = n;
	r->out->roll.says_teaches |= n > 0;
	return OK;
}

static enum err year(const json_t *o, struct roll_person *p)
{
	const json_t *v = json_object_get(o, "year");
	p->year = YEAR_NONE;
	if (!v)
		return OK;
	if (!json_is_integer(v) || json_integer_value(v) < YEAR_RECEPTION || json_integer_value(v) > YEAR_LAST)
		return ERR_SYNTAX;
	p->year = (int)json_integer_value(v);
	return OK;
}

static enum err person(struct reading *r, const json_t *o)
{
	struct roll_person p = { .care = -1 };
	struct str kind = STR_NONE, wrong = STR_NONE;
	const struct { const char *name; size_t max; struct str *to; } texts[] = {
		{ "key", PEOPLE_KEY_MAX, &p.key }, { "name", PEOPLE_TEXT_MAX + 10, &p.name }, { "kind", 20, &kind }, { "mail", PEOPLE_TEXT_MAX, &p.email }, { "ref", PEOPLE_KEY_MAX, &p.ref },
		{ "user", USERNAME_MAX, &p.username }, { "class", PERSON_NAME_MAX, &p.class }, { "wrong", 300, &wrong } };
	if (!json_is_object(o))
		return ERR_SYNTAX;
	for (size_t i = 0; i < ARRAY_N(texts); i++)
		TRY(json_text(r->m.a, o, texts[i].name, texts[i].max, texts[i].to));
	TRY(kind_read(kind, &p.kind));
	TRY(year(o, &p));
	TRY(teaches(r, o, &p));
	if (p.key.n == 0 || p.kind == KIND_PARENT)
		return ERR_SYNTAX;
	p.gone = json_is_true(json_object_get(o, "gone"));
	r->out->roll.says |= p.class.n ? 1u << ROLL_CLASS : 0;
	if (wrong.n && !p.gone)
		roll_refuse(&r->m, &p, "%.*s", STRF(wrong));
	else
		roll_take(&r->m, &p);
	return OK;
}

static enum err unsorted(struct reading *r, const json_t *list)
{
	r->out->unsorted = json_array_size(list);
	if (r->out->unsorted > PEOPLE_MAX)
		return ERR_LIMIT;
	for (size_t i = 0; i < r->out->unsorted; i++) {
		const json_t *v = json_array_get(list, i);
		struct str key = { json_string_value(v), json_string_length(v) };
		if (!json_is_string(v) || key.n == 0 || key.n > PEOPLE_KEY_MAX)
			return ERR_SYNTAX;
		*vec_push(&r->m.refused) = (struct roll_refused){ .key = arena_str(r->m.a, key) };
	}
	return OK;
}

static enum err everybody(struct reading *r, const json_t *o)
{
	const json_t *people = json_object_get(o, "people"), *groups = json_object_get(o, "groups");
	if (!json_is_array(people) || !json_is_integer(groups) || json_integer_value(groups) < 0)
		return ERR_SYNTAX;
	if (json_array_size(people) > PEOPLE_MAX)
		return ERR_LIMIT;
	TRY(json_text(r->m.a, o, "shape", 16, &r->out->shape));
	r->out->groups = (size_t)json_integer_value(groups);
	for (size_t i = 0; i < json_array_size(people); i++)
		TRY(person(r, json_array_get(people, i)));
	return unsorted(r, json_object_get(o, "unsorted"));
}

/* One lasting number is one person. */
static enum err keys_once(const struct roll *r, struct diag *d)
{
	struct map *seen = map_new();
	bool twice = false;
	for (size_t i = 0; i < r->n; i++) {
		twice |= map_get(seen, r->people[i].key, NULL);
		map_set(seen, r->people[i].key, 1);
	}
	map_free(&seen);
	return twice ? diag_fail(d, STR_NONE, 0, "The directory gives one lasting number to two people. Choose another id_attribute.") : OK;
}

static enum err refused(struct arena *a, struct str source, const json_t *o, struct diag *d)
{
	struct str why = STR_NONE;
	if (json_text(a, o, "why", 500, &why) != OK || why.n == 0)
		why = STR("The directory did not answer.");
	diag_add(d, DIAG_ERROR, source, 0, "%.*s", STRF(why));
	return ERR_NET;
}

enum err roll_directory_read(struct arena *a, struct str source, struct str bytes, struct diag *d, struct roll_directory *out)
{
	AUTO(json_done) json_t *o = NULL;
	*out = (struct roll_directory){ .roll = { .form = "a directory", .source = source } };
	AUTO(reading_done) struct reading r = { .m = { .a = a, .d = d, .out = &out->roll, .refs = map_new() }, .out = out };
	if (json_read(bytes, &o) != OK)
		return diag_fail(d, source, 0, "What came from the directory cannot be read. Is gatehouse-outside of the same version?");
	if (!json_is_true(json_object_get(o, "ok")))
		return refused(a, source, o, d);
	enum err e = everybody(&r, o);
	if (e != OK)
		return diag_fail(d, source, 0, "What came from the directory is not as it should be, and none of it is taken. Is gatehouse-outside of the same version?");
	roll_made(&r.m);
	out->roll.quiet = out->unsorted;
	if (out->roll.n == 0)
		return diag_fail(d, source, 0, "Nobody in this directory is in a group that [people %.*s] names. Write the names of your groups there.", STRF(source));
	return keys_once(&out->roll, d);
}

struct str roll_directory_why(struct arena *a, struct str source, const struct diag *d)
{
	for (size_t i = d->n; i > 0; i--)
		if (str_eq(d->items[i - 1].file, source) && d->items[i - 1].line == 0)
			return arena_str(a, d->items[i - 1].text);
	return STR("What came from the directory cannot be taken. Look at what would change.");
}
