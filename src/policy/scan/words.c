#include "policy/scan/words.h"

#include <string.h>
#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include "policy/scan/letters.h"

enum { LINK_NONE, LINK_SIGN, LINK_SPACE };

/* What an ASCII byte is: a small letter or digit stands for itself, the rest as below. */
enum { C_GAP = 0, C_SPACE = 1, C_SIGN = 2, C_NOTHING = 3, C_MARK = 4, C_DIGIT = 5, C_LETTER = 6, C_HIGH = 7 };

static uint8_t class_of(uint8_t c)
{
	static const uint8_t low[128] = {
		[0] = C_NOTHING, ['\t'] = C_SPACE, ['\n'] = C_SPACE, ['\f'] = C_SPACE, ['\r'] = C_SPACE, [' '] = C_SPACE,
		['\''] = C_NOTHING, ['`'] = C_NOTHING, ['<'] = C_MARK, ['&'] = C_MARK,
		['@'] = C_SIGN, ['$'] = C_SIGN, ['!'] = C_SIGN, ['|'] = C_SIGN, ['+'] = C_SIGN, ['*'] = C_SIGN,
		['0' ... '9'] = C_DIGIT, ['a' ... 'z'] = C_LETTER, ['A' ... 'Z'] = C_LETTER,
	};
	return c < 128 ? low[c] : C_HIGH;
}

uint64_t word_hash(const char *p, size_t n)
{
	uint64_t h = 0x9e3779b97f4a7c15u + n, v;
	for (; n >= 8; p += 8, n -= 8) {
		memcpy(&v, p, 8);
		h = (h ^ v) * 0xff51afd7ed558ccdu;
		h ^= h >> 32;
	}
	v = 0;
	memcpy(&v, p, n);
	h = (h ^ v) * 0xff51afd7ed558ccdu;
	h ^= h >> 29;
	h *= 0xc4ceb9fe1a85ec53u;
	h ^= h >> 32;
	return h ? h : 1;               /* 0 marks an empty place in tables */
}

/* ---- forms of one word */

static char imitates(char c, char one)
{
	switch (c) {
	case '0': return 'o';
	case '1': case '!': case '|': return one;
	case '3': return 'e';
	case '4': case '@': return 'a';
	case '5': case '$': return 's';
	case '7': case '+': return 't';
	case '8': return 'b';
	default: return c;
	}
}

static void add_form(struct word *w, const char *p, size_t n)
{
	uint64_t h = word_hash(p, n);
	for (uint8_t i = 0; i < w->n; i++)
		if (w->form[i] == h)
			return;
	if (w->n < WORD_FORMS)
		w->form[w->n++] = h;
}

static size_t single(const char *p, size_t n, char *out)
{
	size_t m = 0;
	for (size_t i = 0; i < n; i++)
		if (!i || p[i] != p[i - 1] || (uint8_t)p[i] >= 0x80)
			out[m++] = p[i];
	return m;
}

static void read_form(struct word *w, const struct word_text *t, const char *p)
{
	char short_[WORD_BYTES];
	add_form(w, p, t->n);
	if (t->flags & WORD_RUN)
		add_form(w, short_, single(p, t->n, short_));
}

static void odd_forms(struct word *w, const struct word_text *t)
{
	char b[WORD_BYTES];
	for (int k = 0; k < 2; k++) {
		for (size_t i = 0; i < t->n; i++)
			b[i] = imitates(t->b[i], k ? 'l' : 'i');
		char *star = t->flags & WORD_STAR ? memchr(b, '*', t->n) : NULL;
		if (!star)
			read_form(w, t, b);
		for (int v = 0; star && !k && v < 5; v++) {
			*star = "aeiou"[v];
			read_form(w, t, b);
		}
	}
}

static void forms_of(struct word *w, const struct word_text *t)
{
	w->n = 0;
	if (t->flags & WORD_LONG)
		return;
	add_form(w, t->b, t->n);
	if (t->flags & WORD_RUN)
		read_form(w, t, t->b);
	if (t->flags & (WORD_DIGIT | WORD_SIGN) && t->flags & WORD_LETTER)
		odd_forms(w, t);
}

/* ---- words and joined pieces */

static void chain_end(struct words *w)
{
	if (w->pieces >= 2 && !(w->chain.flags & WORD_LONG)) {
		struct word out = { .joined = true };
		forms_of(&out, &w->chain);
		w->out.word(w->out.to, &out);
	}
	w->pieces = 0;
	w->link = LINK_NONE;
}

static void chain_add(struct words *w)
{
	struct word_text *c = &w->chain, *t = &w->now;
	if (!w->pieces)
		c->n = c->flags = c->units = 0;
	if ((size_t)c->n + t->n > WORD_BYTES || t->flags & WORD_LONG) {
		c->flags |= WORD_LONG;
	} else {
		memcpy(c->b + c->n, t->b, t->n);
		c->n = (uint8_t)(c->n + t->n);
		c->flags |= t->flags;
	}
	w->singles = (w->singles || !w->pieces) && t->units == 1;
	if (w->pieces < UINT8_MAX)
		w->pieces++;
}

/* The word ends at a gap of this class: what hangs together is known now. */
static void word_end(struct words *w, uint8_t gap)
{
	struct word out = { .n = 0 };
	bool single_here = w->now.units == 1;
	if (w->link == LINK_SPACE && !(single_here && w->singles))
		chain_end(w);
	bool linked = w->link != LINK_NONE;
	w->link = gap == C_SPACE ? single_here && (!linked || w->singles) ? LINK_SPACE : LINK_NONE : LINK_SIGN;
	out.begins = !linked && w->link != LINK_NONE;
	forms_of(&out, &w->now);
	w->out.word(w->out.to, &out);
	if (linked || w->link != LINK_NONE)
		chain_add(w);
	if (w->link == LINK_NONE)
		chain_end(w);
	w->now.n = w->now.flags = w->now.units = w->run = 0;
	w->last = 0;
}

/* A byte between words. */
static void between(struct words *w, uint8_t gap)
{
	w->sign = 0;
	if (w->now.n || w->now.flags)
		word_end(w, gap);
	else if (w->link == LINK_SPACE || (w->link == LINK_SIGN && gap == C_SPACE))
		chain_end(w);
}

static void append(struct words *w, const char *p, size_t n, uint8_t flag)
{
	struct word_text *t = &w->now;
	t->flags |= flag;
	if (t->n + n > WORD_BYTES) {
		t->flags |= WORD_LONG;
		return;
	}
	memcpy(t->b + t->n, p, n);
	t->n = (uint8_t)(t->n + n);
	if (t->units < UINT8_MAX)
		t->units++;
}

static inline void letter(struct words *w, char c, uint8_t flag)
{
	if (w->sign) {
		char s = w->sign;
		w->sign = 0;
		if (w->now.n || s == '$' || s == '@')
			append(w, &s, 1, s == '*' ? WORD_SIGN | WORD_STAR : WORD_SIGN);
	}
	w->run = c == w->last ? (uint8_t)(w->run + (w->run < 3)) : 1;
	w->last = c;
	if (w->run >= 3 && flag == WORD_LETTER) {
		w->now.flags |= WORD_RUN;
		return;
	}
	append(w, &c, 1, flag);
}

static void sign(struct words *w, char c)
{
	if (w->sign)
		between(w, C_GAP);
	w->sign = c;
}

/* ---- characters */

static void unit(struct words *w, uint32_t cp)
{
	char b[4];
	size_t n = 0;
	if (cp < 0x80) {
		letter(w, (char)cp, ascii_digit((char)cp) ? WORD_DIGIT : WORD_LETTER);
		return;
	}
	if (cp < 0x800) {
		b[n++] = (char)(0xc0 | cp >> 6);
	} else if (cp < 0x10000) {
		b[n++] = (char)(0xe0 | cp >> 12);
		b[n++] = (char)(0x80 | (cp >> 6 & 0x3f));
	} else {
		b[n++] = (char)(0xf0 | cp >> 18);
		b[n++] = (char)(0x80 | (cp >> 12 & 0x3f));
		b[n++] = (char)(0x80 | (cp >> 6 & 0x3f));
	}
	b[n++] = (char)(0x80 | (cp & 0x3f));
	w->sign = 0;
	w->last = 0;
	append(w, b, n, WORD_LETTER);
}

static void low_char(struct words *w, uint8_t c)
{
	switch (class_of(c)) {
	case C_LETTER: letter(w, ascii_lower((char)c), WORD_LETTER); break;
	case C_DIGIT: letter(w, (char)c, WORD_DIGIT); break;
	case C_SIGN: sign(w, (char)c); break;
	case C_SPACE: between(w, C_SPACE); break;
	case C_NOTHING: break;
	default: between(w, C_GAP);
	}
}

static void high_char(struct words *w, uint32_t cp)
{
	struct letter l = letter_of(cp);
	switch (l.kind) {
	case LETTER_NOTHING: break;
	case LETTER_GAP: between(w, cp == 0xa0 || cp == 0x3000 || (cp >= 0x2000 && cp <= 0x200a) ? C_SPACE : C_GAP); break;
	case LETTER_ALONE:
		words_gap(w);
		unit(w, l.a);
		words_gap(w);
		break;
	case LETTER_PART:
		unit(w, l.a);
		if (l.b)
			unit(w, l.b);
	}
}

void words_char(struct words *w, uint32_t cp)
{
	if (cp < 0x80)
		low_char(w, (uint8_t)cp);
	else
		high_char(w, cp);
}

/* What looked like UTF-8 and is none: windows-1252, byte by byte. */
static void not_utf8(struct words *w)
{
	uint8_t n = w->got;
	w->need = w->got = 0;
	for (uint8_t i = 0; i < n; i++)
		words_char(w, charset_1252(w->seen[i]));
}

static void utf8_first(struct words *w, uint8_t c)
{
	w->seen[0] = c;
	w->got = 1;
	w->need = c >= 0xf0 && c < 0xf5 ? 3 : c >= 0xe0 && c < 0xf0 ? 2 : c >= 0xc2 && c < 0xe0 ? 1 : 0;
	w->cp = c & (0x3fu >> w->need);
	if (!w->need)
		not_utf8(w);
}

static void high_byte(struct words *w, uint8_t c)
{
	if (w->set.high) {
		high_char(w, w->set.high[c - 0x80]);
		return;
	}
	if (w->need && c >= 0xc0)
		not_utf8(w);
	if (!w->need) {
		utf8_first(w, c);
		return;
	}
	w->seen[w->got++] = c;
	w->cp = w->cp << 6 | (c & 0x3f);
	if (--w->need)
		return;
	uint32_t cp = w->cp;
	if ((w->got == 3 && cp < 0x800) || (w->got == 4 && cp < 0x10000)) {
		not_utf8(w);
		return;
	}
	w->got = 0;
	words_char(w, cp);
}

/* ---- the short way: a word of 2 to 15 plain letters and the space behind it, where nothing hangs on what was before.
 * What comes out is what the long way gives; the fuzz target compares them, for no portion of less than 16 bytes goes this way. */

#if defined(__SSE2__)
enum { AHEAD = 16 };

static uint64_t few_bytes(uint64_t v, size_t n) { return v & (((uint64_t)1 << 8 * n) - 1); }

/* word_hash() of the first n of sixteen bytes. */
static uint64_t hash_of_few(__m128i v, size_t n)
{
	uint64_t h = 0x9e3779b97f4a7c15u + n, low = (uint64_t)_mm_cvtsi128_si64(v), high = (uint64_t)_mm_cvtsi128_si64(_mm_unpackhi_epi64(v, v));
	if (n >= 8) {
		h = (h ^ low) * 0xff51afd7ed558ccdu;
		h ^= h >> 32;
	}
	h = (h ^ (n >= 8 ? few_bytes(high, n - 8) : few_bytes(low, n))) * 0xff51afd7ed558ccdu;
	h ^= h >> 29;
	h *= 0xc4ceb9fe1a85ec53u;
	h ^= h >> 32;
	return h ? h : 1;
}

/* How many bytes it took: 0 where the text is not of this kind. */
static inline size_t plain_word(struct words *w, const char *p)
{
	__m128i v = _mm_or_si128(_mm_loadu_si128((const __m128i *)(const void *)p), _mm_set1_epi8(0x20));
	__m128i at = _mm_sub_epi8(v, _mm_set1_epi8('a'));
	uint32_t letters = (uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(_mm_min_epu8(at, _mm_set1_epi8(25)), at));
	uint32_t twice = (uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(v, _mm_srli_si128(v, 1)));
	size_t n = (size_t)__builtin_ctz(~letters);
	if (n < 2 || n >= AHEAD || class_of((uint8_t)p[n]) != C_SPACE || (twice & twice >> 1 & ((1u << (n - 2)) - 1)))
		return 0;
	struct word out __attribute__((uninitialized));
	out.form[0] = hash_of_few(v, n);
	out.n = 1;
	out.begins = out.joined = false;
	w->out.word(w->out.to, &out);
	return n + 1;
}

static bool nothing_hangs(const struct words *w) { return !w->now.n && !w->now.flags && !w->sign && w->link == LINK_NONE && !w->need; }

static const char *plain_words(struct words *w, const char *p, const char *end)
{
	if (!nothing_hangs(w))
		return p;
	for (size_t took = 1; took && end - p >= AHEAD; p += took)
		took = plain_word(w, p);
	return p;
}
#else
static const char *plain_words(struct words *w, const char *p, const char *end)
{
	(void)w;
	(void)end;
	return p;
}
#endif

struct str words_feed(struct words *w, struct str s, bool marked)
{
	const char *p = s.p, *end = s.n ? s.p + s.n : s.p;
	p = plain_words(w, p, end);
	for (; p < end; p++) {
		uint8_t k = class_of((uint8_t)*p);
		if (k == C_HIGH) {
			high_byte(w, (uint8_t)*p);
			continue;
		}
		if (w->need)
			not_utf8(w);
		if (k == C_LETTER)
			letter(w, (char)(*p | 0x20), WORD_LETTER);
		else if (k == C_SPACE) {
			between(w, C_SPACE);
			p = plain_words(w, p + 1, end) - 1;
		} else if (k == C_MARK && marked)
			break;
		else
			low_char(w, (uint8_t)*p);
	}
	return (struct str){ p, (size_t)(end - p) };
}

void words_gap(struct words *w)
{
	if (w->need)
		not_utf8(w);
	between(w, C_SPACE);
}

void words_stop(struct words *w)
{
	words_gap(w);
	chain_end(w);
	if (w->out.stop)
		w->out.stop(w->out.to);
}

void words_begin(struct words *w, struct words_to out, struct charset set)
{
	*w = (struct words){ .out = out, .set = set };
}
