#include "wire/addr.h"

static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };

struct addr addr_of4(const uint8_t b[4])
{
	struct addr a;
	memcpy(a.b, mapped, 12);
	memcpy(a.b + 12, b, 4);
	return a;
}

bool addr_is4(struct addr a) { return memcmp(a.b, mapped, 12) == 0; }
bool addr_same(struct addr a, struct addr b) { return memcmp(a.b, b.b, 16) == 0; }

static bool quad_part(struct str s, uint8_t *out)
{
	uint64_t v;
	if (s.n == 0 || s.n > 3 || (s.n > 1 && s.p[0] == '0') || str_u64(s, &v) != OK || v > 255)
		return false;
	*out = (uint8_t)v;
	return true;
}

static bool read4(struct str s, uint8_t out[4])
{
	struct str part;
	for (int i = 0; i < 4; i++) {
		ptrdiff_t dot = str_chr(s, '.');
		if ((dot < 0) != (i == 3))
			return false;
		part = dot < 0 ? s : str_upto(s, (size_t)dot);
		s = dot < 0 ? STR_NONE : str_from(s, (size_t)dot + 1);
		if (!quad_part(part, out + i))
			return false;
	}
	return true;
}

static int hex_of(char c)
{
	c = ascii_lower(c);
	return ascii_digit(c) ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool group16(struct str s, uint8_t out[2])
{
	unsigned v = 0;
	if (s.n == 0 || s.n > 4)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		int d = hex_of(s.p[i]);
		if (d < 0)
			return false;
		v = v << 4 | (unsigned)d;
	}
	out[0] = (uint8_t)(v >> 8);
	out[1] = (uint8_t)v;
	return true;
}

/* Groups between colons, the last may be a dotted quad; -1 or the bytes filled. */
static int groups(struct str s, uint8_t *out)
{
	int n = 0;
	if (s.n == 0)
		return 0;
	for (;;) {
		ptrdiff_t colon = str_chr(s, ':');
		struct str g = colon < 0 ? s : str_upto(s, (size_t)colon);
		if (colon < 0 && str_chr(g, '.') >= 0)
			return n <= 12 && read4(g, out + n) ? n + 4 : -1;
		if (n > 14 || !group16(g, out + n))
			return -1;
		n += 2;
		if (colon < 0)
			return n;
		s = str_from(s, (size_t)colon + 1);
	}
}

static bool read6(struct str s, uint8_t out[16])
{
	uint8_t head[18], tail[18];
	ptrdiff_t gap = str_find(s, STR("::"));
	if (gap < 0)
		return groups(s, out) == 16;
	struct str left = str_upto(s, (size_t)gap), right = str_from(s, (size_t)gap + 2);
	if (str_chr(left, '.') >= 0)
		return false;
	int a = groups(left, head), b = groups(right, tail);
	if (a < 0 || b < 0 || a + b > 14)
		return false;
	memset(out, 0, 16);
	memcpy(out, head, (size_t)a);
	memcpy(out + 16 - b, tail, (size_t)b);
	return true;
}

enum err addr_read(struct str s, struct addr *out)
{
	if (s.n >= 2 && s.p[0] == '[' && s.p[s.n - 1] == ']') {
		s = (struct str){ s.p + 1, s.n - 2 };
		if (str_chr(s, ':') < 0)
			return ERR_SYNTAX;
	}
	uint8_t b[18];
	if (s.n == 0 || s.n >= ADDR_TEXT_MAX)
		return ERR_SYNTAX;
	if (str_chr(s, ':') < 0) {
		if (!read4(s, b))
			return ERR_SYNTAX;
		*out = addr_of4(b);
		return OK;
	}
	if (!read6(s, b))
		return ERR_SYNTAX;
	memcpy(out->b, b, 16);
	return OK;
}

/* The longest run of two or more zero groups (RFC 5952 4.2.3): first group, or 8. */
static int zero_run(const struct addr *a, int *length)
{
	int best = 8;
	*length = 1;
	for (int i = 0; i < 8; i++) {
		int n = 0;
		while (i + n < 8 && a->b[2 * (i + n)] == 0 && a->b[2 * (i + n) + 1] == 0)
			n++;
		if (n > *length) {
			best = i;
			*length = n;
		}
	}
	return best;
}

size_t addr_text(struct addr a, char out[ADDR_TEXT_MAX])
{
	if (addr_is4(a))
		return (size_t)snprintf(out, ADDR_TEXT_MAX, "%u.%u.%u.%u", a.b[12], a.b[13], a.b[14], a.b[15]);
	int run, at = zero_run(&a, &run);
	size_t n = 0;
	for (int i = 0; i < 8; i++) {
		if (i == at) {
			n += (size_t)snprintf(out + n, ADDR_TEXT_MAX - n, "::");
			i += run - 1;
			continue;
		}
		n += (size_t)snprintf(out + n, ADDR_TEXT_MAX - n, "%s%x", i && i != at + run ? ":" : "",
		                      (unsigned)a.b[2 * i] << 8 | a.b[2 * i + 1]);
	}
	return n;
}

struct addr addr_mask(struct addr a, uint8_t bits)
{
	for (int i = 0; i < 16; i++) {
		int keep = bits - 8 * i;
		if (keep < 8)
			a.b[i] = keep <= 0 ? 0 : (uint8_t)(a.b[i] & (0xff00 >> keep));
	}
	return a;
}

enum err prefix_read(struct str s, bool loose, struct prefix *out)
{
	struct prefix p = { .bits = 128 };
	ptrdiff_t slash = str_chr(s, '/');
	TRY(addr_read(slash < 0 ? s : str_upto(s, (size_t)slash), &p.a));
	if (slash >= 0) {
		uint64_t bits;
		bool four = addr_is4(p.a) && str_chr(s, ':') < 0;
		TRY(str_u64(str_from(s, (size_t)slash + 1), &bits));
		if (bits > (four ? 32 : 128))
			return ERR_SYNTAX;
		p.bits = (uint8_t)(bits + (four ? 96 : 0));
	}
	struct addr cut = addr_mask(p.a, p.bits);
	if (!loose && !addr_same(cut, p.a))
		return ERR_SYNTAX;
	p.a = cut;
	*out = p;
	return OK;
}

size_t prefix_text(struct prefix p, char out[PREFIX_TEXT_MAX])
{
	size_t n = addr_text(p.a, out);
	if (p.bits < 128)
		n += (size_t)snprintf(out + n, PREFIX_TEXT_MAX - n, "/%u",
		                      addr_is4(p.a) && p.bits >= 96 ? p.bits - 96u : p.bits);
	return n;
}

bool prefix_has(struct prefix p, struct addr a)
{
	return addr_same(addr_mask(a, p.bits), addr_mask(p.a, p.bits));
}

/* ---- in a text ---- */

/* RFC 6890, RFC 4193, RFC 4291: nobody outside reaches these.  Documentation ranges are left out of it: they stand for real ones. */
static bool reachable(struct addr a)
{
	static const char *const kept[] = { "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16",
		"224.0.0.0/3", "::/128", "::1/128", "fc00::/7", "fe80::/10", "ff00::/8" };
	for (size_t i = 0; i < sizeof kept / sizeof *kept; i++) {
		struct prefix p;
		if (prefix_read(str_z(kept[i]), true, &p) == OK && prefix_has(p, a))
			return false;
	}
	return true;
}

static bool of_address(char c) { return ascii_digit(c) || (ascii_lower(c) >= 'a' && ascii_lower(c) <= 'f') || c == '.' || c == ':'; }

bool addr_in_text(struct str text, struct addr *out)
{
	for (size_t at = 0; at < text.n;) {
		size_t n = 0;
		while (at + n < text.n && of_address(text.p[at + n]))
			n++;
		struct str word = { text.p + at, n };
		bool whole = (at == 0 || !ascii_alpha(text.p[at - 1])) && (at + n == text.n || !ascii_alpha(text.p[at + n]));
		while (word.n && (word.p[word.n - 1] == '.' || (word.p[word.n - 1] == ':' && (word.n < 2 || word.p[word.n - 2] != ':'))))
			word.n--;                        /* the end of a sentence */
		ptrdiff_t port = str_chr(word, '.') >= 0 ? str_rchr(word, ':') : -1;
		struct str bare = port > 0 ? str_upto(word, (size_t)port) : word;
		if (whole && word.n >= 3 && (addr_read(word, out) == OK || addr_read(bare, out) == OK) && reachable(*out))
			return true;
		at += n ? n : 1;
	}
	return false;
}
