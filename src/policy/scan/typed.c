#include "policy/scan/typed.h"

#include "base/mem.h"

void typed_say(const struct typed_to *to, struct str s)
{
	if (!s.n)
		return;
	if (to->kept)
		to->kept(to->to, s);
	if (to->words)
		(void)words_feed(to->words, s, false);          /* unmarked: all of it is taken */
}

size_t typed_utf8(uint32_t cp, char *b)
{
	size_t n = 0;
	if (cp < 0x80) {
		b[n++] = (char)cp;
		return n;
	}
	if (cp < 0x800) {
		b[n++] = (char)(0xc0 | cp >> 6);
	} else if (cp < 0x10000) {
		b[n++] = (char)(0xe0 | cp >> 12);
		b[n++] = (char)(0x80 | (cp >> 6 & 0x3f));
	} else {
		b[n++] = (char)(0xf0 | (cp >> 18 & 7));
		b[n++] = (char)(0x80 | (cp >> 12 & 0x3f));
		b[n++] = (char)(0x80 | (cp >> 6 & 0x3f));
	}
	b[n++] = (char)(0x80 | (cp & 0x3f));
	return n;
}

void typed_char(const struct typed_to *to, uint32_t cp)
{
	char b[4];
	size_t n = typed_utf8(cp, b);
	if (to->kept)
		to->kept(to->to, (struct str){ b, n });
	if (to->words)
		words_char(to->words, cp);
}

void typed_stop(const struct typed_to *to)
{
	if (to->words)
		words_stop(to->words);
	if (to->kept)
		to->kept(to->to, STR("\n"));
}

static int hex_of(char c)
{
	c = ascii_lower(c);
	return ascii_digit(c) ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* ---- JSON */

static void json_lone(struct json *j, const struct typed_to *to)
{
	if (j->high)
		typed_char(to, 0xfffd);
	j->high = 0;
}

static void json_unit(struct json *j, const struct typed_to *to)
{
	uint32_t cp = j->cp;
	if (cp >= 0xd800 && cp < 0xdc00) {
		json_lone(j, to);
		j->high = cp;
		return;
	}
	if (cp >= 0xdc00 && cp < 0xe000) {
		cp = j->high ? 0x10000 + ((j->high - 0xd800) << 10 | (cp - 0xdc00)) : 0xfffd;
		j->high = 0;
	}
	json_lone(j, to);
	typed_char(to, cp);
}

static void json_escape(struct json *j, const struct typed_to *to, char c)
{
	j->state = JSON_STRING;
	if (c == 'u') {
		j->state = JSON_HEX;
		j->cp = j->digits = 0;
		return;
	}
	json_lone(j, to);
	typed_char(to, c == 'n' || c == 'r' || c == 't' || c == 'b' || c == 'f' ? ' ' : (uint8_t)c);
}

static void json_hex(struct json *j, const struct typed_to *to, char c)
{
	int v = hex_of(c);
	j->cp = j->cp << 4 | (uint32_t)(v < 0 ? 0 : v);
	if (++j->digits < 4)
		return;
	j->state = JSON_STRING;
	json_unit(j, to);
}

/* Names and values that the answers of assistants hold and those of other programs rarely do. */
static bool assistants(struct str word)
{
	static const char *const words[] = { "assistant", "chat.completion", "finish_reason", "finishReason", "stop_reason", "generated_text", "output_text", "eval_count",
		"generation_id" };
	bool is = false;
	for (size_t i = 0; i < ARRAY_N(words); i++)
		is |= str_is(word, words[i]);
	return is;
}

static void json_part(struct json *j, struct str s)
{
	if (j->n_word > JSON_WORD)
		return;
	if (s.n > (size_t)JSON_WORD - j->n_word) {
		j->n_word = JSON_WORD + 1;
		return;
	}
	if (s.n)
		memcpy(j->word + j->n_word, s.p, s.n);
	j->n_word = (uint8_t)(j->n_word + s.n);
}

static void json_whole(struct json *j)
{
	if (j->n_word <= JSON_WORD)
		j->assistant |= assistants((struct str){ j->word, j->n_word });
	j->n_word = 0;
}

static size_t json_run(struct str s)
{
	size_t n = 0;
	while (n < s.n && s.p[n] != '"' && s.p[n] != '\\')
		n++;
	return n;
}

static struct str json_string(struct json *j, const struct typed_to *to, struct str s)
{
	size_t n = json_run(s);
	if (n)
		json_lone(j, to);
	typed_say(to, str_upto(s, n));
	json_part(j, str_upto(s, n));
	s = str_from(s, n);
	if (!s.n)
		return s;
	if (s.p[0] == '\\') {
		j->state = JSON_ESCAPE;
		j->n_word = JSON_WORD + 1;
	} else {
		json_lone(j, to);
		json_whole(j);
		typed_stop(to);
		j->state = JSON_OUT;
	}
	return str_from(s, 1);
}

/* Outside of strings, of a message that may be plain text: all but what parts values. */
static struct str json_between(const struct typed_to *to, struct str s)
{
	size_t n = 0;
	while (n < s.n && !memchr("\"[]{}", s.p[n], 5))
		n++;
	typed_say(to, str_upto(s, n));
	s = str_from(s, n);
	if (!s.n || s.p[0] == '"')
		return s;
	typed_stop(to);
	return str_from(s, 1);
}

void json_feed(struct json *j, const struct typed_to *to, struct str s)
{
	while (s.n) {
		if (j->state == JSON_STRING) {
			s = json_string(j, to, s);
			continue;
		}
		if (j->state == JSON_OUT && j->all && s.p[0] != '"') {
			s = json_between(to, s);
			continue;
		}
		char c = s.p[0];
		s = str_from(s, 1);
		if (j->state == JSON_ESCAPE)
			json_escape(j, to, c);
		else if (j->state == JSON_HEX)
			json_hex(j, to, c);
		else if (c == '"')
			j->state = JSON_STRING;
	}
}

/* ---- a form */

enum { FORM_NAME, FORM_VALUE, FORM_FIRST, FORM_SECOND };

static struct str form_run(const struct typed_to *to, struct str s)
{
	size_t n = 0;
	while (n < s.n && s.p[n] != '%' && s.p[n] != '+' && s.p[n] != '&')
		n++;
	typed_say(to, str_upto(s, n));
	return str_from(s, n);
}

static void form_byte(struct form_text *f, const struct typed_to *to, char c)
{
	char byte;
	if (f->state == FORM_NAME) {
		if (c == '=')
			f->state = FORM_VALUE;
	} else if (f->state == FORM_FIRST) {
		f->pct = (uint8_t)(hex_of(c) < 0 ? 0 : hex_of(c));
		f->state = FORM_SECOND;
	} else if (f->state == FORM_SECOND) {
		byte = (char)(f->pct << 4 | (hex_of(c) < 0 ? 0 : hex_of(c)));
		typed_say(to, (struct str){ &byte, 1 });
		f->state = FORM_VALUE;
	} else if (c == '%') {
		f->state = FORM_FIRST;
	} else if (c == '&') {
		typed_stop(to);
		f->state = FORM_NAME;
	} else {
		typed_say(to, STR(" "));
	}
}

void form_feed(struct form_text *f, const struct typed_to *to, struct str s)
{
	while (s.n) {
		if (f->state == FORM_VALUE)
			s = form_run(to, s);
		if (!s.n)
			return;
		form_byte(f, to, s.p[0]);
		s = str_from(s, 1);
	}
}

/* ---- a form with files */

enum { PARTS_NONE, PARTS_BEFORE, PARTS_AFTER_BOUNDARY, PARTS_HEAD, PARTS_BODY };

void parts_begin(struct parts *p, struct str type)
{
	*p = (struct parts){ .state = PARTS_NONE };
	for (size_t i = 0; i + 9 < type.n; i++) {
		if (!str_ieq((struct str){ type.p + i, 9 }, STR("boundary=")))
			continue;
		struct str b = str_from(type, i + 9);
		bool quoted = b.n && b.p[0] == '"';
		ptrdiff_t end = str_chr(str_from(b, quoted), quoted ? '"' : ';');
		b = str_upto(str_from(b, quoted), end < 0 ? b.n : (size_t)end);
		b = str_trim(b);
		if (!b.n || b.n > PARTS_BOUNDARY)
			return;
		memcpy(p->boundary, "--", 2);
		memcpy(p->boundary + 2, b.p, b.n);
		p->n_boundary = b.n + 2;
		p->state = PARTS_BEFORE;
		return;
	}
}

static bool line_has(const struct parts *p, const char *what)
{
	return str_find((struct str){ p->line, p->n_line }, str_z(what)) >= 0;
}

static void head_line(struct parts *p)
{
	bool empty = !p->n_line || (p->n_line == 1 && p->line[0] == '\r');
	if (line_has(p, "filename"))
		p->text = false;
	if (str_starts((struct str){ p->line, p->n_line }, STR("content-type:")) && !line_has(p, "text/") && !line_has(p, "json"))
		p->text = false;
	p->n_line = 0;
	if (empty) {
		p->state = PARTS_BODY;
		p->matched = 1;                 /* a boundary may stand at once: after the line feed that was just read */
	}
}

static void head_byte(struct parts *p, char c)
{
	if (c == '\n')
		head_line(p);
	else if (p->n_line < PARTS_LINE)
		p->line[p->n_line++] = ascii_lower(c);
}

static void part_begin(struct parts *p, const struct typed_to *to)
{
	if (p->text)
		typed_stop(to);
	p->text = true;
	p->n_line = p->matched = 0;
	p->state = PARTS_AFTER_BOUNDARY;
}

/* `matched` counts the line feed and what of the boundary followed it; what was held is said when it was none. */
static void body_byte(struct parts *p, const struct typed_to *to, char c)
{
	if (p->matched && c == p->boundary[p->matched - 1]) {
		if (++p->matched == p->n_boundary + 1)
			part_begin(p, to);
		return;
	}
	bool said = p->state == PARTS_BODY && p->text;
	if (said && p->matched > 1)
		typed_say(to, (struct str){ p->boundary, p->matched - 1 });
	p->matched = c == '\n';
	if (said)
		typed_say(to, (struct str){ &c, 1 });
}

void parts_feed(struct parts *p, const struct typed_to *to, struct str s)
{
	if (p->state == PARTS_BEFORE && !p->matched && !p->n_line) {
		p->matched = 1;
		p->n_line = 1;                  /* the first boundary needs no line feed */
	}
	for (size_t i = 0; i < s.n && p->state != PARTS_NONE; i++) {
		if (p->state == PARTS_HEAD)
			head_byte(p, s.p[i]);
		else if (p->state != PARTS_AFTER_BOUNDARY)
			body_byte(p, to, s.p[i]);
		else if (s.p[i] == '\n')
			p->state = PARTS_HEAD;
	}
}
