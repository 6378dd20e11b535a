/* A PDF without pictures (ISO 32000-1).  A picture needs the name Image, an inline picture the operators BI and ID: they are
 * looked for in every byte of the file and in every stream unpacked, whatever its dictionary says, so that nothing hides
 * behind a table that a viewer reads otherwise. */
#include <zlib.h>

#include "base/buf.h"
#include "base/mem.h"
#include "house/casefile/screen_inner.h"

static bool is_space(char c) { return c == 0 || c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f'; }
static bool is_end(char c) { return is_space(c) || strchr("()<>[]{}/%", c) != NULL; }

static const struct { const char *name; enum screen_why why; } names[] = {
	{ "Image", SCREEN_INSIDE }, { "DCTDecode", SCREEN_INSIDE }, { "JPXDecode", SCREEN_INSIDE },
	{ "JBIG2Decode", SCREEN_INSIDE }, { "CCITTFaxDecode", SCREEN_INSIDE }, { "Movie", SCREEN_INSIDE },
	{ "RichMedia", SCREEN_INSIDE }, { "Sound", SCREEN_ATTACHED }, { "3D", SCREEN_INSIDE }, { "U3D", SCREEN_INSIDE }, { "PRC", SCREEN_INSIDE },
	{ "EmbeddedFile", SCREEN_ATTACHED }, { "EmbeddedFiles", SCREEN_ATTACHED }, { "EF", SCREEN_ATTACHED }, { "Collection", SCREEN_ATTACHED },
	{ "Encrypt", SCREEN_LOCKED }, { "Crypt", SCREEN_LOCKED },
	{ "JavaScript", SCREEN_PROGRAM }, { "Launch", SCREEN_PROGRAM }, { "XFA", SCREEN_PROGRAM },
	{ "LZWDecode", SCREEN_ODD }, { "ASCII85Decode", SCREEN_ODD }, { "ASCIIHexDecode", SCREEN_ODD },
	{ "RunLengthDecode", SCREEN_ODD },
};

static int hex_of(char c)
{
	return ascii_digit(c) ? c - '0' : ascii_lower(c) >= 'a' && ascii_lower(c) <= 'f' ? ascii_lower(c) - 'a' + 10 : -1;
}

/* The name after a slash, with #xx read (7.3.5); how many bytes it took. */
static size_t name_read(struct str s, size_t from, char out[40])
{
	size_t i = from, n = 0;
	while (i < s.n && !is_end(s.p[i])) {
		int c = (unsigned char)s.p[i];
		if (c == '#' && i + 2 < s.n && hex_of(s.p[i + 1]) >= 0 && hex_of(s.p[i + 2]) >= 0) {
			c = hex_of(s.p[i + 1]) * 16 + hex_of(s.p[i + 2]);
			i += 2;
		}
		if (n < 39)
			out[n++] = (char)c;
		i++;
	}
	out[n] = 0;
	return i - from;
}

/* Packed bytes write names of two or three letters by chance: those count among words only. */
static bool among_words(struct str s, size_t at)
{
	size_t from = at > 12 ? at - 12 : 0, upto = at + 16 < s.n ? at + 16 : s.n;
	for (size_t i = from; i < upto; i++)
		if (!is_space(s.p[i]) && ((unsigned char)s.p[i] < ' ' || (unsigned char)s.p[i] > '~'))
			return false;
	return true;
}

static enum screen_why name_why(const char *name)
{
	for (size_t i = 0; i < ARRAY_N(names); i++)
		if (strcmp(name, names[i].name) == 0)
			return names[i].why;
	return SCREEN_FINE;
}

/* BI, pairs that begin with a name, ID: an inline picture (8.9.7). */
static bool inline_picture(struct str s, size_t i)
{
	if (i + 4 > s.n || s.p[i] != 'B' || s.p[i + 1] != 'I' || !is_end(s.p[i + 2]) || (i && !is_end(s.p[i - 1])))
		return false;
	size_t k = i + 2, end = i + 600 < s.n ? i + 600 : s.n;
	while (k < end && is_space(s.p[k]))
		k++;
	if (k < end && s.p[k] != '/' && s.p[k] != '%' && s.p[k] != 'I')
		return false;
	for (; k + 2 < end; k++)
		if (s.p[k] == 'I' && s.p[k + 1] == 'D' && is_space(s.p[k + 2]) && is_end(s.p[k - 1]))
			return true;
	return false;
}

/* Operators that draw a line or a curve (8.5.2). */
static bool many_strokes(struct str s)
{
	size_t n = 0;
	for (size_t i = 1; i + 1 < s.n; i++)
		n += strchr("lcvy", s.p[i]) && s.p[i] && is_space(s.p[i + 1]) && is_space(s.p[i - 1]) && i > 1 && (ascii_digit(s.p[i - 2]) || s.p[i - 2] == '.');
	return n > SCREEN_STROKES_MAX;
}

static enum screen_why scan(struct str s)
{
	char name[40];
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '/') {
			enum screen_why w = SCREEN_FINE;
			size_t n = name_read(s, i + 1, name);
			if (n && (w = name_why(name)) != SCREEN_FINE && (strlen(name) > 3 || among_words(s, i)))
				return w;
			i += n;
		} else if (s.p[i] == 'B' && inline_picture(s, i))
			return SCREEN_INSIDE;
	}
	return screen_hides_picture(s) ? SCREEN_INSIDE : many_strokes(s) ? SCREEN_DRAWING : SCREEN_FINE;
}

/* ---- streams ---- */

struct opening { size_t opened, streams; };

static bool zlib_head(struct str s)
{
	return s.n > 2 && ((unsigned char)s.p[0] & 0x0f) == 8 && (((unsigned char)s.p[0] << 8) | (unsigned char)s.p[1]) % 31 == 0;
}

static void z_done(z_stream **z)
{
	if (*z)
		(void)inflateEnd(*z);                    /* frees; there is nothing to answer */
	*z = NULL;
}

/* As far as it unpacks: a viewer shows what comes before the damage. */
static enum screen_why unpack(struct opening *o, struct str packed, struct buf *out)
{
	char room[16384];
	z_stream zs = { .next_in = (Bytef *)(uintptr_t)packed.p, .avail_in = (uInt)packed.n };
	if (inflateInit(&zs) != Z_OK)
		return SCREEN_ODD;
	AUTO(z_done) z_stream *held = &zs;
	int r = Z_OK;
	while (r == Z_OK) {
		held->next_out = (Bytef *)room;
		held->avail_out = sizeof room;
		r = inflate(held, Z_NO_FLUSH);
		buf_add(out, (struct str){ room, sizeof room - held->avail_out });
		o->opened += sizeof room - held->avail_out;
		if (o->opened > SCREEN_OPEN_MAX)
			return SCREEN_LARGE;
	}
	return SCREEN_FINE;
}

static enum screen_why stream_why(struct opening *o, struct str from)
{
	AUTO(buf_done) struct buf plain = buf_init(SCREEN_OPEN_MAX + 65536);
	if (!zlib_head(from))
		return SCREEN_FINE;                      /* what is not packed was scanned with the file */
	enum screen_why w = unpack(o, from, &plain);
	if (w != SCREEN_FINE)
		return w;
	if (screen_is_picture(buf_str(&plain)) && plain.n > 64)
		return SCREEN_INSIDE;
	if (zlib_head(buf_str(&plain)) && plain.n > 64) {     /* packed twice: is there more inside? */
		AUTO(buf_done) struct buf twice = buf_init(SCREEN_OPEN_MAX + 65536);
		if (unpack(o, buf_str(&plain), &twice) != SCREEN_FINE || twice.n > 64)
			return SCREEN_ODD;
	}
	return scan(buf_str(&plain));
}

enum screen_why screen_pdf(struct str bytes)
{
	struct opening o = { 0 };
	enum screen_why w = scan(bytes);
	struct str rest = bytes;
	for (ptrdiff_t at; w == SCREEN_FINE && (at = str_find(rest, STR("stream"))) >= 0;) {
		bool end = at >= 3 && memcmp(rest.p + at - 3, "end", 3) == 0;
		rest = str_from(rest, (size_t)at + 6);
		if (end)
			continue;
		if (++o.streams > SCREEN_PARTS_MAX)
			return SCREEN_LARGE;
		struct str data = rest;
		while (data.n && is_space(data.p[0]))
			data = str_from(data, 1);
		w = stream_why(&o, data);
	}
	return w;
}
