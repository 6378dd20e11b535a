#include "house/outside/people.h"

#include <jansson.h>

#include "base/buf.h"
#include "base/map.h"
#include "base/mem.h"
#include "base/time.h"
#include "base/vec.h"
#include "house/roll/values.h"

/* ---- one entry ---- */

void people_in(struct people_entry *e, struct str name)
{
	name = str_trim(name);
	if (name.n == 0 || name.n > PEOPLE_TEXT_MAX || !str_utf8(name))
		return;
	if (e->n_in < PEOPLE_IN_MAX)
		e->in[e->n_in++] = name;
	else
		e->over = true;
}

struct sorting { struct arena *a; const struct people_rules *r; const struct people_entry *e; int64_t now; struct people_row *out; bool kinds[KIND_PARENT + 1]; };

static bool same(struct arena *a, struct str x, struct str y) { return str_eq(roll_folded(a, x), roll_folded(a, y)); }

static bool named(const struct sorting *s, enum people_word w, struct str name)
{
	for (size_t i = 0; i < s->r->words[w].n; i++)
		if (same(s->a, s->r->words[w].v[i], name))
			return true;
	return false;
}

/* What stands where the pattern has {...}; letters of any case fit. */
static bool fits(struct str pattern, struct str name, struct str *word)
{
	ptrdiff_t from = str_chr(pattern, '{'), upto = str_chr(pattern, '}');
	if (from < 0 || upto < from)
		return false;
	struct str head = str_upto(pattern, (size_t)from), tail = str_from(pattern, (size_t)upto + 1);
	if (name.n <= head.n + tail.n || !str_ieq(str_upto(name, head.n), head) || !str_ieq(str_from(name, name.n - tail.n), tail))
		return false;
	*word = str_trim((struct str){ name.p + head.n, name.n - head.n - tail.n });
	return word->n > 0;
}

static void is_wrong(struct sorting *s, struct str sentence)
{
	if (!s->out->wrong.n)
		s->out->wrong = sentence;
}

static void of_year(struct sorting *s, int year)
{
	struct people_row *o = s->out;
	if (o->year != YEAR_NONE && o->year != year)
		is_wrong(s, STR("The directory has them in two year groups. Take them out of one."));
	o->year = year;
}

static void year_named(struct sorting *s, struct str name)
{
	struct str word;
	int year;
	for (size_t i = 0; i < s->r->words[PEOPLE_YEAR].n; i++)
		if (fits(s->r->words[PEOPLE_YEAR].v[i], name, &word) && roll_year(word, &year) == OK && year >= YEAR_RECEPTION) {
			of_year(s, year);
			return;
		}
}

/* The year in which the school year at hand began. */
static int school_year(int64_t now)
{
	struct civil c = time_uk(now);
	return c.month >= 9 ? c.year : c.year - 1;
}

static void intake_named(struct sorting *s, struct str name)
{
	struct str word;
	uint64_t began;
	for (size_t i = 0; i < s->r->words[PEOPLE_INTAKE].n; i++) {
		if (!fits(s->r->words[PEOPLE_INTAKE].v[i], name, &word) || word.n != 4 || str_u64(word, &began) != OK || began < 1990 || began > 2200)
			continue;
		int year = school_year(s->now) - (int)began;
		if (year > YEAR_LAST)
			s->out->gone = true;             /* their years here are over */
		else if (year < YEAR_RECEPTION)
			is_wrong(s, STR("The directory has them in an intake that has not begun yet."));
		else
			of_year(s, year);
		return;
	}
}

static void class_named(struct sorting *s, struct str name)
{
	struct people_row *o = s->out;
	struct str word;
	for (size_t i = 0; i < s->r->words[PEOPLE_CLASS].n; i++)
		if (fits(s->r->words[PEOPLE_CLASS].v[i], name, &word) && word.n <= PERSON_NAME_MAX) {
			for (size_t k = 0; k < o->n_teaches; k++)
				if (same(s->a, o->teaches[k], word))
					return;
			if (o->n_teaches < PEOPLE_TEACHES_MAX)
				o->teaches[o->n_teaches++] = word;
			return;
		}
}

static void kind_of(struct sorting *s)
{
	size_t n = 0;
	enum person_kind k = 0;
	for (int i = 1; i <= KIND_PARENT; i++)
		if (s->kinds[i]) {
			k = (enum person_kind)i;
			n++;
		}
	if (s->kinds[KIND_LEARNER] && n > 1)
		is_wrong(s, STR("The directory has them among the pupils and among the adults. Take them out of one."));
	if (n > 1)
		k = s->kinds[KIND_STAFF] ? KIND_STAFF : k;
	if (n == 0 && (s->out->year != YEAR_NONE || s->out->gone))
		k = s->out->year != YEAR_NONE ? KIND_LEARNER : 0;
	s->out->kind = k;
}

static void settle(struct sorting *s)
{
	struct people_row *o = s->out;
	kind_of(s);
	if (o->kind != KIND_LEARNER) {
		o->year = YEAR_NONE;
		return;
	}
	if (o->n_teaches > 1)
		is_wrong(s, STR("The directory has them in two classes. Take them out of one."));
	o->class = o->n_teaches ? o->teaches[0] : STR("");
	o->n_teaches = 0;
}

void people_sort(struct arena *a, const struct people_rules *r, const struct people_entry *e, int64_t now_utc, struct people_row *out)
{
	static const struct { enum people_word word; enum person_kind kind; } kinds[] = {
		{ PEOPLE_PUPILS, KIND_LEARNER }, { PEOPLE_STAFF, KIND_STAFF }, { PEOPLE_GOVERNORS, KIND_GOVERNOR }, { PEOPLE_VOLUNTEERS, KIND_VOLUNTEER } };
	struct sorting s = { .a = a, .r = r, .e = e, .now = now_utc, .out = out };
	*out = (struct people_row){ .year = YEAR_NONE, .gone = e->off };
	for (size_t i = 0; i < e->n_in; i++) {
		for (size_t k = 0; k < ARRAY_N(kinds); k++)
			s.kinds[kinds[k].kind] |= named(&s, kinds[k].word, e->in[i]);
		out->gone |= named(&s, PEOPLE_LEAVERS, e->in[i]);
		year_named(&s, e->in[i]);
		intake_named(&s, e->in[i]);
		class_named(&s, e->in[i]);
	}
	settle(&s);
	if (e->over)
		is_wrong(&s, STR("The directory has them in more than sixty groups. Take them out of those that they do not need."));
}

bool people_named(const struct people_rules *r, struct str group)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct people_entry *e = arena_new(&a, struct people_entry);
	struct sorting s = { .a = &a, .r = r };
	struct str word;
	people_in(e, group);
	for (int w = 0; w < PEOPLE_YEAR; w++)
		if (e->n_in && named(&s, (enum people_word)w, e->in[0]))
			return true;
	for (int w = PEOPLE_YEAR; e->n_in && w < PEOPLE_WORDS; w++)
		for (size_t i = 0; i < r->words[w].n; i++)
			if (fits(r->words[w].v[i], e->in[0], &word))
				return true;
	return false;
}

/* ---- who is in which groups ---- */

struct in_group { struct str group; size_t next; };     /* next: 1 + the one before of the same member */
struct people_members { struct map *of; VEC(struct in_group) in; };    /* of: member -> 1 + their last group */

struct people_members *people_members_new(void)
{
	struct people_members *m = mem_new(struct people_members);
	m->of = map_new();
	return m;
}

void people_members_free(struct people_members **m)
{
	if (!*m)
		return;
	map_free(&(*m)->of);
	vec_done(&(*m)->in);
	mem_free(m);
}

enum err people_members_add(struct people_members *m, struct str member, struct str group)
{
	uint64_t at = 0;
	if (m->in.n >= PEOPLE_MEMBERS_MAX)
		return ERR_LIMIT;
	(void)map_get(m->of, member, &at);       /* 0: their first */
	*vec_push(&m->in) = (struct in_group){ group, (size_t)at };
	map_set(m->of, member, m->in.n);
	return OK;
}

void people_members_into(const struct people_members *m, struct str member, struct people_entry *e)
{
	uint64_t at = 0;
	if (member.n && map_get(m->of, member, &at))
		for (size_t i = (size_t)at; i; i = m->in.v[i - 1].next)
			people_in(e, m->in.v[i - 1].group);
}

/* ---- the answer ---- */

struct people_answer {
	const struct people_rules *r;
	json_t *people, *unsorted;
	size_t kinds[KIND_PARENT + 1], gone, nameless, wrong;
};

struct people_answer *people_answer_new(const struct people_rules *r)
{
	struct people_answer *p = mem_new(struct people_answer);
	*p = (struct people_answer){ .r = r, .people = json_array(), .unsorted = json_array() };
	return p;
}

void people_answer_free(struct people_answer **p)
{
	if (!*p)
		return;
	json_decref((*p)->people);
	json_decref((*p)->unsorted);
	mem_free(p);
}

static void put(json_t *o, const char *name, struct str v)
{
	json_t *s = v.n ? json_stringn(v.p, v.n) : NULL;
	if (s)
		json_object_set_new(o, name, s);
}

static json_t *row_of(const struct people_entry *e, const struct people_row *row)
{
	json_t *o = json_object(), *list = json_array();
	put(o, "key", e->key);
	put(o, "name", e->name);
	put(o, "kind", str_z(kind_word(row->kind ? row->kind : KIND_LEARNER)));
	put(o, "mail", e->mail);
	put(o, "ref", e->ref);
	put(o, "user", e->username);
	put(o, "class", row->class);
	put(o, "wrong", row->wrong);
	if (row->year != YEAR_NONE)
		json_object_set_new(o, "year", json_integer(row->year));
	if (row->gone)
		json_object_set_new(o, "gone", json_true());
	for (size_t i = 0; i < row->n_teaches; i++)
		json_array_append_new(list, json_stringn(row->teaches[i].p, row->teaches[i].n));
	if (row->n_teaches)
		json_object_set(o, "teaches", list);
	json_decref(list);
	return o;
}

enum err people_answer_add(struct people_answer *p, const struct people_entry *e, int64_t now_utc)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct people_row row;
	if (json_array_size(p->people) + json_array_size(p->unsorted) >= PEOPLE_MAX)
		return ERR_LIMIT;
	people_sort(&a, p->r, e, now_utc, &row);
	if (e->key.n == 0 || e->key.n > PEOPLE_KEY_MAX || e->name.n == 0) {
		p->nameless++;
		return OK;
	}
	if (row.kind == 0 && !row.gone)
		return json_array_append_new(p->unsorted, json_stringn(e->key.p, e->key.n)) == 0 ? OK : ERR_SYNTAX;
	p->kinds[row.gone ? 0 : row.kind] += 1;
	p->gone += row.gone;
	p->wrong += row.wrong.n > 0;
	return json_array_append_new(p->people, row_of(e, &row)) == 0 ? OK : ERR_SYNTAX;
}

char *people_answer_text(struct people_answer *p, size_t groups)
{
	json_t *o = json_pack("{s:b, s:s, s:I, s:O, s:O}", "ok", 1, "shape", p->r->shape, "groups", (json_int_t)groups, "people", p->people, "unsorted", p->unsorted);
	char *text = o ? json_dumps(o, JSON_COMPACT) : NULL;
	json_decref(o);
	if (text && strlen(text) > PEOPLE_BYTES_MAX) {
		mem_wipe(text, strlen(text));
		free(text);
		text = NULL;
	}
	return text;
}

static void counted(struct buf *b, size_t n, const char *one, const char *many)
{
	if (n)
		buf_fmt(b, "%s%zu %s", b->n ? ", " : "", n, n == 1 ? one : many);
}

struct str people_answer_says(struct arena *a, const struct people_answer *p, size_t groups)
{
	AUTO(buf_done) struct buf b = buf_init(2000);
	size_t unsorted = json_array_size(p->unsorted);
	counted(&b, p->kinds[KIND_LEARNER], "pupil", "pupils");
	counted(&b, p->kinds[KIND_STAFF], "member of staff", "members of staff");
	counted(&b, p->kinds[KIND_GOVERNOR], "governor", "governors");
	counted(&b, p->kinds[KIND_VOLUNTEER], "volunteer", "volunteers");
	counted(&b, p->gone, "who has left or whose account is off", "who have left or whose accounts are off");
	if (b.n == 0)
		return arena_fmt(a, "It answers and shows %zu entries and %zu groups, but none of the people is in a group that [people %.*s] names. Write the names of your groups there.", unsorted + p->nameless, groups, STRF(p->r->provider->name));
	struct str found = arena_str(a, buf_str(&b));
	buf_clear(&b);
	counted(&b, unsorted, "entry is in none of the named groups and is left alone", "entries are in none of the named groups and are left alone");
	counted(&b, p->wrong, "cannot be taken as it stands: look at what would change", "cannot be taken as they stand: look at what would change");
	counted(&b, p->nameless, "has no name or no lasting number", "have no name or no lasting number");
	struct str rest = arena_str(a, buf_str(&b)), in = groups ? arena_fmt(a, ", in %zu groups", groups) : STR("");
	return arena_fmt(a, "It answers: %.*s%.*s.%s%.*s%s", STRF(found), STRF(in), rest.n ? " " : "", STRF(rest), rest.n ? "." : "");
}
