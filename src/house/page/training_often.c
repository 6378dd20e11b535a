/* How often training is repeated; inductions; the procedures, read. */
#include "base/clock.h"
#include "base/mem.h"
#include "base/time.h"
#include "house/agreement/board.h"
#include "house/page/curriculum.h"
#include "house/page/form.h"
#include "house/page/training.h"
#include "house/procedure/library.h"
#include "house/web/table.h"

enum { PER_PAGE = 25, WHY_MAX = 300 };

#define LEADS (ROLE_BIT(ROLE_DSL) | ROLE_BIT(ROLE_DEPUTY))
#define CHOOSES (LEADS | ROLE_BIT(ROLE_HEAD))
#define INDUCTS (CHOOSES | ROLE_BIT(ROLE_LEADERSHIP) | ROLE_BIT(ROLE_SENCO))

/* ---- how often ---- */

static struct part_select months_of(struct page_ctx *c, const struct training_setting *s)
{
	static const struct { int months; const char *words; } all[] = { { 3, "Every 3 months" }, { 6, "Twice a year" }, { 12, "Once a year" }, { 24, "Every two years" }, { 36, "Every three years" } };
	struct part_select_items *items = arena_array(c->arena, struct part_select_items, ARRAY_N(all));
	bool mine = str_eq(page_field(c, "key"), s->key);
	for (size_t i = 0; i < ARRAY_N(all); i++) {
		struct str v = arena_fmt(c->arena, "%d", all[i].months);
		items[i] = (struct part_select_items){ v, str_z(all[i].words), mine ? str_eq(page_field(c, "months"), v) : s->months == all[i].months };
	}
	return (struct part_select){ .name = STR("months"), .label = page_text(TEXT_training_often_choose), .error = mine ? page_wrong_text(c, "months") : STR_NONE, .items = items,
		.n_items = ARRAY_N(all) };
}

static struct view_training_often_rows often_row(struct page_ctx *c, const struct training *t, const struct training_setting *s)
{
	struct view_training_often_rows r = { .key = s->key, .title = s->title, .now = training_every(c, s->months), .confirmed = s->confirmed || s->chosen,
		.open = s->bi_annual && !s->chosen, .why = s->why, .months = months_of(c, s),
		.reason = { .name = STR("why"), .label = page_text(TEXT_training_often_why), .value = str_eq(page_field(c, "key"), s->key) ? page_field(c, "why") : STR("") } };
	if (s->chosen)
		r.by = arena_fmt(c->arena, "%.*s, %.*s", STRF(person_name(c->db, c->arena, c->school, s->by)), STRF(training_date(c, s->at_utc)));
	if (s->longest)
		r.ceiling = arena_fmt(c->arena, "The policy: at least every %d months.", s->longest);
	for (size_t i = 0; i < t->modules.n && !r.held.n; i++)
		if (str_eq(t->modules.v[i].setting, s->key) && t->intervals[i].held)
			r.held = arena_fmt(c->arena, "Staff and governors are held to every %d months: the policy asks for at least yearly.", t->intervals[i].months);
	return r;
}

/* Ids of form fields stand once on a page: those of the others are named by their setting. */
static void names_apart(struct page_ctx *c, struct view_training_often_rows *r)
{
	r->months.name = arena_fmt(c->arena, "months-%.*s", STRF(r->key));
	r->reason.name = arena_fmt(c->arena, "why-%.*s", STRF(r->key));
}

static enum err often_page(struct page_ctx *c, const struct training *t)
{
	struct training_setting *v;
	size_t n;
	TRY(training_settings(t, &v, &n));
	struct view_training_often_rows *rows = arena_array(c->arena, struct view_training_often_rows, n + 1);
	for (size_t i = 0; i < n; i++) {
		rows[i] = often_row(c, t, &v[i]);
		names_apart(c, &rows[i]);
	}
	return page_show(c, training_often, "How often training is repeated", .errors = page_errors(c), .writes = (c->roles & CHOOSES) != 0, .rows = rows, .n_rows = n);
}

enum err training_often_show(struct page_ctx *c)
{
	struct store st;
	struct training t;
	TRY(page_training(c, &st, &t));
	return often_page(c, &t);
}

enum err training_often_do(struct page_ctx *c)
{
	struct store st;
	struct training t;
	int64_t months = 0;
	struct act act = page_act(c, "how often training is repeated");
	TRY(page_training(c, &st, &t));
	if (!(c->roles & CHOOSES))
		return ERR_FORBIDDEN;
	struct str key = page_field(c, "key"), chosen = page_field(c, arena_fmt(c->arena, "months-%.*s", STRF(key)).p);
	struct str why = page_field(c, arena_fmt(c->arena, "why-%.*s", STRF(key)).p);
	if (str_i64(chosen, &months) != OK || months < 1 || months > MODULE_MONTHS_MAX)
		months = 0;                      /* training_set says so */
	enum err e = training_set(&t, &act, key, (int)months, str_upto(why, WHY_MAX), &c->errors);
	if (page_is_wrong(c))
		return often_page(c, &t);
	TRY(e);
	page_flash(c, FLASH_DONE, "Saved. The days by which it is due again have moved.");
	return page_redirect(c, "/training/often");
}

/* ---- inductions ---- */

static const char *const words[] = { "own", "lead", "safe" };

static bool may_sign(struct page_ctx *c, const struct induction *i, enum induction_part part)
{
	if (part == INDUCTION_OWN)
		return c->person->id == i->person;
	return c->person->id != i->person && c->roles & (part == INDUCTION_SAFE ? LEADS : INDUCTS);
}

static struct view_training_induction_parts part_row(struct page_ctx *c, const struct training *t, const struct induction *i, enum induction_part part)
{
	static const enum text_key titles[] = { TEXT_training_part_own, TEXT_training_part_lead, TEXT_training_part_safe };
	static const enum text_key leads[] = { TEXT_training_part_own_lead, TEXT_training_part_lead_lead, TEXT_training_part_safe_lead };
	static const enum text_key waits[] = { TEXT_training_waits_own, TEXT_training_waits_lead, TEXT_training_waits_safe };
	const struct module *m = induction_module(t, part);
	struct view_training_induction_parts_items *items = arena_array(c->arena, struct view_training_induction_parts_items, MODULE_ITEMS_MAX + 1);
	size_t n = 0;
	for (; m && n < m->n_items; n++)
		items[n] = (struct view_training_induction_parts_items){ m->items[n].id, m->items[n].label };
	return (struct view_training_induction_parts){ .word = str_z(words[part]), .title = page_text(titles[part]), .lead = page_text(leads[part]), .waits = page_text(waits[part]),
		.may = may_sign(c, i, part), .wrong = str_is(page_field(c, "part"), words[part]) ? page_wrong_text(c, "items") : STR_NONE, .items = items, .n_items = n,
		.by = i->part[part].by ? arena_fmt(c->arena, "%.*s, %.*s", STRF(person_name(c->db, c->arena, c->school, i->part[part].by)), STRF(training_date(c, i->part[part].on_utc))) : STR_NONE };
}

static enum err induction_page(struct page_ctx *c, const struct training *t, const struct induction *i)
{
	static const enum induction_part order[] = { INDUCTION_LEAD, INDUCTION_OWN, INDUCTION_SAFE };
	struct view_training_induction_parts *parts = arena_array(c->arena, struct view_training_induction_parts, 3);
	size_t n = 0;
	for (size_t k = 0; k < ARRAY_N(order); k++)
		if (induction_module(t, order[k]))
			parts[n++] = part_row(c, t, i, order[k]);
	return page_show(c, training_induction, "Induction", .errors = page_errors(c), .id = i->id, .name = person_name(c->db, c->arena, c->school, i->person),
		.due = training_date(c, i->due_utc), .late = i->due_utc <= clock_utc() && !str_is(i->state, "done"), .parts = parts, .n_parts = n);
}

static enum err the_induction(struct page_ctx *c, struct store *st, struct training *t, struct induction *i)
{
	int64_t id;
	TRY(page_training(c, st, t));
	TRY(page_id(c, "id", &id));
	TRY(induction_get(t, id, i));
	return i->person == c->person->id || training_reads(c) || c->roles & INDUCTS ? OK : ERR_FORBIDDEN;
}

enum err training_induction_show(struct page_ctx *c)
{
	struct store st;
	struct training t;
	struct induction i;
	TRY(the_induction(c, &st, &t, &i));
	return induction_page(c, &t, &i);
}

enum err training_induction_do(struct page_ctx *c)
{
	struct store st;
	struct training t;
	struct induction i;
	struct act act = page_act(c, "signed an induction");
	TRY(the_induction(c, &st, &t, &i));
	for (int p = INDUCTION_OWN; p <= INDUCTION_SAFE; p++) {
		if (!str_is(page_field(c, "part"), words[p]))
			continue;
		if (!may_sign(c, &i, (enum induction_part)p))
			return ERR_FORBIDDEN;
		enum err e = induction_sign(&t, &act, &i, (enum induction_part)p, page_ticks(c, "items"), &c->errors);
		if (page_is_wrong(c))
			return induction_page(c, &t, &i);
		TRY(e);
		page_flash(c, FLASH_DONE, "Signed.");
		return page_redirect(c, "/training/induction/%lld", (long long)i.id);
	}
	return ERR_SYNTAX;
}

static struct str says(struct page_ctx *c, const struct induction *i)
{
	if (str_is(i->state, "done"))
		return page_text(TEXT_training_signed);
	if (!i->part[INDUCTION_LEAD].by)
		return page_text(TEXT_training_waits_lead);
	if (!i->part[INDUCTION_OWN].by)
		return page_text(TEXT_training_waits_own);
	return page_text(TEXT_training_waits_safe);
}

enum err training_inductions_show(struct page_ctx *c)
{
	struct store st;
	struct training t;
	struct induction *list;
	struct table table = table_read(c, PER_PAGE);
	bool over = str_is(page_query(c, "which"), "done");
	size_t n;
	TRY(page_training(c, &st, &t));
	if (!training_reads(c) && !(c->roles & INDUCTS))
		return ERR_FORBIDDEN;
	TRY(induction_list(&t, over, table.offset, table.limit, &list, &n, &table.total));
	struct view_training_inductions_rows *rows = arena_array(c->arena, struct view_training_inductions_rows, n + 1);
	for (size_t i = 0; i < n; i++)
		rows[i] = (struct view_training_inductions_rows){ list[i].id, person_name(c->db, c->arena, c->school, list[i].person), training_date(c, list[i].due_utc),
			list[i].due_utc <= clock_utc(), says(c, &list[i]) };
	return page_show(c, training_inductions, "Inductions", .over = over, .rows = rows, .n_rows = n, .pages = table_pages(c, &table));
}

/* ---- the procedures, read (5.3-18) ---- */

enum err training_procedures_show(struct page_ctx *c)
{
	struct store st;
	struct training t;
	struct receipt r = { 0 };
	uint8_t digest[SHA256_BYTES];
	TRY(page_training(c, &st, &t));
	training_procedures(t.library, digest);
	enum err e = receipt_of(&st, c->arena, c->school, c->person->id, "procedures", digest, &r);
	if (e != ERR_ABSENT)
		TRY(e);
	struct view_training_procedures_rows *rows = arena_array(c->arena, struct view_training_procedures_rows, t.library->n + 1);
	for (size_t i = 0; i < t.library->n; i++)
		rows[i] = (struct view_training_procedures_rows){ t.library->procedures[i].id, t.library->procedures[i].title, t.library->procedures[i].about };
	return page_show(c, training_procedures, "Procedures for concerns", .read = training_date(c, r.at_utc), .rows = rows, .n_rows = t.library->n);
}

enum err training_procedures_do(struct page_ctx *c)
{
	struct store st;
	struct training t;
	uint8_t digest[SHA256_BYTES];
	struct act act = page_act(c, "read the procedures for concerns");
	TRY(page_training(c, &st, &t));
	training_procedures(t.library, digest);
	TRY(receipt_put(&st, c->arena, &act, "procedures", digest, arena_fmt(c->arena, "%zu procedures, as of %.*s", t.library->n, STRF(time_date_words(c->arena, clock_utc()))), STR_NONE));
	page_flash(c, FLASH_DONE, "Thank you. It stands in your record; new words will be asked of you again.");
	return page_redirect(c, "/training/me");
}
