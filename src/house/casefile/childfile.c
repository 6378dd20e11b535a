#include "house/casefile/childfile.h"

#include <jansson.h>
#include <stdlib.h>

#include "base/hash.h"
#include "base/mem.h"
#include "base/time.h"
#include "house/outside/json.h"
#include "house/web/tpl.h"

static const char format[] = "gatehouse-child-file";

/* ---- JSON ---- */

static json_t *text(struct str s) { return json_stringn(s.p ? s.p : "", s.n); }
static json_t *when(struct arena *a, int64_t utc) { return utc ? text(time_iso(a, utc)) : text(STR("")); }

static json_t *entries_json(struct arena *a, const struct child_file *f)
{
	json_t *list = json_array();
	for (size_t i = 0; i < f->n; i++) {
		const struct child_entry *e = &f->entries[i];
		json_array_append_new(list, json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "at", when(a, e->at_utc), "recorded", when(a, e->recorded_utc),
			"by", text(e->by), "kind", text(e->kind), "case", text(e->reference), "theme", text(e->theme), "title", text(e->title), "text", text(e->text)));
	}
	return list;
}

static json_t *documents_json(struct arena *a, const struct child_file *f)
{
	json_t *list = json_array();
	for (size_t i = 0; i < f->n_documents; i++) {
		const struct child_document *x = &f->documents[i];
		json_array_append_new(list, json_pack("{s:o, s:o, s:o, s:o}", "file", text(x->file), "what", text(x->what), "name", text(x->name), "at", when(a, x->at_utc)));
	}
	return list;
}

static json_t *content_json(struct arena *a, const struct child_file *f)
{
	return json_pack("{s:o, s:o}", "entries", entries_json(a, f), "documents", documents_json(a, f));
}

static enum err dump(struct arena *a, json_t *j, size_t flags, struct str *out)
{
	char *z = j ? json_dumps(j, flags) : NULL;
	json_decref(j);
	if (!z)
		return ERR_LIMIT;
	*out = arena_str(a, str_z(z));
	free(z);
	return OK;
}

enum err childfile_json(struct arena *a, const struct child_file *f, struct str *out)
{
	json_t *all = json_pack("{s:s, s:i, s:o, s:o, s:o, s:{s:o, s:o, s:o}}", "format", format, "version", 1, "title", text(f->title), "school", text(f->school),
		"made", when(a, f->made_utc), "child", "name", text(f->name), "born", text(f->born), "reference", text(f->reference));
	json_t *content = content_json(a, f);
	if (!all || !content || json_object_update(all, content) != 0) {
		json_decref(all);
		json_decref(content);
		return ERR_LIMIT;
	}
	json_decref(content);
	return dump(a, all, JSON_INDENT(1), out);
}

enum err childfile_digest(struct arena *a, const struct child_file *f, char out[65])
{
	struct str s;
	uint8_t sum[SHA256_BYTES];
	TRY(dump(a, content_json(a, f), JSON_COMPACT, &s));
	hash_sha256(s, sum);
	hex_put(sum, sizeof sum, out);
	return OK;
}

/* ---- reading what another school wrote ---- */

static enum err words(struct arena *a, const json_t *o, const char *name, size_t max, struct str *out)
{
	const json_t *v = json_object_get(o, name);
	if (!v || json_is_null(v))
		return OK;
	if (!json_is_string(v))
		return ERR_SYNTAX;
	struct str s = { json_string_value(v), json_string_length(v) };
	if (s.n > max)
		return ERR_LIMIT;
	for (size_t i = 0; i < s.n; i++)
		if (((unsigned char)s.p[i] < ' ' && !strchr("\n\r\t", s.p[i])) || s.p[i] == 0 || s.p[i] == 0x7f)
			return ERR_SYNTAX;
	*out = arena_str(a, s);
	return OK;
}

static enum err moment(struct arena *a, const json_t *o, const char *name, int64_t *out)
{
	struct str s = STR_NONE;
	*out = 0;
	TRY(words(a, o, name, 40, &s));
	return s.n ? time_read_iso(s, out) : OK;
}

static enum err read_entry(struct arena *a, const json_t *o, struct child_entry *e)
{
	if (!json_is_object(o))
		return ERR_SYNTAX;
	TRY(moment(a, o, "at", &e->at_utc));
	TRY(moment(a, o, "recorded", &e->recorded_utc));
	TRY(words(a, o, "by", CHILDFILE_LINE_MAX, &e->by));
	TRY(words(a, o, "kind", 40, &e->kind));
	TRY(words(a, o, "case", 40, &e->reference));
	TRY(words(a, o, "theme", CHILDFILE_LINE_MAX, &e->theme));
	TRY(words(a, o, "title", CHILDFILE_LINE_MAX, &e->title));
	TRY(words(a, o, "text", CHILDFILE_TEXT_MAX, &e->text));
	return e->at_utc && (e->title.n || e->text.n) ? OK : ERR_SYNTAX;
}

static enum err read_document(struct arena *a, const json_t *o, struct child_document *x)
{
	if (!json_is_object(o))
		return ERR_SYNTAX;
	TRY(words(a, o, "file", 200, &x->file));
	TRY(words(a, o, "what", CHILDFILE_LINE_MAX, &x->what));
	TRY(words(a, o, "name", 200, &x->name));
	TRY(moment(a, o, "at", &x->at_utc));
	return x->file.n ? OK : ERR_SYNTAX;
}

static enum err read_lists(struct arena *a, const json_t *j, struct diag *d, struct child_file *f)
{
	const json_t *list = json_object_get(j, "entries"), *docs = json_object_get(j, "documents");
	f->n = json_array_size(list);
	f->n_documents = json_array_size(docs);
	if (f->n > CHILDFILE_ENTRIES_MAX || f->n_documents > CHILDFILE_DOCUMENTS_MAX) {
		diag_add(d, DIAG_ERROR, STR("file"), 0, "The file holds more than %d entries or %d documents. Ask the school to send it in parts.", CHILDFILE_ENTRIES_MAX, CHILDFILE_DOCUMENTS_MAX);
		return ERR_LIMIT;
	}
	f->entries = arena_array(a, struct child_entry, f->n + 1);
	f->documents = arena_array(a, struct child_document, f->n_documents + 1);
	for (size_t i = 0; i < f->n; i++)
		if (read_entry(a, json_array_get(list, i), &f->entries[i]) != OK)
			return diag_fail(d, STR("file"), 0, "Entry %zu of the file cannot be read: its time, its title or its text is not in order. Ask the school to send it again.", i + 1);
	for (size_t i = 0; i < f->n_documents; i++)
		if (read_document(a, json_array_get(docs, i), &f->documents[i]) != OK)
			return diag_fail(d, STR("file"), 0, "Document %zu of the file cannot be read. Ask the school to send it again.", i + 1);
	return OK;
}

static enum err read_head(struct arena *a, const json_t *j, struct child_file *f)
{
	const json_t *child = json_object_get(j, "child");
	TRY(words(a, j, "title", CHILDFILE_LINE_MAX, &f->title));
	TRY(words(a, j, "school", CHILDFILE_LINE_MAX, &f->school));
	TRY(moment(a, j, "made", &f->made_utc));
	TRY(words(a, child, "name", CHILDFILE_LINE_MAX, &f->name));
	TRY(words(a, child, "born", 40, &f->born));
	TRY(words(a, child, "reference", 60, &f->reference));
	return f->name.n ? OK : ERR_SYNTAX;
}

enum err childfile_read(struct arena *a, struct str json, struct diag *d, struct child_file *out)
{
	AUTO(json_done) json_t *j = NULL;
	struct child_file f = { 0 };
	struct str kind = STR_NONE;
	if (json.n > CHILDFILE_BYTES_MAX || json_read(json, &j) != OK || words(a, j, "format", 60, &kind) != OK || !str_is(kind, format))
		return diag_fail(d, STR("file"), 0, "The data in this bundle was not written by a program that this one understands. Read its page, and enter what matters by hand.");
	if (read_head(a, j, &f) != OK)
		return diag_fail(d, STR("file"), 0, "The bundle does not say which child it is about. Ask the school to send it again.");
	TRY(read_lists(a, j, d, &f));
	*out = f;
	return OK;
}

/* ---- a page ---- */

static void cell(struct buf *b, const char *tag, struct str s)
{
	if (!s.n)
		return;
	buf_fmt(b, "<%s>", tag);
	tpl_text(b, s);
	buf_fmt(b, "</%.*s>\n", (int)strcspn(tag, " "), tag);
}

static const char style[] =
	"body{font:11pt/1.45 Arial,sans-serif;color:#000;max-width:52em;margin:2em auto;padding:0 1em}h1{font-size:18pt}h2{font-size:14pt;margin-top:1.6em}"
	"h3{font-size:11pt;margin:1.2em 0 .2em}p,dd{white-space:pre-wrap;overflow-wrap:anywhere;margin:.2em 0}article{break-inside:avoid;border-top:1px solid #777;padding-top:.4em;margin-top:.8em}"
	".meta{color:#333;font-size:9.5pt}table{border-collapse:collapse;width:100%}th,td{border:1px solid #777;padding:.25em .5em;text-align:left;vertical-align:top}"
	"th,td,li,code{overflow-wrap:anywhere}th{min-width:3em}code{font-size:9pt}.gone{background:#000;color:#fff;padding:0 .3em}"
	"@page{size:A4;margin:2cm;@bottom-right{content:\"Page \" counter(page) \" of \" counter(pages)}@bottom-left{content:\"Confidential\"}}";

static void head(struct arena *a, const struct child_file *f, const char *digest, struct buf *b)
{
	buf_z(b, "<!doctype html>\n<html lang=\"en-GB\"><head><meta charset=\"utf-8\"><meta name=\"robots\" content=\"noindex\"><title>");
	tpl_text(b, f->title);
	buf_fmt(b, "</title><style>%s</style></head><body><main>\n", style);
	cell(b, "h1", f->name.n ? arena_fmt(a, "%.*s: %.*s", STRF(f->title), STRF(f->name)) : f->title);
	cell(b, "p", f->note);
	buf_z(b, "<table><tbody>");
	struct { const char *key; struct str value; } rows[] = { { "School", f->school }, { "Born", f->born }, { "Reference", f->reference },
		{ "Made", time_words(a, f->made_utc) }, { "Entries", arena_fmt(a, "%zu", f->n) }, { "Documents", arena_fmt(a, "%zu", f->n_documents) }, { "Digest (SHA-256)", str_z(digest) } };
	for (size_t i = 0; i < ARRAY_N(rows); i++)
		if (rows[i].value.n) {
			buf_fmt(b, "<tr><th scope=\"row\">%s</th><td>", rows[i].key);
			tpl_text(b, rows[i].value);
			buf_z(b, "</td></tr>\n");
		}
	buf_z(b, "</tbody></table>\n");
}

static void index_of(struct arena *a, const struct child_file *f, struct buf *b)
{
	buf_z(b, "<h2>Index</h2>\n<table><thead><tr><th scope=\"col\">No.</th><th scope=\"col\">When</th><th scope=\"col\">Case</th><th scope=\"col\">What</th></tr></thead><tbody>\n");
	for (size_t i = 0; i < f->n; i++) {
		const struct child_entry *e = &f->entries[i];
		buf_fmt(b, "<tr><td><a href=\"#e%zu\">%zu</a></td><td>", i + 1, i + 1);
		tpl_text(b, time_words(a, e->at_utc));
		buf_z(b, "</td><td>");
		tpl_text(b, e->reference);
		buf_z(b, "</td><td>");
		tpl_text(b, e->title);
		buf_z(b, "</td></tr>\n");
	}
	buf_z(b, "</tbody></table>\n");
}

static void entry_html(struct arena *a, const struct child_entry *e, size_t at, size_t of, struct buf *b)
{
	buf_fmt(b, "<article id=\"e%zu\">", at);
	cell(b, "h3", arena_fmt(a, "%zu. %.*s: %.*s", at, STRF(time_words(a, e->at_utc)), STRF(e->title)));
	cell(b, "p", e->text);
	struct str late = e->recorded_utc > e->at_utc + 300 ? arena_fmt(a, ", written down %.*s", STRF(time_words(a, e->recorded_utc))) : STR("");
	cell(b, "p class=\"meta\"", arena_fmt(a, "%.*s%s%.*s%s%.*s%.*s (entry %zu of %zu)", STRF(e->theme), e->reference.n ? ", case " : "", STRF(e->reference),
		e->by.n ? ", by " : "", STRF(e->by), STRF(late), at, of));
	buf_z(b, "</article>\n");
}

static void documents_html(struct arena *a, const struct child_file *f, bool links, struct buf *b)
{
	if (!f->n_documents)
		return;
	buf_z(b, "<h2>Documents</h2>\n<ul>\n");
	for (size_t i = 0; i < f->n_documents; i++) {
		const struct child_document *x = &f->documents[i];
		buf_z(b, "<li>");
		if (links) {
			buf_z(b, "<a href=\"");
			tpl_text(b, x->file);
			buf_z(b, "\">");
		}
		tpl_text(b, x->what.n ? x->what : x->name);
		buf_z(b, links ? "</a> " : " ");
		tpl_text(b, arena_fmt(a, "(%.*s, %.*s)", STRF(x->name), STRF(time_words(a, x->at_utc))));
		buf_z(b, "</li>\n");
	}
	buf_z(b, "</ul>\n");
}

void childfile_html(struct arena *a, const struct child_file *f, bool links, struct buf *out)
{
	char digest[65] = "";
	if (childfile_digest(a, f, digest) != OK)
		digest[0] = 0;
	head(a, f, digest, out);
	index_of(a, f, out);
	documents_html(a, f, links, out);
	buf_z(out, "<h2>Entries</h2>\n");
	for (size_t i = 0; i < f->n; i++)
		entry_html(a, &f->entries[i], i + 1, f->n, out);
	buf_z(out, "<p class=\"meta\">End. Digest of all entries and documents (SHA-256):</p>\n");
	cell(out, "code", str_z(digest));
	buf_z(out, "</main></body></html>\n");
}
