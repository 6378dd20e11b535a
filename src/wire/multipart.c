#include "wire/multipart.h"

enum { BOUNDARY_MAX = 70 };       /* RFC 2046 5.1.1 */

struct reading {
	struct arena *a;
	struct str mark;               /* "\r\n--boundary" */
	struct str rest;
	size_t parts, text_bytes;
	struct multipart out;
};

/* ---- headers ---- */

static struct str unquoted(struct str s)
{
	return s.n >= 2 && s.p[0] == '"' && s.p[s.n - 1] == '"' ? (struct str){ s.p + 1, s.n - 2 } : s;
}

/* The next `; name=value` of a header, as browsers write them: a quoted value ends at the next quotation mark. */
static bool next_parameter(struct str *rest, struct str *name, struct str *value)
{
	ptrdiff_t semi = str_chr(*rest, ';');
	if (semi < 0)
		return false;
	struct str s = str_trim(str_from(*rest, (size_t)semi + 1));
	ptrdiff_t eq = str_chr(s, '=');
	if (eq <= 0)
		return false;
	*name = str_upto(s, (size_t)eq);
	s = str_from(s, (size_t)eq + 1);
	size_t n = 0;
	if (s.n && s.p[0] == '"') {
		ptrdiff_t end = str_chr(str_from(s, 1), '"');
		if (end < 0)
			return false;
		n = (size_t)end + 2;
	} else {
		while (n < s.n && s.p[n] != ';')
			n++;
	}
	*value = unquoted(str_trim(str_upto(s, n)));
	*rest = str_from(s, n);
	return true;
}

static enum err boundary_of(struct str type, struct str *out)
{
	struct str name, value, rest = type;
	if (!str_ieq(str_upto(type, 19), STR("multipart/form-data")))
		return ERR_UNSUPPORTED;
	while (next_parameter(&rest, &name, &value))
		if (str_ieq(name, STR("boundary"))) {
			for (size_t i = 0; i < value.n; i++)
				if ((unsigned char)value.p[i] < ' ' || (unsigned char)value.p[i] >= 0x7f)
					return ERR_SYNTAX;
			*out = value;
			return value.n && value.n <= BOUNDARY_MAX ? OK : ERR_SYNTAX;
		}
	return ERR_SYNTAX;
}

struct head { struct str name, file; bool is_file; };

/* RFC 7578 4.2: one Content-Disposition; other headers say nothing that we use. */
static enum err read_head(struct str head, struct head *out)
{
	struct str line, name, value;
	bool found = false;
	*out = (struct head){ 0 };
	for (struct str rest = head; str_next(&rest, '\n', &line);) {
		line = str_trim(line);
		if (!str_ieq(str_upto(line, 20), STR("Content-Disposition:")))
			continue;
		struct str what = str_trim(str_from(line, 20));
		if (found || !str_ieq(str_upto(what, 9), STR("form-data")))
			return ERR_SYNTAX;
		found = true;
		while (next_parameter(&what, &name, &value)) {
			if (str_ieq(name, STR("name")))
				out->name = value;
			if (str_ieq(name, STR("filename"))) {
				out->file = value;
				out->is_file = true;
			}
		}
	}
	return found && out->name.n && out->name.n <= FORM_MAX_NAME && str_utf8(out->name) ? OK : ERR_SYNTAX;
}

/* ---- parts ---- */

/* Without folders, whatever system wrote it; no control signs. */
static enum err plain_name(struct str s, struct str *out)
{
	ptrdiff_t slash = str_rchr(s, '/'), back = str_rchr(s, '\\');
	s = str_from(s, (size_t)((slash > back ? slash : back) + 1));
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] < ' ' || s.p[i] == 0x7f)
			return ERR_SYNTAX;
	*out = s;
	return s.n <= MULTIPART_NAME_MAX && str_utf8(s) ? OK : ERR_SYNTAX;
}

static enum err add_file(struct reading *r, const struct head *h, struct str bytes)
{
	struct multipart_file f = { .field = h->name, .bytes = bytes };
	TRY(plain_name(h->file, &f.name));
	if (f.name.n == 0)
		return bytes.n ? ERR_SYNTAX : OK;
	if (r->out.n_files == MULTIPART_FILES_MAX)
		return ERR_LIMIT;
	r->out.files[r->out.n_files++] = f;
	return OK;
}

static enum err add_text(struct reading *r, const struct head *h, struct str bytes)
{
	r->text_bytes += bytes.n;
	if (r->text_bytes > FORM_MAX_BYTES || r->out.fields.n == FORM_MAX_FIELDS)
		return ERR_LIMIT;
	if (!str_utf8(bytes))
		return ERR_SYNTAX;
	r->out.fields.fields[r->out.fields.n++] = (struct form_field){ h->name, bytes };
	return OK;
}

static ptrdiff_t find(struct str s, struct str what)
{
	const char *p = s.n ? memmem(s.p, s.n, what.p, what.n) : NULL;
	return p ? p - s.p : -1;
}

/* After a boundary: head, empty line, bytes, the next boundary. */
static enum err one_part(struct reading *r)
{
	struct head h;
	ptrdiff_t end = find(str_upto(r->rest, MULTIPART_HEAD_MAX), STR("\r\n\r\n"));
	if (end < 0)
		return ERR_SYNTAX;
	TRY(read_head(str_upto(r->rest, (size_t)end), &h));
	r->rest = str_from(r->rest, (size_t)end + 2);    /* an empty part: its boundary begins with that line end */
	struct str body = str_from(r->rest, 2);
	ptrdiff_t next = find(r->rest, r->mark);
	if (next != 0)
		next = find(body, r->mark) + 2;
	if (next < 0 || (next == 1))
		return ERR_SYNTAX;
	struct str bytes = next == 0 ? STR("") : str_upto(body, (size_t)next - 2);
	r->rest = str_from(r->rest, (size_t)next + r->mark.n);
	if (++r->parts > MULTIPART_PARTS_MAX)
		return ERR_LIMIT;
	return h.is_file ? add_file(r, &h, bytes) : add_text(r, &h, bytes);
}

enum err multipart_read(struct arena *a, struct str type, struct str body, struct multipart *out)
{
	struct str boundary;
	TRY(boundary_of(type, &boundary));
	if (body.n > MULTIPART_BYTES_MAX)
		return ERR_LIMIT;
	struct reading r = { .a = a, .mark = arena_fmt(a, "\r\n--%.*s", STRF(boundary)), .rest = body };
	r.out.files = arena_array(a, struct multipart_file, MULTIPART_FILES_MAX);
	r.out.fields.fields = arena_array(a, struct form_field, FORM_MAX_FIELDS);
	struct str first = str_from(r.mark, 2);
	if (!str_starts(body, first))
		return ERR_SYNTAX;
	r.rest = str_from(body, first.n);
	while (str_starts(r.rest, STR("\r\n"))) {
		r.rest = str_from(r.rest, 2);
		TRY(one_part(&r));
	}
	if (!str_starts(r.rest, STR("--")) || str_trim(str_from(r.rest, 2)).n)
		return ERR_SYNTAX;
	*out = r.out;
	return OK;
}
