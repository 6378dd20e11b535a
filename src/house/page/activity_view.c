/* What was opened with a reason: rows, filters, CSV; who opened what; a class without names. */
#include "base/clock.h"
#include "base/mem.h"
#include "base/time.h"
#include "event/event.h"
#include "gen_ui.h"
#include "house/account/cover.h"
#include "house/page/activity.h"
#include "house/page/page_store.h"
#include "house/page/policy_here.h"
#include "house/page/routes.h"
#include "house/web/table.h"

enum { VIEW_HOURS = 12, PER_PAGE = 50, CSV_PAGE = 500, CATEGORIES_MAX = 200, DAY = 86400 };

static const enum event_kind kinds[] = {
	EVENT_VISIT, EVENT_REFUSED, EVENT_DNS_REFUSED, EVENT_SIGN_SHOWN, EVENT_SEARCHED, EVENT_ASK, EVENT_SAFE_SEARCH, EVENT_NAME_MISMATCH, EVENT_READ_PART,
};

/* A view that this person opened, not long ago, of somebody they may still ask about. */
static enum err my_view(struct page_ctx *c, struct activity_view *v, struct activity_viewed *seen, struct str *whom)
{
	int64_t id;
	struct activity_viewed *list;
	size_t n;
	TRY(page_id(c, "view", &id));
	TRY(activity_views(c->db, c->arena, c->school, 0, id + 1, 1, &list, &n));
	if (n != 1 || list[0].id != id || list[0].viewer != c->person->id || list[0].at_utc < clock_utc() - VIEW_HOURS * 3600)
		return ERR_ABSENT;
	*seen = list[0];
	*v = (struct activity_view){ id, c->school, seen->viewer, seen->person, seen->class_id, seen->from_utc, seen->upto_utc };
	return activity_may(c, v->person, v->class_id, whom);
}

static struct activity_query asked(struct page_ctx *c)
{
	return (struct activity_query){ .text = str_upto(page_query(c, "q"), ACTIVITY_TEXT_MAX), .kind = event_by_name(page_query(c, "kind")),
		.category = page_query(c, "category"), .refused_only = page_query_int(c, "refused", 0, 0, 1), .limit = PER_PAGE,
		.before_ms = page_query_int(c, "before", 0, 1, INT64_MAX), .before_id = page_query_int(c, "after", 0, 1, INT64_MAX) };
}

/* Of a class only what its pupils did: an adult's own activity has other rules. */
static bool shown(struct page_ctx *c, const struct activity_view *v, const struct activity_row *r, struct str *who)
{
	struct person p;
	*who = STR("Not known");
	if (str_is(r->reason, "help"))
		return false;
	if (v->person || !r->person)
		return true;
	if (person_get(c->db, c->arena, c->school, r->person, &p) != OK || p.kind != KIND_LEARNER)
		return false;
	*who = p.name;
	return true;
}

static struct str known(struct page_ctx *c, const struct activity_row *r)
{
	if (!r->person && (!r->device || !r->how))
		return STR("Not known");
	if (!r->person)
		return arena_fmt(c->arena, "The device alone is known, %s", known_how_words((enum known_how)r->how));
	return arena_fmt(c->arena, "Known %s: %s (%lld%%)", known_how_words((enum known_how)r->how), known_sure_words((unsigned)r->sure), (long long)r->sure);
}

static struct str place(struct page_ctx *c, const struct activity_row *r)
{
	return arena_fmt(c->arena, "%.*s%.*s", STRF(r->host), STRF(r->path));
}

static bool by_words(const struct activity_row *r) { return str_starts(r->list, STR(EVENT_PHRASES)); }

/* "Why was this blocked?", asked of the same address, group and time; with the list or the phrases that did it. */
static struct str about_why(struct page_ctx *c, const struct activity_row *r)
{
	AUTO(buf_done) struct buf b = buf_init(FORM_MAX_BYTES);
	bool refused = r->kind == EVENT_REFUSED || r->kind == EVENT_DNS_REFUSED;
	if (!refused || !r->host.n || !r->group.n || !page_may(c, CAP_RULE_PROPOSE, ACCESS_READ))
		return STR_NONE;
	form_add(&b, STR("url"), place(c, r));
	form_add(&b, STR("as"), r->group);
	form_add(&b, STR("at"), time_iso(c->arena, r->at_ms / 1000));
	if (r->list.n)
		form_add(&b, STR("list"), r->list);
	if (by_words(r))
		form_add(&b, STR("topic"), r->category);
	return buf_ok(&b) == OK ? arena_fmt(c->arena, "/why?%.*s", STRF(buf_str(&b))) : STR_NONE;
}

/* A topic of the words that a page holds is none of the lists' categories. */
static struct str about_category(struct page_ctx *c, const struct activity_row *r)
{
	return r->category.n && r->list.n && !by_words(r) ? arena_fmt(c->arena, "/online-safety/filter/%.*s", STRF(r->category)) : STR_NONE;
}

/* ---- CSV ---- */

static void csv_event(struct page_ctx *c, const struct activity_row *r, struct str who)
{
	csv_cell(c, time_iso(c->arena, r->at_ms / 1000));
	csv_cell(c, who);
	csv_cell(c, str_z(event_sentence((enum event_kind)r->kind)));
	csv_cell(c, place(c, r));
	csv_cell(c, activity_limited(r) ? STR(LIMITED_VIEW ": the site's name only") : STR(""));
	csv_cell(c, r->text);
	csv_cell(c, r->category);
	csv_cell(c, r->reason);
	csv_cell(c, r->list);
	csv_cell(c, known(c, r));
	csv_int(c, r->count > 0 ? r->count : 1);
	csv_row(c);
}

static enum err view_csv(struct page_ctx *c, const struct activity_view *v, struct activity_query *q, struct str whom)
{
	static const char *const heads[] = { "Time", "Who", "What", "Site", "View", "Words", "Category", "Reason", "List", "Known", "How often" };
	bool more = true;
	csv_begin(c, "activity.csv");
	for (size_t i = 0; i < ARRAY_N(heads); i++)
		csv_cell(c, str_z(heads[i]));
	csv_row(c);
	q->limit = CSV_PAGE;
	for (int64_t done = 0; more && done < TABLE_CSV_MAX; done += CSV_PAGE) {
		struct activity_row *r;
		size_t n;
		struct str who;
		TRY(activity_search(c->activity, c->arena, v, q, &r, &n, &more));
		for (size_t i = 0; i < n; i++)
			if (shown(c, v, &r[i], &who))
				csv_event(c, &r[i], v->person ? whom : who);
		if (n) {
			q->before_ms = r[n - 1].at_ms;
			q->before_id = r[n - 1].id;
		}
	}
	return csv_end(c);
}

/* ---- the page ---- */

static struct part_select kind_choice(struct page_ctx *c, int64_t kind)
{
	struct part_select_items *items = arena_array(c->arena, struct part_select_items, ARRAY_N(kinds) + 1);
	items[0] = (struct part_select_items){ STR(""), page_text(TEXT_activity_all), kind == 0 };
	for (size_t i = 0; i < ARRAY_N(kinds); i++)
		items[i + 1] = (struct part_select_items){ str_z(event_name(kinds[i])), str_z(event_sentence(kinds[i])), kind == (int64_t)kinds[i] };
	return (struct part_select){ .name = STR("kind"), .label = page_text(TEXT_activity_kind), .items = items, .n_items = ARRAY_N(kinds) + 1 };
}

static bool has(const struct part_select_items *items, size_t n, struct str s)
{
	for (size_t i = 0; i < n; i++)
		if (str_eq(items[i].value, s))
			return true;
	return false;
}

/* The categories that were met in these days by anybody. */
static enum err category_choice(struct page_ctx *c, const struct activity_view *v, struct str now, struct part_select *out)
{
	struct activity_count *k;
	size_t n, m = 0;
	TRY(activity_counts(c->activity, c->arena, c->school, v->from_utc / DAY - 1, v->upto_utc / DAY + 1, &k, &n));
	struct part_select_items *items = arena_array(c->arena, struct part_select_items, CATEGORIES_MAX);
	items[m++] = (struct part_select_items){ STR(""), page_text(TEXT_activity_all), !now.n };
	for (size_t i = 0; i < n && m < CATEGORIES_MAX; i++)
		if (k[i].category.n && !has(items, m, k[i].category))
			items[m++] = (struct part_select_items){ k[i].category, k[i].category, str_eq(k[i].category, now) };
	*out = (struct part_select){ .name = STR("category"), .label = page_text(TEXT_activity_category), .items = items, .n_items = m };
	return OK;
}

static struct str address(struct page_ctx *c, const struct activity_query *q, const struct activity_row *last, bool csv)
{
	AUTO(buf_done) struct buf b = buf_init(FORM_MAX_BYTES);
	if (q->text.n)
		form_add(&b, STR("q"), q->text);
	if (q->kind)
		form_add(&b, STR("kind"), str_z(event_name((enum event_kind)q->kind)));
	if (q->category.n)
		form_add(&b, STR("category"), q->category);
	if (q->refused_only)
		form_add(&b, STR("refused"), STR("1"));
	if (last) {
		form_add(&b, STR("before"), arena_fmt(c->arena, "%lld", (long long)last->at_ms));
		form_add(&b, STR("after"), arena_fmt(c->arena, "%lld", (long long)last->id));
	}
	if (csv)
		form_add(&b, STR("csv"), STR("1"));
	return arena_fmt(c->arena, "%.*s?%.*s", STRF(c->req->path), STRF(buf_str(&b)));
}

static size_t fill(struct page_ctx *c, const struct activity_view *v, const struct activity_row *r, size_t n, struct view_activity_view_rows *rows)
{
	size_t m = 0;
	struct str who;
	for (size_t i = 0; i < n; i++)
		if (shown(c, v, &r[i], &who))
			rows[m++] = (struct view_activity_view_rows){ .when = time_words(c->arena, r[i].at_ms / 1000), .who = v->person ? STR_NONE : who,
				.what = str_z(event_sentence((enum event_kind)r[i].kind)), .words = r[i].text, .where = place(c, &r[i]), .limited = activity_limited(&r[i]),
				.category = r[i].category, .category_href = about_category(c, &r[i]), .list = r[i].list, .rule = by_words(&r[i]) ? r[i].rule : STR_NONE, .why = about_why(c, &r[i]), .reason = r[i].reason, .known = known(c, &r[i]) };
	return m;
}

enum err activity_view_show(struct page_ctx *c)
{
	struct activity_view v;
	struct activity_viewed seen;
	struct str whom;
	struct activity_row *r;
	size_t n;
	bool more;
	struct part_select categories;
	TRY(my_view(c, &v, &seen, &whom));
	struct activity_query q = asked(c);
	if (!c->activity)
		return ERR_STATE;
	if (page_query_int(c, "csv", 0, 0, 1))
		return view_csv(c, &v, &q, whom);
	TRY(activity_search(c->activity, c->arena, &v, &q, &r, &n, &more));
	TRY(category_choice(c, &v, q.category, &categories));
	struct view_activity_view_rows *rows = arena_array(c->arena, struct view_activity_view_rows, n + 1);
	size_t m = fill(c, &v, r, n, rows);
	return page_show(c, activity_view, "Activity", .view = v.id, .whom = whom, .days = activity_days(c->arena, v.from_utc, v.upto_utc),
		.why = seen.why, .off = !page_named(c), .by_class = v.class_id != 0, .refused = q.refused_only, .rows = rows, .n_rows = m,
		.q = { .name = STR("q"), .label = page_text(TEXT_activity_words), .value = q.text }, .kind = kind_choice(c, q.kind),
		.category = categories, .csv = address(c, &q, NULL, true), .newest = q.before_ms ? address(c, &q, NULL, false) : STR_NONE,
		.older = more && n ? address(c, &q, &r[n - 1], false) : STR_NONE);
}

/* ---- who opened what ---- */

static struct str whom_of(struct page_ctx *c, const struct activity_viewed *v)
{
	struct school_class k;
	if (v->person)
		return person_name(c->db, c->arena, c->school, v->person);
	return class_get(c->db, c->arena, c->school, v->class_id, &k) == OK ? k.name : STR("a class");
}

/* Views of staff are the headteacher's to see, never those about oneself. */
static bool may_see(struct page_ctx *c, const struct activity_viewed *v)
{
	struct person p;
	if (!v->person)
		return true;
	if (v->person == c->person->id || person_get(c->db, c->arena, c->school, v->person, &p) != OK)
		return false;
	return p.kind == KIND_LEARNER || (page_has_role(c, ROLE_HEAD) && !(p.roles & ROLE_BIT(ROLE_HEAD)));
}

enum err activity_views_show(struct page_ctx *c)
{
	struct activity_viewed *v;
	size_t n, m = 0;
	if (!page_has_role(c, ROLE_HEAD) && !page_has_role(c, ROLE_DSL) && !page_has_role(c, ROLE_DEPUTY))
		return ERR_FORBIDDEN;
	TRY(activity_views(c->db, c->arena, c->school, 0, page_query_int(c, "before", 0, 1, INT64_MAX), PER_PAGE, &v, &n));
	struct view_activity_views_rows *rows = arena_array(c->arena, struct view_activity_views_rows, n + 1);
	for (size_t i = 0; i < n; i++)
		if (may_see(c, &v[i]))
			rows[m++] = (struct view_activity_views_rows){ time_words(c->arena, v[i].at_utc), person_name(c->db, c->arena, c->school, v[i].viewer),
				whom_of(c, &v[i]), activity_days(c->arena, v[i].from_utc, v[i].upto_utc), v[i].why };
	return page_show(c, activity_views, "Who opened whose activity", .rows = rows, .n_rows = m,
		.older = n == PER_PAGE ? arena_fmt(c->arena, "/activity/views?before=%lld", (long long)v[n - 1].id) : STR_NONE);
}

/* ---- a class, without names ---- */

static bool my_class(struct page_ctx *c, int64_t id)
{
	struct store st = page_store(c);
	uint32_t reach = page_reach(c, CAP_ACTIVITY_CLASS, ACCESS_READ);
	return reach & REACH_ALL || (reach & REACH_CLASS && (class_has_staff(c->db, c->school, id, c->person->id) || cover_holds(&st, c->school, id, c->person->id)));
}

/* One line a kind and category: days and groups are added up. */
static size_t add_up(const struct activity_count *k, size_t n, struct view_class_summary_rows *rows)
{
	size_t m = 0;
	for (size_t i = 0; i < n; i++) {
		struct str what = str_z(event_sentence((enum event_kind)k[i].kind));
		size_t j = 0;
		if (k[i].kind == EVENT_TELL || k[i].kind == EVENT_SEALED_HIT)
			continue;
		while (j < m && !(str_eq(rows[j].what, what) && str_eq(rows[j].category, k[i].category)))
			j++;
		if (j == m)
			rows[m++] = (struct view_class_summary_rows){ what, k[i].category, 0, 0 };
		rows[j].n += k[i].n;
		rows[j].limited += k[i].limited;
	}
	return m;
}

enum err class_summary_show(struct page_ctx *c)
{
	int64_t id, now = clock_utc(), days = page_query_int(c, "days", 1, 1, 31);
	struct school_class k;
	struct activity_count *counts;
	size_t n;
	TRY(page_id(c, "id", &id));
	if (!my_class(c, id))
		return ERR_ABSENT;
	TRY(class_get(c->db, c->arena, c->school, id, &k));
	if (!c->activity)
		return ERR_STATE;
	int64_t from = time_uk_midnight(time_uk_midnight(now) - (days - 1) * DAY + DAY / 2);
	TRY(activity_class_counts(c->activity, c->arena, c->school, id, from, now + 1, &counts, &n));
	struct view_class_summary_rows *rows = arena_array(c->arena, struct view_class_summary_rows, n + 1);
	size_t m = add_up(counts, n, rows);
	return page_show(c, class_summary, "What the class did", .class_name = k.name, .class_id = id, .days = activity_days(c->arena, from, now + 1),
		.rows = rows, .n_rows = m);
}
