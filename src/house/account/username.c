#include "house/account/username.h"

#include <uninorm.h>
#include <unistr.h>

#include "base/mem.h"
#include "base/rnd.h"
#include "gen_queries.h"
#include "gen_words.h"

enum { FIRST_MAX = 14, ROOM = 8 };       /* of a child's first name; what is kept for an animal's or a number's sake */

/* Kind ones, that no child minds being called. */
static const char *const ANIMALS[] = {
	"otter", "robin", "badger", "rabbit", "kitten", "puffin", "dolphin", "koala", "panda", "tiger", "lion", "zebra", "penguin", "seal",
	"falcon", "eagle", "heron", "wren", "swift", "finch", "lark", "dove", "swan", "fox", "deer", "hare", "pony", "lamb", "puppy", "beaver",
	"squirrel", "hedgehog", "owl", "parrot", "turtle", "octopus", "starfish", "ladybird", "bee", "dragon",
};

/* Letters that have no accent to lose. */
static const char *spelt(uint32_t c)
{
	static const struct { uint32_t c; const char *as; } LETTERS[] = {
		{ 0xdf, "ss" }, { 0xe6, "ae" }, { 0xc6, "ae" }, { 0xf8, "o" }, { 0xd8, "o" }, { 0x153, "oe" }, { 0x152, "oe" }, { 0x142, "l" }, { 0x141, "l" },
		{ 0x111, "d" }, { 0x110, "d" }, { 0xf0, "d" }, { 0xd0, "d" }, { 0xfe, "th" }, { 0xde, "th" }, { 0x131, "i" },
	};
	for (size_t i = 0; i < ARRAY_N(LETTERS); i++)
		if (LETTERS[i].c == c)
			return LETTERS[i].as;
	return NULL;
}

struct out { char *p; size_t n, max; };

static void put(struct out *o, char c)
{
	if (o->n < o->max && !(c == '.' && (o->n == 0 || o->p[o->n - 1] == '.')))
		o->p[o->n++] = c;
}

static void put_letter(struct out *o, uint32_t c)
{
	const char *as = spelt(c);
	if (c < 0x80 && (ascii_alpha((char)c) || ascii_digit((char)c)))
		put(o, ascii_lower((char)c));
	else if (c == ' ' || c == '.' || c == '-')
		put(o, '.');
	for (; as && *as; as++)
		put(o, *as);
}

struct str username_plain(struct arena *a, struct str name, size_t max)
{
	struct out o = { arena_alloc(a, max + 1), 0, max };
	size_t n = 0, n_wide = 0;
	uint32_t *wide = name.n && str_utf8(name) ? u8_to_u32((const uint8_t *)name.p, name.n, NULL, &n_wide) : NULL;
	uint32_t *letters = wide ? u32_normalize(UNINORM_NFKD, wide, n_wide, NULL, &n) : NULL;
	for (size_t i = 0; letters && i < n; i++)
		put_letter(&o, letters[i]);
	free(wide);
	free(letters);
	while (o.n && o.p[o.n - 1] == '.')
		o.n--;
	return (struct str){ o.p, o.n };
}

bool username_lucky(struct str username, struct str first)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct out joined = { arena_alloc(&a, username.n + 1), 0, username.n };
	for (size_t i = 0; i < username.n; i++)          /* also what two pieces make together */
		if (username.p[i] != '.')
			put(&joined, ascii_lower(username.p[i]));
	struct str all = { joined.p, joined.n }, own = username_plain(&a, first, USERNAME_MAX);
	for (size_t i = 0; i < UNLUCKY_WORDS_N; i++)
		if (str_find(all, str_z(UNLUCKY_WORDS[i])) >= 0 && str_find(own, str_z(UNLUCKY_WORDS[i])) < 0)
			return false;
	return true;
}

enum err username_free(struct db *db, int64_t school, struct str username, int64_t person)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct q_account_row_row now;
	struct q_username_past_row_row once;
	enum err e = q_account_row_one(db, &a, &(struct q_account_row_args){ .school = school, .sign_in = username }, &now);
	if (e == OK && now.person != person)
		return ERR_EXISTS;
	if (e != OK && e != ERR_ABSENT)
		return e;
	e = q_username_past_row_one(db, &a, &(struct q_username_past_row_args){ .school = school, .sign_in = username }, &once);
	if (e == OK && once.person != person)
		return ERR_EXISTS;
	return e == ERR_ABSENT ? OK : e;
}

/* The first of base, base2, base3 ... that is free. */
static enum err numbered(struct db *db, struct arena *a, int64_t school, struct str base, const char *between, struct str *out)
{
	for (int i = 1; i < 10000; i++) {
		struct str one = i == 1 ? base : arena_fmt(a, "%.*s%s%d", STRF(base), between, i);
		enum err e = username_free(db, school, one, 0);
		if (e == OK) {
			*out = one;
			return OK;
		}
		if (e != ERR_EXISTS)
			return e;
	}
	return ERR_LIMIT;
}

static enum err of_learner(struct db *db, struct arena *a, int64_t school, struct str name, struct str *out)
{
	struct str rest = str_trim(name), first, plain;
	if (!str_next(&rest, ' ', &first))
		first = STR("");
	plain = username_plain(a, first, FIRST_MAX);
	if (plain.n < 2)
		plain = STR("pupil");
	size_t from = rnd_below(ARRAY_N(ANIMALS));
	struct str last = STR_NONE;
	for (size_t i = 0; i < ARRAY_N(ANIMALS); i++) {
		struct str one = arena_fmt(a, "%.*s.%s", STRF(plain), ANIMALS[(from + i) % ARRAY_N(ANIMALS)]);
		if (!username_lucky(one, first))
			continue;
		enum err e = username_free(db, school, last = one, 0);
		if (e == OK)
			*out = one;
		if (e != ERR_EXISTS)
			return e;
	}
	return numbered(db, a, school, last.n ? last : STR("pupil.otter"), "", out);
}

enum err username_suggest(struct db *db, struct arena *a, int64_t school, enum person_kind kind, struct str name, struct str *out)
{
	if (kind == KIND_LEARNER)
		return of_learner(db, a, school, name, out);
	struct str base = username_plain(a, name, USERNAME_MAX - ROOM);
	return numbered(db, a, school, base.n < 2 ? STR("person") : base, ".", out);
}
