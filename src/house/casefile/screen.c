#include "house/casefile/screen_inner.h"

static const struct { const char *ending, *media; } kinds[] = {
#define SCREEN_ROW_(name, ending, media) { ending, media },
	SCREEN_KIND_TABLE(SCREEN_ROW_)
#undef SCREEN_ROW_
};
static const struct { const char *word, *text; } whys[] = {
#define SCREEN_ROW_(name, word, text) { word, text },
	SCREEN_WHY_TABLE(SCREEN_ROW_)
#undef SCREEN_ROW_
};

const char *screen_ending(enum screen_kind k) { return kinds[k].ending; }
const char *screen_media(enum screen_kind k) { return kinds[k].media; }
const char *screen_word(enum screen_why w) { return whys[w].word; }
const char *screen_sentence(enum screen_why w) { return whys[w].text; }

enum err screen_kind_read(struct str ending, enum screen_kind *out)
{
	for (size_t i = 0; i < SCREEN_KINDS; i++)
		if (str_ieq(ending, str_z(kinds[i].ending))) {
			*out = (enum screen_kind)i;
			return OK;
		}
	return ERR_ABSENT;
}

/* ---- what pictures and films begin with ---- */

static bool at(struct str s, size_t from, struct str what) { return str_starts(str_from(s, from), what); }

bool screen_is_picture(struct str s)
{
	static const struct str heads[] = {
		{ "\xff\xd8\xff", 3 }, { "\x89PNG", 4 }, { "GIF87a", 6 }, { "GIF89a", 6 }, { "II*\0", 4 }, { "MM\0*", 4 }, { "\0\0\1\0", 4 },
		{ "8BPS", 4 }, { "\x1a\x45\xdf\xa3", 4 }, { "\0\0\0\x0cjP", 6 }, { "\xff\x0a", 2 }, { "FLV\1", 4 }, { "\0\0\1\xba", 4 }, { "\xd7\xcd\xc6\x9a", 4 },
		{ "<svg", 4 }, { "\x30\x26\xb2\x75", 4 }, { "P6\n", 3 }, { "P5\n", 3 },
	};
	for (size_t i = 0; i < sizeof heads / sizeof *heads; i++)
		if (str_starts(s, heads[i]))
			return true;
	return at(s, 4, STR("ftyp")) || (str_starts(s, STR("RIFF")) && (at(s, 8, STR("WEBP")) || at(s, 8, STR("AVI ")))) ||
	       (str_starts(s, STR("BM")) && s.n > 14 && s.p[6] == 0 && s.p[7] == 0 && s.p[8] == 0 && s.p[9] == 0);
}

/* Long enough that chance does not write it. */
static bool glued(struct str s)
{
	static const struct str heads[] = { { "\x89PNG\r\n\x1a\n", 8 }, { "GIF87a", 6 }, { "GIF89a", 6 } };
	for (size_t i = 0; i < sizeof heads / sizeof *heads; i++)
		if (str_starts(s, heads[i]))
			return true;
	if (str_starts(s, STR("\xff\xd8\xff")))
		return at(s, 6, STR("JFIF")) || at(s, 6, STR("Exif")) || str_starts(s, STR("\xff\xd8\xff\xdb\x00\x43\x00"));
	return str_starts(s, STR("ftyp")) && (at(s, 4, STR("heic")) || at(s, 4, STR("mif1")) || at(s, 4, STR("avif")) || at(s, 4, STR("isom")) ||
	       at(s, 4, STR("mp42")) || at(s, 4, STR("qt  ")));
}

bool screen_hides_picture(struct str s)
{
	for (size_t i = 0; i + 8 < s.n; i++)
		if (strchr("\x89G\xff" "f", s.p[i]) && s.p[i] && glued(str_from(s, i)))
			return true;
	ptrdiff_t riff = str_find(s, STR("WEBPVP8"));
	return riff >= 0 || str_find(s, STR("data:image/")) >= 0 || str_find(s, STR("data:video/")) >= 0;
}

/* Letters, digits, + and /: also with line ends between, as mail writes them. */
bool screen_hides_code(struct str s)
{
	enum { RUN_MAX = 1500, LINE = 56 };
	size_t run = 0, line = 0;
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];
		if (ascii_alpha(c) || ascii_digit(c) || c == '+' || c == '/' || c == '=')
			run++, line++;
		else if (c == '\n' || c == '\r') {
			run = line >= LINE ? run : 0;
			line = c == '\r' ? line : 0;
		} else
			run = line = 0;
		if (run > RUN_MAX)
			return true;
	}
	return false;
}

bool screen_is_words(struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];
		if (c == 0x7f || (c < ' ' && c != '\n' && c != '\r' && c != '\t' && c != '\f'))
			return false;
	}
	return true;
}

/* A drawing as a file of its own, with or without a prologue, a namespace before the word, or two bytes a letter. */
static bool is_svg(struct str s)
{
	char head[2048];
	size_t n = 0;
	for (size_t i = 0; i < s.n && n < sizeof head && i < 4 * sizeof head; i++)
		if (s.p[i] && (unsigned char)s.p[i] < 0x80)
			head[n++] = ascii_lower(s.p[i]);
	struct str h = str_trim((struct str){ head, n });
	return str_starts(h, STR("<")) && (str_find(h, STR("<svg")) >= 0 || str_find(h, STR(":svg ")) >= 0 || str_find(h, STR("www.w3.org/2000/svg")) >= 0);
}

static enum screen_why text_why(struct str s)
{
	struct str head = str_trim(str_upto(s, 400));
	if (is_svg(s))
		return SCREEN_PICTURE;
	if (!screen_is_words(s))
		return SCREEN_OTHER;
	if (screen_hides_picture(s) || screen_hides_code(s) || str_find(s, STR("<svg")) >= 0)
		return SCREEN_INSIDE;
	if (str_starts(head, STR("begin 6")) || str_find(s, STR("Content-Transfer-Encoding: base64")) >= 0)
		return SCREEN_ATTACHED;
	return str_starts(head, STR("<")) || str_starts(head, STR("#!")) ? SCREEN_OTHER : SCREEN_FINE;
}

/* ---- the one question ---- */

static struct screened judge(struct arena *a, struct str bytes)
{
	struct screened out = { .bytes = bytes };
	if (screen_is_picture(bytes))
		out.why = SCREEN_PICTURE;
	else if (str_find(str_upto(bytes, 1024), STR("%PDF-")) >= 0) {
		out.kind = SCREEN_PDF;
		out.why = str_starts(bytes, STR("%PDF-")) ? screen_pdf(bytes) : SCREEN_ODD;
	} else if (str_starts(bytes, STR("PK\x03\x04")))
		out.why = screen_zip(a, bytes, &out);
	else if (str_starts(bytes, STR("{\\rtf"))) {
		out.kind = SCREEN_RTF;
		out.why = screen_rtf(bytes);
	} else if (str_starts(bytes, STR("\xd0\xcf\x11\xe0")))
		out.why = SCREEN_ODD;                    /* Word as it was before 2007: pictures cannot be told apart in it */
	else {
		out.kind = SCREEN_TEXT;
		out.why = text_why(bytes);
	}
	return out;
}

struct screened screen(struct arena *a, struct str bytes)
{
	if (!str_trim(bytes).n)
		return (struct screened){ .why = SCREEN_EMPTY };
	if (bytes.n > SCREEN_BYTES_MAX)
		return (struct screened){ .why = SCREEN_LARGE };
	struct screened out = judge(a, bytes);
	if (out.why == SCREEN_FINE && screen_hides_picture(bytes))
		out.why = SCREEN_INSIDE;
	return out;
}

/* ---- RTF: what it embeds stands in control words; a word may not be split ---- */

static bool control(struct str s, size_t i, const char *word)
{
	size_t n = strlen(word);
	return str_starts(str_from(s, i + 1), (struct str){ word, n }) && (i + 1 + n >= s.n || !ascii_alpha(s.p[i + 1 + n]));
}

enum screen_why screen_rtf(struct str s)
{
	static const char *const pictures[] = { "pict", "shppict", "nonshppict", "blip", "blipuid", "pngblip", "jpegblip", "emfblip", "wmetafile", "dibitmap", "wbitmap", "macpict", "pmmetafile" };
	static const char *const files[] = { "object", "objdata", "objemb", "objlink", "bin", "fontemb", "datastore", "filetbl" };
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];
		if (c == 0 || (c < ' ' && c != '\n' && c != '\r' && c != '\t'))
			return SCREEN_ODD;
		for (size_t k = 0; c == '\\' && k < sizeof pictures / sizeof *pictures; k++)
			if (control(s, i, pictures[k]))
				return SCREEN_INSIDE;
		for (size_t k = 0; c == '\\' && k < sizeof files / sizeof *files; k++)
			if (control(s, i, files[k]))
				return SCREEN_ATTACHED;
		if (c == '\\' && i + 1 < s.n && s.p[i + 1] == '\\')
			i++;
	}
	return screen_hides_code(s) ? SCREEN_INSIDE : SCREEN_FINE;
}
