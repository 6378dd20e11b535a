/* Keeping agreements: what is in force for whom, and the texts that the program brings. */
#include "base/clock.h"
#include "base/mem.h"
#include "base/time.h"
#include "house/page/agreement_edit.h"
#include "house/page/page_store.h"
#include "house/page/promises.h"
#include "house/page/routes.h"
#include "house/web/table.h"

static enum err in_force(struct page_ctx *c, struct view_agreements *v)
{
	struct store st = page_store(c);
	struct view_agreements_active *rows = arena_array(c->arena, struct view_agreements_active, (size_t)AGREEMENT_AUDIENCES);
	struct str *missing = arena_array(c->arena, struct str, (size_t)AGREEMENT_AUDIENCES);
	for (size_t i = 0; i < (size_t)AGREEMENT_AUDIENCES; i++) {
		struct agreement_active g;
		enum err e = agreement_in_force(&st, c->arena, c->school, str_z(agreement_audiences[i].word), &g);
		if (e == ERR_ABSENT)
			missing[v->n_missing++] = str_z(agreement_audiences[i].word);
		else if (e != OK)
			return e;
		else
			rows[v->n_active++] = (struct view_agreements_active){ g.entry, g.text.audience, str_z(agreement_audiences[i].title), g.text.title, g.text.version, time_date_words(c->arena, g.active_utc) };
	}
	v->active = rows;
	v->missing = missing;
	return OK;
}

/* Texts of the file that are not the ones in force. */
static enum err ready(struct page_ctx *c, struct view_agreements *v)
{
	struct store st = page_store(c);
	struct agreement_data data;
	v->file_bad = !page_agreement_data(c, &data);
	const struct agreement_set set = data.texts;
	struct view_agreements_ready *rows = arena_array(c->arena, struct view_agreements_ready, set.n + 1);
	for (size_t i = 0; i < set.n; i++) {
		struct agreement_active g;
		enum err e = agreement_in_force(&st, c->arena, c->school, set.v[i].audience, &g);
		if (e != OK && e != ERR_ABSENT)
			return e;
		if (e == ERR_ABSENT || !hash_same(g.text.digest, set.v[i].digest, SHA256_BYTES))
			rows[v->n_ready++] = (struct view_agreements_ready){ set.v[i].audience, str_z(agreement_audience_title(set.v[i].audience)), set.v[i].title, set.v[i].version };
	}
	v->ready = rows;
	return OK;
}

static enum err versions(struct page_ctx *c, struct table *t, struct view_agreements *v)
{
	struct store st = page_store(c);
	struct entry_may may = { .school = c->school, .person = c->person->id, .classes = ENTRY_BIT(ENTRY_GENERAL) };
	struct entry_query q = { .reg = "agreement", .order_by = "activated", .offset = t->offset, .limit = 50 };
	struct entry_page page;
	TRY(entry_list(&st, c->arena, &may, &q, &page));
	t->total = page.total;
	struct view_agreements_versions *rows = arena_array(c->arena, struct view_agreements_versions, page.n + 1);
	for (size_t i = 0; i < page.n; i++) {
		const struct entry *e = &page.entries[i];
		int64_t version = 0, since = 0;
		bool active = str_is(e->state, "active");
		struct str word = page_text(active ? TEXT_agreements_in_force : str_is(e->state, "draft") ? TEXT_edit_draft : str_is(e->state, "withdrawn") ? TEXT_agreements_dropped : TEXT_agreements_retired);
		(void)str_i64(entry_value(e, "version"), &version);       /* the register checked both */
		(void)time_read_iso(entry_value(e, "activated"), &since);
		rows[i] = (struct view_agreements_versions){ e->id, entry_value(e, "audience"), str_z(agreement_audience_title(entry_value(e, "audience"))), entry_value(e, "title"), version,
			word, active ? STR("green") : STR("grey"), time_date_words(c->arena, since) };
	}
	v->versions = rows;
	v->n_versions = page.n;
	return OK;
}

enum err agreements_show(struct page_ctx *c)
{
	struct table t = table_read(c, 50);
	struct view_agreements v = { .may_put = page_may(c, CAP_POLICY_TEXT, ACCESS_WRITE), .may_receipts = page_may(c, CAP_EVIDENCE_PACK, ACCESS_READ) };
	TRY(in_force(c, &v));
	if (v.may_put)
		TRY(ready(c, &v));
	TRY(versions(c, &t, &v));
	v.pages = table_pages(c, &t);
	page_begin(c, "Agreements");
	view_agreements_put(&c->reply.body, &c->env, &v);
	return page_end(c);
}

/* The first text of an audience is put in force at once; one that takes another's place is a draft first, with the
 * school's own lines behind it, for somebody else to look at. */
static enum err put_brought(struct page_ctx *c, const struct agreement_data *data, const struct agreement *g)
{
	struct store st = page_store(c);
	struct act act = page_act(c, "put an agreement in force");
	struct agreement_active now;
	int64_t entry;
	enum err e = agreement_in_force(&st, c->arena, c->school, g->audience, &now);
	if (e == ERR_ABSENT) {
		TRY(agreement_activate_shipped(&st, c->arena, &act, data, g, &c->errors));
		page_flash(c, FLASH_DONE, "%.*s is in force for %s.", STRF(g->title), agreement_audience_title(g->audience));
		return page_redirect(c, "/agreements");
	}
	TRY(e);
	if (hash_same(now.text.digest, g->digest, SHA256_BYTES)) {
		page_flash(c, FLASH_NOTE, "These very words are in force already.");
		return page_redirect(c, "/agreements");
	}
	struct agreement draft = page_with_own_lines(c, g, &now.text);
	TRY(agreement_draft_put(&st, c->arena, &act, &draft, &c->errors, &entry));
	page_flash(c, FLASH_DONE, "It is a draft now. Your own rules were kept. Look at it below; somebody else puts it in force.");
	return page_redirect(c, "/agreements/version/%lld", (long long)entry);
}

enum err agreements_do(struct page_ctx *c)
{
	struct agreement_data data;
	if (!page_agreement_data(c, &data))
		return ERR_STATE;
	for (size_t i = 0; i < data.texts.n; i++)
		if (str_eq(data.texts.v[i].audience, page_field(c, "audience")))
			return put_brought(c, &data, &data.texts.v[i]);
	return ERR_ABSENT;
}

/* To read, and to print as a poster for the wall. */
enum err agreement_text_show(struct page_ctx *c)
{
	struct store st = page_store(c);
	struct agreement_active g;
	TRY(agreement_in_force(&st, c->arena, c->school, page_param(c, "audience"), &g));
	struct part_promises promises = promises_part(c, &g.text, NULL, 0, 0);
	promises.child = g.text.aloud;
	promises.read = STR_NONE;
	return page_show(c, agreement_text, "Agreement", .title = g.text.title, .notice = g.text.notice, .version = g.text.version,
		.since = time_date_words(c->arena, g.active_utc), .promises = promises);
}
