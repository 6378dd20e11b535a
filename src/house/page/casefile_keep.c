/* How long cases are kept: what is due, what is held, what was disposed of. */
#include "base/clock.h"
#include "base/mem.h"
#include "base/time.h"
#include "house/casefile/retention.h"
#include "house/page/casefile.h"
#include "house/page/fact.h"
#include "house/page/form.h"
#include "house/web/table.h"

enum { AHEAD_S = 90 * 86400 };

static struct str rule_title(struct page_ctx *c, struct str rule)
{
	const struct retention_rule *r = retention_find(&c->web->library->retention, rule);
	return r ? r->title : rule;
}

static struct str what_of(struct page_ctx *c, const struct due_line *l)
{
	const char *words = str_is(l->reg, "case") ? "Case" : "Allegation";
	return arena_fmt(c->arena, "%s number %lld", words, (long long)l->number);
}

static enum err due_of(struct page_ctx *c, const struct desk_view *k, struct table *t, struct view_retention *v)
{
	struct due_line *list;
	TRY(retention_list(&k->desk, c->arena, &k->may, clock_utc() + AHEAD_S, false, t->offset, &list, &v->n_due, &t->total));
	struct view_retention_due *rows = arena_array(c->arena, struct view_retention_due, v->n_due + 1);
	for (size_t i = 0; i < v->n_due; i++)
		rows[i] = (struct view_retention_due){ .href = arena_fmt(c->arena, "/case/%lld/file", (long long)list[i].id), .what = what_of(c, &list[i]),
			.until = time_date_words(c->arena, list[i].due_utc), .rule = rule_title(c, list[i].rule) };
	v->due = rows;
	return OK;
}

static enum err held_of(struct page_ctx *c, const struct desk_view *k, struct view_retention *v)
{
	struct due_line *list;
	int64_t total;
	TRY(retention_list(&k->desk, c->arena, &k->may, 0, true, 0, &list, &v->n_held, &total));
	struct view_retention_held *rows = arena_array(c->arena, struct view_retention_held, v->n_held + 1);
	for (size_t i = 0; i < v->n_held; i++)
		rows[i] = (struct view_retention_held){ .href = arena_fmt(c->arena, "/case/%lld/file", (long long)list[i].id), .what = what_of(c, &list[i]),
			.rule = rule_title(c, list[i].rule) };
	v->held = rows;
	return OK;
}

static enum err disposals_of(struct page_ctx *c, const struct desk_view *k, struct view_retention *v)
{
	struct disposal *list;
	int64_t total;
	TRY(disposal_list(&k->desk, c->arena, &k->may, "proposed", 0, &list, &v->n_waiting, &total));
	struct view_retention_waiting *wait = arena_array(c->arena, struct view_retention_waiting, v->n_waiting + 1);
	for (size_t i = 0; i < v->n_waiting; i++)
		wait[i] = (struct view_retention_waiting){ .href = arena_fmt(c->arena, "/retention/%lld", (long long)list[i].id), .what = list[i].what,
			.by = arena_fmt(c->arena, "proposed by %.*s", STRF(page_who(c, list[i].by))) };
	TRY(disposal_list(&k->desk, c->arena, &k->may, "done", 0, &list, &v->n_done, &total));
	struct view_retention_done *done = arena_array(c->arena, struct view_retention_done, v->n_done + 1);
	for (size_t i = 0; i < v->n_done; i++)
		done[i] = (struct view_retention_done){ .href = arena_fmt(c->arena, "/retention/%lld", (long long)list[i].id), .what = list[i].what,
			.when = page_when(c, list[i].at_utc) };
	v->waiting = wait;
	v->done = done;
	return OK;
}

static void rules_of(struct page_ctx *c, struct view_retention *v)
{
	static const char *const from[] = { "after the child's birth", "after the case is closed", "after they left", "" };
	const struct retention *r = &c->web->library->retention;
	struct view_retention_rules *rows = arena_array(c->arena, struct view_retention_rules, r->n + 1);
	for (size_t i = 0; i < r->n; i++)
		rows[i] = (struct view_retention_rules){ .title = r->v[i].title, .why = r->v[i].why,
			.years = r->v[i].from == RETAIN_NEVER ? STR("for good") : arena_fmt(c->arena, "%lld years %s", (long long)r->v[i].years, from[r->v[i].from]) };
	v->rules = rows;
	v->n_rules = r->n;
}

enum err retention_show(struct page_ctx *c)
{
	struct desk_view k;
	struct table t = table_read(c, RETENTION_PAGE);
	struct view_retention v = { 0 };
	if (!casefile_leads(c))
		return ERR_FORBIDDEN;
	TRY(page_desk(c, &k));
	TRY(due_of(c, &k, &t, &v));
	TRY(held_of(c, &k, &v));
	TRY(disposals_of(c, &k, &v));
	rules_of(c, &v);
	v.pages = table_pages(c, &t);
	page_begin(c, "How long cases are kept");
	view_retention_put(&c->reply.body, &c->env, &v);
	return page_end(c);
}

/* ---- one disposal ---- */

static struct part_summary facts_of(struct page_ctx *c, const struct disposal *x)
{
	struct part_summary s = { 0 };
	page_fact(c, &s, STR("What"), x->what);
	page_fact(c, &s, STR("Rule"), rule_title(c, x->rule));
	page_fact(c, &s, STR("Kept until"), x->due);
	page_fact(c, &s, STR("Why"), x->why);
	page_fact(c, &s, STR("Proposed"), arena_fmt(c->arena, "%.*s, %.*s", STRF(page_who(c, x->by)), STRF(page_when(c, x->proposed_utc))));
	if (x->second)
		page_fact(c, &s, str_z(str_is(x->state, "done") ? "Agreed and done" : "Refused"), arena_fmt(c->arena, "%.*s, %.*s", STRF(page_who(c, x->second)), STRF(page_when(c, x->at_utc))));
	page_fact(c, &s, STR("Said"), x->second_why);
	return s;
}

static enum err show_one(struct page_ctx *c, int64_t id)
{
	struct desk_view k;
	struct disposal x;
	if (!casefile_leads(c))
		return ERR_FORBIDDEN;
	TRY(page_desk(c, &k));
	TRY(disposal_get(&k.desk, c->arena, &k.may, id, &x));
	return page_show(c, disposal, "Disposal", .id = id, .errors = page_errors(c), .done = str_is(x.state, "done"), .proposed = str_is(x.state, "proposed"),
		.own = x.by == c->person->id, .facts = facts_of(c, &x), .why = page_input(c, "why", TEXT_retention_confirm_why, STR_NONE),
		.refuse_why = page_input(c, "second_why", TEXT_retention_refuse_why, STR_NONE));
}

enum err disposal_show(struct page_ctx *c)
{
	int64_t id;
	TRY(page_id(c, "id", &id));
	return show_one(c, id);
}

static enum err settled(struct page_ctx *c, int64_t id, enum err e, const char *words)
{
	if (page_is_wrong(c)) {
		TRY(casefile_again(c, e));
		return show_one(c, id);
	}
	TRY(e);
	page_flash(c, FLASH_DONE, "%s", words);
	return page_redirect(c, "/retention/%lld", (long long)id);
}

enum err disposal_confirm_do(struct page_ctx *c)
{
	struct desk_view k;
	int64_t id;
	struct act act = page_act(c, "disposed of a case, as the second person");
	if (!casefile_leads(c))
		return ERR_FORBIDDEN;
	TRY(page_id(c, "id", &id));
	TRY(page_desk(c, &k));
	return settled(c, id, disposal_confirm(&k.desk, &act, &k.may, id, page_field(c, "why"), &c->errors), "Its words are destroyed. The certificate stays.");
}

enum err disposal_refuse_do(struct page_ctx *c)
{
	struct desk_view k;
	int64_t id;
	struct act act = page_act(c, "refused to dispose of a case");
	if (!casefile_leads(c))
		return ERR_FORBIDDEN;
	TRY(page_id(c, "id", &id));
	TRY(page_desk(c, &k));
	return settled(c, id, disposal_refuse(&k.desk, &act, &k.may, id, page_field(c, "second_why"), &c->errors), "It stays.");
}
