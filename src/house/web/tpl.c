#include "house/web/tpl.h"

#include <inttypes.h>

/* Length of the well-formed UTF-8 character at p, or 0. */
static size_t utf8_len(const char *p, size_t left)
{
	for (size_t n = 1; n <= 4 && n <= left; n++)
		if (str_utf8((struct str){ p, n }))
			return n;
	return 0;
}

static const char *entity(char c)
{
	switch (c) {
	case '&':  return "&amp;";
	case '<':  return "&lt;";
	case '>':  return "&gt;";
	case '"':  return "&quot;";
	case '\'': return "&#39;";
	default:   return NULL;
	}
}

/* Characters that HTML allows: no controls but tab and line feed. */
static bool plain(unsigned char c) { return (c >= ' ' && c != 0x7f) || c == '\n' || c == '\t'; }

void tpl_text(struct buf *o, struct str s)
{
	for (size_t i = 0; i < s.n;) {
		unsigned char c = (unsigned char)s.p[i];
		size_t n = c < 0x80 ? 1 : utf8_len(s.p + i, s.n - i);
		if (n == 0 || (n == 1 && !plain(c))) {
			if (c != '\r')
				buf_z(o, "\xef\xbf\xbd");
			i++;
			continue;
		}
		const char *e = entity((char)c);
		if (e)
			buf_z(o, e);
		else
			buf_add(o, (struct str){ s.p + i, n });
		i += n;
	}
}

void tpl_int(struct buf *o, int64_t n) { buf_fmt(o, "%" PRId64, n); }

/* Our own paths ("/x", not "//host" and not "/\host"), and a few schemes. */
static bool url_good(struct str s)
{
	static const char *const heads[] = { "https://", "http://", "mailto:", "tel:", "?", "#" };
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] <= ' ' || s.p[i] == 0x7f || s.p[i] == '\\')
			return false;
	if (str_starts(s, STR("/")))
		return s.n == 1 || s.p[1] != '/';
	for (size_t i = 0; i < ARRAY_N(heads); i++) {
		struct str h = str_z(heads[i]);
		if (s.n >= h.n && str_ieq(str_upto(s, h.n), h))
			return true;
	}
	return false;
}

void tpl_url(struct buf *o, struct str s)
{
	if (url_good(s))
		tpl_text(o, s);
	else
		buf_z(o, "#");
}

void tpl_url_piece(struct buf *o, struct str s)
{
	static const char hex[] = "0123456789ABCDEF";
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];
		if (ascii_alpha((char)c) || ascii_digit((char)c) || c == '-' || c == '_' || c == '.' || c == '~') {
			buf_byte(o, (char)c);
		} else {
			buf_byte(o, '%');
			buf_byte(o, hex[c >> 4]);
			buf_byte(o, hex[c & 15]);
		}
	}
}

void tpl_csrf(struct buf *o, const struct tpl_env *env)
{
	buf_z(o, "<input type=\"hidden\" name=\"token\" value=\"");
	tpl_text(o, env->csrf);
	buf_z(o, "\">");
	if (!env->once.n)
		return;
	buf_z(o, "<input type=\"hidden\" name=\"once\" value=\"");
	tpl_text(o, env->once);
	buf_z(o, "\">");
}
