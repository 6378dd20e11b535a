/* What is drawn inside Word and OpenDocument XML, counted in points, so that a drawing of many is known as in a PDF: DrawingML paths and
 * shapes (ECMA-376 part 1, 20.1.9), VML shapes, ink, charts, and OpenDocument's draw:path and its like.  Names are compared without
 * their prefix, which a file may choose. */
#include "base/mem.h"
#include "house/casefile/screen_inner.h"

/* A shape that needs no points of its own is a few lines. */
enum { SHAPE = 4 };
static const struct { const char *name; unsigned points; } drawn[] = {
	{ "pt", 1 }, { "arcTo", 1 }, { "prstGeom", SHAPE }, { "custGeom", SHAPE },
	{ "shape", SHAPE }, { "rect", SHAPE }, { "roundrect", SHAPE }, { "oval", SHAPE }, { "line", SHAPE }, { "polyline", SHAPE }, { "arc", SHAPE }, { "curve", SHAPE },
	{ "circle", SHAPE }, { "ellipse", SHAPE }, { "polygon", SHAPE }, { "path", SHAPE }, { "connector", SHAPE }, { "custom-shape", SHAPE },
};
static const char *const paths[] = { "d", "path", "points", "enhanced-path" };      /* attributes that hold coordinates */

static bool is_name(char c) { return ascii_alpha(c) || ascii_digit(c) || c == ':' || c == '-' || c == '_' || c == '.'; }

/* The name at `*at`, without its prefix; *at goes past it. */
static struct str name_at(struct str s, size_t *at)
{
	size_t from = *at;
	while (*at < s.n && is_name(s.p[*at]))
		(*at)++;
	struct str name = { s.p + from, *at - from };
	ptrdiff_t colon = str_chr(name, ':');
	return colon < 0 ? name : str_from(name, (size_t)colon + 1);
}

/* Two numbers are a point. */
static size_t points_in(struct str s)
{
	size_t n = 0;
	for (size_t i = 0; i < s.n; i++)
		n += ascii_digit(s.p[i]) && (i == 0 || (!ascii_digit(s.p[i - 1]) && s.p[i - 1] != '.'));
	return (n + 1) / 2;
}

/* Up to `end`, or everything. */
static struct str upto(struct str s, size_t from, const char *end)
{
	struct str rest = str_from(s, from);
	ptrdiff_t n = str_find(rest, str_z(end));
	return n < 0 ? rest : str_upto(rest, (size_t)n);
}

static size_t of_attributes(struct str s, size_t *at)
{
	size_t n = 0;
	while (*at < s.n && s.p[*at] != '>') {
		struct str name = name_at(s, at);
		while (*at < s.n && strchr(" \t\r\n=", s.p[*at]) && s.p[*at])
			(*at)++;
		if (*at >= s.n || s.p[*at] == '>')
			break;
		if (s.p[*at] == '"' || s.p[*at] == '\'') {
			struct str value = upto(s, *at + 1, s.p[*at] == '"' ? "\"" : "'");
			for (size_t i = 0; i < ARRAY_N(paths); i++)
				n += str_is(name, paths[i]) ? points_in(value) : 0;
			*at += value.n + 2;
		} else if (!is_name(s.p[*at]))
			(*at)++;
	}
	return n;
}

static size_t of_element(struct str s, size_t *at)
{
	size_t n = 0;
	struct str name = name_at(s, at);
	for (size_t i = 0; i < ARRAY_N(drawn); i++)
		n += str_is(name, drawn[i].name) ? drawn[i].points : 0;
	n += of_attributes(s, at);
	return n + (str_is(name, "trace") && *at < s.n ? points_in(upto(s, *at, "<")) : 0);
}

size_t screen_drawn(struct str xml)
{
	size_t n = 0, at = 0;
	while (at < xml.n) {
		struct str rest = str_from(xml, at);
		if (str_starts(rest, STR("<!--")))
			at += 4 + upto(rest, 4, "-->").n;
		else if (str_starts(rest, STR("<![CDATA[")))
			at += 9 + upto(rest, 9, "]]>").n;
		else if (rest.n > 1 && rest.p[0] == '<' && is_name(rest.p[1])) {
			at++;
			n += of_element(xml, &at);
		} else
			at++;
	}
	return n;
}
