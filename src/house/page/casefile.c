/* The file of a case: its documents, the cases that belong to it, how long it is kept. */
#include "house/page/casefile.h"

#include "base/clock.h"
#include "base/mem.h"
#include "base/time.h"
#include "house/casefile/link.h"
#include "house/casefile/retention.h"
#include "house/page/form.h"

static const role_set LEADS = ROLE_BIT(ROLE_DSL) | ROLE_BIT(ROLE_DEPUTY) | ROLE_BIT(ROLE_HEAD) | ROLE_BIT(ROLE_CHAIR);

bool casefile_leads(const struct page_ctx *c) { return (c->roles & LEADS) != 0; }

enum err casefile_open(struct page_ctx *c, struct desk_view *k, int64_t *id, struct entry *e)
{
	struct act act = page_act(c, "the file of a case");
	TRY(page_id(c, "id", id));
	TRY(page_desk(c, k));
	enum err found = record_file(&k->desk, c->arena, &k->may, *id, e);
	if (found == ERR_ABSENT)
		TRY(record_looked(&k->desk, &act, *id, true));
	return found;
}

enum err casefile_again(struct page_ctx *c, enum err e)
{
	return (e == ERR_INVALID || e == ERR_STATE) && page_is_wrong(c) ? OK : e;
}

enum err casefile_send(struct page_ctx *c, struct str bytes, const char *media, struct str name)
{
	buf_clear(&c->reply.body);
	buf_add(&c->reply.body, bytes);
	c->reply.type = str_z(media);
	c->reply.filename = name;
	c->reply.status = 200;
	return buf_ok(&c->reply.body);
}

/* ---- the page ---- */

static struct view_casefile_documents document_row(struct page_ctx *c, int64_t id, const struct attachment *d, bool held)
{
	bool gone = d->withdrawn || d->destroyed;
	return (struct view_casefile_documents){ .id = d->id, .name = d->name, .what = d->what.n ? d->what : STR("A document"),
		.href = gone ? STR_NONE : arena_fmt(c->arena, "/case/%lld/document/%lld", (long long)id, (long long)d->id),
		.action = arena_fmt(c->arena, "/case/%lld/document/%lld/withdraw", (long long)id, (long long)d->id),
		.gone = d->withdrawn ? d->why : STR_NONE, .thinned = d->thinned, .may_withdraw = !gone && !held && casefile_leads(c),
		.when = arena_fmt(c->arena, "%.*s, %.*s, %lld KB.", STRF(page_when(c, d->made_utc)), STRF(page_who(c, d->made_by)), (long long)(d->size + 1023) / 1024) };
}

static enum err documents_of(struct page_ctx *c, const struct desk_view *k, int64_t id, bool held, struct view_casefile *v)
{
	struct attachment *list;
	TRY(attachment_list(k->desk.store, c->arena, c->school, id, &list, &v->n_documents));
	struct view_casefile_documents *rows = arena_array(c->arena, struct view_casefile_documents, v->n_documents + 1);
	for (size_t i = 0; i < v->n_documents; i++)
		rows[i] = document_row(c, id, &list[i], held);
	v->documents = rows;
	return OK;
}

static enum err links_of(struct page_ctx *c, const struct desk_view *k, int64_t id, struct view_casefile *v)
{
	struct case_tie *list;
	TRY(tie_list(&k->desk, c->arena, &k->may, id, &list, &v->n_links));
	struct view_casefile_links *rows = arena_array(c->arena, struct view_casefile_links, v->n_links + 1);
	for (size_t i = 0; i < v->n_links; i++)
		rows[i] = (struct view_casefile_links){ .id = list[i].id, .href = arena_fmt(c->arena, "/case/%lld", (long long)list[i].other.id),
			.title = arena_fmt(c->arena, "%.*s (%.*s)", STRF(list[i].other.title), STRF(list[i].other.reference)), .reason = list[i].reason,
			.action = arena_fmt(c->arena, "/case/%lld/link/%lld/end", (long long)id, (long long)list[i].id),
			.when = arena_fmt(c->arena, "%.*s, %.*s", STRF(page_when(c, list[i].made_utc)), STRF(page_who(c, list[i].made_by))) };
	v->links = rows;
	return OK;
}

static enum err people_of(struct page_ctx *c, const struct desk_view *k, const struct entry *e, struct view_casefile *v)
{
	struct tie_person *list;
	bool whole = (k->may.classes & ENTRY_BIT(ENTRY_CHILD)) != 0;
	TRY(tie_people(&k->desk, c->arena, &k->may, e->id, &list, &v->n_people));
	struct view_casefile_people *rows = arena_array(c->arena, struct view_casefile_people, v->n_people + 1);
	for (size_t i = 0; i < v->n_people; i++)
		rows[i] = (struct view_casefile_people){ .name = page_who(c, list[i].person), .subject = list[i].as == ENTRY_SUBJECT, .others = list[i].others,
			.href = whole && e->class == ENTRY_CHILD ? arena_fmt(c->arena, "/people/%lld/chronology", (long long)list[i].person) : STR_NONE };
	v->people = rows;
	return OK;
}

static struct part_select rules_of(struct page_ctx *c, struct str now)
{
	const struct retention *r = &c->web->library->retention;
	struct part_select_items *items = arena_array(c->arena, struct part_select_items, r->n + 1);
	for (size_t i = 0; i < r->n; i++)
		items[i] = (struct part_select_items){ .value = r->v[i].id, .label = r->v[i].title, .checked = str_eq(r->v[i].id, now) };
	return (struct part_select){ .name = STR("rule"), .label = page_text(TEXT_casefile_keep_rule), .error = page_wrong_text(c, "rule"), .items = items, .n_items = r->n };
}

static enum err keeping_of(struct page_ctx *c, const struct desk_view *k, const struct entry *e, struct view_casefile *v)
{
	struct case_keep keep;
	TRY(retention_of(&k->desk, c->arena, c->school, e, &keep));
	v->rules = rules_of(c, keep.rule);
	v->due = keep.due_utc ? time_date_words(c->arena, keep.due_utc) : STR_NONE;
	v->hold = keep.hold;
	v->hold_text = keep.hold ? arena_fmt(c->arena, "%.*s (%.*s, %.*s)", STRF(keep.hold_why), STRF(page_who(c, keep.held_by)), STRF(page_when(c, keep.held_utc))) : STR_NONE;
	v->leads = casefile_leads(c);
	v->disposable = !keep.hold && !keep.disposed && str_is(e->state, "closed") && keep.due_utc && keep.due_utc <= clock_utc();
	v->hold_why = page_input(c, "hold_why", keep.hold ? TEXT_casefile_hold_off_why : TEXT_casefile_hold_why, STR_NONE);
	v->dispose_why = page_input(c, "dispose_why", TEXT_casefile_dispose_why, STR_NONE);
	return OK;
}

static enum err show(struct page_ctx *c, const struct desk_view *k, const struct entry *e)
{
	bool uploads = false;
	struct act act = page_act(c, "the file of a case");
	struct view_casefile v = { .id = e->id, .back = arena_fmt(c->arena, "/case/%lld", (long long)e->id), .title = entry_value(e, "title").n ? entry_value(e, "title") : STR("The case"), .errors = page_errors(c),
		.file_error = page_wrong_text(c, "file"), .what = page_input(c, "what", TEXT_casefile_what, page_text(TEXT_casefile_what_hint)),
		.other = page_input(c, "other", TEXT_casefile_link_other, STR_NONE), .reason = page_input(c, "reason", TEXT_casefile_link_reason, STR_NONE) };
	if (!e->destroyed)
		TRY(record_uploads(&k->desk, &k->may, e->id, &uploads));
	v.shut = !uploads;
	TRY(keeping_of(c, k, e, &v));
	TRY(documents_of(c, k, e->id, v.hold, &v));
	TRY(links_of(c, k, e->id, &v));
	TRY(people_of(c, k, e, &v));
	TRY(record_looked(&k->desk, &act, e->id, false));
	page_begin(c, "The file of a case");
	view_casefile_put(&c->reply.body, &c->env, &v);
	return page_end(c);
}

enum err casefile_show(struct page_ctx *c)
{
	struct desk_view k;
	struct entry e;
	int64_t id;
	TRY(casefile_open(c, &k, &id, &e));
	return show(c, &k, &e);
}

static enum err answer(struct page_ctx *c, const struct desk_view *k, const struct entry *e, enum err done, const char *words)
{
	if (page_is_wrong(c)) {
		TRY(casefile_again(c, done));
		return show(c, k, e);
	}
	TRY(done);
	page_flash(c, FLASH_DONE, "%s", words);
	return page_redirect(c, "/case/%lld/file", (long long)e->id);
}

/* ---- documents ---- */

static const struct multipart_file *file_of(const struct page_ctx *c)
{
	for (size_t i = 0; i < c->req->n_files; i++)
		if (str_is(c->req->files[i].field, "file"))
			return &c->req->files[i];
	return NULL;
}

enum err casefile_add(struct page_ctx *c)
{
	struct desk_view k;
	struct entry e;
	int64_t id, made;
	bool uploads = false;
	enum screen_why why;
	struct act act = page_act(c, "a document");
	const struct multipart_file *f = file_of(c);
	TRY(casefile_open(c, &k, &id, &e));
	TRY(record_uploads(&k.desk, &k.may, id, &uploads));
	if (!uploads)
		return ERR_FORBIDDEN;
	if (!f)
		page_wrong(c, "file", "Choose the document.");
	if (page_is_wrong(c))
		return show(c, &k, &e);
	struct attachment_in in = { .name = f->name, .what = page_field(c, "what"), .bytes = f->bytes };
	return answer(c, &k, &e, attachment_add(&k.store, &act, &e, &in, &c->errors, &made, &why), "The document is kept, sealed with the case.");
}

static enum err document_here(struct page_ctx *c, const struct desk_view *k, int64_t id, struct attachment *out)
{
	int64_t doc;
	TRY(page_id(c, "doc", &doc));
	TRY(attachment_get(k->desk.store, c->arena, c->school, doc, out));
	return out->parent == id ? OK : ERR_ABSENT;
}

enum err casefile_document(struct page_ctx *c)
{
	struct desk_view k;
	struct entry e;
	struct attachment d;
	struct str bytes;
	enum screen_kind kind;
	int64_t id;
	struct act act = page_act(c, "opened a document of a case");
	TRY(casefile_open(c, &k, &id, &e));
	TRY(document_here(c, &k, id, &d));
	TRY(attachment_bytes(&k.store, c->arena, c->school, d.id, &bytes));
	TRY(record_looked_how(&k.desk, &act, id, LOOK_DOCUMENT));
	const char *media = screen_kind_read(d.kind, &kind) == OK ? screen_media(kind) : "application/octet-stream";
	return casefile_send(c, bytes, media, arena_fmt(c->arena, "case-%lld-document-%lld.%.*s", (long long)id, (long long)d.id, STRF(d.kind)));
}

enum err casefile_withdraw(struct page_ctx *c)
{
	struct desk_view k;
	struct entry e;
	struct attachment d;
	int64_t id;
	struct act act = page_act(c, "took a document away");
	TRY(casefile_open(c, &k, &id, &e));
	TRY(document_here(c, &k, id, &d));
	if (!casefile_leads(c))
		return ERR_FORBIDDEN;
	if (retention_held(&k.desk, c->school, &e))
		page_wrong(c, "why", "This case is on hold: nothing of it is taken away.");
	if (page_is_wrong(c))
		return show(c, &k, &e);
	return answer(c, &k, &e, attachment_withdraw(&k.store, &act, d.id, page_field(c, "why"), &c->errors), "It is taken away. That it was there stays.");
}

/* ---- links ---- */

enum err casefile_link(struct page_ctx *c)
{
	struct desk_view k;
	struct entry e;
	int64_t id;
	struct act act = page_act(c, "linked cases");
	TRY(casefile_open(c, &k, &id, &e));
	return answer(c, &k, &e, tie_add(&k.desk, &act, &k.may, id, page_field(c, "other"), page_field(c, "reason"), &c->errors), "The cases are linked.");
}

enum err casefile_link_end(struct page_ctx *c)
{
	struct desk_view k;
	struct entry e;
	int64_t id, tie;
	struct act act = page_act(c, "took a link between cases away");
	TRY(casefile_open(c, &k, &id, &e));
	TRY(page_id(c, "tie", &tie));
	return answer(c, &k, &e, tie_end(&k.desk, &act, &k.may, id, tie, page_field(c, "ended_why"), &c->errors), "The link is taken away.");
}

/* ---- how long ---- */

enum err casefile_keep(struct page_ctx *c)
{
	struct desk_view k;
	struct entry e;
	int64_t id;
	struct act act = page_act(c, "how long a case is kept");
	TRY(casefile_open(c, &k, &id, &e));
	if (!casefile_leads(c))
		return ERR_FORBIDDEN;
	return answer(c, &k, &e, retention_set(&k.desk, &act, &e, page_field(c, "rule"), &c->errors), "The rule is kept.");
}

enum err casefile_hold(struct page_ctx *c)
{
	struct desk_view k;
	struct entry e;
	int64_t id;
	bool on = str_is(page_field(c, "on"), "yes");
	struct act act = page_act(c, on ? "put a case on hold" : "lifted the hold of a case");
	TRY(casefile_open(c, &k, &id, &e));
	if (!casefile_leads(c))
		return ERR_FORBIDDEN;
	return answer(c, &k, &e, retention_hold(&k.desk, &act, &e, on, page_field(c, "hold_why"), &c->errors),
	              on ? "It is on hold. Nothing of it is destroyed." : "The hold is lifted.");
}

enum err casefile_dispose(struct page_ctx *c)
{
	struct desk_view k;
	struct entry e;
	int64_t id, made;
	struct act act = page_act(c, "proposed to dispose of a case");
	TRY(casefile_open(c, &k, &id, &e));
	if (!casefile_leads(c))
		return ERR_FORBIDDEN;
	return answer(c, &k, &e, disposal_propose(&k.desk, &act, &k.may, id, page_field(c, "dispose_why"), &c->errors, &made), "Proposed. A second person must agree.");
}
