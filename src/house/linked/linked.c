#include "house/linked/linked.h"

#include "base/mem.h"

enum { SAY_MAX = 12 };

static struct linked_words words(struct arena *a, struct str line)
{
	struct linked_words w = { arena_array(a, struct str, line.n / 2 + 1), 0 };
	struct str piece;
	while (line.n && str_next(&line, ' ', &piece))
		if (piece.n)
			w.v[w.n++] = piece;
	return w;
}

static void only_of(const struct conf_block *b, struct str *key, struct str *value)
{
	struct str line = conf_get(b, "only");
	ptrdiff_t at = line.n ? str_chr(line, ' ') : -1;
	if (at > 0) {
		*key = str_upto(line, (size_t)at);
		*value = str_trim(str_from(line, (size_t)at));
	}
}

static bool holds(const struct profile *p, struct str key, struct str value)
{
	if (!key.n)
		return true;
	if (str_is(value, "yes") || str_is(value, "no"))
		return profile_has(p, key, value) || (str_is(value, "no") && !profile_has(p, key, STR("yes")));
	return profile_has(p, key, value);
}

static struct linked_policy policy(struct arena *a, const struct conf *c, const struct conf_block *b, const struct profile *p, struct diag *d)
{
	struct linked_policy x = { .kind = b->id, .title = conf_get(b, "title"), .clauses = conf_get(b, "clauses"), .say = arena_array(a, struct linked_say, SAY_MAX) };
	struct str named = conf_get(b, "named"), own = named.n ? profile_text(p, arena_z(a, named)) : STR_NONE;
	const struct conf_pair *pair;
	only_of(b, &x.only_key, &x.only_value);
	x.title = own.n ? own : x.title;
	if (!x.kind.n || !x.title.n || !x.clauses.n)
		diag_add(d, DIAG_ERROR, c->file, b->line, "A policy has a kind, a title, and the clauses that lean on it.");
	for (size_t at = 0; (pair = conf_each(b, "say", &at)) != NULL && x.n_say < SAY_MAX;) {
		struct str rest = pair->value, id;
		if (str_next(&rest, '|', &id) && str_trim(rest).n)
			x.say[x.n_say++] = (struct linked_say){ str_trim(id), str_trim(rest) };
		else
			diag_add(d, DIAG_ERROR, c->file, pair->line, "What a policy must say is written \"word | sentence\".");
	}
	return x;
}

static struct linked_place place(struct arena *a, const struct conf *c, const struct conf_block *b, struct diag *d)
{
	struct linked_place x = { .at = { arena_array(a, struct str, LINKED_PLACE_MAX), 0 } };
	const struct conf_pair *pair;
	for (size_t at = 0; (pair = conf_each(b, "at", &at)) != NULL && x.at.n < LINKED_PLACE_MAX;)
		x.at.v[x.at.n++] = pair->value;
	x.show = words(a, conf_get(b, "show"));
	x.guidance = words(a, conf_get(b, "guidance"));
	x.contacts = words(a, conf_get(b, "contact"));
	x.param = conf_get(b, "document");
	(void)conf_bool(c, b, "top", false, d, &x.top);          /* a finding says what is wrong */
	(void)conf_bool(c, b, "open", false, d, &x.open);
	only_of(b, &x.only_key, &x.only_value);
	if (!x.at.n || !(x.show.n + x.guidance.n + x.contacts.n))
		diag_add(d, DIAG_ERROR, c->file, b->line, "A place says where it is (at) and what stands there (show, guidance, contact).");
	return x;
}

static void check(const struct conf *c, const struct linked *l, struct diag *d)
{
	for (size_t i = 0; i < l->n; i++)
		if (linked_find(l, l->policies[i].kind) != &l->policies[i])
			diag_add(d, DIAG_ERROR, c->file, 0, "The policy %.*s stands twice.", STRF(l->policies[i].kind));
	for (size_t i = 0; i < l->n_places; i++)
		for (size_t k = 0; k < l->places[i].show.n; k++)
			if (!linked_find(l, l->places[i].show.v[k]))
				diag_add(d, DIAG_ERROR, c->file, 0, "A place shows the policy %.*s, which is not there.", STRF(l->places[i].show.v[k]));
}

static enum err take(struct arena *a, const struct conf *c, const struct profile *p, struct diag *d, struct linked *out)
{
	static const char *const policies[] = { "title", "named", "clauses", "say", "only", NULL };
	static const char *const places[] = { "at", "show", "guidance", "contact", "document", "only", "top", "open", NULL };
	size_t before = d->errors;
	struct linked l = { arena_array(a, struct linked_policy, c->n + 1), 0, arena_array(a, struct linked_place, c->n + 1), 0 };
	TRY(conf_only(c, "policy", policies, d));
	TRY(conf_only(c, "place", places, d));
	for (size_t i = 0; i < c->n; i++) {
		const struct conf_block *b = &c->blocks[i];
		if (str_is(b->kind, "policy"))
			l.policies[l.n++] = policy(a, c, b, p, d);
		else if (str_is(b->kind, "place"))
			l.places[l.n_places++] = place(a, c, b, d);
		else if (b->kind.n)
			diag_add(d, DIAG_ERROR, c->file, b->line, "A block here is a policy or a place, not \"%.*s\".", STRF(b->kind));
	}
	check(c, &l, d);
	*out = l;
	return d->errors > before ? ERR_SYNTAX : OK;
}

enum err linked_read(struct arena *a, struct str file, struct str text, const struct profile *p, struct diag *d, struct linked *out)
{
	struct conf c;
	TRY(conf_parse(a, file, text, d, &c));
	return take(a, &c, p, d, out);
}

enum err linked_load(struct arena *a, const char *path, const struct profile *p, struct diag *d, struct linked *out)
{
	struct conf c;
	TRY(conf_load(a, path, d, &c));
	return take(a, &c, p, d, out);
}

const struct linked_policy *linked_find(const struct linked *l, struct str kind)
{
	for (size_t i = 0; i < l->n; i++)
		if (str_eq(l->policies[i].kind, kind))
			return &l->policies[i];
	return NULL;
}

bool linked_asked(const struct linked_policy *x, const struct profile *p) { return holds(p, x->only_key, x->only_value); }

/* A star at the end: what stands below /held, every procedure. */
static bool fits(struct str pattern, struct str where)
{
	if (str_ends(pattern, STR("*")))
		return str_starts(where, str_upto(pattern, pattern.n - 1)) && where.n >= pattern.n;
	return str_eq(pattern, where);
}

bool linked_at(const struct linked_place *x, const struct profile *p, struct str where)
{
	for (size_t i = 0; i < x->at.n; i++)
		if (fits(x->at.v[i], where))
			return holds(p, x->only_key, x->only_value);
	return false;
}
