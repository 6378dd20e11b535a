#include "house/clause/clause.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>

#include "base/mem.h"

enum { CLAUSES_MAX = 2000 };

static struct str *tests_of(struct arena *a, const struct conf_block *b, size_t *n)
{
	struct str *out = arena_array(a, struct str, b->n + 1);
	size_t at = 0;
	*n = 0;
	for (const struct conf_pair *p; (p = conf_each(b, "test", &at)) != NULL;)
		if (!str_is(p->value, "not yet"))
			out[(*n)++] = p->value;
	return out;
}

static bool has_word(struct str words, const char *word)
{
	struct str w;
	while (str_next(&words, ' ', &w))
		if (str_is(w, word))
			return true;
	return false;
}

static void take(struct arena *a, const struct conf *c, const struct conf_block *b, struct diag *d, struct clauses *out)
{
	struct clause x = { .id = b->id, .section = conf_get(b, "section"), .duty = conf_get(b, "duty"), .who = conf_get(b, "who"),
		.kind = conf_get(b, "kind"), .feature = conf_get(b, "feature"), .evidence = conf_get(b, "evidence"), .accept = conf_get(b, "accept") };
	struct str schools = conf_get(b, "schools");
	x.junior = has_word(schools, "junior");
	x.primary = has_word(schools, "primary");
	x.tests = tests_of(a, b, &x.n_tests);
	if (!x.id.n || !x.duty.n || !x.feature.n || !(x.junior || x.primary))
		diag_add(d, DIAG_ERROR, c->file, b->line, "A clause needs an id, a duty, a feature and the schools that hold it.");
	else if (clause_find(out, x.id))
		diag_add(d, DIAG_ERROR, c->file, b->line, "The clause %.*s stands twice.", STRF(x.id));
	else if (out->n == CLAUSES_MAX)
		diag_add(d, DIAG_ERROR, c->file, b->line, "There are more than %d clauses.", CLAUSES_MAX);
	else
		out->v[out->n++] = x;
}

static int is_conf(const struct dirent *e)
{
	return str_ends(str_z(e->d_name), STR(".conf"));
}

static void take_all(struct arena *a, const struct conf *c, struct diag *d, struct clauses *out)
{
	for (size_t i = 0; i < c->n; i++)
		if (str_is(c->blocks[i].kind, "clause"))
			take(a, c, &c->blocks[i], d, out);
}

static enum err load_one(struct arena *a, const char *path, struct diag *d, struct clauses *out)
{
	struct conf c;
	TRY(conf_load(a, path, d, &c));
	take_all(a, &c, d, out);
	return OK;
}

enum err clauses_read(struct arena *a, struct str file, struct str text, struct diag *d, struct clauses *out)
{
	struct conf c;
	size_t before = d->errors;
	struct clauses got = { .v = arena_array(a, struct clause, CLAUSES_MAX) };
	TRY(conf_parse(a, file, text, d, &c));
	take_all(a, &c, d, &got);
	if (d->errors > before)
		return ERR_INVALID;
	*out = got;
	return OK;
}

enum err clauses_load(struct arena *a, const char *dir, struct diag *d, struct clauses *out)
{
	struct dirent **files;
	size_t before = d->errors;
	struct clauses got = { .v = arena_array(a, struct clause, CLAUSES_MAX) };
	int n = scandir(dir, &files, is_conf, alphasort);
	if (n < 0)
		return diag_fail(d, str_z(dir), 0, "The folder of clauses cannot be read: %s.", strerror(errno));
	enum err e = OK;
	for (int i = 0; i < n; i++) {
		if (e == OK)
			e = load_one(a, arena_fmt(a, "%s/%s", dir, files[i]->d_name).p, d, &got);
		free(files[i]);
	}
	free(files);
	TRY(e);
	if (d->errors > before)
		return ERR_INVALID;
	*out = got;
	return OK;
}

const struct clause *clause_find(const struct clauses *c, struct str id)
{
	for (size_t i = 0; i < c->n; i++)
		if (str_eq(c->v[i].id, id))
			return &c->v[i];
	return NULL;
}

bool clause_holds(const struct clause *c, struct str profile)
{
	return str_is(profile, "junior") ? c->junior : str_is(profile, "primary") && c->primary;
}
