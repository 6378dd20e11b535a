#include "base/str.h"

enum { SHORT = 256 };

struct str str_z(const char *z)
{
	return z ? (struct str){ z, strlen(z) } : STR_NONE;
}

bool str_eq(struct str a, struct str b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

bool str_is(struct str a, const char *z)
{
	return str_eq(a, str_z(z));
}

bool str_ieq(struct str a, struct str b)
{
	if (a.n != b.n)
		return false;
	for (size_t i = 0; i < a.n; i++)
		if (a.p[i] != b.p[i] && ascii_lower(a.p[i]) != ascii_lower(b.p[i]))
			return false;
	return true;
}

int str_cmp(struct str a, struct str b)
{
	size_t n = a.n < b.n ? a.n : b.n;
	int c = n ? memcmp(a.p, b.p, n) : 0;
	return c ? c : (a.n > b.n) - (a.n < b.n);
}

bool str_starts(struct str s, struct str head)
{
	return s.n >= head.n && str_eq(str_upto(s, head.n), head);
}

bool str_ends(struct str s, struct str tail)
{
	return s.n >= tail.n && str_eq(str_from(s, s.n - tail.n), tail);
}

struct str str_from(struct str s, size_t at)
{
	if (at > s.n)
		at = s.n;
	return s.p ? (struct str){ s.p + at, s.n - at } : s;
}

struct str str_upto(struct str s, size_t n)
{
	return (struct str){ s.p, n < s.n ? n : s.n };
}

struct str str_trim(struct str s)
{
	while (s.n && ascii_space(s.p[0]))
		s = str_from(s, 1);
	while (s.n && ascii_space(s.p[s.n - 1]))
		s.n--;
	return s;
}

/* In a short text: from one first letter to the next, without the tables that memmem makes first. */
static const char *find_short(struct str s, struct str what)
{
	const char *p = s.p, *end = s.p + s.n - what.n + 1;
	while (p < end && (p = memchr(p, what.p[0], (size_t)(end - p)))) {
		if (!memcmp(p, what.p, what.n))
			return p;
		p++;
	}
	return NULL;
}

ptrdiff_t str_find(struct str s, struct str what)
{
	if (!what.n)
		return 0;
	if (s.n < what.n)
		return -1;
	const char *p = s.n <= SHORT ? find_short(s, what) : memmem(s.p, s.n, what.p, what.n);
	return p ? p - s.p : -1;
}

ptrdiff_t str_chr(struct str s, char c)
{
	const char *p = s.n ? memchr(s.p, c, s.n) : NULL;
	return p ? p - s.p : -1;
}

ptrdiff_t str_rchr(struct str s, char c)
{
	const char *p = s.n ? memrchr(s.p, c, s.n) : NULL;
	return p ? p - s.p : -1;
}

bool str_next(struct str *rest, char sep, struct str *piece)
{
	if (!rest->p)
		return false;
	ptrdiff_t at = str_chr(*rest, sep);
	if (at < 0) {
		*piece = *rest;
		*rest = STR_NONE;
		return true;
	}
	*piece = str_upto(*rest, (size_t)at);
	*rest = str_from(*rest, (size_t)at + 1);
	return true;
}

enum err str_u64(struct str s, uint64_t *out)
{
	uint64_t v = 0;
	if (!s.n)
		return ERR_SYNTAX;
	for (size_t i = 0; i < s.n; i++) {
		if (!ascii_digit(s.p[i]))
			return ERR_SYNTAX;
		if (__builtin_mul_overflow(v, 10, &v) || __builtin_add_overflow(v, (uint64_t)(s.p[i] - '0'), &v))
			return ERR_LIMIT;
	}
	*out = v;
	return OK;
}

enum err str_i64(struct str s, int64_t *out)
{
	bool minus = s.n && s.p[0] == '-';
	uint64_t v;
	TRY(str_u64(minus ? str_from(s, 1) : s, &v));
	if (v > INT64_MAX)
		return ERR_LIMIT;
	*out = minus ? -(int64_t)v : (int64_t)v;
	return OK;
}

/* Length of the UTF-8 sequence at s, 0 when it is malformed (RFC 3629). */
static size_t utf8_step(struct str s)
{
	const unsigned char *p = (const unsigned char *)s.p;
	if (p[0] < 0x80)
		return p[0] != 0;
	size_t n = p[0] >= 0xf0 && p[0] <= 0xf4 ? 4 : p[0] >= 0xe0 ? 3 : p[0] >= 0xc2 ? 2 : 0;
	if (!n || p[0] > 0xf4 || n > s.n)
		return 0;
	for (size_t i = 1; i < n; i++)
		if ((p[i] & 0xc0) != 0x80)
			return 0;
	bool bad = (p[0] == 0xe0 && p[1] < 0xa0) || (p[0] == 0xed && p[1] > 0x9f) ||
	           (p[0] == 0xf0 && p[1] < 0x90) || (p[0] == 0xf4 && p[1] > 0x8f);
	return bad ? 0 : n;
}

bool str_utf8(struct str s)
{
	while (s.n) {
		size_t n = utf8_step(s);
		if (!n)
			return false;
		s = str_from(s, n);
	}
	return true;
}

void hex_put(const void *bytes, size_t n, char *out)
{
	const unsigned char *p = bytes;
	for (size_t i = 0; i < n; i++) {
		out[2 * i] = "0123456789abcdef"[p[i] >> 4];
		out[2 * i + 1] = "0123456789abcdef"[p[i] & 15];
	}
	out[2 * n] = '\0';
}

static int hex_digit(char c)
{
	c = ascii_lower(c);
	return ascii_digit(c) ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

enum err hex_get(struct str s, void *out, size_t n)
{
	if (s.n != 2 * n)
		return ERR_SYNTAX;
	for (size_t i = 0; i < 2 * n; i++)
		if (hex_digit(s.p[i]) < 0)
			return ERR_SYNTAX;
	unsigned char *p = out;
	for (size_t i = 0; i < n; i++)
		p[i] = (unsigned char)(hex_digit(s.p[2 * i]) << 4 | hex_digit(s.p[2 * i + 1]));
	return OK;
}
