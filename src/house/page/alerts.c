/* Alerts of pro-active monitoring: for the safeguarding lead and the deputies. */
#include "house/record/alert.h"

#include "base/clock.h"
#include "base/mem.h"
#include "event/event.h"
#include "gen_ui.h"
#include "house/cli/cli.h"
#include "house/page/desk.h"
#include "house/page/policy_here.h"
#include "house/store/activity.h"
#include "policy/decide/reason.h"

enum {
	AROUND_MAX = 200,
	AROUND_LATE_S = 5,              /* how long the gate's record takes to get here */
};

static struct str outcome_of(struct str word)
{
	if (!word.n)
		return STR_NONE;
	if (str_is(word, "allowed"))
		return page_text(TEXT_alerts_let_through);
	if (str_is(word, reason_info(REASON_PAGE_TEXT)->word))
		return page_text(TEXT_alerts_page_closed);
	if (str_starts(word, STR("answer")))
		return page_text(str_is(word, "answered") ? TEXT_alerts_answer_through : TEXT_alerts_answer_stopped);
	return page_text(str_is(word, "broken-off") ? TEXT_alerts_broken_off : TEXT_alerts_stopped);
}

static struct str who_of(struct page_ctx *c, const struct alert_line *l)
{
	if (l->subject)
		return page_who(c, l->subject);
	return l->group.n ? arena_fmt(c->arena, "Nobody known (%.*s)", STRF(l->group)) : STR("Nobody known");
}

static struct str by_of(struct page_ctx *c, const struct alert_line *l)
{
	if (!l->answered_utc)
		return STR_NONE;
	return arena_fmt(c->arena, "%.*s, %.*s", STRF(page_who(c, l->answered_by)), STRF(page_when(c, l->answered_utc)));
}

static struct view_alerts_rows row_of(struct page_ctx *c, const struct alert_line *l)
{
	return (struct view_alerts_rows){ .id = l->id, .open = l->open, .what = alert_title(c->arena, cli_data(), l->phrase), .searched = l->searched,
		.who = who_of(c, l), .at = page_when(c, l->happened_utc), .response = l->response, .by = by_of(c, l), .false_alarm = l->false_alarm,
		.concern = l->concern ? arena_fmt(c->arena, "/case/%lld", (long long)l->concern) : STR_NONE };
}

static struct str rate_of(struct page_ctx *c, const struct desk *k)
{
	int64_t answered, wrong;
	if (alert_rate(k, c->school, clock_utc(), &answered, &wrong) != OK || !answered)
		return STR_NONE;
	return arena_fmt(c->arena, "Of %lld alerts that were answered in the last %d days, %lld were false alarms (%lld%%).",
	                 (long long)answered, ALERT_RATE_DAYS, (long long)wrong, (long long)(100 * wrong / answered));
}

static enum err show(struct page_ctx *c)
{
	struct desk_view v;
	struct alert_line *lines;
	size_t n;
	int64_t open;
	TRY(page_desk(c, &v));
	TRY(alert_list(&v.desk, c->arena, c->school, c->person->id, c->roles, &lines, &n, &open));
	struct view_alerts_rows *rows = arena_array(c->arena, struct view_alerts_rows, n + 1);
	for (size_t i = 0; i < n; i++)
		rows[i] = row_of(c, &lines[i]);
	return page_show(c, alerts, "Alerts", .errors = page_errors(c), .on = alert_on(&v.desk), .rows = rows, .n_rows = n, .n = open,
	                 .rate = rate_of(c, &v.desk));
}

enum err alerts_show(struct page_ctx *c) { return show(c); }

/* ---- one alert, with the minute before it and the minute after */

static enum err find(struct page_ctx *c, const struct desk_view *v, int64_t id, struct alert_line *out)
{
	struct alert_line *lines;
	size_t n, i = 0;
	int64_t open;
	TRY(alert_list(&v->desk, c->arena, c->school, c->person->id, c->roles, &lines, &n, &open));
	while (i < n && lines[i].id != id)
		i++;
	if (i == n)
		return ERR_ABSENT;
	*out = lines[i];
	return OK;
}

/* What the filter did, as an adult reads it; the word itself when it is none of ours. */
static struct str did(const struct activity_row *x)
{
	enum reason r;
	if (!x->reason.n || reason_read(x->reason, &r) != OK)
		return x->reason;
	return r == REASON_ALLOWED ? page_text(TEXT_alerts_let_through) : str_z(reason_info(r)->adult);
}

/* A help line is never kept against a name; what is no visit at all has a page of its own. */
static bool kept_from(const struct activity_row *x) { return str_is(x->reason, reason_info(REASON_HELP)->word); }

static struct str when_around(struct arena *a, int64_t apart_s)
{
	long long s = apart_s < 0 ? -apart_s : apart_s;
	if (!s)
		return page_text(TEXT_alerts_same_moment);
	return arena_fmt(a, "%lld second%s %s", s, s == 1 ? "" : "s", apart_s < 0 ? "before" : "after");
}

static struct view_alert_rows around_row(struct page_ctx *c, const struct alert_line *l, const struct activity_row *x)
{
	return (struct view_alert_rows){ .at = when_around(c->arena, x->at_ms / 1000 - l->happened_utc), .what = str_z(event_sentence((enum event_kind)x->kind)),
		.place = arena_fmt(c->arena, "%.*s%.*s%s", STRF(x->host), STRF(x->path), activity_limited(x) ? " (" LIMITED_VIEW ")" : ""), .words = x->text, .outcome = did(x) };
}

/* Looking is kept, as with every named view: who looked at whom, and why. */
static enum err around(struct page_ctx *c, const struct alert_line *l, struct view_alert_rows **rows, size_t *n, bool *more)
{
	struct activity_view view;
	struct activity_row *r;
	size_t all;
	struct act act = page_act(c, "looked at the minute around an alert");
	TRY(activity_open_view(c->db, &act, l->subject, 0, l->happened_utc - ALERT_AROUND_S, l->happened_utc + ALERT_AROUND_S, &view));
	struct activity_query q = { .limit = AROUND_MAX };
	TRY(activity_search(c->activity, c->arena, &view, &q, &r, &all, more));
	*rows = arena_array(c->arena, struct view_alert_rows, all + 1);
	for (size_t i = all; i > 0; i--)                                /* as it happened */
		if (!kept_from(&r[i - 1]))
			(*rows)[(*n)++] = around_row(c, l, &r[i - 1]);
	return OK;
}

enum err alert_show(struct page_ctx *c)
{
	struct desk_view v;
	struct alert_line l;
	struct view_alert_rows *rows = NULL;
	int64_t id;
	size_t n = 0;
	bool more = false;
	TRY(page_id(c, "id", &id));
	TRY(page_desk(c, &v));
	TRY(find(c, &v, id, &l));
	bool named = l.subject && page_named(c), soon = clock_utc() < l.happened_utc + ALERT_AROUND_S + AROUND_LATE_S;
	if (named)
		TRY(around(c, &l, &rows, &n, &more));
	return page_show(c, alert, "An alert", .id = l.id, .what = alert_title(c->arena, cli_data(), l.phrase), .who = who_of(c, &l), .at = page_when(c, l.happened_utc),
		.searched = l.searched, .typed = l.typed, .page = l.page, .answer = str_starts(l.outcome, STR("answer")), .list = l.list, .soon = soon, .more = more, .host = l.host, .outcome = outcome_of(l.outcome), .counted = l.counted, .open = l.open, .named = named,
		.rows = rows, .n_rows = n, .response = l.response, .by = by_of(c, &l), .false_alarm = l.false_alarm);
}

/* The concern that an alert becomes: about the same child, in the same words. */
static enum err open_concern(struct page_ctx *c, const struct desk_view *v, const struct act *act, int64_t id, int64_t *concern)
{
	struct alert_line l;
	struct received got;
	TRY(find(c, v, id, &l));
	if (!l.open)
		return ERR_ABSENT;
	struct str words = arena_fmt(c->arena, "An alert of monitoring: %s \"%.*s\".", l.typed ? "typed:" : l.page ? "a page closed for its words:" : "a search for", STRF(l.searched));
	struct report r = { .about = ABOUT_CHILD, .origin = ORIGIN_STAFF, .subject = l.subject, .author = c->person->id, .topic_type = STR("monitoring"),
		.words = words, .happened_utc = l.happened_utc };
	TRY(record_report(&v->desk, act, &r, &c->errors, &got));
	*concern = got.id;
	return OK;
}

enum err alerts_do(struct page_ctx *c)
{
	struct desk_view v;
	struct act act = page_act(c, "answered an alert");
	int64_t id, concern = 0;
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	TRY(page_id(c, "id", &id));
	TRY(page_desk(c, &v));
	TRY(db_tx_begin(c->db, &tx));
	if (page_field(c, "concern").n)
		TRY(open_concern(c, &v, &act, id, &concern));
	struct str response = page_field(c, "response");
	bool wrong = page_field(c, "false").n;
	if (concern && !response.n)
		response = STR("A concern was opened.");
	if (wrong && !response.n)
		response = STR("It was a false alarm.");
	enum err e = alert_answer(&v.desk, &act, c->roles, id, response, concern, wrong && !concern, &c->errors);
	if (e == ERR_INVALID)
		return show(c);
	TRY(e);
	TRY(db_tx_commit(&tx));
	page_flash(c, FLASH_DONE, "It is recorded.");
	return concern ? page_redirect(c, "/case/%lld", (long long)concern) : page_redirect(c, "/alerts");
}
