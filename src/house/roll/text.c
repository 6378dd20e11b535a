#include "house/roll/text.h"

/* Windows-1252, 0x80 to 0x9f (WHATWG encoding, index-windows-1252); 0: no such letter. */
static const uint16_t cp1252[32] = {
	0x20ac, 0,      0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021, 0x02c6, 0x2030, 0x0160, 0x2039, 0x0152, 0, 0x017d, 0,
	0,      0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014, 0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0, 0x017e, 0x0178,
};

static long line_at(struct str s, size_t at)
{
	long line = 1;
	for (size_t i = 0; i < at; i++)
		line += s.p[i] == '\n' || (s.p[i] == '\r' && (i + 1 == s.n || s.p[i + 1] != '\n'));
	return line;
}

/* Bytes of the well-formed UTF-8 letter here (RFC 3629); 0: none. */
static size_t letter(const unsigned char *p, size_t n)
{
	size_t want = p[0] < 0x80 ? 1 : p[0] >= 0xf0 ? 4 : p[0] >= 0xe0 ? 3 : p[0] >= 0xc2 ? 2 : 0;
	return want && want <= n && (p[0] == 0 || str_utf8((struct str){ (const char *)p, want })) ? want : 0;
}

struct tally { size_t good, bad, first_bad; };     /* letters of several bytes; bytes that are none */

static struct tally tally_of(struct str s)
{
	struct tally t = { 0 };
	for (size_t i = 0, n; i < s.n; i += n ? n : 1) {
		n = letter((const unsigned char *)s.p + i, s.n - i);
		if (n > 1)
			t.good++;
		if (n == 0 && t.bad++ == 0)
			t.first_bad = i;
	}
	return t;
}

static size_t put(char *p, uint32_t c)
{
	if (c < 0x80) {
		p[0] = (char)c;
		return 1;
	}
	if (c < 0x800) {
		p[0] = (char)(0xc0 | c >> 6);
		p[1] = (char)(0x80 | (c & 0x3f));
		return 2;
	}
	if (c < 0x10000) {
		p[0] = (char)(0xe0 | c >> 12);
		p[1] = (char)(0x80 | (c >> 6 & 0x3f));
		p[2] = (char)(0x80 | (c & 0x3f));
		return 3;
	}
	p[0] = (char)(0xf0 | c >> 18);
	p[1] = (char)(0x80 | (c >> 12 & 0x3f));
	p[2] = (char)(0x80 | (c >> 6 & 0x3f));
	p[3] = (char)(0x80 | (c & 0x3f));
	return 4;
}

static enum err from_1252(struct arena *a, struct str file, struct str s, struct diag *d, struct str *out)
{
	char *p = arena_alloc(a, s.n * 3 + 1);
	size_t n = 0;
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];
		uint32_t wide = c >= 0x80 && c < 0xa0 ? cp1252[c - 0x80] : c;
		if (c && !wide)
			return diag_fail(d, file, line_at(s, i), "There is a letter here that cannot be read. Save the file again as \"CSV UTF-8\".");
		n += put(p + n, wide);
	}
	*out = (struct str){ p, n };
	return OK;
}

static uint32_t unit(const unsigned char *p, bool big) { return big ? (uint32_t)p[0] << 8 | p[1] : (uint32_t)p[1] << 8 | p[0]; }

/* RFC 2781. */
static enum err from_utf16(struct arena *a, struct str file, struct str s, bool big, struct diag *d, struct str *out)
{
	const unsigned char *u = (const unsigned char *)s.p;
	char *p = arena_alloc(a, s.n * 2 + 1);
	size_t n = 0;
	for (size_t i = 2; i < s.n; i += 2) {
		uint32_t c = i + 1 < s.n ? unit(u + i, big) : 0xd800;
		if (c >= 0xd800 && c < 0xdc00 && i + 3 < s.n && (unit(u + i + 2, big) & 0xfc00) == 0xdc00) {
			c = 0x10000 + ((c & 0x3ff) << 10) + (unit(u + i + 2, big) & 0x3ff);
			i += 2;
		} else if (c >= 0xd800 && c < 0xe000) {
			return diag_fail(d, file, 0, "The file is cut off or damaged. Save it again as \"CSV UTF-8\".");
		}
		n += put(p + n, c);
	}
	*out = (struct str){ p, n };
	return OK;
}

static enum err decode(struct arena *a, struct str file, struct str s, struct diag *d, struct str *out, enum roll_encoding *how)
{
	*how = ROLL_UTF16;
	if (str_starts(s, STR("\xff\xfe")) || str_starts(s, STR("\xfe\xff")))
		return from_utf16(a, file, s, s.p[0] == '\xfe', d, out);
	bool mark = str_starts(s, STR("\xef\xbb\xbf"));
	struct tally t = tally_of(s);
	*how = t.bad ? ROLL_CP1252 : ROLL_UTF8;
	if (t.bad && (mark || t.good))
		return diag_fail(d, file, line_at(s, t.first_bad), "Two ways of writing letters are mixed in this file: the accents of this line differ from the others. Save the file again as \"CSV UTF-8\".");
	if (t.bad)
		return from_1252(a, file, s, d, out);
	*out = str_from(s, mark ? 3 : 0);
	return OK;
}

enum err roll_text(struct arena *a, struct str file, struct str bytes, struct diag *d, struct str *out, enum roll_encoding *how)
{
	struct str text;
	TRY(decode(a, file, bytes, d, &text, how));
	ptrdiff_t nul = str_chr(text, 0);
	if (nul >= 0)
		return diag_fail(d, file, line_at(text, (size_t)nul), "There are bytes here that are no text. This is not a CSV file: export it again as CSV.");
	*out = text;
	return OK;
}
