/* Requests for what is kept: about a child, asked by a family, the office or the child, decided by the safeguarding lead; about an adult, asked by
 * them, decided by the headteacher (about the headteacher by the chair). */
#include "base/clock.h"
#include "base/mem.h"
#include "base/time.h"
#include "gen_ui.h"
#include "house/family/data_request.h"
#include "house/page/form.h"
#include "house/page/desk.h"
#include "house/page/families.h"
#include "house/page/family.h"
#include "house/page/page_store.h"
#include "house/page/routes.h"
#include "house/web/table.h"

static enum err requests_may(const struct page_ctx *c) { return page_has_role(c, ROLE_CHAIR) ? OK : families_may(c); }

/* Nobody decides about a request of their own. */
static bool decides(const struct page_ctx *c, const struct data_request *r)
{
	role_set who = r->class == ENTRY_STAFF ? ROLE_BIT(ROLE_HEAD) : r->class == ENTRY_CHAIR ? ROLE_BIT(ROLE_CHAIR) : ROLE_BIT(ROLE_DSL) | ROLE_BIT(ROLE_DEPUTY);
	return (c->roles & who) && r->child != c->session->person;
}

static struct str state_words(struct str state)
{
	static const struct { const char *word; enum text_key text; } all[] = {
		{ "asked", TEXT_datareq_asked }, { "given", TEXT_datareq_given }, { "part", TEXT_datareq_part }, { "refused", TEXT_datareq_refused }, { "handed", TEXT_datareq_handed },
	};
	for (size_t i = 0; i < ARRAY_N(all); i++)
		if (str_is(state, all[i].word))
			return page_text(all[i].text);
	return state;
}

static struct str who_of(struct page_ctx *c, const struct data_request *r)
{
	return r->who.n ? r->who : page_who(c, r->asked_by);
}

enum err data_requests_show(struct page_ctx *c)
{
	struct store st = page_store(c);
	struct data_request *list;
	size_t n;
	TRY(requests_may(c));
	struct table t = table_read(c, 25);
	TRY(data_request_list(&st, c->arena, c->school, c->roles, t.offset, t.limit, &list, &n, &t.total));
	struct view_data_requests_rows *rows = arena_array(c->arena, struct view_data_requests_rows, n + 1);
	for (size_t i = 0; i < n; i++)
		rows[i] = (struct view_data_requests_rows){ .href = arena_fmt(c->arena, "/data-requests/%lld", (long long)list[i].id), .number = list[i].number,
			.child = page_who(c, list[i].child), .who = who_of(c, &list[i]), .came = time_date_words(c->arena, list[i].received_utc),
			.due = time_date_words(c->arena, list[i].due_utc), .state = state_words(list[i].state),
			.late = !list[i].handed_utc && !str_is(list[i].state, "refused") && clock_utc() >= list[i].due_utc + 86400 };
	return page_show(c, data_requests, "Requests for data", .rows = rows, .n_rows = n, .pages = table_pages(c, &t));
}

/* ---- one request ---- */

static struct part_summary about(struct page_ctx *c, const struct data_request *r)
{
	struct part_summary_rows *rows = arena_array(c->arena, struct part_summary_rows, 8);
	size_t n = 0;
	const struct { enum text_key key; struct str value; } all[] = {
		{ TEXT_datareq_child, page_who(c, r->child) }, { TEXT_datareq_who, who_of(c, r) }, { TEXT_datareq_came, time_date_words(c->arena, r->received_utc) },
		{ TEXT_datareq_due, time_date_words(c->arena, r->due_utc) }, { TEXT_datareq_state, state_words(r->state) },
		{ TEXT_datareq_decide, r->decided_utc ? arena_fmt(c->arena, "%.*s, %.*s", STRF(time_words(c->arena, r->decided_utc)), STRF(page_who(c, r->decided_by))) : STR("") },
		{ TEXT_datareq_handed, r->handed_utc ? arena_fmt(c->arena, "%.*s, %.*s", STRF(time_words(c->arena, r->handed_utc)), STRF(page_who(c, r->handed_by))) : STR("") },
	};
	for (size_t i = 0; i < ARRAY_N(all); i++)
		if (all[i].value.n)
			rows[n++] = (struct part_summary_rows){ .key = page_text(all[i].key), .value = all[i].value };
	return (struct part_summary){ .rows = rows, .n_rows = n };
}

static enum err request_page(struct page_ctx *c, int64_t id)
{
	static const struct choice decisions[] = { { "given", TEXT_datareq_d_given }, { "part", TEXT_datareq_d_part }, { "refused", TEXT_datareq_d_refused } };
	static const struct choice thirds[] = { { "none", TEXT_datareq_t_none }, { "removed", TEXT_datareq_t_removed }, { "agreed", TEXT_datareq_t_agreed } };
	struct store st = page_store(c);
	struct data_request r;
	TRY(requests_may(c));
	TRY(data_request_get(&st, c->arena, c->school, id, c->roles, &r));
	bool reads = data_request_reads(c->roles, r.class) && (r.class == ENTRY_CHILD || decides(c, &r));
	return page_show(c, data_request, "Request for data", .errors = page_errors(c), .id = r.id,
		.heading = arena_fmt(c->arena, "%.*s %lld", STRF(page_text(TEXT_datareq_title)), (long long)r.number), .rows = about(c, &r), .reads = reads,
		.words = r.words, .may_decide = decides(c, &r) && !r.handed_utc, .decision = page_radios(c, "decision", TEXT_datareq_decision, decisions, 3),
		.third = page_radios(c, "third", TEXT_datareq_third, thirds, 3), .reason = c->req->method == METHOD_POST ? page_field(c, "reason") : r.reason,
		.reason_error = page_wrong_text(c, "reason"), .ready = (r.class == ENTRY_CHILD || decides(c, &r)) && (str_is(r.state, "given") || str_is(r.state, "part")), .waits = str_is(r.state, "asked"),
		.refused = str_is(r.state, "refused"));
}

enum err data_request_show(struct page_ctx *c)
{
	int64_t id;
	TRY(page_id(c, "id", &id));
	return request_page(c, id);
}

enum err data_request_decide_do(struct page_ctx *c)
{
	struct store st = page_store(c);
	struct act act = page_act(c, "decided on a request for data");
	int64_t id;
	TRY(requests_may(c));
	TRY(page_id(c, "id", &id));
	enum err e = data_request_decide(&st, &act, id, page_field(c, "decision"), page_field(c, "third"), page_field(c, "reason"), &c->errors);
	if (page_is_wrong(c))
		return request_page(c, id);
	TRY(e);
	page_flash(c, FLASH_DONE, "Decided. Whoever asked is now told.");
	return page_redirect(c, "/data-requests/%lld", (long long)id);
}

enum err data_request_handed_do(struct page_ctx *c)
{
	struct store st = page_store(c);
	struct act act = page_act(c, "handed over what is kept about somebody");
	int64_t id;
	TRY(requests_may(c));
	TRY(page_id(c, "id", &id));
	TRY(data_request_hand(&st, &act, id));
	page_flash(c, FLASH_DONE, "Kept.");
	return page_redirect(c, "/data-requests/%lld", (long long)id);
}

/* ---- asking ---- */

static enum err words_read(struct page_ctx *c, struct str *out)
{
	*out = page_need(c, "words", DATA_WORDS_MAX, "Say what you would like to know.");
	return OK;
}

static enum err office_page(struct page_ctx *c, const struct person *child)
{
	return page_show(c, data_request_new, "Enter a request", .errors = page_errors(c), .heading = arena_fmt(c->arena, "%.*s: %.*s", STRF(page_text(TEXT_datareq_new)), STRF(child->name)),
		.action = arena_fmt(c->arena, "/families/child/%lld/data", (long long)child->id), .lead = page_text(TEXT_datareq_lead), .office = true,
		.who = page_field(c, "who"), .who_error = page_wrong_text(c, "who"), .words = page_field(c, "words"), .words_error = page_wrong_text(c, "words"));
}

enum err data_request_new_show(struct page_ctx *c)
{
	struct person child;
	TRY(families_child(c, &child));
	return office_page(c, &child);
}

enum err data_request_new_do(struct page_ctx *c)
{
	struct store st = page_store(c);
	struct person child;
	struct act act = page_act(c, "entered a request for a child's data");
	int64_t id = 0;
	TRY(families_child(c, &child));
	struct data_request_in in = { .child = child.id, .how = "office", .who = page_need(c, "who", 200, "Say who asks.") };
	TRY(words_read(c, &in.words));
	enum err e = page_is_wrong(c) ? OK : data_request_ask(&st, &act, &in, &c->errors, &id);
	if (page_is_wrong(c))
		return office_page(c, &child);
	TRY(e);
	page_flash(c, FLASH_DONE, "Sent to the safeguarding lead. Nothing is handed out before they decide.");
	return page_redirect(c, "/data-requests");
}

static enum err outside(struct page_ctx *c)
{
	c->reply.status = 403;
	return page_show(c, family_open, "Your link from school", .state = STR("none"), .action = STR("#"));
}

static enum err family_page(struct page_ctx *c, const struct family_who *w)
{
	struct part_select_items *items = arena_array(c->arena, struct part_select_items, w->n);
	for (size_t i = 0; i < w->n; i++) {
		struct str id = arena_fmt(c->arena, "%lld", (long long)w->children[i].id);
		items[i] = (struct part_select_items){ id, w->children[i].name, str_eq(page_field(c, "child"), id) };
	}
	return page_show(c, data_request_new, "Ask for your child's data", .errors = page_errors(c), .heading = page_text(TEXT_family_data_title), .action = STR("/family/data"),
		.lead = page_text(TEXT_family_data_lead), .words = page_field(c, "words"), .words_error = page_wrong_text(c, "words"), .family = true,
		.child = { .name = STR("child"), .label = page_text(TEXT_family_data_child), .error = page_wrong_text(c, "child"), .items = items, .n_items = w->n });
}

enum err family_data_show(struct page_ctx *c)
{
	struct family_who w = { 0 };
	enum err e = family_who(c, &w);
	if (e != OK)
		return e == ERR_SIGNIN ? outside(c) : e;
	return family_page(c, &w);
}

enum err family_data_do(struct page_ctx *c)
{
	struct store st = page_store(c);
	struct family_who w = { 0 };
	int64_t id = 0;
	enum err e = family_who(c, &w);
	if (e != OK)
		return e == ERR_SIGNIN ? outside(c) : e;
	struct data_request_in in = { .asked_by = w.adult, .how = w.by_link ? "link" : "account" };
	struct act act = { c->school, w.adult, "asked for a child's data" };
	TRY(words_read(c, &in.words));
	if (str_i64(page_field(c, "child"), &in.child) != OK)
		page_wrong(c, "child", "Choose the child.");
	e = page_is_wrong(c) ? OK : data_request_ask(&st, &act, &in, &c->errors, &id);
	if (page_is_wrong(c))
		return family_page(c, &w);
	TRY(e);
	return page_redirect(c, "/family?said=asked");
}

/* ---- about oneself ---- */

static struct str own_state(struct page_ctx *c, const struct data_request *r)
{
	struct str asked = time_date_words(c->arena, r->received_utc), due = time_date_words(c->arena, r->due_utc);
	if (r->handed_utc)
		return arena_fmt(c->arena, "You asked on %.*s. It was given to you on %.*s.", STRF(asked), STRF(time_date_words(c->arena, r->handed_utc)));
	if (str_is(r->state, "refused"))
		return arena_fmt(c->arena, "You asked on %.*s. It is not given to you: ask why.", STRF(asked));
	if (r->decided_utc)
		return arena_fmt(c->arena, "You asked on %.*s. It is ready to be given to you.", STRF(asked));
	return arena_fmt(c->arena, "You asked on %.*s. You have an answer by %.*s.", STRF(asked), STRF(due));
}

static enum err own_asked(struct page_ctx *c, struct str **out, size_t *n)
{
	struct store st = page_store(c);
	struct data_request *list;
	TRY(data_request_own(&st, c->arena, c->school, c->session->person, &list, n));
	*out = arena_array(c->arena, struct str, *n + 1);
	for (size_t i = 0; i < *n; i++)
		(*out)[i] = own_state(c, &list[i]);
	return OK;
}

static enum err learner_page(struct page_ctx *c)
{
	struct str *asked;
	size_t n;
	TRY(own_asked(c, &asked, &n));
	return page_show(c, data_request_new, "What school knows about me", .asked = asked, .n_asked = n, .errors = page_errors(c), .heading = page_text(TEXT_datareq_learner_title), .action = STR("/my-data"),
		.lead = page_text(TEXT_datareq_learner_lead), .learner = true, .words = page_field(c, "words"), .words_error = page_wrong_text(c, "words"));
}

static enum err adult_page(struct page_ctx *c)
{
	struct str *asked;
	size_t n;
	TRY(own_asked(c, &asked, &n));
	return page_show(c, data_request_new, "What is kept about you", .adult = true, .asked = asked, .n_asked = n, .errors = page_errors(c), .heading = page_text(TEXT_datareq_adult_title), .action = STR("/my-data"),
		.lead = page_text(page_has_role(c, ROLE_HEAD) ? TEXT_datareq_adult_lead_head : TEXT_datareq_adult_lead), .words = page_field(c, "words"), .words_error = page_wrong_text(c, "words"));
}

static enum err own_page(struct page_ctx *c) { return c->person->kind == KIND_LEARNER ? learner_page(c) : adult_page(c); }

enum err my_data_show(struct page_ctx *c) { return own_page(c); }

enum err my_data_do(struct page_ctx *c)
{
	struct store st = page_store(c);
	struct act act = page_act(c, "asked for their own data");
	bool learner = c->person->kind == KIND_LEARNER;
	struct data_request_in in = { .child = c->session->person, .asked_by = c->session->person, .how = learner ? "learner" : "adult" };
	int64_t id = 0;
	TRY(words_read(c, &in.words));
	enum err e = page_is_wrong(c) ? OK : data_request_ask(&st, &act, &in, &c->errors, &id);
	if (page_is_wrong(c))
		return own_page(c);
	TRY(e);
	page_flash(c, FLASH_DONE, "%s", learner ? "Thank you for asking. The safeguarding lead will talk with you." : "Sent. You have an answer within one month.");
	return page_redirect(c, learner ? "/welcome" : "/me");
}
