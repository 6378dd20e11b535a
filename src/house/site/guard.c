#include "house/site/guard.h"

#include <stdlib.h>

#include "base/mem.h"
#include "house/site/plain.h"

enum { PHONE_LEAST = 9, PHONE_MOST = 15, WORD_MOST = 60, CONFERENCE_LEAST = 4 };

static const char *const is[] = {
#define GUARD_IS_(what, is, mend) [what] = is,
	GUARD_TABLE(GUARD_IS_)
#undef GUARD_IS_
};
static const char *const mends[] = {
#define GUARD_MEND_(what, is, mend) [what] = mend,
	GUARD_TABLE(GUARD_MEND_)
#undef GUARD_MEND_
};
const char *guard_is(enum guard_what w) { return is[w]; }
const char *guard_mend(enum guard_what w) { return mends[w]; }

/* A name as it is compared: the last word, and what stands before it. */
struct named { struct str last, first; };
struct guard {
	struct named *names;           /* by last */
	size_t n_names;
	struct guard_texts conference, allowed;        /* folded: letters and digits alone, lower case */
};

/* ---- words ---- */

static bool word_byte(char c) { return ascii_alpha(c) || ascii_digit(c) || (uint8_t)c >= 0x80; }
static bool in_word(char c) { return word_byte(c) || c == '\'' || c == '-'; }

/* Letters and digits alone, lower case. */
static struct str folded(struct arena *a, struct str text)
{
	struct plain p = plain_of(a, text);
	size_t n = 0;
	for (size_t i = 0; i < p.n; i++)
		if (word_byte(p.low[i]))
			p.low[n++] = p.low[i];
	return (struct str){ p.low, n };
}

static int by_last(const void *a, const void *b) { return str_cmp(((const struct named *)a)->last, ((const struct named *)b)->last); }

/* "Tansy Testerley" and "Testerley, Tansy": first and last word of it.  One word alone is no name to find. */
static bool name_of(struct arena *a, struct str name, struct named *out)
{
	struct str first = STR_NONE, last = STR_NONE, word, rest = str_trim(name);
	while (str_next(&rest, ' ', &word)) {
		struct str f = folded(a, word);
		if (!f.n)
			continue;
		first = first.n ? first : f;
		last = f;
	}
	*out = (struct named){ last, first };
	return first.n && last.n > 1 && first.p != last.p;
}

static struct guard_texts fold_all(struct arena *a, const struct guard_texts *t, size_t least)
{
	struct guard_texts out = { arena_array(a, struct str, t->n + 1), 0 };
	for (size_t i = 0; i < t->n; i++) {
		struct str f = folded(a, t->v[i]);
		if (f.n >= least)
			out.v[out.n++] = f;
	}
	return out;
}

struct guard *guard_new(struct arena *a, const struct guard_known *known)
{
	struct guard *g = arena_new(a, struct guard);
	g->names = arena_array(a, struct named, known->names.n + 1);
	for (size_t i = 0; i < known->names.n; i++)
		if (name_of(a, known->names.v[i], &g->names[g->n_names]))
			g->n_names++;
	if (g->n_names > 1)
		qsort(g->names, g->n_names, sizeof *g->names, by_last);
	g->conference = fold_all(a, &known->conference, CONFERENCE_LEAST);
	g->allowed = fold_all(a, &known->allowed, 3);
	return g;
}

/* ---- a scan ---- */

struct scan {
	const struct guard *g;
	struct arena *a;
	struct str text;
	struct plain p;
	struct guard_finding *out;
	size_t n, max;
};

static struct str low(const struct scan *s, size_t from, size_t to) { return (struct str){ s->p.low + from, to - from }; }

static struct str fold_range(struct scan *s, size_t from, size_t to)
{
	char *p = arena_alloc(s->a, to - from + 1);
	size_t n = 0;
	for (size_t i = from; i < to; i++)
		if (word_byte(s->p.low[i]))
			p[n++] = s->p.low[i];
	return (struct str){ p, n };
}

/* What was found is allowed when it stands, whole, in something that is. */
static bool allowed(struct scan *s, enum guard_what what, size_t from, size_t to)
{
	struct str f = fold_range(s, from, to);
	for (size_t i = 0; i < s->g->allowed.n; i++) {
		struct str one = s->g->allowed.v[i];
		bool part = what == GUARD_HOME || what == GUARD_POSTCODE;
		if (f.n && (part ? str_find(one, f) >= 0 : str_eq(one, f)))
			return true;
	}
	return false;
}

static bool covered(const struct scan *s, size_t at, size_t end)
{
	for (size_t i = s->n; i-- > 0;)
		if (at < s->out[i].at + s->out[i].n && end > s->out[i].at)
			return true;
	return false;
}

static void found(struct scan *s, enum guard_what what, size_t from, size_t to)
{
	size_t at = s->p.at[from], end = s->p.at[to];
	if (s->n == s->max || allowed(s, what, from, to) || covered(s, at, end))
		return;
	long line = 1;
	for (size_t i = 0; i < at; i++)
		line += s->text.p[i] == '\n';
	struct str words = str_trim((struct str){ s->text.p + at, end - at });
	s->out[s->n++] = (struct guard_finding){ what, at, end - at, line, words };
}

/* ---- e-mail ---- */

static bool local_byte(char c) { return word_byte(c) || c == '.' || c == '_' || c == '+' || c == '-' || c == '%' || c == '\''; }

/* "@", "(at)", "[at]", "{at}", " at "; its length, spaces around counted.  0: none. */
static size_t at_sign(const struct scan *s, size_t i)
{
	static const char *const ways[] = { "@", "(at)", "[at]", "{at}", "<at>", " at " };
	size_t spaces = 0;
	while (i + spaces < s->p.n && s->p.low[i + spaces] == ' ' && spaces < 3)
		spaces++;
	for (size_t w = 0; w < ARRAY_N(ways); w++) {
		size_t from = w == 5 ? i : i + spaces;
		struct str way = str_z(ways[w]), rest = low(s, from > s->p.n ? s->p.n : from, s->p.n);
		if (!str_starts(rest, way))
			continue;
		size_t end = from + way.n;
		while (end < s->p.n && s->p.low[end] == ' ' && end - from < way.n + 3)
			end++;
		return end - i;
	}
	return 0;
}

/* "." or "(dot)" or " dot " between the words of a domain; its length. */
static size_t dot_of(const struct scan *s, size_t i)
{
	static const char *const ways[] = { "(dot)", "[dot]", " (dot) ", " [dot] ", " dot ", "." };
	for (size_t w = 0; w < ARRAY_N(ways); w++)
		if (str_starts(low(s, i, s->p.n), str_z(ways[w])))
			return strlen(ways[w]);
	return 0;
}

/* The end of a domain of two words or more; `from` when there is none. */
static size_t domain_end(const struct scan *s, size_t from)
{
	size_t i = from, end = from, words = 0;
	for (;;) {
		size_t start = i;
		while (i < s->p.n && (word_byte(s->p.low[i]) || s->p.low[i] == '-'))
			i++;
		if (i == start)
			break;
		end = i;
		words++;
		size_t dot = i < s->p.n ? dot_of(s, i) : 0;
		if (!dot)
			break;
		i += dot;
	}
	return words >= 2 ? end : from;
}

static void emails(struct scan *s)
{
	for (size_t i = 1; i < s->p.n; i++) {
		size_t sign = local_byte(s->p.low[i - 1]) && !local_byte(s->p.low[i]) ? at_sign(s, i) : 0;
		if (!sign)
			continue;
		size_t from = i, end = domain_end(s, i + sign);
		while (from > 0 && local_byte(s->p.low[from - 1]))
			from--;
		if (end > i + sign)
			found(s, GUARD_EMAIL, from, end);
	}
}

/* ---- telephone numbers ---- */

static bool between_digits(char c) { return c == ' ' || c == '-' || c == '.' || c == '(' || c == ')' || c == '/'; }

/* The end of a run of digits with what people put between them; how many digits. */
static size_t digits_end(const struct scan *s, size_t from, size_t *digits)
{
	size_t end = from, gap = 0;
	*digits = 0;
	for (size_t i = from; i < s->p.n && gap < 3; i++) {
		char c = s->p.c[i];
		if (ascii_digit(c)) {
			(*digits)++;
			end = i + 1;
			gap = 0;
		} else if (between_digits(c) || (c == '+' && i == from))
			gap++;
		else
			break;
	}
	return end;
}

/* A date such as 21/11/2026 or 2026-11-21 is none: numbers begin with 0 or +, as they are written here. */
static void phones(struct scan *s)
{
	for (size_t i = 0; i < s->p.n; i++) {
		char c = s->p.c[i], before = i ? s->p.c[i - 1] : ' ';
		bool start = (c == '0' || (c == '+' && i + 1 < s->p.n && ascii_digit(s->p.c[i + 1]))) && !word_byte(before) && before != '.' && before != '-' && before != '/';
		size_t digits, end = start ? digits_end(s, i, &digits) : i;
		if (!start)
			continue;
		if (digits >= PHONE_LEAST && digits <= PHONE_MOST)
			found(s, GUARD_PHONE, i, end);
		i = end > i ? end - 1 : i;
	}
}

/* ---- names ---- */

static size_t word_end(const struct scan *s, size_t i)
{
	while (i < s->p.n && in_word(s->p.low[i]))
		i++;
	return i;
}

static size_t next_word(const struct scan *s, size_t i, size_t most)
{
	size_t from = i;
	while (i < s->p.n && !word_byte(s->p.low[i]) && i - from < most)
		i++;
	return i < s->p.n && word_byte(s->p.low[i]) ? i : s->p.n;
}

/* Whether somebody is called this; `first` "t" alone stands for any first name with that letter, absent for any at all. */
static bool anybody(const struct guard *g, struct str first, struct str last)
{
	size_t lo = 0, hi = g->n_names;
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		if (str_cmp(g->names[mid].last, last) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	for (; lo < g->n_names && str_eq(g->names[lo].last, last); lo++)
		if (!first.n || str_eq(g->names[lo].first, first) || (first.n == 1 && g->names[lo].first.p[0] == first.p[0]))
			return true;
	return false;
}

static bool title_word(struct str w)
{
	static const char *const titles[] = { "mr", "mrs", "ms", "miss", "mx", "dr", "sir", "madam", "revd", "rev", "prof" };
	for (size_t i = 0; i < ARRAY_N(titles); i++)
		if (str_is(w, titles[i]))
			return true;
	return false;
}

struct span { size_t from, to; struct str word; };

/* Up to three words from here that stand beside each other. */
static size_t three(struct scan *s, size_t from, struct span out[3])
{
	size_t n = 0;
	while (n < 3 && from < s->p.n) {
		size_t to = word_end(s, from);
		struct str w = to - from <= WORD_MOST ? fold_range(s, from, to) : STR("");
		out[n++] = (struct span){ from, to, str_ends(low(s, from, to), STR("'s")) && w.n > 1 ? str_upto(w, w.n - 1) : w };
		from = next_word(s, to, 4);
	}
	return n;
}

static void names(struct scan *s)
{
	for (size_t i = next_word(s, 0, s->p.n); i < s->p.n; i = next_word(s, word_end(s, i), s->p.n)) {
		struct span w[3];
		size_t n = three(s, i, w);
		if (n < 2 || !w[0].word.n || !w[1].word.n)
			continue;
		if (title_word(w[0].word) && anybody(s->g, STR_NONE, w[1].word))
			found(s, GUARD_NAME, w[0].from, w[1].to);
		else if (anybody(s->g, w[0].word, w[1].word))
			found(s, GUARD_NAME, w[0].from, w[1].to);
		else if (w[1].word.n > 1 && anybody(s->g, w[1].word, w[0].word))
			found(s, GUARD_NAME, w[0].from, w[1].to);
		else if (n == 3 && w[0].word.n > 1 && w[2].word.n && anybody(s->g, w[0].word, w[2].word))
			found(s, GUARD_NAME, w[0].from, w[2].to);
	}
}

/* ---- homes ---- */

static bool street_word(struct str w)
{
	static const char *const words[] = { "street", "st", "road", "rd", "lane", "ln", "avenue", "ave", "close", "drive", "way", "court", "crescent",
		"terrace", "gardens", "grove", "place", "hill", "square", "row", "walk", "mews", "parade", "rise", "view", "green" };
	for (size_t i = 0; i < ARRAY_N(words); i++)
		if (str_is(w, words[i]))
			return true;
	return false;
}

/* A number of a house: 12, 12a, 4-6. */
static bool house_number(struct str w)
{
	size_t digits = 0;
	while (digits < w.n && ascii_digit(w.p[digits]))
		digits++;
	return digits >= 1 && digits <= 4 && w.n - digits <= 1;
}

/* "12 Elm Road", "12a Old Mill Lane": a number, one or two words that begin with a capital, a word for a street with a capital. */
static void homes(struct scan *s)
{
	for (size_t i = next_word(s, 0, s->p.n); i < s->p.n; i = next_word(s, word_end(s, i), s->p.n)) {
		if (!ascii_digit(s->p.c[i]) || !house_number(fold_range(s, i, word_end(s, i))))
			continue;
		size_t at = next_word(s, word_end(s, i), 2), words = 0;
		for (; at < s->p.n && words < 4 && s->p.c[at] >= 'A' && s->p.c[at] <= 'Z'; words++) {
			size_t to = word_end(s, at);
			if (words > 0 && street_word(low(s, at, to))) {
				found(s, GUARD_HOME, i, to);
				break;
			}
			at = next_word(s, to, 2);
		}
	}
}

/* A9 9AA, A99 9AA, AA9 9AA, AA99 9AA, A9A 9AA, AA9A 9AA. */
static bool postcode(struct str f)
{
	if (f.n < 5 || f.n > 7 || !ascii_alpha(f.p[0]))
		return false;
	struct str out = str_upto(f, f.n - 3), in = str_from(f, f.n - 3);
	size_t letters = out.n > 1 && ascii_alpha(out.p[1]) ? 2 : 1;
	bool middle = out.n > letters && out.n - letters <= 2 && ascii_digit(out.p[letters]);
	return middle && ascii_digit(in.p[0]) && ascii_alpha(in.p[1]) && ascii_alpha(in.p[2]);
}

static bool upper_or_digit(const struct scan *s, size_t from, size_t to)
{
	for (size_t i = from; i < to; i++)
		if (!ascii_digit(s->p.c[i]) && !(s->p.c[i] >= 'A' && s->p.c[i] <= 'Z') && s->p.c[i] != ' ')
			return false;
	return to > from;
}

static void postcodes(struct scan *s)
{
	for (size_t i = next_word(s, 0, s->p.n); i < s->p.n; i = next_word(s, word_end(s, i), s->p.n)) {
		size_t to = word_end(s, i), next = next_word(s, to, 2), then = next < s->p.n ? word_end(s, next) : to;
		if (to - i >= 5 && upper_or_digit(s, i, to) && postcode(fold_range(s, i, to)))
			found(s, GUARD_POSTCODE, i, to);
		else if (then > next && then - next == 3 && to - i <= 4 && upper_or_digit(s, i, to) && upper_or_digit(s, next, then) && postcode(fold_range(s, i, then)))
			found(s, GUARD_POSTCODE, i, then);
	}
}

/* ---- conferences ---- */

/* The byte after the last one of `what` as it stands here, other signs between its letters; `from` when it does not. */
static size_t match_folded(const struct scan *s, size_t from, struct str what)
{
	size_t i = from, k = 0, gap = 0;
	for (; i < s->p.n && k < what.n && gap < 4; i++) {
		if (!word_byte(s->p.low[i])) {
			gap++;
			continue;
		}
		if (s->p.low[i] != what.p[k])
			return from;
		gap = 0;
		k++;
	}
	return k == what.n ? i : from;
}

static void registered(struct scan *s)
{
	for (size_t i = 0; i < s->p.n; i++) {
		if (!word_byte(s->p.low[i]) || (i && word_byte(s->p.low[i - 1])))
			continue;
		for (size_t k = 0; k < s->g->conference.n; k++) {
			size_t end = match_folded(s, i, s->g->conference.v[k]);
			if (end > i && (end == s->p.n || !word_byte(s->p.low[end])))
				found(s, GUARD_CONFERENCE, i, end);
		}
	}
}

/* Addresses that let whoever has them in, whoever the maker is. */
static void join_links(struct scan *s)
{
	static const char *const ways[] = { "zoom.us/j/", "zoom.us/my/", "zoom.us/s/", "meet.google.com/", "teams.microsoft.com/l/meetup", "teams.live.com/meet",
		"teams.microsoft.com/meet", "webex.com/meet", "webex.com/join", "whereby.com/", "meet.jit.si/", "join.skype.com/", "meeting id", "meeting-id" };
	for (size_t i = 0; i < s->p.n; i++)
		for (size_t w = 0; w < ARRAY_N(ways); w++) {
			if (s->p.low[i] != ways[w][0] || !str_starts(low(s, i, s->p.n), str_z(ways[w])))
				continue;
			size_t to = i, from = i;
			while (to < s->p.n && s->p.c[to] > ' ')
				to++;
			while (from > 0 && s->p.c[from - 1] > ' ')
				from--;
			found(s, GUARD_CONFERENCE, from, to > i + strlen(ways[w]) ? to : i + strlen(ways[w]));
		}
}

static int by_place(const void *a, const void *b)
{
	const struct guard_finding *x = a, *y = b;
	return x->at < y->at ? -1 : x->at > y->at;
}

/* The surest first: what one of them has found no other finds again. */
enum err guard_scan(const struct guard *g, struct arena *a, struct str text, struct guard_finding *out, size_t max, size_t *n)
{
	static void (*const looks[])(struct scan *s) = { registered, join_links, emails, phones, postcodes, homes, names };
	if (text.n > GUARD_TEXT_MAX)
		return ERR_LIMIT;
	struct scan s = { .g = g, .a = a, .text = text, .p = plain_of(a, text), .out = out, .max = max };
	for (size_t i = 0; i < ARRAY_N(looks); i++)
		looks[i](&s);
	if (s.n > 1)
		qsort(out, s.n, sizeof *out, by_place);
	*n = s.n;
	return OK;
}
