#include "house/site/plain.h"

#include "base/mem.h"

/* The letter at `at`; its length in bytes.  What is no UTF-8 counts as a byte of its own. */
static uint32_t rune(struct str s, size_t at, size_t *len)
{
	uint8_t b = (uint8_t)s.p[at];
	size_t n = b < 0x80 ? 1 : b >= 0xf0 ? 4 : b >= 0xe0 ? 3 : b >= 0xc2 ? 2 : 1;
	*len = 1;
	if (n == 1 || at + n > s.n)
		return b < 0x80 ? b : 0xfffd;
	uint32_t c = b & (0x7fu >> n);
	for (size_t i = 1; i < n; i++) {
		uint8_t next = (uint8_t)s.p[at + i];
		if ((next & 0xc0) != 0x80)
			return 0xfffd;
		c = c << 6 | (next & 0x3f);
	}
	*len = n;
	return c;
}

/* Latin with marks, U+00C0 to U+017F, as plain letters; '.' stays as it is. */
static const char latin[] =
	"AAAAAAACEEEEIIIIDNOOOOO.OUUUUYTsaaaaaaaceeeeiiiidnooooo.ouuuuyty"
	"AaAaAaCcCcCcCcDdDdEeEeEeEeEeGgGgGgGgHhHhIiIiIiIiIiIiJjKkkLlLlLlLlLlNnNnNnnNnOoOoOoOoRrRrRrSsSsSsSsTtTtTtUuUuUuUuUuUuWwYyYZzZzZzs";

/* Letters of other alphabets that look like ours. */
static const struct { uint32_t from; char to; } alike[] = {
	{ 0x430, 'a' }, { 0x435, 'e' }, { 0x43e, 'o' }, { 0x440, 'p' }, { 0x441, 'c' }, { 0x443, 'y' }, { 0x445, 'x' }, { 0x456, 'i' },
	{ 0x410, 'A' }, { 0x412, 'B' }, { 0x415, 'E' }, { 0x41a, 'K' }, { 0x41c, 'M' }, { 0x41d, 'H' }, { 0x41e, 'O' }, { 0x420, 'P' },
	{ 0x421, 'C' }, { 0x422, 'T' }, { 0x425, 'X' }, { 0x406, 'I' }, { 0x3bf, 'o' }, { 0x3b1, 'a' }, { 0x391, 'A' }, { 0x395, 'E' },
	{ 0x2010, '-' }, { 0x2011, '-' }, { 0x2012, '-' }, { 0x2013, '-' }, { 0x2014, '-' }, { 0x2212, '-' }, { 0x2018, '\'' }, { 0x2019, '\'' },
	{ 0x2024, '.' }, { 0xa0, ' ' }, { 0x202f, ' ' }, { 0x3000, ' ' }, { 0x131, 'i' },
};

static bool widthless(uint32_t c)
{
	return c == 0xad || (c >= 0x200b && c <= 0x200f) || (c >= 0x202a && c <= 0x202e) || (c >= 0x2060 && c <= 0x2064) || c == 0xfeff ||
	       (c >= 0x300 && c <= 0x36f) || (c >= 0xfe00 && c <= 0xfe0f);
}

/* 0: no plain letter stands for it. */
static char ascii_of(uint32_t c)
{
	if (c < 0x80)
		return (char)c;
	if (c >= 0xc0 && c <= 0x17f && latin[c - 0xc0] != '.')
		return latin[c - 0xc0];
	if (c >= 0xff01 && c <= 0xff5e)
		return (char)(c - 0xff01 + '!');
	if (c >= 0x2000 && c <= 0x200a)
		return ' ';
	for (size_t i = 0; i < ARRAY_N(alike); i++)
		if (alike[i].from == c)
			return alike[i].to;
	return 0;
}

static void put(struct plain *p, char c, size_t at)
{
	p->c[p->n] = c;
	p->low[p->n] = ascii_lower(c);
	p->at[p->n++] = (uint32_t)at;
}

struct plain plain_of(struct arena *a, struct str text)
{
	static_assert(sizeof latin == 0x180 - 0xc0 + 1, "one letter for each of U+00C0 to U+017F");
	struct plain p = { arena_array(a, char, text.n + 1), arena_array(a, char, text.n + 1), arena_array(a, uint32_t, text.n + 1), 0 };
	for (size_t i = 0, len; i < text.n; i += len) {
		uint32_t c = rune(text, i, &len);
		char plain = ascii_of(c);
		if (plain)
			put(&p, plain, i);
		else if (!widthless(c))
			for (size_t k = 0; k < len; k++)
				put(&p, text.p[i + k], i);
	}
	p.at[p.n] = (uint32_t)text.n;
	return p;
}
