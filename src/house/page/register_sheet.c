/* A register as a spreadsheet: out, and in: read, shown, then written whole. */
#include "io/file.h"
#include "base/clock.h"
#include "base/mem.h"
#include "base/time.h"
#include "gen_queries.h"
#include "house/page/register.h"
#include "house/register/sheet.h"
#include "house/web/table.h"

enum { SHOWN_ROWS = 200, SHOWN_FINDINGS = 10 };

/* ---- out ---- */

static void csv_head(struct page_ctx *c, const struct reg_page *p)
{
	csv_cell(c, STR("Number"));
	for (size_t i = 0; i < p->reg->n_fields; i++)
		if (reg_shows(p, &p->reg->fields[i]))
			csv_cell(c, p->reg->fields[i].label);
	csv_cell(c, STR("Stage"));
	csv_row(c);
}

static void csv_entry(struct page_ctx *c, const struct reg_page *p, const struct entry *e)
{
	struct store st = p->store;
	csv_int(c, e->number);
	for (size_t i = 0; i < p->reg->n_fields; i++) {
		const struct field *f = &p->reg->fields[i];
		if (reg_shows(p, f))
			csv_cell(c, names_text(&st, c->arena, c->school, f, entry_value(e, f->name.p)));
	}
	csv_cell(c, reg_state_of(p->reg, e->state).label);
	csv_row(c);
}

enum err reg_csv(struct page_ctx *c, const struct reg_page *p, const struct entry_query *asked)
{
	struct store st = p->store;
	struct entry_query q = *asked;
	struct entry_page page;
	csv_begin(c, arena_fmt(c->arena, "%.*s-%.*s.csv", STRF(p->reg->id), STRF(time_iso_date(c->arena, clock_utc()))).p);
	csv_head(c, p);
	q.limit = ENTRY_PAGE_MAX;
	q.enough = 1;                                    /* the total is not looked at */
	for (q.offset = 0; q.offset < TABLE_CSV_MAX; q.offset += ENTRY_PAGE_MAX) {
		TRY(entry_list(&st, c->arena, &p->view, &q, &page));
		for (size_t i = 0; i < page.n; i++)
			csv_entry(c, p, &page.entries[i]);
		if (page.n < ENTRY_PAGE_MAX)
			break;
	}
	return csv_end(c);
}

/* ---- in ---- */

static struct sheet_of sheet_for(struct page_ctx *c, struct reg_page *p, const char *why)
{
	return (struct sheet_of){ .st = &p->store, .reg = p->reg, .may = p->may, .view = p->view, .act = page_act(c, why) };
}

/* What a register knows to begin with stands beside its file as NAME.csv: Gatehouse's own entries in the registers of data protection.
 * It is looked through line by line like any spreadsheet, and a person brings it in.  IN-12-MONTHS becomes that day. */
static bool start_path(struct page_ctx *c, const struct reg *r, const char **out)
{
	uint64_t n;
	if (r->own || !str_ends(r->file, STR(".conf")))
		return false;
	*out = arena_fmt(c->arena, "%.*s.csv", STRF(str_upto(r->file, r->file.n - 5))).p;
	return file_size(*out, &n) == OK;
}

static struct view_register_import blank(struct page_ctx *c, const struct reg_page *p)
{
	struct view_register_import_fields *f = arena_array(c->arena, struct view_register_import_fields, p->reg->n_fields + 1);
	struct view_register_import v = { .errors = page_errors(c), .error = page_wrong_text(c, "file"), .reg = p->reg->id, .title = p->reg->title };
	const char *path;
	v.start = start_path(c, p->reg, &path);
	for (size_t i = 0; i < p->reg->n_fields; i++)
		if (reg_asks(p, &p->reg->fields[i]) && !field_is_document(&p->reg->fields[i]))
			f[v.n_fields++] = (struct view_register_import_fields){ p->reg->fields[i].label, p->reg->fields[i].hint };
	v.fields = f;
	return v;
}

static enum err show(struct page_ctx *c, const struct view_register_import *v)
{
	page_begin(c, "Bring in a spreadsheet");
	view_register_import_put(&c->reply.body, &c->env, v);
	return page_end(c);
}

static enum err open_to_import(struct page_ctx *c, struct reg_page *p)
{
	TRY(reg_page_open(c, p));
	return p->may.add ? OK : ERR_FORBIDDEN;
}

enum err register_import_show(struct page_ctx *c)
{
	struct reg_page p;
	TRY(open_to_import(c, &p));
	struct view_register_import v = blank(c, &p);
	return show(c, &v);
}

static void whole_wrong(struct page_ctx *c, const struct diag *d)
{
	for (size_t i = 0; i < d->n && i < SHOWN_FINDINGS; i++)
		if (d->items[i].line)
			page_wrong(c, "file", "Line %ld: %.*s", d->items[i].line, STRF(d->items[i].text));
		else
			page_wrong(c, "file", "%.*s", STRF(d->items[i].text));
}

static const struct multipart_file *brought(const struct page_ctx *c)
{
	for (size_t i = 0; i < c->req->n_files; i++)
		if (str_is(c->req->files[i].field, "file"))
			return &c->req->files[i];
	return NULL;
}

static enum err start_file(struct page_ctx *c, const struct reg *r, struct multipart_file *out)
{
	AUTO(buf_done) struct buf raw = buf_init(SHEET_BYTES_MAX), b = buf_init(SHEET_BYTES_MAX);
	const char *path;
	if (!start_path(c, r, &path))
		return ERR_ABSENT;
	TRY(file_read(path, &raw));
	struct str rest = buf_str(&raw), day = time_iso_date(c->arena, clock_utc() + 365 * (int64_t)86400);
	for (ptrdiff_t at; (at = str_find(rest, STR("IN-12-MONTHS"))) >= 0; rest = str_from(rest, (size_t)at + 12))
		buf_fmt(&b, "%.*s%.*s", STRF(str_upto(rest, (size_t)at)), STRF(day));
	buf_add(&b, rest);
	TRY(buf_ok(&b));
	*out = (struct multipart_file){ STR("file"), STR("what Gatehouse itself does"), arena_str(c->arena, buf_str(&b)) };
	return OK;
}

/* Whether the fault is in the file, for its writer to mend. */
static bool of_the_file(enum err e, const struct diag *d) { return e != OK && d->errors > 0; }

enum err register_import_do(struct page_ctx *c)
{
	struct reg_page p;
	struct sheet sheet;
	struct q_register_upload_put_row row;
	AUTO(diag_done) struct diag d = diag_init(50);
	TRY(open_to_import(c, &p));
	struct multipart_file start;
	const struct multipart_file *f = brought(c);
	if (str_is(page_field(c, "start"), "yes")) {
		TRY(start_file(c, p.reg, &start));
		f = &start;
	}
	if (!f)
		page_wrong(c, "file", "Choose the spreadsheet, saved as CSV.");
	struct sheet_of s = sheet_for(c, &p, "from a spreadsheet");
	enum err e = f ? sheet_run(&s, c->arena, f->name, f->bytes, true, &d, &sheet) : OK;
	if (of_the_file(e, &d))
		whole_wrong(c, &d);
	else
		TRY(e);
	if (page_is_wrong(c)) {
		struct view_register_import v = blank(c, &p);
		return show(c, &v);
	}
	struct q_register_upload_put_args put = { .school = c->school, .person = c->session->person, .register_ = p.reg->id,
		.name = str_utf8(f->name) ? f->name : STR("a file"), .bytes = f->bytes, .at = clock_utc() };
	TRY(q_register_upload_put_one(c->db, c->arena, &put, &row));
	return page_redirect(c, "/registers/%s/import/%lld", p.reg->id.p, (long long)row.id);
}

static enum err upload(struct page_ctx *c, const struct reg_page *p, int64_t *id, struct q_register_upload_get_row *out)
{
	TRY(page_id(c, "id", id));
	struct q_register_upload_get_args args = { .school = c->school, .person = c->session->person, .id = *id, .since = clock_utc() - SHEET_KEEP_S };
	TRY(q_register_upload_get_one(c->db, c->arena, &args, out));
	return str_eq(out->register_, p->reg->id) ? OK : ERR_ABSENT;
}

/* What is wrong first, then what changes; what stays as it is needs no line. */
static void rows_of(struct page_ctx *c, const struct sheet *s, struct view_register_import *v)
{
	static const struct { enum sheet_what what; const char *label, *colour; } kinds[] = {
		{ SHEET_BAD, "Mend this", "red" }, { SHEET_CHANGE, "Changes", "blue" }, { SHEET_NEW, "New", "green" },
	};
	struct view_register_import_rows *rows = arena_array(c->arena, struct view_register_import_rows, SHOWN_ROWS + 1);
	for (size_t k = 0; k < ARRAY_N(kinds); k++)
		for (size_t i = 0; i < s->n; i++)
			if (s->rows[i].what == kinds[k].what) {
				if (v->n_rows < SHOWN_ROWS)
					rows[v->n_rows++] = (struct view_register_import_rows){ s->rows[i].line, str_z(kinds[k].label), str_z(kinds[k].colour), s->rows[i].says };
				else
					v->more++;
			}
	v->rows = rows;
}

static enum err show_checked(struct page_ctx *c, const struct reg_page *p, int64_t id, struct str name, const struct sheet *s)
{
	struct view_register_import v = blank(c, p);
	v.checked = true;
	v.id = id;
	v.file = name;
	v.may_apply = !s->n_bad && (s->n_new || s->n_changed);
	v.n_new = (int64_t)s->n_new;
	v.n_changed = (int64_t)s->n_changed;
	v.n_same = (int64_t)s->n_same;
	v.n_bad = (int64_t)s->n_bad;
	rows_of(c, s, &v);
	return show(c, &v);
}

/* The upload of the address, run; once it was applied there is nothing more to see. */
static enum err run(struct page_ctx *c, struct reg_page *p, bool dry, int64_t *id, struct q_register_upload_get_row *u, struct sheet *out)
{
	AUTO(diag_done) struct diag d = diag_init(50);
	struct sheet_of s = sheet_for(c, p, arena_fmt(c->arena, "from the spreadsheet %.*s", STRF(str_upto(u->name, 100))).p);
	return sheet_run(&s, c->arena, u->name, u->bytes, dry, &d, out);
}

enum err register_check_show(struct page_ctx *c)
{
	struct reg_page p;
	struct sheet sheet;
	struct q_register_upload_get_row u;
	int64_t id;
	TRY(open_to_import(c, &p));
	TRY(upload(c, &p, &id, &u));
	if (u.applied)
		return page_redirect(c, "/registers/%s", p.reg->id.p);
	TRY(run(c, &p, true, &id, &u, &sheet));
	return show_checked(c, &p, id, u.name, &sheet);
}

enum err register_apply_do(struct page_ctx *c)
{
	struct reg_page p;
	struct sheet sheet = { 0 };
	struct q_register_upload_get_row u;
	int64_t id, once = 0;
	TRY(open_to_import(c, &p));
	TRY(upload(c, &p, &id, &u));
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	TRY(db_tx_begin(c->db, &tx));
	TRY(q_register_upload_done_do(c->db, &(struct q_register_upload_done_args){ .school = c->school, .id = id, .at = clock_utc(), .nothing = STR("") }, &once));
	if (!once) {
		page_flash(c, FLASH_NOTE, "This file was written already. Nothing was written twice.");
		return page_redirect(c, "/registers/%s", p.reg->id.p);
	}
	enum err e = run(c, &p, false, &id, &u, &sheet);
	if (e == ERR_INVALID && sheet.n_bad)
		return show_checked(c, &p, id, u.name, &sheet);    /* something changed since it was checked; nothing is written */
	TRY(e);
	TRY(db_tx_commit(&tx));
	page_flash(c, FLASH_DONE, "Written: %zu new, %zu changed, %zu as they were.", sheet.n_new, sheet.n_changed, sheet.n_same);
	return page_redirect(c, "/registers/%s", p.reg->id.p);
}
