/* The policy and required reading: read, understood, kept; who has not. */
#include "base/clock.h"
#include "base/mem.h"
#include "base/time.h"
#include "house/agreement/reading_list.h"
#include "house/agreement/roll.h"
#include "house/cli/cli.h"
#include "house/page/notices.h"
#include "house/page/page_store.h"
#include "house/page/reading.h"
#include "house/page/routes.h"
#include "house/web/table.h"

static const char kcsie[] = "kcsie-part-1";

static enum err reading_of(struct page_ctx *c, struct reading_text *out)
{
	AUTO(diag_done) struct diag d = diag_init(5);
	return reading_text_load(c->arena, cli_data(), kcsie, &d, out);
}

static bool reads(struct str audiences, struct str audience)
{
	struct agreement_rule r = { .tag = audiences };
	return agreement_has_tag(&r, audience);
}

/* ---- the policy ---- */

enum err policy_read_show(struct page_ctx *c)
{
	struct store st = page_store(c);
	struct document doc;
	struct receipt r;
	uint8_t digest[SHA256_BYTES];
	enum err e = reading_policy(&st, c->arena, c->school, &doc, digest);
	if (e == ERR_ABSENT)
		return page_show(c, policy_read, "Our policy", .none = true);
	TRY(e);
	TRY(receipt_of(&st, c->arena, c->school, c->person->id, "policy", digest, &r));
	return page_show(c, policy_read, "Our policy", .title = entry_value(&doc.e, "title"), .label = entry_value(&doc.e, "label"),
		.text = entry_value(&doc.e, "text"), .digest = str_z(doc.digest), .read = r.at_utc ? time_words(c->arena, r.at_utc) : STR_NONE);
}

enum err policy_read_do(struct page_ctx *c)
{
	struct store st = page_store(c);
	struct document doc;
	uint8_t digest[SHA256_BYTES];
	struct act act = page_act(c, "read the policy");
	TRY(reading_policy(&st, c->arena, c->school, &doc, digest));
	if (!str_is(page_field(c, "digest"), doc.digest)) {
		page_flash(c, FLASH_WARNING, "A new version of the policy is in force since you opened the page. Please read that one.");
		return page_redirect(c, "/policy/read");
	}
	TRY(receipt_put(&st, c->arena, &act, "policy", digest, entry_value(&doc.e, "label"), STR_NONE));
	page_flash(c, FLASH_DONE, "Thank you. It is kept that you have read the policy.");
	return page_redirect(c, "/policy/read");
}

/* ---- reading with a quiz ---- */

static struct part_radios question_part(struct page_ctx *c, const struct question *q)
{
	struct part_radios_items *items = arena_array(c->arena, struct part_radios_items, q->n);
	const char *name = arena_z(c->arena, q->id);
	for (size_t i = 0; i < q->n; i++) {
		items[i] = (struct part_radios_items){ .value = arena_fmt(c->arena, "%zu", i + 1), .label = q->choices[i], .id = i ? STR_NONE : q->id };
		items[i].checked = str_eq(page_field(c, name), items[i].value);
	}
	return (struct part_radios){ .name = q->id, .legend = q->text, .error = page_wrong_text(c, name), .items = items, .n_items = q->n };
}

static enum err quiz_page(struct page_ctx *c, const struct reading_text *r)
{
	struct store st = page_store(c);
	struct receipt last;
	struct part_radios *questions = arena_array(c->arena, struct part_radios, r->n_questions + 1);
	TRY(receipt_of(&st, c->arena, c->school, c->person->id, kcsie, r->digest, &last));
	for (size_t i = 0; i < r->n_questions; i++)
		questions[i] = question_part(c, &r->questions[i]);
	bool current = last.at_utc >= (r->yearly ? reading_year_start(clock_utc()) : 1);
	return page_show(c, reading, "Reading", .errors = page_errors(c), .title = r->title, .edition = r->edition, .address = r->address, .lead = r->lead,
		.points = r->points, .n_points = r->n_points, .questions = questions, .n_questions = r->n_questions,
		.read = last.at_utc ? time_words(c->arena, last.at_utc) : STR_NONE, .score = last.score, .due = !current, .again = last.at_utc && !current);
}

enum err reading_show(struct page_ctx *c)
{
	struct reading_text r;
	TRY(reading_of(c, &r));
	return quiz_page(c, &r);
}

/* What is wrong is explained; nothing is kept until all of it is right. */
static void mark(struct page_ctx *c, const struct reading_text *r)
{
	for (size_t i = 0; i < r->n_questions; i++) {
		const struct question *q = &r->questions[i];
		const char *name = arena_z(c->arena, q->id);
		int64_t chosen = 0;
		if (str_i64(page_field(c, name), &chosen) != OK)
			page_wrong(c, name, "Please choose an answer.");
		else if (chosen != q->right)
			page_wrong(c, name, "Not quite. %.*s", STRF(q->why));
	}
	if (!page_ticked(c, "read"))
		page_wrong(c, "read", "Please read Part one first, then tick that you did.");
}

enum err reading_do(struct page_ctx *c)
{
	struct reading_text r;
	struct store st = page_store(c);
	struct act act = page_act(c, "required reading");
	TRY(reading_of(c, &r));
	mark(c, &r);
	if (page_is_wrong(c))
		return quiz_page(c, &r);
	struct str score = arena_fmt(c->arena, "%zu of %zu", r.n_questions, r.n_questions);
	TRY(receipt_put(&st, c->arena, &act, kcsie, r.digest, r.edition, score));
	page_flash(c, FLASH_DONE, "All right: %.*s. It is kept that you have read it.", STRF(score));
	return page_redirect(c, "/reading");
}

/* ---- what waits for somebody ---- */

static bool works_here(const struct person *p)
{
	return p->kind == KIND_STAFF || p->kind == KIND_SUPPLY || p->kind == KIND_GOVERNOR || p->kind == KIND_VOLUNTEER;
}

enum err page_reading_waits(struct page_ctx *c, struct part_duties_waits *out, size_t *n)
{
	struct store st = page_store(c);
	struct document doc;
	struct reading_text r;
	struct receipt got;
	uint8_t digest[SHA256_BYTES];
	if (!works_here(c->person))
		return OK;
	enum err e = reading_policy(&st, c->arena, c->school, &doc, digest);
	if (e != OK && e != ERR_ABSENT)
		return e;
	if (e == OK) {
		TRY(receipt_of(&st, c->arena, c->school, c->person->id, "policy", digest, &got));
		if (!got.at_utc)
			out[(*n)++] = (struct part_duties_waits){ STR("/policy/read"), page_text(TEXT_reading_policy_waits) };
	}
	if (reading_of(c, &r) != OK || !reads(r.audiences, page_audience(c)))
		return OK;
	TRY(receipt_of(&st, c->arena, c->school, c->person->id, kcsie, r.digest, &got));
	if (got.at_utc < (r.yearly ? reading_year_start(clock_utc()) : 1))
		out[(*n)++] = (struct part_duties_waits){ STR("/reading"), page_text(TEXT_reading_kcsie_waits) };
	return OK;
}

/* ---- who has read, who has not ---- */

struct gaps {
	struct roll_row *roll;
	struct receipt_who *policy, *kcsie, *ways;       /* ways: the expectations, of every audience */
	size_t n, n_policy, n_kcsie, n_ways;
	struct reading_text reading;
	bool has_policy, has_reading;
};

static enum err ways_read(struct page_ctx *c, struct gaps *g)
{
	struct store st = page_store(c);
	struct board b = page_board(c);
	g->ways = arena_array(c->arena, struct receipt_who, ROLL_MAX);
	for (size_t i = 0; i < b.n; i++) {
		struct receipt_who *some;
		size_t n;
		if (!str_is(b.v[i].kind, "expectations"))
			continue;
		TRY(receipt_people(&st, c->arena, c->school, arena_z(c->arena, b.v[i].id), b.v[i].digest, 0, &some, &n));
		for (size_t k = 0; k < n && g->n_ways < ROLL_MAX; k++)
			g->ways[g->n_ways++] = some[k];
	}
	return OK;
}

static enum err gaps_read(struct page_ctx *c, struct gaps *g)
{
	struct store st = page_store(c);
	struct document doc;
	uint8_t digest[SHA256_BYTES];
	TRY(agreement_roll(&st, c->arena, c->school, clock_utc(), &g->roll, &g->n));
	enum err e = reading_policy(&st, c->arena, c->school, &doc, digest);
	if (e != OK && e != ERR_ABSENT)
		return e;
	g->has_policy = e == OK;
	if (g->has_policy)
		TRY(receipt_people(&st, c->arena, c->school, "policy", digest, 0, &g->policy, &g->n_policy));
	g->has_reading = reading_of(c, &g->reading) == OK;
	if (g->has_reading)
		TRY(receipt_people(&st, c->arena, c->school, kcsie, g->reading.digest, g->reading.yearly ? reading_year_start(clock_utc()) : 0, &g->kcsie, &g->n_kcsie));
	return ways_read(c, g);
}

static const struct { const char *title; bool (*is)(const struct person *p); } groups[] = {
	{ "Staff", NULL }, { "Governors", NULL }, { "Volunteers and supply staff", NULL }, { "Pupils", NULL }, { "Parents and carers", NULL },
};

static int group_of(const struct person *p)
{
	switch (p->kind) {
	case KIND_STAFF: return 0;
	case KIND_GOVERNOR: return 1;
	case KIND_VOLUNTEER: case KIND_SUPPLY: return 2;
	case KIND_LEARNER: return 3;
	case KIND_PARENT: return 4;
	default: return -1;
	}
}

static struct str percent(struct page_ctx *c, int64_t part, int64_t whole)
{
	return whole ? arena_fmt(c->arena, "%lld%% (%lld of %lld)", (long long)(part * 100 / whole), (long long)part, (long long)whole) : STR("-");
}

struct tally { int64_t people, agreement, ways, policy, kcsie; };

static void tally_add(const struct gaps *g, const struct roll_row *r, struct tally *t)
{
	t->people++;
	t->agreement += r->standing == STANDING_CURRENT;
	t->ways += receipt_find(g->ways, g->n_ways, r->p.id) != NULL;
	t->policy += receipt_find(g->policy, g->n_policy, r->p.id) != NULL;
	t->kcsie += receipt_find(g->kcsie, g->n_kcsie, r->p.id) != NULL;
}

static void coverage(struct page_ctx *c, const struct gaps *g, struct view_receipts *v)
{
	struct tally t[ARRAY_N(groups)] = { 0 };
	struct view_receipts_groups *rows = arena_array(c->arena, struct view_receipts_groups, ARRAY_N(groups));
	for (size_t i = 0; i < g->n; i++)
		if (group_of(&g->roll[i].p) >= 0)
			tally_add(g, &g->roll[i], &t[group_of(&g->roll[i].p)]);
	for (size_t k = 0; k < ARRAY_N(groups); k++) {
		bool works = k < 3;
		rows[k] = (struct view_receipts_groups){ str_z(groups[k].title), percent(c, t[k].agreement, t[k].people), percent(c, t[k].ways, t[k].people),
			works && g->has_policy ? percent(c, t[k].policy, t[k].people) : STR("-"), works && g->has_reading ? percent(c, t[k].kcsie, t[k].people) : STR("-") };
	}
	v->groups = rows;
	v->n_groups = ARRAY_N(groups);
}

static void names(struct page_ctx *c, const struct gaps *g, struct view_receipts *v)
{
	struct view_receipts_rows *rows = arena_array(c->arena, struct view_receipts_rows, g->n + 1);
	for (size_t i = 0; i < g->n; i++) {
		const struct person *p = &g->roll[i].p;
		bool policy = !g->has_policy || receipt_find(g->policy, g->n_policy, p->id);
		bool reading = !g->has_reading || !reads(g->reading.audiences, g->roll[i].audience) || receipt_find(g->kcsie, g->n_kcsie, p->id);
		if (works_here(p) && (!policy || !reading))
			rows[v->n_rows++] = (struct view_receipts_rows){ p->name, str_z(kind_title(p->kind)), !policy, !reading, time_date_words(c->arena, p->joined_utc) };
	}
	v->rows = rows;
}

static enum err csv(struct page_ctx *c, const struct view_receipts *v)
{
	static const char *const heads[] = { "Name", "Kind", "Here since", "Has not read the policy", "Has not done the reading of this year" };
	csv_begin(c, "not-read.csv");
	for (size_t i = 0; i < ARRAY_N(heads); i++)
		csv_cell(c, str_z(heads[i]));
	csv_row(c);
	for (size_t i = 0; i < v->n_rows; i++) {
		csv_cell(c, v->rows[i].name);
		csv_cell(c, v->rows[i].kind);
		csv_cell(c, v->rows[i].since);
		csv_cell(c, v->rows[i].policy ? STR("x") : STR_NONE);
		csv_cell(c, v->rows[i].reading ? STR("x") : STR_NONE);
		csv_row(c);
	}
	return csv_end(c);
}

/* Names are for leadership alone (4.3-02); others who may come here see the numbers. */
static bool sees_names(const struct page_ctx *c)
{
	return page_has_role(c, ROLE_HEAD) || page_has_role(c, ROLE_LEADERSHIP) || page_has_role(c, ROLE_DSL);
}

enum err receipts_show(struct page_ctx *c)
{
	struct gaps g = { 0 };
	struct view_receipts v = { .names = sees_names(c), .csv = table_csv_href(c), .no_policy = false };
	TRY(gaps_read(c, &g));
	v.no_policy = !g.has_policy;
	coverage(c, &g, &v);
	if (v.names)
		names(c, &g, &v);
	if (str_is(page_query(c, "csv"), "1"))
		return v.names ? csv(c, &v) : ERR_FORBIDDEN;
	page_begin(c, "Who has read what");
	view_receipts_put(&c->reply.body, &c->env, &v);
	return page_end(c);
}
