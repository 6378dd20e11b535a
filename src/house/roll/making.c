/* Rows that become people, or are refused. */
#include <stdarg.h>

#include "house/roll/inner.h"
#include "house/roll/values.h"

enum { CONTACTS_MAX = 12 };

void roll_making_done(struct roll_making *m)
{
	vec_done(&m->people);
	vec_done(&m->refused);
	map_free(&m->refs);
}

void roll_refuse(struct roll_making *m, const struct roll_person *p, const char *fmt, ...)
{
	char text[600];
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	if (p->name.n)
		diag_add(m->d, DIAG_ERROR, p->file, p->line, "%.*s: %s", STRF(str_upto(p->name, PERSON_NAME_MAX)), text);
	else
		diag_add(m->d, DIAG_ERROR, p->file, p->line, "%s", text);
	*vec_push(&m->refused) = (struct roll_refused){ p->ref, roll_folded(m->a, p->name), p->key };
}

static bool has_control(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] < ' ' || s.p[i] == 0x7f)
			return true;
	return false;
}

/* A sentence; NULL: nothing is wrong. */
static const char *wrong_with(const struct roll_person *p)
{
	const struct str all[] = { p->name, p->ref, p->class, p->email, p->username, p->language, p->authority };
	if (p->name.n == 0)
		return "There is no name in this row. Fill it in, or take the row out.";
	for (size_t i = 0; i < ARRAY_N(all); i++) {
		if (roll_formula(all[i]))
			return "A cell begins with = + - or @, which a spreadsheet would run as a formula. Write it without that sign.";
		if (has_control(all[i]))
			return "There is a line end or a control sign inside a cell. Write it on one line.";
	}
	if (p->name.n > PERSON_NAME_MAX)
		return "The name is longer than 100 letters. Shorten it.";
	if (p->ref.n > 64)
		return "The reference is longer than 64 letters. Is it the right column?";
	if (p->class.n > PERSON_NAME_MAX)
		return "The name of the class is longer than 100 letters. Shorten it.";
	return NULL;
}

static bool contact_same(const struct roll_contact *a, const struct roll_contact *b)
{
	return str_eq(a->ref, b->ref) && str_ieq(a->name, b->name) && str_ieq(a->email, b->email) && str_eq(a->phone, b->phone);
}

/* The contacts of a further row of the same person. */
static void join_contacts(struct roll_making *m, struct roll_person *into, const struct roll_person *more)
{
	struct roll_contact *all = arena_array(m->a, struct roll_contact, CONTACTS_MAX);
	size_t n = 0;
	for (; n < into->n_contacts && n < CONTACTS_MAX; n++)
		all[n] = into->contacts[n];
	for (size_t i = 0; i < more->n_contacts && n < CONTACTS_MAX; i++) {
		bool there = false;
		for (size_t k = 0; k < n; k++)
			there |= contact_same(&all[k], &more->contacts[i]);
		if (!there)
			all[n++] = more->contacts[i];
	}
	into->contacts = all;
	into->n_contacts = n;
}

static bool same_but_contacts(const struct roll_person *a, const struct roll_person *b)
{
	return str_eq(a->folded, b->folded) && a->kind == b->kind && a->year == b->year && str_eq(a->class, b->class) && str_eq(a->born, b->born);
}

/* Two rows of one reference: one person with more contacts, or a mistake that only the office can mend: then neither is taken. */
static void again(struct roll_making *m, struct roll_person *first, const struct roll_person *p)
{
	if (first->kind && same_but_contacts(first, p) && (p->n_contacts || first->n_contacts)) {
		join_contacts(m, first, p);
		return;
	}
	roll_refuse(m, p, "The reference %.*s stands on line %ld too, for %.*s. Two people never have one reference: mend it, or take one row out.",
	            STRF(p->ref), first->line, STRF(first->name));
	if (first->kind != 0)
		roll_refuse(m, first, "The reference %.*s stands on line %ld too, for %.*s. Two people never have one reference: mend it, or take one row out.",
		            STRF(p->ref), p->line, STRF(p->name));
	first->kind = 0;                         /* dropped at the end: the map points here */
}

void roll_take(struct roll_making *m, struct roll_person *p)
{
	uint64_t at;
	const char *wrong = wrong_with(p);
	if (wrong) {
		roll_refuse(m, p, "%s", wrong);
		return;
	}
	p->folded = roll_folded(m->a, p->name);
	if (p->ref.n && map_get(m->refs, p->ref, &at)) {
		again(m, &m->people.v[at - 1], p);
		return;
	}
	*vec_push(&m->people) = *p;
	if (p->ref.n)
		map_set(m->refs, p->ref, m->people.n);
}

void roll_made(struct roll_making *m)
{
	m->out->people = arena_array(m->a, struct roll_person, m->people.n + 1);
	for (size_t i = 0; i < m->people.n; i++)
		if (m->people.v[i].kind != 0)
			m->out->people[m->out->n++] = m->people.v[i];
	m->out->n_refused = m->refused.n;
	m->out->refused = arena_array(m->a, struct roll_refused, m->refused.n + 1);
	if (m->refused.n)
		memcpy(m->out->refused, m->refused.v, m->refused.n * sizeof *m->refused.v);
}

struct str roll_relation(struct str s)
{
	static const struct { const char *has, *word; } words[] = {
		{ "step", "step-parent" }, { "grand", "grandparent" }, { "foster", "foster-carer" }, { "social", "social-worker" }, { "authority", "local-authority" },
		{ "mother", "mother" }, { "mum", "mother" }, { "father", "father" }, { "dad", "father" }, { "legal guardian", "guardian" }, { "guardian", "guardian" },
		{ "parent", "parent" }, { "carer", "parent" }, { "aunt", "relative" }, { "uncle", "relative" }, { "brother", "relative" }, { "sister", "relative" },
		{ "relative", "relative" }, { "relation", "relative" }, { "family", "relative" }, { "cousin", "relative" },
	};
	AUTO(arena_done) struct arena a = arena_init();
	struct str f = roll_folded(&a, s);
	if (f.n == 0)
		return STR("");
	for (size_t i = 0; i < ARRAY_N(words); i++)
		if (str_find(f, str_z(words[i].has)) >= 0)
			return str_z(words[i].word);
	return STR("other");
}
