#include "wire/form.h"

#include "base/buf.h"

static int hex_digit(char c)
{
	if (ascii_digit(c))
		return c - '0';
	c = ascii_lower(c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Decodes one name or value; "+" is a space. */
static enum err decode(struct arena *a, struct str s, struct str *out)
{
	char *p = arena_alloc(a, s.n + 1);
	size_t n = 0;
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];
		if (c == '+') {
			c = ' ';
		} else if (c == '%') {
			int hi = i + 1 < s.n ? hex_digit(s.p[i + 1]) : -1;
			int lo = i + 2 < s.n ? hex_digit(s.p[i + 2]) : -1;
			if (hi < 0 || lo < 0)
				return ERR_SYNTAX;
			c = (char)(hi * 16 + lo);
			i += 2;
		}
		p[n++] = c;
	}
	*out = (struct str){ p, n };
	return str_utf8(*out) ? OK : ERR_SYNTAX;
}

static enum err add_field(struct form *f, struct str name, struct str value)
{
	if (f->n >= FORM_MAX_FIELDS || name.n > FORM_MAX_NAME)
		return ERR_LIMIT;
	f->fields[f->n++] = (struct form_field){ name, value };
	return OK;
}

static size_t count_of(struct str s, char c)
{
	size_t n = 0;
	for (size_t i = 0; i < s.n; i++)
		n += s.p[i] == c;
	return n;
}

/* Room for as many fields as there are separators, within the limit. */
static struct form room(struct arena *a, struct str s, char sep)
{
	size_t n = count_of(s, sep) + 1;
	return (struct form){ arena_array(a, struct form_field, n > FORM_MAX_FIELDS ? FORM_MAX_FIELDS : n), 0 };
}

enum err form_read(struct arena *a, struct str bytes, struct form *out)
{
	if (bytes.n > FORM_MAX_BYTES)
		return ERR_LIMIT;
	struct form f = room(a, bytes, '&');
	struct str piece;
	for (struct str rest = bytes; str_next(&rest, '&', &piece);) {
		if (piece.n == 0)
			continue;
		ptrdiff_t eq = str_chr(piece, '=');
		struct str name, value;
		TRY(decode(a, eq < 0 ? piece : str_upto(piece, (size_t)eq), &name));
		TRY(decode(a, eq < 0 ? STR("") : str_from(piece, (size_t)eq + 1), &value));
		TRY(add_field(&f, name, value));
	}
	*out = f;
	return OK;
}

/* RFC 6265 4.1.1: cookie-octet. */
static bool cookie_good(struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];
		if (c <= ' ' || c >= 0x7f || c == '"' || c == ',' || c == ';' || c == '\\')
			return false;
	}
	return true;
}

enum err cookie_read(struct arena *a, struct str header, struct form *out)
{
	if (header.n > COOKIE_MAX_BYTES)
		return ERR_LIMIT;
	struct form f = room(a, header, ';');
	struct str piece;
	for (struct str rest = header; str_next(&rest, ';', &piece);) {
		piece = str_trim(piece);
		ptrdiff_t eq = str_chr(piece, '=');
		if (eq <= 0)
			continue;
		struct str value = str_from(piece, (size_t)eq + 1);
		if (cookie_good(value))         /* somebody else's cookie is not our fault */
			TRY(add_field(&f, str_upto(piece, (size_t)eq), value));
	}
	*out = f;
	return OK;
}

struct str form_get(const struct form *f, const char *name)
{
	struct str value = STR_NONE;
	size_t at = 0;
	return form_each(f, name, &at, &value) ? value : STR_NONE;
}

bool form_has(const struct form *f, const char *name)
{
	struct str value;
	size_t at = 0;
	return form_each(f, name, &at, &value);
}

bool form_each(const struct form *f, const char *name, size_t *at, struct str *value)
{
	while (*at < f->n) {
		const struct form_field *field = &f->fields[(*at)++];
		if (str_is(field->name, name)) {
			*value = field->value;
			return true;
		}
	}
	return false;
}

void form_encode(struct buf *o, struct str s)
{
	static const char hex[] = "0123456789ABCDEF";
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];
		if (ascii_alpha((char)c) || ascii_digit((char)c) || c == '-' || c == '_' || c == '.' || c == '*') {
			buf_byte(o, (char)c);
		} else {
			buf_byte(o, '%');
			buf_byte(o, hex[c >> 4]);
			buf_byte(o, hex[c & 15]);
		}
	}
}

void form_add(struct buf *o, struct str name, struct str value)
{
	if (o->n > 0)
		buf_byte(o, '&');
	form_encode(o, name);
	buf_byte(o, '=');
	form_encode(o, value);
}
