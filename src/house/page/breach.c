/* An agreement that was not kept: one person's entries, and a new one that names the rule and the version they had signed (4.3-04, 4.5-05). */
#include "base/clock.h"
#include "base/mem.h"
#include "base/time.h"
#include "gen_ui.h"
#include "house/account/people.h"
#include "house/agreement/agreement_store.h"
#include "house/page/page_store.h"
#include "house/page/routes.h"
#include "house/register/may.h"

enum { SHOWN_MAX = 50, WHAT_MAX = 2000, RULE_MAX = 400 };

struct about { struct person p; struct agreement_state state; struct agreement_active text; bool has_text, sees; };

/* Staff for whoever is in their class; leads for everybody; nobody about themselves. */
static enum err about_of(struct page_ctx *c, struct about *out)
{
	struct store st = page_store(c);
	const struct reg *r = registers_find(c->web->registers, STR("agreement-breach"));
	int64_t id;
	TRY(page_id(c, "id", &id));
	TRY(person_get(c->db, c->arena, c->school, id, &out->p));
	out->sees = r && reg_may_of(c->web->rights, c->roles, r).see;
	bool mine = out->p.kind == KIND_LEARNER && out->p.class_id && class_has_staff(c->db, c->school, out->p.class_id, c->person->id);
	if (!r || id == c->person->id || !(out->sees || mine))
		return ERR_FORBIDDEN;
	TRY(agreement_state_of(&st, c->arena, &out->p, clock_utc(), &out->state));
	enum err e = agreement_in_force(&st, c->arena, c->school, out->state.audience, &out->text);
	out->has_text = e == OK;
	return e == ERR_ABSENT ? OK : e;
}

static bool signed_now(const struct about *b) { return b->state.last.at_utc && !b->state.last.declined && !b->state.last.undone; }

static enum err entries(struct page_ctx *c, const struct about *b, struct view_breach *v)
{
	struct store st = page_store(c);
	struct entry_may may = { .school = c->school, .person = c->person->id, .classes = ENTRY_BIT(ENTRY_GENERAL) };
	struct entry_query q = { .reg = "agreement-breach", .where = { { "person", ENTRY_IS, b->p.id, STR_NONE } }, .n_where = 1, .limit = SHOWN_MAX };
	struct entry_page page;
	TRY(entry_list(&st, c->arena, &may, &q, &page));
	struct view_breach_rows *rows = arena_array(c->arena, struct view_breach_rows, page.n + 1);
	for (size_t i = 0; i < page.n; i++) {
		const struct entry *e = &page.entries[i];
		int64_t on = 0;
		if (str_is(e->state, REG_UNDONE))
			continue;
		(void)time_read_iso(entry_value(e, "on"), &on);        /* without a day it is shown without one */
		rows[v->n_rows++] = (struct view_breach_rows){ .rule = entry_value(e, "rule"), .on = on ? time_date_words(c->arena, on) : STR_NONE,
			.version = entry_value(e, "version"), .agreement = entry_value(e, "agreement"), .what = entry_value(e, "what"), .done = entry_value(e, "done"),
			.href = b->sees ? arena_fmt(c->arena, "/registers/agreement-breach/%lld", (long long)e->id) : STR_NONE };
	}
	v->rows = rows;
	return OK;
}

static struct part_radios rules(struct page_ctx *c, const struct about *b)
{
	size_t n = b->has_text ? b->text.text.n : 0;
	struct part_radios_items *items = arena_array(c->arena, struct part_radios_items, n + 1);
	for (size_t i = 0; i < n; i++)
		items[i] = (struct part_radios_items){ .value = b->text.text.rules[i].id, .label = b->text.text.rules[i].text, .id = i ? STR_NONE : STR("rule"),
			.checked = str_eq(page_field(c, "rule"), b->text.text.rules[i].id) };
	return (struct part_radios){ .name = STR("rule"), .legend = page_text(TEXT_breach_rule), .error = page_wrong_text(c, "rule"), .items = items, .n_items = n };
}

static enum err show(struct page_ctx *c, const struct about *b)
{
	struct view_breach v = { .errors = page_errors(c), .id = b->p.id, .name = b->p.name, .agreement = b->has_text ? b->text.text.title : STR_NONE,
		.signed_on = signed_now(b) ? time_date_words(c->arena, b->state.last.at_utc) : STR_NONE, .version = b->state.last.version, .rules = rules(c, b),
		.on = { .name = STR("on"), .label = page_text(TEXT_breach_on), .value = page_field(c, "on"), .error = page_wrong_text(c, "on"), .width = STR("10"), .hint = STR("For example 21/11/2026.") },
		.what = { .name = STR("what"), .label = page_text(TEXT_breach_what), .value = page_field(c, "what"), .error = page_wrong_text(c, "what"), .rows = 4 } };
	TRY(entries(c, b, &v));
	page_begin(c, "When the agreement was not kept");
	view_breach_put(&c->reply.body, &c->env, &v);
	return page_end(c);
}

enum err breach_show(struct page_ctx *c)
{
	struct about b = { .has_text = false };
	TRY(about_of(c, &b));
	return show(c, &b);
}

static struct str rule_text(const struct about *b, struct str id)
{
	for (size_t i = 0; b->has_text && i < b->text.text.n; i++)
		if (str_eq(b->text.text.rules[i].id, id))
			return str_upto(b->text.text.rules[i].text, RULE_MAX);
	return STR_NONE;
}

static enum err put(struct page_ctx *c, const struct about *b, struct str rule, int64_t on_utc)
{
	struct store st = page_store(c);
	struct act act = page_act(c, "an agreement was not kept");
	const struct entry_person people[] = { { act.person, ENTRY_AUTHOR }, { b->p.id, ENTRY_INVOLVED } };
	bool has = signed_now(b);
	int64_t id;
	struct entry_field f[8] = { { STR("person"), arena_fmt(c->arena, "%lld", (long long)b->p.id) }, { STR("rule"), rule }, { STR("agreement"), b->text.text.title },
		{ STR("version"), arena_fmt(c->arena, "%lld", (long long)(has ? b->state.last.version : 0)) }, { STR("on"), time_iso_date(c->arena, on_utc) }, { STR("what"), page_field(c, "what") } };
	size_t n = 6;
	if (has)
		f[n++] = (struct entry_field){ STR("signature"), arena_fmt(c->arena, "%lld", (long long)b->state.last.entry) };
	return entry_create(&st, &act, &(struct entry_in){ .reg = "agreement-breach", .fields = f, .n_fields = n, .people = people, .n_people = ARRAY_N(people) }, &c->errors, &id);
}

enum err breach_do(struct page_ctx *c)
{
	struct about b = { .has_text = false };
	int64_t on = 0;
	TRY(about_of(c, &b));
	struct str rule = rule_text(&b, page_field(c, "rule"));
	if (!rule.n)
		page_wrong(c, "rule", "Choose the rule that was not kept.");
	if (time_read_date(page_field(c, "on"), &on) != OK || on > clock_utc())
		page_wrong(c, "on", "Write the day, not after today, as 21/11/2026.");
	(void)page_need(c, "what", WHAT_MAX, "Say what happened.");       /* its words are read again below */
	if (page_is_wrong(c))
		return show(c, &b);
	TRY(put(c, &b, rule, on));
	page_flash(c, FLASH_DONE, "Saved. The safeguarding lead sees it.");
	return page_redirect(c, "/people/%lld/breach", (long long)b.p.id);
}
