/* What has come to the end of its time in a register: chosen by one person, agreed to by another; a hold on one entry. */
#include "base/clock.h"
#include "base/mem.h"
#include "base/time.h"
#include "house/casefile/keeping.h"
#include "house/page/desk.h"
#include "house/page/fact.h"
#include "house/page/form.h"
#include "house/page/register.h"
#include "house/web/table.h"

/* Those who propose, and those who agree: both see all of it. */
static enum err keeper_page(struct page_ctx *c, struct reg_page *p)
{
	TRY(reg_page_open(c, p));
	return p->may.propose || p->may.dispose ? OK : ERR_FORBIDDEN;
}

static struct str href_of(struct page_ctx *c, const struct reg_page *p, int64_t id) { return arena_fmt(c->arena, "/registers/%.*s/%lld", STRF(p->reg->id), (long long)id); }
static struct str certificate_of(struct page_ctx *c, const struct reg_page *p, int64_t id) { return arena_fmt(c->arena, "/registers/%.*s/keeping/%lld", STRF(p->reg->id), (long long)id); }

/* As the register names it; what may not be seen is a number. */
static struct str name_of(struct page_ctx *c, const struct reg_page *p, int64_t id, int64_t number)
{
	struct store st = p->store;
	struct entry e;
	struct str number_only = arena_fmt(c->arena, "Number %lld", (long long)number);
	if (entry_get(&st, c->arena, &p->view, id, 0, &e) != OK || e.destroyed || str_is(e.state, REG_ERASED))
		return number_only;
	struct str state = reg_state_of(p->reg, e.state).label;
	return state.n ? arena_fmt(c->arena, "%.*s (%lld, %.*s)", STRF(reg_title_of(c, p, &e)), (long long)e.number, STRF(state))
	               : arena_fmt(c->arena, "%.*s (%lld)", STRF(reg_title_of(c, p, &e)), (long long)e.number);
}

/* "Headteacher, Chair of governors": one of them agrees. */
static struct str who_agrees(struct page_ctx *c, const struct reg_page *p)
{
	role_set all = 0;
	for (int r = 0; r < role_count(); r++)
		if (reg_may_of(c->web->rights, ROLE_BIT(r), p->reg).dispose)
			all |= ROLE_BIT(r);
	return role_titles(c->arena, all);
}

static bool ticked(struct page_ctx *c, int64_t id)
{
	size_t at = 0;
	struct str v;
	int64_t n;
	while (form_each(&c->req->form, "entry", &at, &v))
		if (str_i64(v, &n) == OK && n == id)
			return true;
	return false;
}

static enum err due_of(struct page_ctx *c, struct reg_page *p, struct view_register_keeping *v)
{
	struct kept_line *list;
	struct table t = table_read(c, KEEPING_PAGE);
	TRY(keeping_count(&p->store, c->school, p->reg, clock_utc(), &t.total));
	TRY(keeping_due(&p->store, c->arena, c->school, p->reg, clock_utc(), t.offset, &list, &v->n_due));
	v->pages = table_pages(c, &t);
	struct view_register_keeping_due *rows = arena_array(c->arena, struct view_register_keeping_due, v->n_due + 1);
	for (size_t i = 0; i < v->n_due; i++)
		rows[i] = (struct view_register_keeping_due){ .id = list[i].id, .href = href_of(c, p, list[i].id), .what = name_of(c, p, list[i].id, list[i].number),
			.until = time_date_words(c->arena, list[i].due_utc), .checked = !c->errors.errors || ticked(c, list[i].id) };
	v->due = rows;
	return OK;
}

static enum err held_of(struct page_ctx *c, struct reg_page *p, struct view_register_keeping *v)
{
	struct kept_line *list;
	TRY(keeping_held(&p->store, c->arena, c->school, p->reg, &list, &v->n_held));
	struct view_register_keeping_held *rows = arena_array(c->arena, struct view_register_keeping_held, v->n_held + 1);
	for (size_t i = 0; i < v->n_held; i++)
		rows[i] = (struct view_register_keeping_held){ .href = href_of(c, p, list[i].id), .what = name_of(c, p, list[i].id, list[i].number) };
	v->held = rows;
	return OK;
}

static enum err papers_of(struct page_ctx *c, struct reg_page *p, struct view_register_keeping *v)
{
	struct entries_disposal *list;
	int64_t total, from = page_query_int(c, "older", 0, 0, INT32_MAX);
	TRY(keeping_list(&p->store, c->arena, c->school, p->reg, "proposed", 0, &list, &v->n_waiting, &total));
	struct view_register_keeping_waiting *wait = arena_array(c->arena, struct view_register_keeping_waiting, v->n_waiting + 1);
	for (size_t i = 0; i < v->n_waiting; i++)
		wait[i] = (struct view_register_keeping_waiting){ certificate_of(c, p, list[i].id), list[i].what, arena_fmt(c->arena, "proposed by %.*s", STRF(page_who(c, list[i].by))) };
	v->waiting = wait;
	v->waits = v->n_waiting > 0;
	TRY(keeping_list(&p->store, c->arena, c->school, p->reg, "done", from, &list, &v->n_done, &total));
	if (from + KEEPING_PAGE < total)
		v->older = arena_fmt(c->arena, "/registers/%.*s/keeping?older=%lld", STRF(p->reg->id), (long long)from + KEEPING_PAGE);
	struct view_register_keeping_done *done = arena_array(c->arena, struct view_register_keeping_done, v->n_done + 1);
	for (size_t i = 0; i < v->n_done; i++)
		done[i] = (struct view_register_keeping_done){ certificate_of(c, p, list[i].id), list[i].what, page_when(c, list[i].at_utc) };
	v->done = done;
	return OK;
}

static enum err show(struct page_ctx *c, struct reg_page *p)
{
	struct view_register_keeping v = { .errors = page_errors(c), .reg = p->reg->id, .title = p->reg->title, .rule = p->reg->retain, .error = page_wrong_text(c, "entry"), .proposes = p->may.propose, .agrees = who_agrees(c, p),
		.why = page_input(c, "why", TEXT_keeping_why, page_text(TEXT_keeping_why_hint)) };
	TRY(due_of(c, p, &v));
	TRY(held_of(c, p, &v));
	TRY(papers_of(c, p, &v));
	page_begin(c, "What has come to the end of its time");
	view_register_keeping_put(&c->reply.body, &c->env, &v);
	return page_end(c);
}

enum err keeping_show(struct page_ctx *c)
{
	struct reg_page p;
	TRY(keeper_page(c, &p));
	return show(c, &p);
}

enum err keeping_propose_do(struct page_ctx *c)
{
	struct reg_page p;
	struct act act = page_act(c, "proposed to dispose of entries");
	int64_t ids[KEEPING_PAGE + 1], id;
	size_t n = 0, at = 0;
	struct str v;
	TRY(keeper_page(c, &p));
	if (!p.may.propose)
		return ERR_FORBIDDEN;
	while (n <= KEEPING_PAGE && form_each(&c->req->form, "entry", &at, &v))
		n += str_i64(v, &ids[n]) == OK;
	enum err e = keeping_propose(&p.store, &act, p.reg, ids, n, page_field(c, "why"), &c->errors, &id);
	if (page_is_wrong(c))
		return show(c, &p);
	TRY(e);
	page_flash(c, FLASH_DONE, "Somebody else looks at it now, and agrees or refuses: %.*s.", STRF(who_agrees(c, &p)));
	return page_redirect(c, "/registers/%s/keeping/%lld", p.reg->id.p, (long long)id);
}

/* ---- one certificate ---- */

static struct part_summary facts_of(struct page_ctx *c, const struct entries_disposal *x)
{
	struct part_summary s = { 0 };
	page_fact(c, &s, STR("What"), x->what);
	page_fact(c, &s, STR("Kept for"), x->rule);
	page_fact(c, &s, STR("Why"), x->why);
	page_fact(c, &s, STR("Proposed"), arena_fmt(c->arena, "%.*s, %.*s", STRF(page_who(c, x->by)), STRF(page_when(c, x->proposed_utc))));
	if (x->second)
		page_fact(c, &s, str_z(str_is(x->state, "done") ? "Agreed and done" : "Refused"), arena_fmt(c->arena, "%.*s, %.*s", STRF(page_who(c, x->second)), STRF(page_when(c, x->at_utc))));
	page_fact(c, &s, STR("Said"), x->second_why);
	return s;
}

static const struct view_register_disposal_entries *entries_of(struct page_ctx *c, struct reg_page *p, struct str ids, size_t *n)
{
	struct view_register_disposal_entries *rows = arena_array(c->arena, struct view_register_disposal_entries, KEEPING_PAGE);
	int64_t id;
	*n = 0;
	for (struct str word; *n < KEEPING_PAGE && str_next(&ids, ' ', &word);)
		if (str_i64(word, &id) == OK)
			rows[(*n)++] = (struct view_register_disposal_entries){ href_of(c, p, id), name_of(c, p, id, id) };
	return rows;
}

static enum err show_one(struct page_ctx *c, struct reg_page *p, int64_t id)
{
	struct entries_disposal x;
	size_t n;
	TRY(keeping_get(&p->store, c->arena, c->school, p->reg, id, &x));
	const struct view_register_disposal_entries *rows = entries_of(c, p, x.entries, &n);
	return page_show(c, register_disposal, "Disposal", .errors = page_errors(c), .reg = p->reg->id, .title = p->reg->title, .id = id, .done = str_is(x.state, "done"),
		.proposed = str_is(x.state, "proposed"), .own = x.by == c->person->id, .agree = p->may.dispose, .agrees = who_agrees(c, p), .facts = facts_of(c, &x), .entries = rows, .n_entries = n,
		.why = page_input(c, "why", TEXT_retention_confirm_why, STR_NONE), .refuse_why = page_input(c, "second_why", TEXT_retention_refuse_why, STR_NONE));
}

enum err keeping_one_show(struct page_ctx *c)
{
	struct reg_page p;
	int64_t id;
	TRY(keeper_page(c, &p));
	TRY(page_id(c, "id", &id));
	return show_one(c, &p, id);
}

static enum err settled(struct page_ctx *c, struct reg_page *p, int64_t id, enum err e, const char *words)
{
	if (page_is_wrong(c))
		return show_one(c, p, id);
	TRY(e);
	page_flash(c, FLASH_DONE, "%s", words);
	return page_redirect(c, "/registers/%s/keeping/%lld", p->reg->id.p, (long long)id);
}

enum err keeping_confirm_do(struct page_ctx *c)
{
	struct reg_page p;
	struct act act = page_act(c, "disposed of entries, as the second person");
	int64_t id;
	TRY(keeper_page(c, &p));
	if (!p.may.dispose)
		return ERR_FORBIDDEN;
	TRY(page_id(c, "id", &id));
	return settled(c, &p, id, keeping_confirm(&p.store, &act, p.reg, id, page_field(c, "why"), &c->errors), "What they said is gone. The certificate stays.");
}

enum err keeping_refuse_do(struct page_ctx *c)
{
	struct reg_page p;
	struct act act = page_act(c, "refused to dispose of entries");
	int64_t id;
	TRY(keeper_page(c, &p));
	TRY(page_id(c, "id", &id));
	return settled(c, &p, id, keeping_refuse(&p.store, &act, p.reg, id, page_field(c, "second_why"), &c->errors), "They stay.");
}

/* ---- a hold ---- */

enum err keeping_hold_do(struct page_ctx *c)
{
	struct reg_page p;
	struct entry e;
	bool on = str_is(page_field(c, "on"), "yes");
	struct act act = page_act(c, on ? "put an entry on hold" : "lifted the hold of an entry");
	TRY(reg_page_open(c, &p));
	if (!p.may.change)
		return ERR_FORBIDDEN;
	TRY(reg_page_entry(c, &p, &e));
	enum err done = keeping_hold(&p.store, &act, &e, on, page_field(c, "hold_why"), &c->errors);
	if (page_is_wrong(c))
		return reg_entry_again(c, &p, &e);
	TRY(done);
	page_flash(c, FLASH_DONE, "%s", on ? "It is on hold: it stays, whatever its time says." : "The hold is lifted.");
	return page_redirect(c, "/registers/%s/%lld", p.reg->id.p, (long long)e.id);
}
