#include "house/account/find.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/mem.h"
#include "gen_queries.h"
#include "house/store/words.h"

enum { WORDS_MAX = 24, SLIP_LEAST = 3 };

/* ---- keeping ---- */

enum err find_index(struct db *db, int64_t school, int64_t person, struct str name, struct str username, bool fresh)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct str words[WORDS_MAX + 6];
	struct str both = arena_fmt(&a, "%.*s %.*s", STRF(name), STRF(username));
	size_t n = words_fold(&a, both, words, WORDS_MAX);
	for (size_t i = n; i < WORDS_MAX + 6; i++)
		words[i] = STR("");
	if (!fresh)
		TRY(q_find_drop_do(db, &(struct q_find_drop_args){ .school = school, .person = person }, NULL));
	for (size_t i = 0; i < n; i += 6)
		TRY(q_find_put_do(db, &(struct q_find_put_args){ .school = school, .person = person, .w1 = words[i], .w2 = words[i + 1], .w3 = words[i + 2],
			.w4 = words[i + 3], .w5 = words[i + 4], .w6 = words[i + 5] }, NULL));
	return OK;
}

/* People of before there was an index; nearly always none. */
static enum err catch_up(struct db *db, int64_t school, bool *more)
{
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	struct q_find_missing_row *rows;
	size_t n;
	TRY(q_find_missing(db, &a, &(struct q_find_missing_args){ .school = school }, &rows, &n));
	*more = n > 0;
	if (n == 0)
		return OK;
	TRY(db_tx_begin(db, &tx));
	for (size_t i = 0; i < n; i++)
		TRY(find_index(db, school, rows[i].id, rows[i].name, rows[i].sign_in, true));
	return db_tx_commit(&tx);
}

/* ---- one slip ---- */

static bool begins(struct str typed, struct str word) { return str_starts(word, typed); }

bool find_slip(struct str typed, struct str word)
{
	size_t k = 0;
	while (k < typed.n && k < word.n && typed.p[k] == word.p[k])
		k++;
	struct str t = str_from(typed, k), w = str_from(word, k);
	if (t.n == 0)
		return true;
	bool swapped = t.n > 1 && w.n > 1 && t.p[0] == w.p[1] && t.p[1] == w.p[0] && begins(str_from(t, 2), str_from(w, 2));
	bool wrong = w.n && begins(str_from(t, 1), str_from(w, 1));
	bool missing = w.n && begins(t, str_from(w, 1));
	return swapped || wrong || missing || begins(str_from(t, 1), w);
}

/* ---- finding ---- */

static struct str end_of(struct arena *a, struct str word) { return arena_fmt(a, "%.*s\xf4\x8f\xbf\xbf", STRF(word)); }

struct search { struct db *db; struct arena *a; int64_t school; struct str words[FIND_WORDS]; size_t n_words; struct str kind; struct found *out; size_t n; };

/* Whoever is here, of the kind that was asked for, is one more. */
static enum err take(struct search *s, int64_t person)
{
	struct q_find_person_row r;
	enum err e = q_find_person_one(s->db, s->a, &(struct q_find_person_args){ .school = s->school, .id = person, .kind = s->kind, .now = clock_utc() }, &r);
	if (e != OK)
		return e == ERR_ABSENT ? OK : e;
	struct found f = { .id = r.id, .name = r.name, .year = (int)r.year, .class_name = r.class, .username = r.sign_in, .kind = KIND_VISITOR };
	(void)kind_read(r.kind, &f.kind);        /* unknown: as a visitor */
	s->out[s->n++] = f;
	return OK;
}

static enum err exact(struct search *s)
{
	struct str end[FIND_WORDS] = { STR(""), STR(""), STR("") }, w[FIND_WORDS] = { STR(""), STR(""), STR("") };
	struct q_find_exact_row *rows;
	size_t n;
	for (size_t i = 0; i < s->n_words; i++) {
		w[i] = s->words[i];
		end[i] = end_of(s->a, w[i]);
	}
	TRY(q_find_exact(s->db, s->a, &(struct q_find_exact_args){ .school = s->school, .n = (int64_t)s->n_words, .from1 = w[0], .upto1 = end[0], .from2 = w[1], .upto2 = end[1],
		.from3 = w[2], .upto3 = end[2], .kind = s->kind, .now = clock_utc(), .limit = FIND_MOST }, &rows, &n));
	for (size_t i = 0; i < n; i++)
		TRY(take(s, rows[i].id));
	return OK;
}

/* ---- those like it ---- */

struct ids { int64_t *v; size_t n; };

static int by_id(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
	return x < y ? -1 : x > y;
}

static enum err near_by_letter(struct search *s, struct str letter, struct str typed, struct ids *out)
{
	struct q_find_near_row *rows;
	size_t n;
	TRY(q_find_near(s->db, s->a, &(struct q_find_near_args){ .school = s->school, .from = letter, .upto = end_of(s->a, letter) }, &rows, &n));
	int64_t *all = arena_array(s->a, int64_t, out->n + n + 1);
	memcpy(all, out->v ? out->v : all, out->n * sizeof *all);
	for (size_t i = 0; i < n; i++)
		if (find_slip(typed, rows[i].word))
			all[out->n++] = rows[i].person;
	out->v = all;
	return OK;
}

static size_t letter_bytes(struct str s)
{
	size_t n = s.n ? 1 : 0;
	while (n < s.n && ((unsigned char)s.p[n] & 0xc0) == 0x80)
		n++;
	return n;
}

/* Everybody with a word like it.  The first letter was right, or it stands second (two changed about, one too many in front). */
static enum err like_one(struct search *s, struct str typed, struct ids *out)
{
	struct str first = str_upto(typed, letter_bytes(typed)), rest = str_from(typed, first.n), second = str_upto(rest, letter_bytes(rest));
	TRY(near_by_letter(s, first, typed, out));
	if (second.n && !str_eq(first, second))
		TRY(near_by_letter(s, second, typed, out));
	qsort(out->v, out->n, sizeof *out->v, by_id);
	return OK;
}

static bool among(const struct ids *list, int64_t id) { return bsearch(&id, list->v, list->n, sizeof id, by_id) != NULL; }

static enum err like_it(struct search *s)
{
	struct ids like[FIND_WORDS] = { { 0 } };
	if (s->words[0].n < SLIP_LEAST)
		return OK;
	for (size_t i = 0; i < s->n_words; i++)
		TRY(like_one(s, s->words[i], &like[i]));
	for (size_t i = 0; i < like[0].n && s->n < FIND_MOST; i++) {
		bool fits = i == 0 || like[0].v[i] != like[0].v[i - 1];
		for (size_t k = 1; k < s->n_words; k++)
			fits = fits && among(&like[k], like[0].v[i]);
		if (fits)
			TRY(take(s, like[0].v[i]));
	}
	return OK;
}

enum err find_people(struct db *db, struct arena *a, int64_t school, struct str letters, enum person_kind kind,
                     struct found **out, size_t *n, bool *near)
{
	struct search s = { .db = db, .a = a, .school = school, .kind = str_z(kind ? kind_word(kind) : ""), .out = arena_array(a, struct found, FIND_MOST + 1) };
	s.n_words = words_fold(a, str_upto(letters, 200), s.words, FIND_WORDS);
	*near = false;
	if (s.n_words && s.words[0].n >= FIND_LEAST) {
		bool more = false;
		TRY(exact(&s));
		if (s.n == 0)
			TRY(catch_up(db, school, &more));
		if (more)
			TRY(exact(&s));
		*near = s.n == 0;
		if (s.n == 0)
			TRY(like_it(&s));
	}
	*out = s.out;
	*n = s.n;
	return OK;
}
