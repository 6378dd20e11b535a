/* Going through what is kept about a child or an adult, for somebody who asked. */
#include "base/mem.h"
#include "house/casefile/pack.h"
#include "house/family/data_request.h"
#include "house/page/casefile.h"
#include "house/page/form.h"

static enum err open_pack(struct page_ctx *c, struct desk_view *k, struct pack *p)
{
	struct data_request r;
	int64_t id;
	if (!(c->roles & (ROLE_BIT(ROLE_DSL) | ROLE_BIT(ROLE_DEPUTY) | ROLE_BIT(ROLE_HEAD) | ROLE_BIT(ROLE_CHAIR))))
		return ERR_FORBIDDEN;
	TRY(page_id(c, "id", &id));
	TRY(page_desk(c, k));
	TRY(data_request_get(&k->store, c->arena, c->school, id, c->roles, &r));
	if (!data_request_reads(c->roles, r.class) || (r.class != ENTRY_CHILD && r.child == c->session->person))
		return ERR_FORBIDDEN;
	return pack_read(&k->desk, c->arena, &k->may, id, p);
}

static struct str item_href(struct page_ctx *c, int64_t request, struct str key)
{
	return arena_fmt(c->arena, "/data-requests/%lld/pack/%.*s", (long long)request, STRF(key));
}

static struct str next_of(struct page_ctx *c, const struct pack *p)
{
	for (size_t i = 0; i < p->n; i++)
		if (!p->v[i].verdict.n)
			return item_href(c, p->request, p->v[i].key);
	return STR_NONE;
}

static struct view_pack_rows row_of(struct page_ctx *c, const struct pack *p, const struct pack_item *x)
{
	static const struct { const char *word; enum text_key label; const char *colour; } all[] = {
		{ "give", TEXT_pack_v_give, "green" }, { "part", TEXT_pack_v_part, "yellow" }, { "withhold", TEXT_pack_v_withhold, "red" },
	};
	struct str first = x->text, line;
	(void)str_next(&first, '\n', &line);               /* the first line is enough for a list */
	struct view_pack_rows r = { .href = item_href(c, p->request, x->key), .at = page_when(c, x->at_utc), .kind = x->kind, .line = str_upto(line, 160),
		.state = page_text(TEXT_pack_waits), .colour = STR("grey") };
	for (size_t i = 0; i < ARRAY_N(all); i++)
		if (str_is(x->verdict, all[i].word)) {
			r.state = page_text(all[i].label);
			r.colour = str_z(all[i].colour);
			r.by = arena_fmt(c->arena, "%.*s, %.*s", STRF(page_who(c, x->reviewed_by)), STRF(page_when(c, x->reviewed_utc)));
		}
	return r;
}

static enum err made_of(struct page_ctx *c, const struct desk_view *k, int64_t request, struct view_pack *v)
{
	struct attachment *list;
	TRY(attachment_list(k->desk.store, c->arena, c->school, request, &list, &v->n_made));
	struct view_pack_made *rows = arena_array(c->arena, struct view_pack_made, v->n_made + 1);
	for (size_t i = 0; i < v->n_made; i++)
		rows[i] = (struct view_pack_made){ .id = list[i].id, .action = arena_fmt(c->arena, "/data-requests/%lld/made/%lld", (long long)request, (long long)list[i].id),
			.what = arena_fmt(c->arena, "%.*s. SHA-256: %.*s", STRF(list[i].what), STRF(list[i].digest)),
			.when = arena_fmt(c->arena, "%.*s, %.*s", STRF(page_when(c, list[i].made_utc)), STRF(page_who(c, list[i].made_by))) };
	v->made = rows;
	return OK;
}

static enum err show(struct page_ctx *c, const struct desk_view *k, const struct pack *p)
{
	struct view_pack v = { .id = p->request, .name = page_who(c, p->child), .errors = page_errors(c), .next = next_of(c, p), .ready = p->reviewed == p->n, .n_rows = p->n,
		.counts = arena_fmt(c->arena, "%zu entries, %zu reviewed: %zu given, %zu in part, %zu withheld.", p->n, p->reviewed, p->given, p->part, p->withheld) };
	struct view_pack_rows *rows = arena_array(c->arena, struct view_pack_rows, p->n + 1);
	for (size_t i = 0; i < p->n; i++)
		rows[i] = row_of(c, p, &p->v[i]);
	v.rows = rows;
	TRY(made_of(c, k, p->request, &v));
	page_begin(c, "What is kept about somebody");
	view_pack_put(&c->reply.body, &c->env, &v);
	return page_end(c);
}

/* Whoever goes through it has looked at each case of it. */
static enum err looked(struct page_ctx *c, const struct desk_view *k, const struct pack *p)
{
	struct act act = page_act(c, "went through what is kept, for a request");
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	TRY(db_tx_begin(c->db, &tx));
	for (size_t i = 0; i < p->n; i++)
		if (p->v[i].entry && str_is(p->v[i].kind, "Reported"))
			TRY(record_looked_how(&k->desk, &act, p->v[i].entry, LOOK_CHRONOLOGY));
	return db_tx_commit(&tx);
}

enum err pack_show(struct page_ctx *c)
{
	struct desk_view k;
	struct pack p;
	TRY(open_pack(c, &k, &p));
	TRY(looked(c, &k, &p));
	return show(c, &k, &p);
}

/* ---- one entry ---- */

static struct part_select reasons_of(struct page_ctx *c, struct str now)
{
	static const struct choice all[] = { { "", TEXT_pack_choose }, { "third", TEXT_pack_r_third }, { "harm", TEXT_pack_r_harm }, { "abuse", TEXT_pack_r_abuse }, { "crime", TEXT_pack_r_crime },
		{ "law", TEXT_pack_r_law }, { "not", TEXT_pack_r_not } };
	struct part_select_items *items = arena_array(c->arena, struct part_select_items, ARRAY_N(all));
	for (size_t i = 0; i < ARRAY_N(all); i++)
		items[i] = (struct part_select_items){ .value = str_z(all[i].value), .label = page_text(all[i].label), .checked = str_is(now, all[i].value) };
	return (struct part_select){ .name = STR("reason"), .label = page_text(TEXT_pack_reason), .error = page_wrong_text(c, "reason"), .items = items, .n_items = ARRAY_N(all) };
}

static enum err show_item(struct page_ctx *c, const struct desk_view *k, const struct pack *p, const struct pack_item *x)
{
	static const struct choice verdicts[] = { { "give", TEXT_pack_v_give }, { "part", TEXT_pack_v_part }, { "withhold", TEXT_pack_v_withhold } };
	size_t names = 0;
	bool posted = c->req->method == METHOD_POST;
	struct part_textarea area = page_area(c, "marked", TEXT_pack_text, 14);
	struct part_radios verdict = page_radios(c, "verdict", TEXT_pack_verdict, verdicts, ARRAY_N(verdicts));
	for (size_t i = 0; !posted && i < verdict.n_items; i++)
		((struct part_radios_items *)(uintptr_t)verdict.items)[i].checked = str_eq(verdict.items[i].value, x->verdict);
	if (!posted)
		area.value = x->marked.n ? x->marked : x->verdict.n ? x->text : pack_propose(&k->desk, c->arena, c->school, p->child, x->text, &names);
	area.hint = page_text(TEXT_pack_text_hint);
	return page_show(c, pack_item, "Review an entry", .action = item_href(c, p->request, x->key), .back = arena_fmt(c->arena, "/data-requests/%lld/pack", (long long)p->request),
		.errors = page_errors(c), .title = arena_fmt(c->arena, "%.*s: %.*s", STRF(page_when(c, x->at_utc)), STRF(x->kind)), .document = x->document != 0, .text = x->text,
		.names = names > 0, .marked = area, .verdict = verdict, .reason = reasons_of(c, posted ? page_field(c, "reason") : x->reason),
		.by = x->reviewed_by ? page_who(c, x->reviewed_by) : STR_NONE);
}

enum err pack_item_show(struct page_ctx *c)
{
	struct desk_view k;
	struct pack p;
	const struct pack_item *x;
	TRY(open_pack(c, &k, &p));
	TRY(pack_item(&p, page_param(c, "item"), &x));
	return show_item(c, &k, &p, x);
}

enum err pack_item_do(struct page_ctx *c)
{
	struct desk_view k;
	struct pack p;
	const struct pack_item *x;
	struct act act = page_act(c, "reviewed an entry, for a request");
	TRY(open_pack(c, &k, &p));
	TRY(pack_item(&p, page_param(c, "item"), &x));
	enum err e = pack_review(&k.desk, &act, &k.may, p.request, x->key, page_field(c, "verdict"), page_field(c, "reason"), page_field(c, "marked"), &c->errors);
	if (page_is_wrong(c)) {
		TRY(casefile_again(c, e));
		return show_item(c, &k, &p, x);
	}
	TRY(e);
	TRY(pack_read(&k.desk, c->arena, &k.may, p.request, &p));
	struct str next = next_of(c, &p);
	return next.n ? page_redirect(c, "%.*s", STRF(next)) : page_redirect(c, "/data-requests/%lld/pack", (long long)p.request);
}

/* ---- the pack ---- */

enum err pack_make_do(struct page_ctx *c)
{
	struct desk_view k;
	struct pack p;
	int64_t document;
	struct act act = page_act(c, "made the pack of a request for data");
	TRY(open_pack(c, &k, &p));
	enum err e = pack_make(&k.desk, &act, &k.may, p.request, &c->errors, &document);
	if (page_is_wrong(c)) {
		TRY(casefile_again(c, e));
		return show(c, &k, &p);
	}
	TRY(e);
	page_flash(c, FLASH_DONE, "The pack is made and kept with the request.");
	return page_redirect(c, "/data-requests/%lld/pack", (long long)p.request);
}

enum err pack_save_do(struct page_ctx *c)
{
	struct desk_view k;
	struct pack p;
	struct attachment d;
	struct str bytes;
	int64_t doc;
	struct act act = page_act(c, "saved the pack of a request for data");
	TRY(open_pack(c, &k, &p));
	TRY(page_id(c, "doc", &doc));
	TRY(attachment_get(&k.store, c->arena, c->school, doc, &d));
	if (d.parent != p.request)
		return ERR_ABSENT;
	TRY(attachment_bytes(&k.store, c->arena, c->school, doc, &bytes));
	TRY(record_looked_how(&k.desk, &act, p.request, LOOK_EXPORT));
	return casefile_send(c, bytes, "application/zip", arena_fmt(c->arena, "request-%lld.zip", (long long)p.request));
}
