/* Alerts of pro-active monitoring: for the safeguarding lead and the deputies. */
#include "house/record/alert.h"

#include "base/clock.h"
#include "base/mem.h"
#include "house/cli/cli.h"
#include "house/page/desk.h"

static struct str title_of(const struct phrases *p, struct str id)
{
	for (size_t i = 0; i < p->n; i++)
		if (str_eq(p->v[i].id, id))
			return p->v[i].title;
	return id;
}

static enum err show(struct page_ctx *c)
{
	AUTO(diag_done) struct diag d = diag_init(5);
	struct desk_view v;
	struct phrases p = { 0 };
	struct alert_line *lines;
	size_t n;
	int64_t open;
	TRY(page_desk(c, &v));
	TRY(alert_list(&v.desk, c->arena, c->school, c->person->id, c->roles, &lines, &n, &open));
	if (phrases_load(c->arena, arena_fmt(c->arena, "%s/phrases.conf", cli_data()).p, &d, &p) != OK)
		p.n = 0;                         /* the alert is shown all the same, by its short name */
	struct view_alerts_rows *rows = arena_array(c->arena, struct view_alerts_rows, n + 1);
	for (size_t i = 0; i < n; i++)
		rows[i] = (struct view_alerts_rows){ .id = lines[i].id, .open = lines[i].open, .what = title_of(&p, lines[i].phrase), .searched = lines[i].searched,
			.who = lines[i].subject ? page_who(c, lines[i].subject) : STR("Nobody known"), .at = page_when(c, lines[i].happened_utc),
			.response = lines[i].response, .by = lines[i].answered_utc ? arena_fmt(c->arena, "%.*s, %.*s", STRF(page_who(c, lines[i].answered_by)),
			STRF(page_when(c, lines[i].answered_utc))) : STR_NONE,
			.concern = lines[i].concern ? arena_fmt(c->arena, "/case/%lld", (long long)lines[i].concern) : STR_NONE };
	return page_show(c, alerts, "Alerts", .errors = page_errors(c), .on = alert_on(&v.desk), .rows = rows, .n_rows = n, .n = open);
}

enum err alerts_show(struct page_ctx *c) { return show(c); }

/* The concern that an alert becomes: about the same child, in the same words. */
static enum err open_concern(struct page_ctx *c, const struct desk_view *v, const struct act *act, int64_t id, int64_t *concern)
{
	struct alert_line *lines;
	struct received got;
	size_t n, i = 0;
	int64_t open;
	TRY(alert_list(&v->desk, c->arena, c->school, c->person->id, c->roles, &lines, &n, &open));
	while (i < n && lines[i].id != id)
		i++;
	if (i == n || !lines[i].open)
		return ERR_ABSENT;
	struct report r = { .about = ABOUT_CHILD, .origin = ORIGIN_STAFF, .subject = lines[i].subject, .author = c->person->id, .topic_type = STR("monitoring"),
		.words = arena_fmt(c->arena, "An alert of monitoring: a search for \"%.*s\".", STRF(lines[i].searched)), .happened_utc = lines[i].happened_utc };
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
	if (concern && !response.n)
		response = STR("A concern was opened.");
	enum err e = alert_answer(&v.desk, &act, c->roles, id, response, concern, &c->errors);
	if (e == ERR_INVALID)
		return show(c);
	TRY(e);
	TRY(db_tx_commit(&tx));
	page_flash(c, FLASH_DONE, "It is recorded.");
	return concern ? page_redirect(c, "/case/%lld", (long long)concern) : page_redirect(c, "/alerts");
}
