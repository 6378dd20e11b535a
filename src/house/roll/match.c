/* Who is who: rows of a file and people of the house. */
#include <stdarg.h>

#include "base/clock.h"
#include "base/mem.h"
#include "gen_queries.h"
#include "house/roll/plan_inner.h"
#include "house/roll/values.h"

enum {
	REKEYED_LEAST = 5,        /* references on both sides, none in common: another export of the same school */
	NAMESAKES_MAX = 100,
};

void roll_matching_done(struct roll_matching *m)
{
	map_free(&m->by_ref);
	map_free(&m->by_name);
	map_free(&m->by_id);
	map_free(&m->by_key);
	map_free(&m->by_class);
	map_free(&m->first_guardian);
	map_free(&m->named_mail);
	map_free(&m->named_phone);
	mem_free(&m->classes);
}

static struct str number_key(char room[24], int64_t n) { return (struct str){ room, (size_t)snprintf(room, 24, "%lld", (long long)n) }; }

static struct roll_there there_of(struct roll_matching *m, const struct q_roll_people_row *r)
{
	struct roll_there t = { .id = r->id, .upto_utc = r->upto_utc, .class_id = r->class, .name = r->name, .group = r->group_name, .email = r->mail, .ref = r->ref,
		.born = r->born, .language = r->language, .phone = r->phone, .username = r->sign_in, .year = (int)r->year, .care = (int)r->care };
	if (kind_read(r->kind, &t.kind) != OK)
		t.kind = KIND_VISITOR;
	t.here = t.upto_utc == 0 || t.upto_utc > m->now;
	t.folded = roll_folded(m->a, t.name);
	return t;
}

static enum err load_people(struct roll_matching *m)
{
	struct q_roll_people_row *rows;
	TRY(q_roll_people(m->db, m->a, &(struct q_roll_people_args){ .school = m->school }, &rows, &m->n_there));
	m->there = arena_array(m->a, struct roll_there, m->n_there + 1);
	for (size_t i = 0; i < m->n_there; i++) {
		struct roll_there *t = &m->there[i];
		uint64_t first = 0;
		char room[24];
		*t = there_of(m, &rows[i]);
		if (t->ref.n)
			map_set(m->by_ref, t->ref, i + 1);
		map_set(m->by_id, number_key(room, t->id), i + 1);
		(void)map_get(m->by_name, t->folded, &first);
		t->next = (size_t)first;
		map_set(m->by_name, t->folded, i + 1);
	}
	return OK;
}

static enum err load_links(struct roll_matching *m)
{
	struct q_roll_links_row *rows;
	size_t n;
	if (!m->r->source.n)
		return OK;
	TRY(q_roll_links(m->db, m->a, &(struct q_roll_links_args){ .school = m->school, .source = m->r->source }, &rows, &n));
	for (size_t i = 0; i < n; i++) {
		struct roll_there *t = roll_there_by_id(m, rows[i].person);
		if (!t)
			continue;
		t->key = rows[i].key;
		map_set(m->by_key, t->key, (uint64_t)(t - m->there) + 1);
	}
	return OK;
}

static enum err load_classes(struct roll_matching *m)
{
	struct q_roll_classes_row *rows;
	size_t n;
	TRY(q_roll_classes(m->db, m->a, &(struct q_roll_classes_args){ .school = m->school }, &rows, &n));
	for (size_t i = 0; i < n; i++) {
		m->classes = vec_room(m->classes, m->n_classes, &m->cap_classes, sizeof *m->classes);
		m->classes[m->n_classes++] = (struct roll_class){ .id = rows[i].id, .name = rows[i].name, .group = rows[i].group_name, .year = (int)rows[i].year,
			.ended = rows[i].upto_utc && rows[i].upto_utc <= m->now };
		map_set(m->by_class, roll_folded(m->a, rows[i].name), m->n_classes);
	}
	return OK;
}

static enum err load_guardians(struct roll_matching *m)
{
	struct q_roll_guardians_row *rows;
	char room[24];
	TRY(q_roll_guardians(m->db, m->a, &(struct q_roll_guardians_args){ .school = m->school }, &rows, &m->n_guardians));
	m->guardians = arena_array(m->a, struct roll_guardian, m->n_guardians + 1);
	for (size_t i = 0; i < m->n_guardians; i++) {
		m->guardians[i] = (struct roll_guardian){ rows[i].parent, rows[i].learner, rows[i].relation, rows[i].responsible, rows[i].barred, rows[i].from_roll };
		if (i == 0 || rows[i - 1].learner != rows[i].learner)
			map_set(m->first_guardian, number_key(room, rows[i].learner), i + 1);
	}
	return OK;
}

static enum err load_teaching(struct roll_matching *m)
{
	struct q_roll_teaching_row *rows;
	TRY(q_roll_teaching(m->db, m->a, &(struct q_roll_teaching_args){ .school = m->school }, &rows, &m->n_teaching));
	m->teaching = arena_alloc(m->a, (m->n_teaching + 1) * sizeof *m->teaching);
	for (size_t i = 0; i < m->n_teaching; i++) {
		m->teaching[i].class = rows[i].class;
		m->teaching[i].person = rows[i].person;
	}
	return OK;
}

static void name_contacts(struct roll_matching *m)
{
	for (size_t i = 0; i < m->r->n; i++)
		for (size_t k = 0; k < m->r->people[i].n_contacts; k++) {
			const struct roll_contact *x = &m->r->people[i].contacts[k];
			if (x->email.n)
				map_set(m->named_mail, roll_folded(m->a, x->name), 1);
			if (x->phone.n)
				map_set(m->named_phone, roll_folded(m->a, x->name), 1);
		}
}

enum err roll_matching_load(struct roll_matching *m)
{
	m->now = clock_utc();
	m->by_ref = map_new();
	m->by_name = map_new();
	m->by_id = map_new();
	m->by_key = map_new();
	m->by_class = map_new();
	m->first_guardian = map_new();
	m->named_mail = map_new();
	m->named_phone = map_new();
	name_contacts(m);
	m->is = arena_array(m->a, size_t, m->r->n + 1);
	m->refused = arena_array(m->a, bool, m->r->n + 1);
	TRY(load_people(m));
	TRY(load_links(m));
	TRY(load_classes(m));
	TRY(load_teaching(m));
	return load_guardians(m);
}

size_t roll_class_at(struct roll_matching *m, struct str name)
{
	uint64_t at;
	struct str key = roll_folded(m->a, name);
	if (map_get(m->by_class, key, &at))
		return (size_t)at - 1;
	m->classes = vec_room(m->classes, m->n_classes, &m->cap_classes, sizeof *m->classes);
	m->classes[m->n_classes++] = (struct roll_class){ .name = name, .year = YEAR_NONE };
	map_set(m->by_class, key, m->n_classes);
	return m->n_classes - 1;
}

struct roll_class *roll_class_named(struct roll_matching *m, struct str name)
{
	size_t at = roll_class_at(m, name);      /* may move the classes */
	return &m->classes[at];
}

struct roll_class *roll_class_by_id(struct roll_matching *m, int64_t id)
{
	for (size_t i = 0; id && i < m->n_classes; i++)
		if (m->classes[i].id == id)
			return &m->classes[i];
	return NULL;
}

void roll_refuse_row(struct roll_matching *m, size_t row, const char *fmt, ...)
{
	char text[600];
	const struct roll_person *p = &m->r->people[row];
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	diag_add(m->d, DIAG_ERROR, p->file, p->line, "%.*s: %s", STRF(p->name), text);
	m->refused[row] = true;
}

/* ---- matching ---- */

static bool same_side(enum person_kind a, enum person_kind b) { return (a == KIND_LEARNER) == (b == KIND_LEARNER) && (a == KIND_PARENT) == (b == KIND_PARENT); }

static void claim(struct roll_matching *m, size_t row, size_t who)
{
	m->is[row] = who + 1;
	m->there[who].row = row + 1;
}

/* Who is linked to the directory: whatever changed, it is them. */
static void by_lasting_number(struct roll_matching *m)
{
	for (size_t i = 0; i < m->r->n; i++) {
		uint64_t at;
		const struct roll_person *p = &m->r->people[i];
		if (!p->key.n || !map_get(m->by_key, p->key, &at))
			continue;
		struct roll_there *t = &m->there[at - 1];
		if (p->gone || same_side(p->kind, t->kind)) {
			claim(m, i, (size_t)at - 1);
			continue;
		}
		t->stays = true;
		roll_refuse_row(m, i, "They are here as %s, and the directory says another thing. A pupil does not become an adult: mend the groups there.", kind_title(t->kind));
	}
}

static void by_reference(struct roll_matching *m, size_t *known)
{
	for (size_t i = 0; i < m->r->n; i++) {
		uint64_t at;
		const struct roll_person *p = &m->r->people[i];
		if (!p->ref.n || m->is[i] || m->refused[i] || !map_get(m->by_ref, p->ref, &at))
			continue;
		struct roll_there *t = &m->there[at - 1];
		if (p->key.n && (t->key.n || t->row)) {
			roll_refuse_row(m, i, "The reference %.*s belongs to %.*s, who has another account in the directory. Take it off one of the two accounts.", STRF(p->ref), STRF(t->name));
			continue;
		}
		(*known)++;
		if (same_side(p->kind, t->kind)) {
			claim(m, i, (size_t)at - 1);
			continue;
		}
		t->stays = true;
		roll_refuse_row(m, i, "The reference %.*s belongs to %.*s, who is here as %s. A pupil and an adult never have one reference: mend it.",
		                STRF(p->ref), STRF(t->name), kind_title(t->kind));
	}
}

/* "mr quillfeather mockford" is "quillfeather mockford": a directory has no titles. */
bool roll_titled(struct str folded, struct str name)
{
	static const char *const titles[] = { "mr", "mrs", "miss", "ms", "mx", "dr", "prof", "rev", "sir", "dame", "fr" };
	if (folded.n <= name.n + 1 || !str_ends(folded, name) || folded.p[folded.n - name.n - 1] != ' ')
		return false;
	struct str head = str_upto(folded, folded.n - name.n - 1);
	if (head.n && head.p[head.n - 1] == '.')
		head.n--;
	for (size_t i = 0; i < ARRAY_N(titles); i++)
		if (str_is(head, titles[i]))
			return true;
	return false;
}

/* An adult of a directory who is not linked yet: the same mail address, or the name behind a title, if one only has it. */
static void by_mail_or_title(struct roll_matching *m)
{
	for (size_t i = 0; i < m->r->n; i++) {
		const struct roll_person *p = &m->r->people[i];
		size_t n = 0, last = 0;
		if (!p->key.n || p->gone || p->kind == KIND_LEARNER || m->is[i] || m->refused[i])
			continue;
		for (size_t k = 0; k < m->n_there; k++) {
			const struct roll_there *t = &m->there[k];
			if (t->row || t->key.n || !t->here || !same_side(p->kind, t->kind))
				continue;
			if (!(p->email.n && t->email.n && str_ieq(p->email, t->email)) && !roll_titled(t->folded, p->folded))
				continue;
			n++;
			last = k;
		}
		if (n == 1)
			claim(m, i, last);
	}
}

/* How well a person fits a row that has no reference of theirs: 2 name and birthday, 1 name alone, 0 not. */
static int fits(const struct roll_matching *m, const struct roll_person *p, const struct roll_there *t, bool rekeyed)
{
	if (t->row || !same_side(p->kind, t->kind) || (p->key.n && (p->gone || t->key.n)))
		return 0;
	bool both = p->born.n && t->born.n, equal = both && str_eq(p->born, t->born);
	if (both && !equal)
		return 0;
	if (p->ref.n && t->ref.n && !(rekeyed && (equal || p->kind != KIND_LEARNER)))
		return 0;                        /* another reference is another person */
	if (!t->here && !equal)
		return 0;                        /* who left is known again by more than a name */
	return equal ? 2 : 1;
}

struct candidates { size_t n, last; };

static struct candidates find(struct roll_matching *m, const struct roll_person *p, int least, bool rekeyed)
{
	struct candidates c = { 0 };
	uint64_t at = 0;
	if (map_get(m->by_name, p->folded, &at))
		for (size_t i = (size_t)at; i; i = m->there[i - 1].next)
			if (fits(m, p, &m->there[i - 1], rekeyed) >= least) {
				c.n++;
				c.last = i - 1;
			}
	return c;
}

/* Rows of one name are a chain: which of them could be this person? */
static size_t rows_for(struct roll_matching *m, const size_t *chain, size_t first, size_t who, int least, bool rekeyed)
{
	size_t n = 0;
	for (size_t i = first; i; i = chain[i - 1])
		n += m->is[i - 1] == 0 && !m->refused[i - 1] && fits(m, &m->r->people[i - 1], &m->there[who], rekeyed) >= least;
	return n;
}

static bool twin_rows(const struct roll_person *a, const struct roll_person *b)
{
	return !a->ref.n && !b->ref.n && !(a->key.n && b->key.n) && same_side(a->kind, b->kind) && (!a->born.n || !b->born.n || str_eq(a->born, b->born));
}

static void keep_all(struct roll_matching *m, const struct roll_person *p)
{
	uint64_t at = 0;
	if (map_get(m->by_name, p->folded, &at))
		for (size_t i = (size_t)at; i; i = m->there[i - 1].next)
			m->there[i - 1].stays = true;
}

/* No school has so many of one name: a column is read wrongly, or somebody plays. */
static bool refuse_crowd(struct roll_matching *m, const size_t *chain, size_t first)
{
	size_t n = 0;
	for (size_t i = first; i && n <= NAMESAKES_MAX; i = chain[i - 1])
		n++;
	for (size_t i = n > NAMESAKES_MAX ? first : 0; i; i = chain[i - 1])
		roll_refuse_row(m, i - 1, "More than %d rows have this name. Is the column of names the right one?", NAMESAKES_MAX);
	if (n > NAMESAKES_MAX)
		keep_all(m, &m->r->people[first - 1]);
	return n > NAMESAKES_MAX;
}

/* Rows that nobody could tell apart: without a reference, one name, and no different birthdays. */
static void refuse_twins(struct roll_matching *m, const size_t *chain, size_t first)
{
	if (refuse_crowd(m, chain, first))
		return;
	for (size_t i = first; i; i = chain[i - 1])
		for (size_t k = chain[i - 1]; k; k = chain[k - 1])
			if (twin_rows(&m->r->people[i - 1], &m->r->people[k - 1])) {
				const struct roll_person *p[] = { &m->r->people[i - 1], &m->r->people[k - 1] };
				for (int j = 0; j < 2; j++)
					if (!m->refused[j ? k - 1 : i - 1])
						roll_refuse_row(m, j ? k - 1 : i - 1, "Line %ld has the same name, and no different date of birth. Add a column with the UPN or the admission number, so that the two are not mixed up.", p[!j]->line);
				keep_all(m, p[0]);
			}
}

static void by_name(struct roll_matching *m, const size_t *chain, const size_t *heads, size_t n_heads, int least, bool rekeyed)
{
	for (size_t h = 0; h < n_heads; h++)
		for (size_t i = heads[h]; i; i = chain[i - 1]) {
			const struct roll_person *p = &m->r->people[i - 1];
			if (m->is[i - 1] || m->refused[i - 1])
				continue;
			struct candidates c = find(m, p, least, rekeyed);
			if (c.n == 1 && rows_for(m, chain, heads[h], c.last, least, rekeyed) == 1) {
				claim(m, i - 1, c.last);
			} else if (c.n && least == 1) {
				roll_refuse_row(m, i - 1, "More than one person of this name could be meant. Write the reference of this row on the right person's page, or add a column with the date of birth.");
				keep_all(m, p);
			}
		}
}

/* Rows that no reference names, chained by name. */
static size_t chain_rows(struct roll_matching *m, size_t *chain, size_t *heads)
{
	struct map *first = map_new();
	size_t n = 0;
	for (size_t i = m->r->n; i > 0; i--) {
		uint64_t at = 0;
		if (m->is[i - 1] || m->refused[i - 1])
			continue;
		bool there = map_get(first, m->r->people[i - 1].folded, &at);
		chain[i - 1] = there ? heads[at] : 0;
		if (!there) {
			map_set(first, m->r->people[i - 1].folded, n);
			at = n++;
		}
		heads[at] = i;
	}
	map_free(&first);
	return n;
}

static void stay_refused(struct roll_matching *m)
{
	for (size_t i = 0; i < m->r->n_refused; i++) {
		uint64_t at;
		const struct roll_refused *x = &m->r->refused[i];
		if (x->ref.n && map_get(m->by_ref, x->ref, &at))
			m->there[at - 1].stays = true;
		if (x->key.n && map_get(m->by_key, x->key, &at))
			m->there[at - 1].stays = true;
		if (x->folded.n)
			keep_all(m, &(struct roll_person){ .folded = x->folded });
	}
}

/* References on both sides, and none in common. */
static bool is_rekeyed(const struct roll_matching *m, size_t known)
{
	size_t ours = 0, theirs = 0;
	for (size_t i = 0; i < m->n_there; i++)
		ours += m->there[i].here && m->there[i].ref.n > 0;
	for (size_t i = 0; i < m->r->n; i++)
		theirs += m->r->people[i].ref.n > 0;
	return known == 0 && ours >= REKEYED_LEAST && theirs >= REKEYED_LEAST;
}

void roll_match(struct roll_matching *m)
{
	size_t known = 0, *chain = arena_array(m->a, size_t, m->r->n + 1), *heads = arena_array(m->a, size_t, m->r->n + 1);
	stay_refused(m);
	by_lasting_number(m);
	by_reference(m, &known);
	by_mail_or_title(m);
	bool rekeyed = !m->r->source.n && is_rekeyed(m, known);
	if (rekeyed)
		diag_add(m->d, DIAG_WARNING, STR_NONE, 0, "None of the references in this file is known here: it seems to come from another system. People were known again by name and date of birth; look closely at who joins and who leaves.");
	size_t n = chain_rows(m, chain, heads);
	for (size_t h = 0; h < n; h++)
		refuse_twins(m, chain, heads[h]);
	by_name(m, chain, heads, n, 2, rekeyed);
	by_name(m, chain, heads, n, 1, rekeyed);
}
