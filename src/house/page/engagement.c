/* Working with families: the plan, what went out, who came, and what is missing (4.1-11, 4.2-11, 4.6-11, 5.4-01, 5.4-02, 5.4-05, 9.3-07). */
#include "base/clock.h"
#include "base/mem.h"
#include "base/time.h"
#include "house/curriculum/lesson.h"
#include "house/document/document.h"
#include "house/page/desk.h"
#include "house/page/family_advice.h"
#include "house/page/page_store.h"
#include "house/register/may.h"

/* The part of the school year now. */
static int64_t term_from(const struct page_ctx *c, int64_t now) { return calendar_season(library_calendar(c->web->library), now).from_utc; }

struct forms { struct str v[16]; int64_t n[16]; size_t count; };

static void count_form(struct forms *f, struct str form)
{
	for (size_t i = 0; i < f->count; i++)
		if (str_eq(f->v[i], form)) {
			f->n[i]++;
			return;
		}
	if (f->count < ARRAY_N(f->v)) {
		f->v[f->count] = form;
		f->n[f->count++] = 1;
	}
}

static struct forms forms_of(const struct entry_page *page, bool guidance)
{
	struct forms f = { .count = 0 };
	for (size_t i = 0; i < page->n; i++) {
		struct str topic = entry_value(&page->entries[i], "topic");
		if (!guidance || str_is(topic, "advice") || str_is(topic, "signs") || str_is(topic, "technology") || str_is(topic, "development"))
			count_form(&f, entry_value(&page->entries[i], "channel"));
	}
	return f;
}

static const struct view_engagement_ways *form_rows(struct page_ctx *c, const struct forms *f)
{
	struct view_engagement_ways *rows = arena_array(c->arena, struct view_engagement_ways, f->count + 1);
	for (size_t i = 0; i < f->count; i++)
		rows[i] = (struct view_engagement_ways){ page_choice_words(c, "family-message", "channel", f->v[i]), f->n[i] };
	return rows;
}

static const struct str *form_words(struct page_ctx *c, const struct forms *f)
{
	struct str *v = arena_array(c->arena, struct str, f->count + 1);
	for (size_t i = 0; i < f->count; i++)
		v[i] = page_choice_words(c, "family-message", "channel", f->v[i]);
	return v;
}

/* The plan of this school year: entered since it began, or named by it. */
static enum err plan(struct page_ctx *c, int64_t year_from, struct view_engagement *v)
{
	struct store st = page_store(c);
	struct entry_may may = { .school = c->school, .classes = ENTRY_BIT(ENTRY_GENERAL) };
	struct entry_query q = { .reg = "engagement-plan", .states = { "current" }, .limit = 10 };
	struct entry_page page;
	struct civil from = time_uk(year_from);
	struct str year = arena_fmt(c->arena, "%d", from.year);
	TRY(entry_list(&st, c->arena, &may, &q, &page));
	for (size_t i = 0; i < page.n; i++) {
		const struct entry *e = &page.entries[i];
		if (!str_starts(entry_value(e, "year"), year))
			continue;
		v->plan = entry_value(e, "aim");
		v->plan_owner = page_choice_words(c, "engagement-plan", "owner", entry_value(e, "owner"));
		v->plan_does = entry_value(e, "activities");
		v->plan_href = arena_fmt(c->arena, "/registers/engagement-plan/%lld", (long long)e->id);
		break;
	}
	return OK;
}

/* A newsletter or letter that names the version in force, or went out after it was approved. */
static enum err policy_told(struct page_ctx *c, struct view_engagement *v)
{
	struct store st = page_store(c);
	struct document d;
	struct entry_page page;
	enum err e = document_active(&st, c->arena, c->school, &d);
	if (e == ERR_ABSENT)
		return OK;
	TRY(e);
	v->has_policy = true;
	TRY(page_messages_out(c, "policy", 0, &page));
	for (size_t i = 0; i < page.n; i++) {
		int64_t id = 0, on = 0;
		bool named = str_i64(entry_value(&page.entries[i], "version"), &id) == OK && id == d.e.id;
		v->policy_told |= named || (time_read_iso(entry_value(&page.entries[i], "issued"), &on) == OK && d.approved_utc && on >= d.approved_utc);
	}
	return OK;
}

static enum err events(struct page_ctx *c, int64_t from, struct view_engagement *v)
{
	struct store st = page_store(c);
	struct occasion *o;
	size_t n;
	TRY(occasion_list(&st, c->arena, c->school, from, clock_utc() + 366 * (int64_t)86400, &o, &n));
	struct view_engagement_events *rows = arena_array(c->arena, struct view_engagement_events, n + 1);
	for (size_t i = 0; i < n; i++)
		if (o[i].audiences & AUDIENCE_BIT(AUDIENCE_PARENTS))
			rows[v->n_events++] = (struct view_engagement_events){ .href = arena_fmt(c->arena, "/occasions/%lld", (long long)o[i].id), .title = o[i].title,
				.on = time_date_words(c->arena, o[i].on_utc), .held = str_is(o[i].state, "held"), .counted = o[i].attended >= 0, .came = o[i].attended > 0 ? o[i].attended : 0 };
	v->events = rows;
	return OK;
}

static enum err waiting(struct page_ctx *c, struct view_engagement *v)
{
	struct store st = page_store(c);
	struct entry_may may = { .school = c->school, .classes = ENTRY_BIT(ENTRY_GENERAL) };
	struct entry_query q = { .reg = "horizon", .states = { "share" }, .limit = 20 };
	struct entry_page page;
	TRY(entry_list(&st, c->arena, &may, &q, &page));
	struct view_engagement_waits *rows = arena_array(c->arena, struct view_engagement_waits, page.n + 1);
	for (size_t i = 0; i < page.n; i++)
		rows[i] = (struct view_engagement_waits){ arena_fmt(c->arena, "/registers/horizon/%lld", (long long)page.entries[i].id), entry_value(&page.entries[i], "what") };
	v->waits = rows;
	v->n_waits = page.n;
	return OK;
}

enum err engagement_show(struct page_ctx *c)
{
	int64_t now = clock_utc(), term = term_from(c, now), year = calendar_day(calendar_school_year(now), 9, 1);
	struct entry_page lately, all, technology, contact;
	const struct reg *r = registers_find(c->web->registers, STR("family-message"));
	struct view_engagement v = { .may_add = r && reg_may_of(c->web->rights, c->roles, r).add };
	if (!r || !reg_may_of(c->web->rights, c->roles, r).see)
		return ERR_FORBIDDEN;
	TRY(page_messages_out(c, NULL, term, &lately));
	TRY(page_messages_out(c, NULL, 0, &all));
	TRY(page_messages_out(c, "technology", term, &technology));
	TRY(page_messages_out(c, "contact", year, &contact));
	struct forms ways = forms_of(&lately, false), formats = forms_of(&all, true);
	v.ways = form_rows(c, &ways);
	v.n_ways = ways.count;
	v.enough = ways.count >= 2;
	v.formats = form_words(c, &formats);
	v.n_formats = formats.count;
	v.formats_enough = formats.count >= 2;
	v.technology = technology.n > 0;
	v.contact = contact.n > 0;
	TRY(plan(c, year, &v));
	TRY(policy_told(c, &v));
	TRY(events(c, year, &v));
	TRY(waiting(c, &v));
	page_begin(c, "Working with families");
	view_engagement_put(&c->reply.body, &c->env, &v);
	return page_end(c);
}
