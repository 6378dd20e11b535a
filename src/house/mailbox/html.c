/* HTML of a letter to words.  Not a browser: enough to read what somebody wrote. */
#include "base/buf.h"
#include "base/mem.h"
#include "house/mailbox/text.h"

enum { OUT_MAX = 1 << 20, TAG_MAX = 8192 };

static const char *const silent[] = { "script", "style", "head", "title", "template", "object", "svg", "math", "noscript" };
static const char *const blocks[] = { "p", "div", "br", "li", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "table", "ul", "ol", "hr", "pre",
	"section", "article", "header", "footer", "address", "dt", "dd" };

static bool among(struct str name, const char *const *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (str_ieq(name, str_z(list[i])))
			return true;
	return false;
}

static const struct { const char *name, *text; } entities[] = {
	{ "amp", "&" }, { "lt", "<" }, { "gt", ">" }, { "quot", "\"" }, { "apos", "'" }, { "nbsp", " " }, { "pound", "\u00a3" }, { "euro", "\u20ac" },
	{ "rsquo", "\u2019" }, { "lsquo", "\u2018" }, { "rdquo", "\u201d" }, { "ldquo", "\u201c" }, { "ndash", "\u2013" }, { "mdash", "\u2014" },
	{ "hellip", "\u2026" }, { "eacute", "\u00e9" }, { "egrave", "\u00e8" }, { "agrave", "\u00e0" }, { "ccedil", "\u00e7" }, { "ouml", "\u00f6" },
	{ "auml", "\u00e4" }, { "uuml", "\u00fc" }, { "szlig", "\u00df" }, { "copy", "\u00a9" }, { "bull", "\u2022" },
};

static void put_char(struct buf *b, uint32_t c)
{
	if (c < 0x20 || (c >= 0xd800 && c < 0xe000) || c > 0x10ffff)
		c = 0xfffd;
	char t[5] = "";
	size_t n = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
	static const unsigned char lead[] = { 0, 0, 0xc0, 0xe0, 0xf0 };
	for (size_t i = n; i-- > 1; c >>= 6)
		t[i] = (char)(0x80 | (c & 0x3f));
	t[0] = (char)(lead[n] | c);
	buf_add(b, (struct str){ t, n });
}

/* "&#38;" "&#x26;": the number, or 0. */
static uint32_t numeric(struct str s)
{
	uint32_t v = 0;
	bool hex = s.n > 1 && ascii_lower(s.p[0]) == 'x';
	struct str digits = hex ? str_from(s, 1) : s;
	for (size_t i = 0; i < digits.n && i < 8; i++) {
		int d = ascii_digit(digits.p[i]) ? digits.p[i] - '0' : hex && ascii_lower(digits.p[i]) >= 'a' && ascii_lower(digits.p[i]) <= 'f' ? ascii_lower(digits.p[i]) - 'a' + 10 : -1;
		if (d < 0)
			return 0;
		v = v * (hex ? 16 : 10) + (uint32_t)d;
	}
	return digits.n > 8 ? 0xfffd : v;
}

/* An entity at `s` ("&..."): how many bytes it takes; 0: it is none. */
static size_t entity(struct buf *b, struct str s)
{
	ptrdiff_t semi = str_chr(str_upto(s, 12), ';');
	if (semi < 2)
		return 0;
	struct str name = str_upto(str_from(s, 1), (size_t)semi - 1);
	if (name.p[0] == '#') {
		uint32_t c = numeric(str_from(name, 1));
		if (c)
			put_char(b, c == 0xa0 ? ' ' : c);
		return c ? (size_t)semi + 1 : 0;
	}
	for (size_t i = 0; i < ARRAY_N(entities); i++)
		if (str_is(name, entities[i].name)) {
			buf_z(b, entities[i].text);
			return (size_t)semi + 1;
		}
	return 0;
}

/* Where the tag that begins at `s` ends: behind its ">", which may stand in quotes before. */
static size_t tag_end(struct str s)
{
	char quote = 0;
	for (size_t i = 1; i < s.n && i < TAG_MAX; i++) {
		char c = s.p[i];
		if (quote)
			quote = c == quote ? 0 : quote;
		else if (c == '"' || c == '\'')
			quote = c;
		else if (c == '>')
			return i + 1;
	}
	ptrdiff_t plain = str_chr(s, '>');       /* a quote that never ends, or not soon */
	return plain < 0 ? s.n : (size_t)plain + 1;
}

static struct str tag_name(struct str tag, bool *closes)
{
	struct str s = str_from(tag, 1);
	*closes = str_starts(s, STR("/"));
	s = str_from(s, *closes);
	size_t n = 0;
	while (n < s.n && (ascii_alpha(s.p[n]) || ascii_digit(s.p[n])))
		n++;
	return str_upto(s, n);
}

/* Behind the end of an element whose content is not for reading; without an end nothing follows. */
static size_t element_end(struct str s, struct str name)
{
	for (size_t i = 0; i + 2 + name.n <= s.n; i++)
		if (s.p[i] == '<' && s.p[i + 1] == '/' && str_ieq(str_upto(str_from(s, i + 2), name.n), name))
			return i + tag_end(str_from(s, i));
	return s.n;
}

static size_t tag(struct buf *b, struct str s)
{
	bool closes;
	if (str_starts(s, STR("<!--"))) {
		ptrdiff_t end = str_find(s, STR("-->"));
		return end < 0 ? s.n : (size_t)end + 3;
	}
	struct str name = tag_name(s, &closes);
	if (!name.n && !closes && !str_starts(s, STR("<!")) && !str_starts(s, STR("<?"))) {
		buf_byte(b, '<');                /* "1 < 2" */
		return 1;
	}
	size_t n = tag_end(s);
	if (among(name, blocks, ARRAY_N(blocks)))
		buf_byte(b, '\n');
	if (!closes && among(name, silent, ARRAY_N(silent)))
		n += element_end(str_from(s, n), name);
	return n;
}

static void add_plain(struct buf *b, char c)
{
	bool blank = ascii_space(c);
	char last = b->n ? b->p[b->n - 1] : '\n';
	if (blank && (last == ' ' || last == '\n'))
		return;
	buf_byte(b, blank ? ' ' : c);
}

struct str text_html(struct arena *a, struct str s)
{
	AUTO(buf_done) struct buf b = buf_init(OUT_MAX);
	for (size_t i = 0; i < s.n && !b.over;) {
		size_t n = 0;
		if (s.p[i] == '<')
			n = tag(&b, str_from(s, i));
		else if (s.p[i] == '&')
			n = entity(&b, str_from(s, i));
		if (!n) {
			add_plain(&b, s.p[i]);
			n = 1;
		}
		i += n;
	}
	return arena_str(a, buf_str(&b));
}
