/* Requests for a site: asking, answering, and how long answers take. */
#include "base/clock.h"
#include "base/mem.h"
#include "base/time.h"
#include "house/page/fact.h"
#include "house/page/filter_form.h"
#include "house/page/page_store.h"
#include "house/page/routes.h"
#include "house/web/table.h"

enum { WHY_MAX = 1000, REPORT_DAYS = 365, REPORT_MAX = 20000, REPORT_SHOWN = 200 };

/* Who weighs changes sees all; the others what they asked themselves. */
static bool sees_all(const struct page_ctx *c) { return page_may(c, CAP_RULE_ASSESS, ACCESS_READ); }

static struct str site_of(struct arena *a, const struct entry *e)
{
	return arena_fmt(a, "%.*s%.*s", STRF(entry_value(e, "host")), STRF(entry_value(e, "path")));
}

static struct str asker(struct page_ctx *c, const struct entry *e)
{
	int64_t id = e->made_by;
	struct str s = entry_value(e, "asked");
	if (s.n && str_i64(s, &id) != OK)
		id = 0;
	return id ? person_name(c->db, c->arena, c->school, id) : STR("Somebody who was not signed in");
}

static struct entry_query asked_for(struct page_ctx *c, struct str state, struct str host)
{
	struct entry_query q = { .reg = "site-request", .states = { "asked" }, .limit = 50, .author = sees_all(c) ? 0 : c->person->id };
	if (str_is(state, "answered"))
		memcpy(q.states, (const char *[ENTRY_STATES_MAX]){ "granted", "refused" }, sizeof q.states);
	if (str_is(state, "all"))
		memcpy(q.states, (const char *[ENTRY_STATES_MAX]){ NULL }, sizeof q.states);
	if (host.n)
		q.where[q.n_where++] = (struct entry_where){ "host", ENTRY_STARTS, 0, host };
	return q;
}

static bool answered(const struct entry *e) { return str_is(e->state, "granted") || str_is(e->state, "refused"); }

static struct str took(struct arena *a, const struct entry *e)
{
	return answered(e) ? filter_took(a, e->changed_utc - e->made_utc) : STR_NONE;
}

static enum err csv(struct page_ctx *c, struct entry_query q)
{
	static const char *const heads[] = { "Site", "Asked by", "For whom", "Asked", "What for", "State", "Answer", "Answered by", "Time to answer" };
	struct store st = page_store(c);
	struct entry_may may = filter_may(c);
	csv_begin(c, "requests.csv");
	for (size_t i = 0; i < ARRAY_N(heads); i++)
		csv_cell(c, str_z(heads[i]));
	csv_row(c);
	q.limit = ENTRY_PAGE_MAX;
	for (q.offset = 0; q.offset < TABLE_CSV_MAX; q.offset += ENTRY_PAGE_MAX) {
		struct entry_page page;
		TRY(entry_list(&st, c->arena, &may, &q, &page));
		for (size_t i = 0; i < page.n; i++) {
			const struct entry *e = &page.entries[i];
			const char *colour;
			struct str cells[] = { site_of(c->arena, e), asker(c, e), filter_group_title(entry_value(e, "group")), time_iso(c->arena, e->made_utc),
				entry_value(e, "why"), filter_state(e->state, &colour), entry_value(e, "answer"),
				answered(e) ? person_name(c->db, c->arena, c->school, e->changed_by) : STR(""), took(c->arena, e) };
			for (size_t k = 0; k < ARRAY_N(cells); k++)
				csv_cell(c, cells[k]);
			csv_row(c);
		}
		if (page.n < ENTRY_PAGE_MAX)
			break;
	}
	return csv_end(c);
}

enum err requests_show(struct page_ctx *c)
{
	struct table t = table_read(c, 50);
	struct store st = page_store(c);
	struct entry_may may = filter_may(c);
	struct str state = page_query(c, "state");
	struct entry_query q = asked_for(c, state, t.q);
	struct entry_page page;
	if (t.csv)
		return csv(c, q);
	q.offset = t.offset;
	TRY(entry_list(&st, c->arena, &may, &q, &page));
	t.total = page.total;
	struct view_requests_rows *rows = arena_array(c->arena, struct view_requests_rows, page.n + 1);
	for (size_t i = 0; i < page.n; i++) {
		const struct entry *e = &page.entries[i];
		const char *colour;
		struct str word = filter_state(e->state, &colour);
		rows[i] = (struct view_requests_rows){ e->id, site_of(c->arena, e), asker(c, e), filter_group_title(entry_value(e, "group")),
			time_words(c->arena, e->made_utc), word, str_z(colour) };
	}
	return page_show(c, requests, "Requests for a site", .may_ask = page_may(c, CAP_RULE_PROPOSE, ACCESS_WRITE), .q = t.q, .csv = table_csv_href(c),
		.open = !state.n, .rows = rows, .n_rows = page.n, .pages = table_pages(c, &t));
}

/* ---- asking ---- */

static enum err new_page(struct page_ctx *c)
{
	bool posted = c->req->method == METHOD_POST;
	return page_show(c, request_new, "Ask for a site", .errors = page_errors(c),
		.host = { .name = STR("host"), .label = page_text(TEXT_requests_host), .hint = page_text(TEXT_requests_host_hint),
			.value = posted ? page_field(c, "host") : page_query(c, "url"), .error = page_wrong_text(c, "host") },
		.group = filter_groups(c, "group", TEXT_changes_for_whom, posted ? page_field(c, "group") : page_query(c, "as"), false),
		.why = { .name = STR("why"), .label = page_text(TEXT_requests_why), .hint = page_text(TEXT_requests_why_hint),
			.value = page_field(c, "why"), .error = page_wrong_text(c, "why"), .rows = 3 });
}

enum err request_new_show(struct page_ctx *c) { return new_page(c); }

enum err request_new_do(struct page_ctx *c)
{
	struct str host = STR_NONE, path = STR_NONE, group = page_field(c, "group");
	struct part_select groups = filter_groups(c, "group", TEXT_changes_for_whom, group, false);
	bool known = false;
	(void)filter_address(c, "host", &host, &path);            /* a finding is on the page */
	for (size_t i = 1; i < groups.n_items; i++)
		known |= str_eq(groups.items[i].value, group);
	if (!known)
		page_wrong(c, "group", "Say for whom.");
	struct str why = page_need(c, "why", WHY_MAX, "Say what it is for.");
	if (page_is_wrong(c))
		return new_page(c);
	struct entry_field f[5];
	size_t n = 0;
	f[n++] = (struct entry_field){ STR("host"), host };
	f[n++] = (struct entry_field){ STR("group"), group };
	f[n++] = (struct entry_field){ STR("why"), why };
	f[n++] = (struct entry_field){ STR("asked"), arena_fmt(c->arena, "%lld", (long long)c->person->id) };
	if (path.n)
		f[n++] = (struct entry_field){ STR("path"), path };
	struct store st = page_store(c);
	struct act act = page_act(c, "asked for a site");
	struct entry_person me = { c->person->id, ENTRY_AUTHOR };
	struct entry_in in = { .reg = "site-request", .state = "asked", .fields = f, .n_fields = n, .people = &me, .n_people = 1 };
	int64_t id;
	TRY(entry_create(&st, &act, &in, &c->errors, &id));
	page_flash(c, FLASH_DONE, "Your request is sent. You find the answer here.");
	return page_redirect(c, "/requests/%lld", (long long)id);
}

/* ---- one request ---- */

static enum err load(struct page_ctx *c, struct entry *e)
{
	struct store st = page_store(c);
	struct entry_may may = filter_may(c);
	int64_t id;
	TRY(page_id(c, "id", &id));
	TRY(entry_get(&st, c->arena, &may, id, 0, e));
	return str_is(e->reg, "site-request") && (sees_all(c) || e->made_by == c->person->id) ? OK : ERR_ABSENT;
}

static struct part_summary summary(struct page_ctx *c, const struct entry *e)
{
	struct { struct str key, value; } all[] = {
		{ page_text(TEXT_requests_who), asker(c, e) },
		{ page_text(TEXT_requests_when), time_words(c->arena, e->made_utc) },
		{ page_text(TEXT_requests_group), filter_group_title(entry_value(e, "group")) },
		{ page_text(TEXT_requests_why), entry_value(e, "why") },
		{ page_text(TEXT_requests_refused_by), entry_value(e, "category") },
		{ page_text(TEXT_requests_answered_with), entry_value(e, "answer") },
		{ page_text(TEXT_requests_took), took(c->arena, e) },
	};
	struct part_summary s = { 0 };
	for (size_t i = 0; i < ARRAY_N(all); i++)
		page_fact(c, &s, all[i].key, all[i].value);
	return s;
}

static enum err one_page(struct page_ctx *c, const struct entry *e)
{
	const char *colour;
	struct str state = filter_state(e->state, &colour);
	bool open = str_is(e->state, "asked");
	return page_show(c, request, "Request for a site", .id = e->id, .site = site_of(c->arena, e), .state = state, .colour = str_z(colour),
		.errors = page_errors(c), .summary = summary(c, e), .may_answer = open && filter_assess(c),
		.may_propose = open && page_reach(c, CAP_RULE_PROPOSE, ACCESS_WRITE) & REACH_ALL,
		.answer = { .name = STR("answer"), .label = page_text(TEXT_requests_answer), .hint = page_text(TEXT_requests_answer_hint),
			.value = page_field(c, "answer"), .error = page_wrong_text(c, "answer"), .rows = 3 });
}

enum err request_show(struct page_ctx *c)
{
	struct entry e;
	TRY(load(c, &e));
	return one_page(c, &e);
}

/* A refusal is answered here; to let a site through is a change of the filter. */
enum err request_do(struct page_ctx *c)
{
	struct entry e;
	TRY(load(c, &e));
	if (!filter_assess(c))
		return ERR_FORBIDDEN;
	if (!str_is(e.state, "asked"))
		return ERR_STATE;
	struct entry_field f[] = { { STR("answer"), page_need(c, "answer", WHY_MAX, "Say why, so that the person who asked can read it.") } };
	if (page_is_wrong(c))
		return one_page(c, &e);
	struct store st = page_store(c);
	struct entry_may may = filter_may(c);
	struct act act = page_act(c, "refused a request for a site");
	struct entry_in in = { .reg = "site-request", .state = "refused", .fields = f, .n_fields = 1 };
	TRY(entry_update(&st, &act, &may, e.id, e.version, &in, &c->errors));
	page_flash(c, FLASH_DONE, "Answered.");
	return page_redirect(c, "/requests");
}

/* ---- how long answers take (4.4-04) ---- */

static int by_time(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
	return (x > y) - (x < y);
}

struct report { struct view_request_report v; int64_t *times; size_t n_times; struct view_request_report_rows *rows; };

static void count(struct page_ctx *c, struct report *r, const struct entry *e)
{
	const char *colour;
	r->v.total++;
	r->v.granted += str_is(e->state, "granted");
	r->v.refused += str_is(e->state, "refused");
	r->v.waiting += str_is(e->state, "asked");
	if (!answered(e))
		return;
	r->times[r->n_times++] = e->changed_utc - e->made_utc;
	if (r->v.n_rows < REPORT_SHOWN)
		r->rows[r->v.n_rows++] = (struct view_request_report_rows){ e->id, site_of(c->arena, e), time_date_words(c->arena, e->made_utc),
			filter_state(e->state, &colour), took(c->arena, e), entry_value(e, "answer") };
}

enum err request_report_show(struct page_ctx *c)
{
	struct store st = page_store(c);
	struct entry_may may = filter_may(c);
	struct entry_query q = asked_for(c, STR("all"), STR_NONE);
	struct report r = { .times = arena_array(c->arena, int64_t, REPORT_MAX), .rows = arena_array(c->arena, struct view_request_report_rows, REPORT_SHOWN) };
	q.from_utc = clock_utc() - (int64_t)REPORT_DAYS * 86400;
	q.limit = ENTRY_PAGE_MAX;
	if (page_query_int(c, "csv", 0, 0, 1))
		return csv(c, q);
	for (q.offset = 0; q.offset < REPORT_MAX; q.offset += ENTRY_PAGE_MAX) {
		struct entry_page page;
		TRY(entry_list(&st, c->arena, &may, &q, &page));
		for (size_t i = 0; i < page.n; i++)
			count(c, &r, &page.entries[i]);
		if (page.n < ENTRY_PAGE_MAX)
			break;
	}
	qsort(r.times, r.n_times, sizeof *r.times, by_time);
	if (r.n_times)
		r.v.median = filter_took(c->arena, r.times[(r.n_times - 1) / 2]);
	r.v.rows = r.rows;
	r.v.csv = table_csv_href(c);
	page_begin(c, "How long answers take");
	view_request_report_put(&c->reply.body, &c->env, &r.v);
	return page_end(c);
}
