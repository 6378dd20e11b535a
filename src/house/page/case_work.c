/* A case's own steps, whom it turned to outside the school, and a newer version of its procedure. */
#include "base/clock.h"
#include "house/page/case.h"
#include "house/page/form.h"
#include "house/record/when.h"
#include "house/web/directive.h"

/* A day or moment that was typed; absent: 0.  A finding on the field when it cannot be read. */
static int64_t moment(struct page_ctx *c, const char *field)
{
	int64_t t = 0;
	struct str v = page_field(c, field);
	if (str_trim(v).n && when_read(v, clock_utc(), &t) != OK)
		page_wrong(c, field, "Please write the day like 14/9/2026, or with a time: 14/9/2026 10:30.");
	return t;
}

enum err case_action_do(struct page_ctx *c)
{
	struct desk_view k;
	struct case_view v;
	int64_t id, action;
	struct act act = page_act(c, "a step of our own");
	struct action_in in = { .title = page_field(c, "action_title"), .why = page_field(c, "action_why") };
	TRY(case_open_whole(c, &k, &id, &v));
	in.due_utc = moment(c, "action_due");
	if (str_i64(page_field(c, "action_owner"), &in.owner) == OK && in.owner > 0)
		TRY(role_held(c->db, c->school, in.owner, clock_utc(), &in.owner_roles));
	if (page_is_wrong(c))
		return case_again(c, id);
	return case_answer(c, id, record_action_add(&k.desk, &act, &k.may, id, &in, &c->errors, &action), "The step is added.");
}

enum err case_action_end_do(struct page_ctx *c)
{
	struct desk_view k;
	struct case_view v;
	int64_t id, action;
	struct act act = page_act(c, "a step of our own has ended");
	TRY(case_open_whole(c, &k, &id, &v));
	TRY(page_id(c, "action", &action));
	bool done = str_is(page_field(c, "turn"), "done");
	return case_answer(c, id, record_action_end(&k.desk, &act, &k.may, id, action, done, page_field(c, "outcome"), &c->errors),
	                   done ? "The step is done." : "The step is dropped.");
}

enum err case_referral_do(struct page_ctx *c)
{
	struct desk_view k;
	struct case_view v;
	int64_t id, referral;
	struct act act = page_act(c, "somebody outside was asked");
	TRY(case_open_whole(c, &k, &id, &v));
	struct referral_in in = { .agency = page_field(c, "agency"), .channel = page_field(c, "channel"), .reference = page_field(c, "reference"),
		.what = page_field(c, "what"), .sent_utc = moment(c, "sent"), .chase_utc = moment(c, "chase") };
	if (page_is_wrong(c))
		return case_again(c, id);
	return case_answer(c, id, record_referral_add(&k.desk, &act, &k.may, id, &in, &c->errors, &referral), "It is kept. The case waits for the answer.");
}

enum err case_referral_turn_do(struct page_ctx *c)
{
	struct desk_view k;
	struct case_view v;
	int64_t id, referral;
	struct act act = page_act(c, "what became of a referral");
	struct str turn = page_field(c, "turn");
	enum referral_turn what = str_is(turn, "chased") ? REFERRAL_CHASED : str_is(turn, "ended") ? REFERRAL_ENDED : REFERRAL_ANSWERED;
	TRY(case_open_whole(c, &k, &id, &v));
	TRY(page_id(c, "referral", &referral));
	int64_t chase = what == REFERRAL_CHASED ? moment(c, "chase") : 0;
	if (page_is_wrong(c))
		return case_again(c, id);
	return case_answer(c, id, record_referral_turn(&k.desk, &act, &k.may, id, referral, what, page_field(c, "outcome"), chase, &c->errors), "Recorded.");
}

enum err case_block_lift_do(struct page_ctx *c)
{
	struct desk_view k;
	struct case_view v;
	int64_t id, block;
	struct act act = page_act(c, "what was closed for everybody is lifted");
	TRY(case_open_whole(c, &k, &id, &v));
	TRY(page_id(c, "block", &block));
	enum err e = record_block_lift(&k.desk, &act, &k.may, id, block, page_field(c, "lift_why"), &c->errors);
	if (e == OK && directive_ask(c, "emergency", "", NULL) != OK)
		return case_answer(c, id, OK, "Lifted. The filter opens it again within a minute.");
	return case_answer(c, id, e, "Lifted. The filter has opened it again.");
}

static enum err version_page(struct page_ctx *c, const struct desk_view *k, int64_t id, const struct case_view *v)
{
	struct case_offer o;
	TRY(record_offer(&k->desk, c->arena, &k->may, id, &o));
	if (!o.any) {
		page_flash(c, FLASH_NOTE, "This case goes by the newest version already, or the old one was chosen.");
		return page_redirect(c, "/case/%lld", (long long)id);
	}
	struct view_case_version_rows *rows = arena_array(c->arena, struct view_case_version_rows, o.n + 1);
	for (size_t i = 0; i < o.n; i++)
		rows[i] = (struct view_case_version_rows){ .what = str_z(proc_differs_words(o.v[i].what)), .title = o.v[i].title, .how = o.v[i].how };
	struct str versions = o.version == v->procedure.version ? arena_fmt(c->arena, "version %lld, with changes in the steps of every case", (long long)o.version)
		: arena_fmt(c->arena, "version %lld; this case goes by version %lld", (long long)o.version, (long long)v->procedure.version);
	return page_show(c, case_version, "A newer version", .id = id, .title = v->procedure.title, .version = versions, .errors = page_errors(c),
		.rows = rows, .n_rows = o.n, .why = page_input(c, "offer_why", TEXT_newer_why, STR_NONE));
}

enum err case_version_show(struct page_ctx *c)
{
	struct desk_view k;
	struct case_view v;
	int64_t id;
	TRY(case_open_whole(c, &k, &id, &v));
	return version_page(c, &k, id, &v);
}

enum err case_version_do(struct page_ctx *c)
{
	struct desk_view k;
	struct case_view v;
	int64_t id;
	struct act act = page_act(c, "a newer version of the procedure");
	TRY(case_open_whole(c, &k, &id, &v));
	bool take = str_is(page_field(c, "choice"), "take");
	enum err e = record_offer_answer(&k.desk, &act, &k.may, id, take, page_field(c, "offer_why"), &c->errors);
	if (e == ERR_INVALID && page_is_wrong(c))
		return version_page(c, &k, id, &v);
	return case_answer(c, id, e, take ? "The case goes by the new version." : "The case keeps the old version.");
}
