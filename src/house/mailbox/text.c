#include "house/mailbox/text.h"

#include <iconv.h>

#include "base/buf.h"
#include "base/mem.h"

enum { OUT_MAX = 1 << 20 };

static int sextet(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (ascii_digit(c))
		return c - '0' + 52;
	return c == '+' ? 62 : c == '/' ? 63 : -1;
}

struct str text_base64(struct arena *a, struct str s)
{
	char *p = arena_alloc(a, s.n / 4 * 3 + 4);
	size_t n = 0, bits = 0;
	uint32_t have = 0;
	for (size_t i = 0; i < s.n && s.p[i] != '='; i++) {
		int v = sextet(s.p[i]);
		if (v < 0)
			continue;
		have = have << 6 | (uint32_t)v;
		bits += 6;
		if (bits >= 8) {
			bits -= 8;
			p[n++] = (char)(have >> bits & 0xff);
		}
	}
	return (struct str){ p, n };
}

static int nibble(char c)
{
	return ascii_digit(c) ? c - '0' : c >= 'A' && c <= 'F' ? c - 'A' + 10 : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* How many bytes a soft line break takes behind its "=": 0 when this is none. */
static size_t soft_break(struct str s, size_t i)
{
	size_t at = i + 1;
	while (at < s.n && (s.p[at] == ' ' || s.p[at] == '\t'))
		at++;
	if (at < s.n && s.p[at] == '\r')
		at++;
	return at < s.n && s.p[at] == '\n' ? at - i : 0;
}

struct str text_quoted(struct arena *a, struct str s, bool word)
{
	char *p = arena_alloc(a, s.n + 1);
	size_t n = 0;
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];
		size_t soft = c == '=' && !word ? soft_break(s, i) : 0;
		if (soft) {
			i += soft;
		} else if (c == '=' && i + 2 < s.n && nibble(s.p[i + 1]) >= 0 && nibble(s.p[i + 2]) >= 0) {
			p[n++] = (char)(nibble(s.p[i + 1]) << 4 | nibble(s.p[i + 2]));
			i += 2;
		} else {
			p[n++] = word && c == '_' ? ' ' : c;
		}
	}
	return (struct str){ p, n };
}

/* Those that people's programs write; each by the name that iconv has for it.  A list of our own, so that no letter
 * chooses which of the many converters of the C library runs. */
static const struct { const char *name, *as; } charsets[] = {
	{ "utf-8", "UTF-8" }, { "utf8", "UTF-8" }, { "us-ascii", "CP1252" }, { "ascii", "CP1252" }, { "iso-8859-1", "CP1252" }, { "latin1", "CP1252" },
	{ "windows-1252", "CP1252" }, { "cp1252", "CP1252" }, { "iso-8859-2", "ISO-8859-2" }, { "windows-1250", "CP1250" }, { "iso-8859-5", "ISO-8859-5" },
	{ "windows-1251", "CP1251" }, { "koi8-r", "KOI8-R" }, { "koi8-u", "KOI8-U" }, { "iso-8859-6", "ISO-8859-6" }, { "windows-1256", "CP1256" },
	{ "iso-8859-7", "ISO-8859-7" }, { "windows-1253", "CP1253" }, { "iso-8859-8", "ISO-8859-8" }, { "windows-1255", "CP1255" },
	{ "iso-8859-9", "ISO-8859-9" }, { "windows-1254", "CP1254" }, { "iso-8859-13", "ISO-8859-13" }, { "windows-1257", "CP1257" },
	{ "iso-8859-14", "ISO-8859-14" }, { "iso-8859-15", "ISO-8859-15" }, { "iso-8859-16", "ISO-8859-16" }, { "windows-1258", "CP1258" },
	{ "iso-2022-jp", "ISO-2022-JP" }, { "shift_jis", "SHIFT_JIS" }, { "euc-jp", "EUC-JP" }, { "euc-kr", "EUC-KR" }, { "gb2312", "GBK" },
	{ "gbk", "GBK" }, { "gb18030", "GB18030" }, { "big5", "BIG5" }, { "utf-16", "UTF-16" }, { "utf-16le", "UTF-16LE" }, { "utf-16be", "UTF-16BE" },
};

static const char *charset_named(struct str name)
{
	for (size_t i = 0; i < ARRAY_N(charsets); i++)
		if (str_ieq(name, str_z(charsets[i].name)))
			return charsets[i].as;
	return "UTF-8";
}

static void convert(struct buf *out, struct str bytes, const char *from)
{
	static const char unreadable[] = "\xef\xbf\xbd";
	iconv_t cd = iconv_open("UTF-8", from);
	if (cd == (iconv_t)-1)                   /* not on this machine: nothing but ASCII is sure */
		cd = iconv_open("UTF-8", "ASCII");
	char *in = (char *)(uintptr_t)bytes.p;
	size_t left = bytes.n;
	while (left && !out->over && cd != (iconv_t)-1) {
		char room[1024], *to = room;
		size_t space = sizeof room;
		size_t bad = iconv(cd, &in, &left, &to, &space);
		buf_add(out, (struct str){ room, sizeof room - space });
		if (bad != (size_t)-1 || errno == E2BIG)
			continue;
		buf_z(out, unreadable);
		(void)iconv(cd, NULL, NULL, NULL, NULL);     /* begins anew behind what could not be read */
		in++;
		left--;
	}
	if (cd != (iconv_t)-1)
		iconv_close(cd);
}

struct str text_utf8(struct arena *a, struct str bytes, struct str charset)
{
	AUTO(buf_done) struct buf b = buf_init(OUT_MAX);
	const char *from = charset_named(charset);
	bool plain = !charset.n || strcmp(from, "CP1252") == 0;
	if (plain && str_utf8(bytes))            /* many say ASCII or Latin-1 and write UTF-8 */
		from = "UTF-8";
	convert(&b, bytes, from);
	return arena_str(a, buf_str(&b));
}

/* Bytes of the character at `i`, good UTF-8 supposed. */
static size_t char_bytes(struct str s, size_t i)
{
	unsigned char c = (unsigned char)s.p[i];
	size_t n = c < 0x80 ? 1 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
	return n < s.n - i ? n : s.n - i;
}

/* U+200E-200F, U+202A-202E, U+2066-2069 turn the direction; U+0080-009F, U+FEFF and the rest steer terminals. */
static bool steers(struct str ch)
{
	const unsigned char *c = (const unsigned char *)ch.p;
	if (ch.n == 1)
		return (c[0] < ' ' && c[0] != '\n' && c[0] != '\t') || c[0] == 0x7f;
	if (ch.n == 2)
		return c[0] == 0xc2 && c[1] < 0xa0;
	if (ch.n == 3 && c[0] == 0xe2 && c[1] == 0x80)
		return c[2] == 0x8e || c[2] == 0x8f || (c[2] >= 0xaa && c[2] <= 0xae);
	return ch.n == 3 && ((c[0] == 0xe2 && c[1] == 0x81 && c[2] >= 0xa6 && c[2] <= 0xa9) || (c[0] == 0xef && c[1] == 0xbb && c[2] == 0xbf));
}

struct str text_clean(struct arena *a, struct str s, size_t max)
{
	AUTO(buf_done) struct buf b = buf_init(OUT_MAX * 2);
	size_t lines = 2;                        /* line ends in a row */
	for (size_t i = 0; i < s.n;) {
		struct str ch = str_upto(str_from(s, i), char_bytes(s, i));
		i += ch.n;
		if (str_is(ch, "\r") && (i >= s.n || s.p[i] != '\n'))
			ch = STR("\n");
		if (steers(ch))
			continue;
		lines = str_is(ch, "\n") ? lines + 1 : 0;
		if (lines > 2)
			continue;
		if (b.n + ch.n > max)
			break;
		buf_add(&b, ch);
	}
	struct str t = buf_str(&b);
	return arena_str(a, str_utf8(t) ? str_trim(t) : STR(""));
}

struct str text_of_part(struct arena *a, struct str bytes, const struct text_how *how)
{
	struct str raw = str_ieq(how->encoding, STR("base64")) ? text_base64(a, bytes)
	               : str_ieq(how->encoding, STR("quoted-printable")) ? text_quoted(a, bytes, false) : bytes;
	struct str words = text_utf8(a, raw, how->charset);
	return text_clean(a, how->html ? text_html(a, words) : words, how->max);
}
