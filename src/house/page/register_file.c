/* Fields of registers that are documents: chosen on the entry's form, screened by what is inside, kept sealed with the entry, opened from it. */
#include "base/mem.h"
#include "house/casefile/attachment.h"
#include "house/casefile/keeping.h"
#include "house/page/casefile.h"
#include "house/page/form.h"
#include "house/page/register.h"
#include "house/store/audit.h"

bool reg_has_files(const struct reg *r)
{
	for (size_t i = 0; i < r->n_fields; i++)
		if (field_is_document(&r->fields[i]))
			return true;
	return false;
}

static const struct multipart_file *chosen(const struct page_ctx *c, struct str field)
{
	for (size_t i = 0; i < c->req->n_files; i++)
		if (str_eq(c->req->files[i].field, field) && c->req->files[i].name.n)
			return &c->req->files[i];
	return NULL;
}

static struct str ending_of(struct str name)
{
	ptrdiff_t dot = str_rchr(name, '.');
	return dot < 0 ? STR("") : str_from(name, (size_t)dot + 1);
}

/* "letter.pdf" that is a Word document: whoever sent it made a mistake, or hides something. */
static bool is_what_it_says(struct str name, enum screen_kind kind)
{
	struct str end = ending_of(name);
	return !end.n || str_ieq(end, str_z(screen_ending(kind))) || (kind == SCREEN_TEXT && (str_ieq(end, STR("csv")) || str_ieq(end, STR("md"))));
}

/* Why not, as a finding on the field; that it was tried is kept, without a byte of it. */
static void refuse(struct page_ctx *c, const struct field *f, const char *word, const char *says)
{
	struct act act = page_act(c, word);
	page_wrong(c, f->name.p, "%s", says);
	(void)audit_add(c->db, &act, "document.refused", (struct audit_about){ "register", 0 }, NULL);     /* the refusal stands without it */
}

bool reg_file_taken(struct page_ctx *c, const struct field *f) { return page_ticked(c, arena_fmt(c->arena, "take-%.*s", STRF(f->name)).p); }

bool reg_file_read(struct page_ctx *c, const struct field *f, struct entry_field *out)
{
	const struct multipart_file *file = chosen(c, f->name);
	*out = (struct entry_field){ f->name, STR("") };
	if (!file)
		return reg_file_taken(c, f);
	struct screened s = screen(c->arena, file->bytes);
	if (s.why == SCREEN_PICTURE)
		refuse(c, f, screen_word(s.why), "This is a picture or a film. Pictures are never kept here. If it is a photograph of a paper: keep the paper, and write here where it is.");
	else if (s.why != SCREEN_FINE)
		refuse(c, f, screen_word(s.why), screen_sentence(s.why));
	else if (!is_what_it_says(file->name, s.kind))
		refuse(c, f, "not what its name says", arena_fmt(c->arena, "It is called \"%.*s\", and what is inside is a %s file. Ask whoever sent it, or open it and save it again as PDF.",
			STRF(str_upto(file->name, 100)), screen_ending(s.kind)).p);
	*out = (struct entry_field){ f->name, STR("0") };
	return true;
}

static enum err keep_one(struct page_ctx *c, const struct reg_page *p, const struct act *act, const struct entry *e, const struct field *f, struct str *value)
{
	const struct multipart_file *file = chosen(c, f->name);
	struct store st = p->store;
	enum screen_why why;
	int64_t id;
	if (!file)
		return OK;
	struct attachment_in in = { .name = file->name, .what = str_upto(arena_fmt(c->arena, "%.*s: %.*s", STRF(p->reg->title), STRF(f->label)), ATTACHMENT_WHAT_MAX), .bytes = file->bytes };
	TRY(attachment_add(&st, act, e, &in, &c->errors, &id, &why));
	*value = arena_i64(c->arena, id);
	return OK;
}

/* Puts the chosen files there, and their ids into the fields that wait for them. */
static enum err keep_all(struct page_ctx *c, const struct reg_page *p, const struct act *act, const struct entry *e, struct entry_field *fields, size_t n, size_t *kept)
{
	*kept = 0;
	for (size_t i = 0; i < n; i++) {
		const struct field *f = reg_field(p->reg, fields[i].name);
		if (!f || !field_is_document(f))
			continue;
		TRY(keep_one(c, p, act, e, f, &fields[i].value));
		(*kept)++;
	}
	return OK;
}

enum err reg_create(struct page_ctx *c, const struct reg_page *p, const struct act *act, struct entry_in *in, int64_t *id)
{
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	struct entry_may all = { .school = c->school, .classes = ~1u };
	struct store st = p->store;
	struct entry e;
	size_t kept;
	TRY(db_tx_begin(c->db, &tx));
	TRY(entry_create(&st, act, in, &c->errors, id));
	TRY(entry_get(&st, c->arena, &all, *id, 0, &e));
	struct entry_field *fields = arena_array(c->arena, struct entry_field, in->n_fields + 1);
	size_t n = 0;
	for (size_t i = 0; i < in->n_fields; i++) {
		const struct field *f = reg_field(p->reg, in->fields[i].name);
		if (f && field_is_document(f))
			fields[n++] = in->fields[i];
	}
	TRY(keep_all(c, p, act, &e, fields, n, &kept));
	if (kept)
		TRY(entry_update(&st, act, &all, *id, e.version, &(struct entry_in){ .fields = fields, .n_fields = n }, &c->errors));
	return db_tx_commit(&tx);
}

/* What is taken away is really gone: its bytes, not what it was called, who put it there and why it went.  A hold on the entry beats that. */
static enum err take_away(struct page_ctx *c, const struct reg_page *p, const struct act *act, const struct entry *e, const struct entry_in *in)
{
	struct store st = p->store;
	struct entry_hold hold = { 0 };
	for (size_t i = 0; i < in->n_fields; i++) {
		const struct field *f = reg_field(p->reg, in->fields[i].name);
		int64_t id = f && field_is_document(f) && !in->fields[i].value.n ? entry_i64(e, f->name.p) : 0;
		if (id <= 0)
			continue;
		TRY(keeping_hold_of(&st, c->arena, c->school, e->id, &hold));
		if (hold.on) {
			page_wrong(c, f->name.p, "This entry is on hold: nothing of it is taken away until the hold is lifted.");
			return ERR_INVALID;
		}
		TRY(attachment_withdraw(&st, act, id, str_z(act->why), &c->errors));
	}
	return OK;
}

enum err reg_update(struct page_ctx *c, const struct reg_page *p, const struct act *act, const struct entry *e, struct entry_in *in)
{
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	struct store st = p->store;
	size_t kept;
	struct entry_field *fields = arena_array(c->arena, struct entry_field, in->n_fields + 1);
	memcpy(fields, in->fields, in->n_fields * sizeof *fields);
	TRY(db_tx_begin(c->db, &tx));
	TRY(keep_all(c, p, act, e, fields, in->n_fields, &kept));
	in->fields = fields;
	TRY(take_away(c, p, act, e, in));
	TRY(entry_update(&st, act, &p->view, e->id, e->version, in, &c->errors));
	return db_tx_commit(&tx);
}

enum err register_document_show(struct page_ctx *c)
{
	struct reg_page p;
	struct entry e;
	struct attachment d;
	struct str bytes;
	enum screen_kind kind;
	int64_t id;
	TRY(reg_page_open(c, &p));
	TRY(reg_page_entry(c, &p, &e));
	const struct field *f = reg_field(p.reg, page_param(c, "field"));
	struct store st = p.store;
	if (!f || !field_is_document(f) || !reg_shows(&p, f) || str_i64(entry_value(&e, f->name.p), &id) != OK)
		return ERR_ABSENT;
	TRY(attachment_get(&st, c->arena, c->school, id, &d));
	if (d.parent != e.id)
		return ERR_ABSENT;
	TRY(attachment_bytes(&st, c->arena, c->school, d.id, &bytes));
	struct act act = page_act(c, "opened a document of a register");
	TRY(audit_add(c->db, &act, "document.opened", (struct audit_about){ "entry", e.id }, NULL));
	const char *media = screen_kind_read(d.kind, &kind) == OK ? screen_media(kind) : "application/octet-stream";
	return casefile_send(c, bytes, media, arena_fmt(c->arena, "%.*s-%lld-%.*s.%.*s", STRF(p.reg->id), (long long)e.number, STRF(f->name), STRF(d.kind)));
}
