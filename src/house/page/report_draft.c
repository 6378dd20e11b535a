/* A report that is begun and not sent: kept for its writer alone. */
#include "base/buf.h"
#include "base/clock.h"
#include "base/mem.h"
#include "house/page/page_store.h"
#include "house/page/report.h"
#include "house/store/draft.h"

#define FORM_NAME "report"

/* Only adults who are signed in: a learner's screen is shared. */
static bool keeps(const struct page_ctx *c) { return c->person && c->person->kind != KIND_LEARNER; }

static bool is_kept(struct str name)
{
	static const char *const apart[] = { "token", "once", "quiet", "drop" };
	for (size_t i = 0; i < ARRAY_N(apart); i++)
		if (str_is(name, apart[i]))
			return false;
	return true;
}

/* Something worth keeping: more than which form it is. */
static bool is_written(struct page_ctx *c)
{
	static const char *const fields[] = { "words", "said", "whom", "place", "marks", "reporter" };
	for (size_t i = 0; i < ARRAY_N(fields); i++)
		if (page_field(c, fields[i]).n)
			return true;
	return false;
}

static enum err save(struct page_ctx *c)
{
	AUTO(buf_done) struct buf b = buf_init(DRAFT_MAX);
	struct store st = page_store(c);
	struct act act = { c->school, c->person->id, "a report that is begun" };
	const struct form *f = &c->req->form;
	for (size_t i = 0; i < f->n; i++)
		if (is_kept(f->fields[i].name))
			form_add(&b, f->fields[i].name, f->fields[i].value);
	TRY(buf_ok(&b));
	return is_written(c) ? draft_save(&st, &act, FORM_NAME, buf_str(&b)) : draft_drop(&st, &act, FORM_NAME);
}

enum err report_draft_load(struct page_ctx *c, int64_t *since_utc)
{
	struct store st = page_store(c);
	struct str text;
	*since_utc = 0;
	if (!keeps(c) || c->req->method != METHOD_GET)
		return OK;
	enum err e = draft_get(&st, c->arena, c->school, c->person->id, FORM_NAME, &text, since_utc);
	if (e == ERR_ABSENT)
		return OK;
	TRY(e);
	struct request *r = arena_new(c->arena, struct request);
	*r = *c->req;
	TRY(form_read(c->arena, text, &r->form));
	c->req = r;
	return OK;
}

static const struct { const char *field, *label; } said[] = { { "words", "" }, { "said", "In their words: " }, { "whom", "About: " }, { "place", "Where: " } };

/* As page_field reads it. */
static struct str words_of(const struct page_ctx *c, const struct form *f)
{
	struct request r = *c->req;
	struct page_ctx there = *c;
	r.form = *f;
	there.req = &r;
	return page_field(&there, "words");
}

/* Both are kept, one below the other, in the words of the older form. */
static struct str both(struct page_ctx *c, const struct form *older)
{
	struct str all = arena_fmt(c->arena, "%.*s\n\nWritten without a connection, and arrived on %.*s:", STRF(words_of(c, older)), STRF(page_when(c, clock_utc())));
	for (size_t i = 0; i < ARRAY_N(said); i++) {
		struct str v = page_field(c, said[i].field);
		if (v.n)
			all = arena_fmt(c->arena, "%.*s\n%s%.*s", STRF(all), said[i].label, STRF(v));
	}
	return all;
}

static void set_words(struct page_ctx *c, const struct form *older, struct str words)
{
	struct request *r = arena_new(c->arena, struct request);
	struct form_field *fields = arena_array(c->arena, struct form_field, older->n + 1);
	size_t n = 0;
	*r = *c->req;
	for (size_t i = 0; i < older->n; i++)
		if (!str_is(older->fields[i].name, "words"))
			fields[n++] = older->fields[i];
	fields[n++] = (struct form_field){ STR("words"), words };
	r->form = (struct form){ fields, n };
	c->req = r;
}

enum err report_draft_merge(struct page_ctx *c)
{
	struct store st = page_store(c);
	struct str text;
	struct form older;
	int64_t since;
	if (!is_written(c))
		return OK;
	enum err e = draft_get(&st, c->arena, c->school, c->person->id, FORM_NAME, &text, &since);
	if (e == ERR_ABSENT)
		return save(c);
	TRY(e);
	TRY(form_read(c->arena, text, &older));
	struct str had = words_of(c, &older), late = page_field(c, "words");
	if (!had.n || str_find(late, had) >= 0)
		return save(c);                  /* the same, written on */
	if (late.n && str_find(had, late) >= 0)
		return OK;                       /* an older state of it */
	set_words(c, &older, both(c, &older));
	return save(c);
}

/* After a lock the same words are wiped, once they have been sent from that very screen. */
static enum err drop_of_locked(struct page_ctx *c)
{
	struct store st = page_store(c);
	struct act act = { c->school, c->locked_person, "the report was sent" };
	struct str text;
	struct form f;
	int64_t since;
	enum err e = draft_get(&st, c->arena, c->school, c->locked_person, FORM_NAME, &text, &since);
	if (e == ERR_ABSENT)
		return OK;
	TRY(e);
	TRY(form_read(c->arena, text, &f));
	return str_eq(form_get(&f, "words"), form_get(&c->req->form, "words")) ? draft_drop(&st, &act, FORM_NAME) : OK;
}

enum err report_draft_done(struct page_ctx *c)
{
	struct store st = page_store(c);
	struct act act = { c->school, c->person ? c->person->id : 0, "the report was sent" };
	if (c->locked_person)
		return drop_of_locked(c);
	return keeps(c) ? draft_drop(&st, &act, FORM_NAME) : OK;
}

/* For the script: a word, no page.  A redirect would look to it like success. */
static enum err quiet_answer(struct page_ctx *c)
{
	c->reply.status = 200;
	c->reply.type = STR("text/plain; charset=utf-8");
	buf_z(&c->reply.body, "kept");
	return OK;
}

enum err report_draft_do(struct page_ctx *c)
{
	struct store st = page_store(c);
	struct act act = page_act(c, "thrown away");
	struct str about = page_field(c, "about");
	if (!keeps(c))
		return ERR_FORBIDDEN;
	if (page_field(c, "drop").n) {
		TRY(draft_drop(&st, &act, FORM_NAME));
		page_flash(c, FLASH_DONE, "It is thrown away.");
		return page_redirect(c, "/report");
	}
	TRY(save(c));
	if (page_field(c, "quiet").n)
		return quiet_answer(c);
	page_flash(c, FLASH_NOTE, "It is kept for you, and not sent yet. Nobody else can read it. After three days it is wiped.");
	return page_redirect(c, "/report?about=%s", str_is(about, "adult") ? "adult" : str_is(about, "head") ? "head" : "child");
}
