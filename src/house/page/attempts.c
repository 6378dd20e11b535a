/* The attempts report of an audit, and what was done about each pupil. */
#include "house/filter/attempt.h"

#include "base/mem.h"
#include "gen_ui.h"
#include "house/page/desk.h"
#include "house/page/duty_desk.h"
#include "house/page/page_store.h"
#include "house/page/policy_here.h"
#include "house/page/routes.h"

static struct view_attempts_rows_choices *choices(struct page_ctx *c, struct str now, size_t *n)
{
	const struct reg *r = registers_find(c->web->registers, STR("attempt"));
	const struct field *f = r ? reg_field(r, STR("response")) : NULL;
	struct view_attempts_rows_choices *v = arena_array(c->arena, struct view_attempts_rows_choices, f ? f->n_choices + 1 : 1);
	*n = f ? f->n_choices : 0;
	for (size_t i = 0; i < *n; i++)
		v[i] = (struct view_attempts_rows_choices){ f->choices[i].value, f->choices[i].label, str_eq(now, f->choices[i].value) };
	return v;
}

static struct str label_of(struct page_ctx *c, struct str response)
{
	size_t n;
	struct view_attempts_rows_choices *v = choices(c, response, &n);
	for (size_t i = 0; i < n; i++)
		if (v[i].chosen)
			return v[i].label;
	return response;
}

static struct view_attempts_rows row(struct page_ctx *c, const struct attempt *x, int64_t at)
{
	bool here = x->id == at;
	struct str wrong = page_wrong_text(c, "response");
	struct view_attempts_rows r = { .id = x->id, .open = x->open, .who = page_who(c, x->subject), .child = x->subject, .seen = x->seen, .at = page_when(c, x->newest_utc),
		.wrong = here ? (wrong.n ? wrong : page_wrong_text(c, "words")) : STR_NONE, .typed = here ? page_field(c, "words") : STR_NONE };
	r.choices = choices(c, here ? page_field(c, "response") : STR_NONE, &r.n_choices);
	if (!x->open) {
		r.did = label_of(c, x->response);
		r.words = x->words;
		r.by = arena_fmt(c->arena, "%.*s, %.*s", STRF(page_who(c, x->answered_by)), STRF(page_when(c, x->answered_utc)));
	}
	return r;
}

/* The audit that is open, to go back to. */
static struct str audit_href(struct page_ctx *c, struct store *st)
{
	struct duty_desk k = duty_desk_of(c, st);
	struct duty_turn *v;
	size_t n;
	int64_t total;
	struct duty_query q = { .which = DUTY_OPEN, .everyone = true, .duty = "activity-audit", .limit = 1 };
	if (duty_turns(&k, c->arena, c->school, &q, &v, &n, &total) != OK || !n)
		return STR_NONE;
	return arena_fmt(c->arena, "/calendar/turn/%lld", (long long)v[0].id);
}

static enum err show(struct page_ctx *c, int64_t at)
{
	struct store st = page_store(c);
	struct attempt *v;
	size_t n;
	int64_t open;
	TRY(attempt_list(&st, c->arena, c->school, c->person->id, c->roles, &v, &n, &open));
	struct view_attempts_rows *rows = arena_array(c->arena, struct view_attempts_rows, n + 1);
	for (size_t i = 0; i < n; i++)
		rows[i] = row(c, &v[i], at);
	return page_show(c, attempts, "Attempts report", .errors = page_errors(c), .off = !page_named(c), .n = open, .audit = audit_href(c, &st), .rows = rows, .n_rows = n);
}

enum err attempts_show(struct page_ctx *c) { return show(c, 0); }

enum err attempts_do(struct page_ctx *c)
{
	struct store st = page_store(c);
	struct act act = page_act(c, "answered the attempts report");
	int64_t id;
	TRY(page_id(c, "id", &id));
	enum err e = attempt_answer(&st, &act, c->roles, id, page_field(c, "response"), page_field(c, "words"), &c->errors);
	if (page_is_wrong(c))
		return show(c, id);
	TRY(e);
	page_flash(c, FLASH_DONE, "It is kept.");
	return page_redirect(c, "/activity/attempts");
}
