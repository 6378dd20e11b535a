/* How strong a password is, and what it is too like. */
#include <zxcvbn.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/rnd.h"
#include "base/time.h"
#include "gen_queries.h"
#include "gen_words.h"
#include "house/account/password.h"
#include "house/account/username.h"

enum { OWN_MAX = 120, WORD_MIN = 3, WORD_MAX_ = 39 };

/* ---- strength ---- */

/* What the judge counts as words besides its own dictionaries: the most personal first. */
static size_t dictionary(struct arena *a, const struct str *own, size_t n, const char ***out)
{
	const char **list = arena_array(a, const char *, n + PASSWORD_WORDS_N + 1);
	size_t k = 0;
	for (size_t i = 0; i < n; i++)
		list[k++] = arena_z(a, own[i]);
	for (size_t i = 0; i < PASSWORD_WORDS_N; i++)
		list[k++] = PASSWORD_WORDS[i];
	list[k] = NULL;
	*out = list;
	return k;
}

static double bits(struct str password, const struct str *own, size_t n)
{
	AUTO(arena_done) struct arena a = arena_init();
	char text[PASSWORD_MAX + 1];
	const char **list;
	dictionary(&a, own, n, &list);
	snprintf(text, sizeof text, "%.*s", STRF(password));
	double b = ZxcvbnMatch(text, list, NULL);
	mem_wipe(text, sizeof text);
	return b;
}

enum err password_check(enum person_kind kind, struct str password, const struct str *own_words, size_t n, struct diag *d)
{
	size_t least = kind == KIND_LEARNER ? PASSWORD_MIN_LEARNER : PASSWORD_MIN_STAFF;
	double enough = kind == KIND_LEARNER ? 14 : 30;      /* log2 of guesses */
	const char *why = NULL;
	if (password.n == 0)
		why = "Enter a password.";
	else if (password.n > PASSWORD_MAX || !str_utf8(password))
		why = "This password is too long. Use at most 200 letters.";
	else if (password.n < least)
		why = kind == KIND_LEARNER ? "This password is too short. Use at least 6 letters: two words are good."
		                           : "This password is too short. Use at least 10 letters: three or four unrelated words are good.";
	else if (bits(password, own_words, n) < enough)
		why = "This password is easy to guess: it is common, or made of names or patterns. Add an unrelated word or two.";
	if (why)
		diag_add(d, DIAG_ERROR, STR("password"), 0, "%s", why);
	return why ? ERR_INVALID : OK;
}

struct str password_suggest(struct arena *a)
{
	static const char *const words[] = {
		"amber", "anchor", "apple", "badger", "barley", "basket", "beacon", "bramble", "bridge", "bucket", "button", "candle", "canoe",
		"carrot", "castle", "cedar", "cheese", "clover", "comet", "copper", "cotton", "cricket", "daisy", "dragon", "eagle", "ember",
		"falcon", "feather", "fiddle", "forest", "garden", "ginger", "goblet", "hammer", "harbour", "hazel", "hedge", "heron", "island",
		"jacket", "jigsaw", "kettle", "kitten", "ladder", "lantern", "lemon", "magnet", "maple", "marble", "meadow", "mitten", "muffin",
		"needle", "nutmeg", "orchard", "otter", "paddle", "pebble", "pepper", "pigeon", "planet", "pocket", "puddle", "rabbit", "ribbon",
		"river", "rocket", "saddle", "salmon", "silver", "sparrow", "spider", "spoon", "squirrel", "summer", "sunset", "tablet", "teapot",
		"thistle", "ticket", "timber", "tulip", "tunnel", "turnip", "velvet", "violin", "walnut", "willow", "window", "winter", "yellow",
	};
	uint32_t n = ARRAY_N(words);
	const char *one = words[rnd_below(n)], *two = words[rnd_below(n)], *three = words[rnd_below(n)], *four = words[rnd_below(n)];
	return arena_fmt(a, "%s-%s-%s-%s-%02u", one, two, three, four, rnd_below(100));
}


/* ---- words of one's own ---- */

struct bag { struct arena *a; struct str *words; size_t n; };

/* The pieces of a name, small and plain. */
static void put_pieces(struct bag *b, struct str name)
{
	struct str rest = username_plain(b->a, name, 200), piece;
	while (b->n < OWN_MAX && str_next(&rest, '.', &piece))
		if (piece.n >= WORD_MIN && piece.n <= WORD_MAX_)
			b->words[b->n++] = piece;
}

static enum err put_school(struct bag *b, struct db *db, const struct person *p)
{
	struct q_school_names_row *names;
	struct q_class_teacher_names_row *teachers;
	size_t n, n_teachers;
	TRY(q_school_names(db, b->a, &(struct q_school_names_args){ .school = p->school }, &names, &n));
	for (size_t i = 0; i < n; i++)
		put_pieces(b, names[i].name);
	TRY(q_class_teacher_names(db, b->a, &(struct q_class_teacher_names_args){ .school = p->school, .person = p->id }, &teachers, &n_teachers));
	for (size_t i = 0; i < n_teachers; i++)
		put_pieces(b, teachers[i].name);
	return OK;
}

static void put_years(struct bag *b)
{
	int year = time_uk(clock_utc()).year;
	for (int y = year - 1; y <= year + 1; y++)
		put_pieces(b, arena_fmt(b->a, "%d", y));
}

enum err password_words(struct db *db, struct arena *a, const struct account_rules *r, const struct person *p,
                        const struct str **out, size_t *n)
{
	struct bag b = { .a = a, .words = arena_array(a, struct str, OWN_MAX) };
	put_pieces(&b, p->name);
	put_pieces(&b, p->username);
	put_years(&b);
	for (size_t i = 0; r && i < r->n_words; i++)
		put_pieces(&b, r->words[i]);
	TRY(put_school(&b, db, p));
	*out = b.words;
	*n = b.n;
	return OK;
}

/* ---- too like the last one ---- */

static bool sign(char c) { return c > ' ' && c < 0x7f && !ascii_alpha(c) && !ascii_digit(c); }

static void add(struct arena *a, struct str v, struct str fresh, struct str *out, size_t *n, size_t max)
{
	if (v.n == 0 || str_eq(v, fresh) || *n >= max)
		return;
	for (size_t i = 0; i < *n; i++)
		if (str_eq(out[i], v))
			return;
	out[(*n)++] = arena_str(a, v);
}

static struct str without_end(struct str s, bool digits, bool signs)
{
	while (s.n && ((digits && ascii_digit(s.p[s.n - 1])) || (signs && (sign(s.p[s.n - 1]) || s.p[s.n - 1] == ' '))))
		s.n--;
	return s;
}

/* The last number in it, one more or less; absent: there is none. */
static struct str counted(struct arena *a, struct str s, int by, bool padded)
{
	size_t end = s.n, from;
	while (end && !ascii_digit(s.p[end - 1]))
		end--;
	for (from = end; from && ascii_digit(s.p[from - 1]) && end - from < 9; )
		from--;
	int64_t v;
	if (end == 0 || str_i64((struct str){ s.p + from, end - from }, &v) != OK || v + by < 0)
		return STR_NONE;
	return arena_fmt(a, "%.*s%0*lld%.*s", (int)from, s.p, padded ? (int)(end - from) : 1, (long long)(v + by), (int)(s.n - end), s.p + end);
}

static struct str cased(struct arena *a, struct str s, bool first_only)
{
	char *p = arena_alloc(a, s.n + 1);
	for (size_t i = 0; i < s.n; i++)
		p[i] = first_only ? s.p[i] : ascii_lower(s.p[i]);
	if (first_only && s.n && ascii_alpha(p[0]))
		p[0] = (char)(p[0] ^ 0x20);
	return (struct str){ p, s.n };
}

size_t password_variants(struct arena *a, struct str fresh, struct str *out, size_t max)
{
	size_t n = 0;
	add(a, counted(a, fresh, -1, true), fresh, out, &n, max);
	add(a, without_end(fresh, true, false), fresh, out, &n, max);
	add(a, without_end(fresh, false, true), fresh, out, &n, max);
	add(a, without_end(fresh, true, true), fresh, out, &n, max);
	add(a, cased(a, fresh, false), fresh, out, &n, max);
	add(a, cased(a, fresh, true), fresh, out, &n, max);
	add(a, counted(a, fresh, -1, false), fresh, out, &n, max);
	add(a, counted(a, fresh, 1, true), fresh, out, &n, max);
	if (fresh.n && !ascii_alpha(fresh.p[0]))
		add(a, str_from(fresh, 1), fresh, out, &n, max);
	add(a, str_upto(fresh, fresh.n ? fresh.n - 1 : 0), fresh, out, &n, max);
	return n;
}

/* The letters alone, small. */
static struct str letters(struct arena *a, struct str s)
{
	char *p = arena_alloc(a, s.n + 1);
	size_t n = 0;
	for (size_t i = 0; i < s.n; i++)
		if (ascii_alpha(s.p[i]) || (unsigned char)s.p[i] >= 0x80)
			p[n++] = ascii_lower(s.p[i]);
	return (struct str){ p, n };
}

bool password_alike(struct str one, struct str two)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct str x = letters(&a, one), y = letters(&a, two);
	struct str big = x.n >= y.n ? x : y, small = x.n >= y.n ? y : x;
	bool alike = small.n >= WORD_MIN && big.n - small.n <= 2 && str_find(big, small) >= 0;
	mem_wipe((char *)(uintptr_t)x.p, x.n);
	mem_wipe((char *)(uintptr_t)y.p, y.n);
	return alike;
}
