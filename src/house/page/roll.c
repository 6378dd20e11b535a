/* The school's roll: a file is uploaded, its columns are understood, what it would change is shown, and applied. */
#include <jansson.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/time.h"
#include "gen_ui.h"
#include "house/page/page_store.h"
#include "house/page/roll.h"
#include "house/page/routes.h"
#include "house/procedure/library.h"
#include "house/roll/apply.h"
#include "house/roll/directory.h"
#include "house/roll/sync.h"
#include "house/web/directive.h"
#include "house/web/table.h"

enum { PER_PAGE = 20, TELL_AT_ONCE = 200, TOLD_MAX = 5000 };

/* ---- what waits, what was applied ---- */

static enum err waiting(struct page_ctx *c, struct view_roll *v)
{
	struct roll_upload *list;
	size_t n;
	struct act act = page_act(c, "roll");
	TRY(roll_upload_list(c->db, c->arena, &act, &list, &n));
	struct view_roll_waits *rows = arena_array(c->arena, struct view_roll_waits, n + 1);
	for (size_t i = 0; i < n; i++)
		rows[i] = (struct view_roll_waits){ list[i].id, list[i].name, time_words(c->arena, list[i].made_utc) };
	v->waits = rows;
	v->n_waits = n;
	return OK;
}

static void counted(struct buf *b, const struct entry *e, const char *field, const char *one)
{
	struct str n = entry_value(e, field);
	if (n.n && !str_is(n, "0"))
		buf_fmt(b, "%s%.*s %s", b->n ? ", " : "", STRF(n), one);
}

static struct str what_changed(struct arena *a, const struct entry *e)
{
	AUTO(buf_done) struct buf b = buf_init(400);
	counted(&b, e, "joins", "new");
	counted(&b, e, "returns", "back again");
	counted(&b, e, "moves", "moved");
	counted(&b, e, "changes", "changed");
	counted(&b, e, "leaves", "left");
	counted(&b, e, "refused", "refused");
	return arena_str(a, buf_str(&b));
}

static enum err history(struct page_ctx *c, struct view_roll *v)
{
	struct table t = table_read(c, PER_PAGE);
	struct store st = page_store(c);
	struct entry_page p;
	struct entry_may may = { .school = c->school, .person = c->session->person, .classes = ENTRY_BIT(ENTRY_GENERAL) };
	TRY(entry_list(&st, c->arena, &may, &(struct entry_query){ .reg = "roll-import", .offset = t.offset, .limit = t.limit }, &p));
	struct view_roll_rows *rows = arena_array(c->arena, struct view_roll_rows, p.n + 1);
	for (size_t i = 0; i < p.n; i++)
		rows[i] = (struct view_roll_rows){ time_words(c->arena, p.entries[i].made_utc), person_name(c->db, c->arena, c->school, p.entries[i].made_by),
			entry_value(&p.entries[i], "file"), what_changed(c->arena, &p.entries[i]) };
	t.total = p.total;
	v->rows = rows;
	v->n_rows = p.n;
	v->pages = table_pages(c, &t);
	return OK;
}

static enum err front(struct page_ctx *c)
{
	struct view_roll v = { .errors = page_errors(c), .error = page_wrong_text(c, "file") };
	TRY(waiting(c, &v));
	TRY(history(c, &v));
	page_begin(c, "Import the roll");
	view_roll_put(&c->reply.body, &c->env, &v);
	return page_end(c);
}

enum err roll_show(struct page_ctx *c) { return front(c); }

/* ---- reading what was uploaded ---- */

/* What was read from a directory is no table, and nothing is to be asked of its columns. */
static enum err open_directory(struct page_ctx *c, struct roll_page *p)
{
	struct roll_directory dir;
	enum err e = roll_directory_read(c->arena, p->upload.directory, p->upload.files[0].bytes, &p->found, &dir);
	p->source = (struct roll_source){ .oneroster = true, .roll = dir.roll };
	p->shape = dir.shape;
	return e;
}

enum err roll_page_open(struct page_ctx *c, struct roll_page *p)
{
	int64_t id;
	struct act act = page_act(c, "roll");
	TRY(page_id(c, "id", &id));
	TRY(roll_upload_get(c->db, c->arena, &act, id, &p->upload));
	p->found = diag_init(ROLL_FINDINGS_MAX);
	p->e = p->upload.directory.n ? open_directory(c, p)
	                             : roll_open(c->db, c->arena, c->school, p->upload.files, p->upload.n, p->upload.columns, &p->found, &p->source);
	return OK;
}

void roll_page_done(struct roll_page *p) { diag_done(&p->found); }

/* What stands in the way of the whole file, as findings of the field "file". */
static void whole_wrong(struct page_ctx *c, const struct diag *found)
{
	for (size_t i = 0; i < found->n && i < 5; i++) {
		const struct diag_item *x = &found->items[i];
		if (x->line)
			page_wrong(c, "file", "%.*s, line %ld: %.*s", STRF(x->file), x->line, STRF(x->text));
		else
			page_wrong(c, "file", "%.*s%s%.*s", STRF(x->file), x->file.n ? ": " : "", STRF(x->text));
	}
}

static enum err take_upload(struct page_ctx *c, int64_t *id)
{
	struct act act = page_act(c, "roll uploaded");
	AUTO(diag_done) struct diag found = diag_init(10);
	struct roll_source s;
	struct roll_file *files = arena_array(c->arena, struct roll_file, c->req->n_files + 1);
	size_t n = 0;
	for (size_t i = 0; i < c->req->n_files; i++)
		if (str_is(c->req->files[i].field, "file"))
			files[n++] = (struct roll_file){ c->req->files[i].name, c->req->files[i].bytes };
	if (n == 0) {
		page_wrong(c, "file", "Choose the file from the school office's system.");
		return OK;
	}
	enum err e = roll_open(c->db, c->arena, c->school, files, n, STR_NONE, &found, &s);
	if (e == ERR_SYNTAX || e == ERR_LIMIT || e == ERR_INVALID || e == ERR_UNSUPPORTED) {
		whole_wrong(c, &found);
		return OK;
	}
	TRY(e);
	return roll_upload_add(c->db, &act, files, n, id);
}

enum err roll_upload_do(struct page_ctx *c)
{
	int64_t id = 0;
	TRY(take_upload(c, &id));
	return page_is_wrong(c) ? front(c) : page_redirect(c, "/roll/%lld", (long long)id);
}

enum err roll_drop_do(struct page_ctx *c)
{
	struct roll_upload u;
	int64_t id;
	struct act act = page_act(c, "roll thrown away");
	TRY(page_id(c, "id", &id));
	TRY(roll_upload_get(c->db, c->arena, &act, id, &u));
	TRY(roll_upload_drop(c->db, &act, id));
	page_flash(c, FLASH_DONE, "The file is thrown away. Nothing was changed.");
	return page_redirect(c, "/roll");
}

enum err roll_part_do(struct page_ctx *c)
{
	struct roll_upload u;
	int64_t id;
	struct act act = page_act(c, "roll");
	TRY(page_id(c, "id", &id));
	TRY(roll_upload_get(c->db, c->arena, &act, id, &u));
	TRY(roll_upload_set(c->db, &act, id, u.columns, page_ticked(c, "part")));
	return page_redirect(c, "/roll/%lld", (long long)id);
}

/* ---- applying ---- */

/* The gate learns at once of those who left or moved; what it does not hear now, the keeper finds within a minute. */
static void tell_keeper(struct page_ctx *c, const struct roll_done *done)
{
	for (size_t i = 0; i < done->n_moved && i < TOLD_MAX; i += TELL_AT_ONCE) {
		AUTO(buf_done) struct buf b = buf_init(16 * 1024);
		buf_z(&b, "\"people\":[");
		for (size_t k = i; k < done->n_moved && k < i + TELL_AT_ONCE; k++)
			buf_fmt(&b, "%s%lld", k > i ? "," : "", (long long)done->moved[k]);
		buf_byte(&b, ']');
		if (directive_ask(c, "signed", arena_z(c->arena, buf_str(&b)), NULL) != OK)
			return;
	}
}

/* From now on by itself: who agreed, and to what, stands in the audit and beside the directory. */
static enum err sync_agreed(struct page_ctx *c, struct store *st, const struct act *act, const struct roll_page *p)
{
	TRY(sync_agree(c->db, act, p->upload.directory, p->shape));
	struct str changes = sync_numbers(c->arena, &p->plan);
	return sync_note(st, c->arena, act, p->upload.directory, SYNC_APPLIED, arena_fmt(c->arena, "%.*s. Somebody looked and agreed.", STRF(changes.n ? changes : STR("Nothing to change"))));
}

static enum err apply(struct page_ctx *c, struct roll_page *p, struct roll_done *done)
{
	int64_t typed = -1;
	struct act act = page_act(c, "roll import");
	struct store st = page_store(c);
	struct roll_options o = { .part = p->upload.part, .by = c->session->person };
	if (page_field(c, "typed").n && str_i64(page_field(c, "typed"), &typed) != OK)
		typed = -1;
	struct roll_applying how = { .digest = arena_z(c->arena, page_field(c, "digest")), .typed = typed, .file = p->upload.name, .file_digest = p->upload.digest,
		.platforms = c->web->library ? &c->web->library->platforms : NULL };
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	TRY(db_tx_begin(c->db, &tx));
	TRY(roll_apply(&st, c->arena, &act, &p->source.roll, &o, &how, &p->found, &p->plan, done));
	TRY(roll_remember(c->db, &act, &p->source));
	if (p->upload.directory.n)
		TRY(sync_agreed(c, &st, &act, p));
	TRY(roll_upload_drop(c->db, &act, p->upload.id));
	return db_tx_commit(&tx);
}

static void typed_wrong(struct page_ctx *c, const struct diag *found)
{
	for (size_t i = 0; i < found->n; i++)
		if (str_is(found->items[i].file, "typed"))
			page_wrong(c, "typed", "%.*s", STRF(found->items[i].text));
}

/* Pressed twice: this person applied this very plan within the day; they are told again what it did. */
static enum err applied_before(struct page_ctx *c, bool *was)
{
	struct store st = page_store(c);
	struct entry_page found;
	struct entry_may may = { .school = c->school, .person = c->session->person, .classes = ENTRY_BIT(ENTRY_GENERAL) };
	struct entry_query q = { .reg = "roll-import", .from_utc = clock_utc() - ROLL_UPLOAD_S, .limit = 1, .n_where = 1,
		.where = { { "plan", ENTRY_IS, 0, page_field(c, "digest") } } };
	*was = false;
	if (page_field(c, "digest").n != 2 * 32)
		return OK;
	TRY(entry_list(&st, c->arena, &may, &q, &found));
	if (found.n == 0 || found.entries[0].made_by != c->session->person)
		return OK;
	*was = true;
	page_flash(c, FLASH_DONE, "Applied already, once: %.*s.", STRF(what_changed(c->arena, &found.entries[0])));
	return page_redirect(c, "/roll");
}

enum err roll_apply_do(struct page_ctx *c)
{
	AUTO(roll_page_done) struct roll_page p = { 0 };
	struct roll_done done = { 0 };
	bool again;
	TRY(applied_before(c, &again));
	if (again)
		return OK;
	TRY(roll_page_open(c, &p));
	if (p.e != OK || p.source.missing)
		return page_redirect(c, "/roll/%lld", (long long)p.upload.id);
	enum err e = apply(c, &p, &done);
	if (e == ERR_STALE) {
		TRY(applied_before(c, &again));          /* the other press came between */
		if (again)
			return OK;
		page_flash(c, FLASH_WARNING, "Somebody changed the people of the school meanwhile. Nothing was applied: look at the new list, and agree again.");
		return page_redirect(c, "/roll/%lld", (long long)p.upload.id);
	}
	if (e == ERR_INVALID) {
		typed_wrong(c, &p.found);
		if (page_is_wrong(c))
			return roll_plan_page(c);
	}
	TRY(e);
	tell_keeper(c, &done);
	page_flash(c, FLASH_DONE, "Applied: %lld new, %lld back again, %lld moved, %lld changed, %lld left.", (long long)p.plan.counts[ROLL_JOINS], (long long)p.plan.counts[ROLL_RETURNS],
	           (long long)p.plan.counts[ROLL_MOVES], (long long)p.plan.counts[ROLL_CHANGES], (long long)p.plan.counts[ROLL_LEAVES]);
	return page_redirect(c, p.upload.directory.n ? "/directory" : "/roll");
}
