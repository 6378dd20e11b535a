/* Choosing whose activity to open, and saying why. */
#include "house/page/activity.h"

#include "base/clock.h"
#include "base/mem.h"
#include "base/time.h"
#include "gen_ui.h"
#include "house/page/policy_here.h"
#include "house/page/routes.h"
#include "house/web/table.h"

enum { DAYS_MAX = 92, DAY = 86400, REASON_LEAST = 3, REASON_MOST = 400 };

static bool may_staff(const struct page_ctx *c, const struct person *p)
{
	uint32_t reach = page_reach(c, CAP_ACTIVITY_STAFF, ACCESS_READ);
	bool head = p->roles & ROLE_BIT(ROLE_HEAD);
	if (p->id == c->person->id)
		return false;
	return head ? reach & REACH_HEAD_CASES : reach & (REACH_NOT_SUBJECT | REACH_ALL);
}

enum err activity_may(struct page_ctx *c, int64_t person, int64_t class_id, struct str *name)
{
	struct person p;
	struct school_class k;
	if (class_id) {
		if (!page_may(c, CAP_ACTIVITY_NAMED, ACCESS_READ))
			return ERR_ABSENT;
		TRY(class_get(c->db, c->arena, c->school, class_id, &k));
		*name = k.name;
		return OK;
	}
	TRY(person_get(c->db, c->arena, c->school, person, &p));
	if (!(p.kind == KIND_LEARNER ? page_may(c, CAP_ACTIVITY_NAMED, ACCESS_READ) : may_staff(c, &p)))
		return ERR_ABSENT;
	*name = p.name;
	return OK;
}

struct str activity_days(struct arena *a, int64_t from_utc, int64_t upto_utc)
{
	struct str from = time_date_words(a, from_utc), upto = time_date_words(a, upto_utc - 1);
	return str_eq(from, upto) ? from : arena_fmt(a, "%.*s to %.*s", STRF(from), STRF(upto));
}

/* ---- choosing ---- */

static bool fits(struct page_ctx *c, const struct person *p, bool staff)
{
	return staff ? p->kind != KIND_LEARNER && p->kind != KIND_PARENT && may_staff(c, p) : p->kind == KIND_LEARNER;
}

static struct str about(struct page_ctx *c, const struct person *p)
{
	struct school_class k;
	if (p->kind != KIND_LEARNER)
		return str_z(kind_title(p->kind));
	return p->class_id && class_get(c->db, c->arena, c->school, p->class_id, &k) == OK ? k.name : str_z(year_title(p->year));
}

static enum err list_people(struct page_ctx *c, struct table *t, bool staff, struct view_activity *v)
{
	struct person *p;
	size_t n;
	struct person_query q = { .words = t->q, .kind = staff ? 0 : KIND_LEARNER, .with_left = true, .offset = t->offset, .limit = t->limit };
	TRY(person_list(c->db, c->arena, c->school, &q, &p, &n, &t->total));
	struct view_activity_people *rows = arena_array(c->arena, struct view_activity_people, n + 1);
	for (size_t i = 0; i < n; i++)
		if (fits(c, &p[i], staff))
			rows[v->n_people++] = (struct view_activity_people){ p[i].id, p[i].name, about(c, &p[i]) };
	v->people = rows;
	return OK;
}

static enum err list_classes(struct page_ctx *c, struct view_activity *v)
{
	struct school_class *k;
	size_t n;
	TRY(class_list(c->db, c->arena, c->school, &k, &n));
	struct view_activity_classes *rows = arena_array(c->arena, struct view_activity_classes, n + 1);
	for (size_t i = 0; i < n; i++)
		rows[i] = (struct view_activity_classes){ k[i].id, k[i].name };
	v->classes = rows;
	v->n_classes = n;
	return OK;
}

static enum err choose(struct page_ctx *c, bool staff)
{
	struct table t = table_read(c, staff ? 200 : 50);
	struct view_activity v = { .staff = staff, .off = !page_named(c), .q = t.q,
		.heading = page_text(staff ? TEXT_activity_staff_title : TEXT_activity_title),
		.lead = page_text(staff ? TEXT_activity_staff_lead : TEXT_activity_lead),
		.find = page_text(staff ? TEXT_activity_find_staff : TEXT_activity_find),
		.views = page_has_role(c, ROLE_HEAD) || page_has_role(c, ROLE_DSL) || page_has_role(c, ROLE_DEPUTY) };
	TRY(list_people(c, &t, staff, &v));
	if (!staff && !t.q.n)
		TRY(list_classes(c, &v));
	v.pages = table_pages(c, &t);
	page_begin(c, "Activity");
	view_activity_put(&c->reply.body, &c->env, &v);
	return page_end(c);
}

enum err activity_show(struct page_ctx *c) { return choose(c, false); }
enum err activity_staff_show(struct page_ctx *c) { return choose(c, true); }

/* ---- the reason ---- */

/* On request only: then somebody must have asked. */
static bool asks(const struct page_ctx *c)
{
	uint32_t reach = page_reach(c, CAP_ACTIVITY_NAMED, ACCESS_READ);
	return reach & REACH_REQUEST && !(reach & (REACH_ALL | REACH_NOT_SUBJECT));
}

static enum err askers(struct page_ctx *c, struct part_select *out)
{
	static const enum role who[] = { ROLE_DSL, ROLE_DEPUTY, ROLE_HEAD };
	struct part_select_items *items = arena_array(c->arena, struct part_select_items, 200);
	size_t n = 0;
	items[n++] = (struct part_select_items){ STR(""), STR("Choose"), false };
	for (size_t r = 0; r < ARRAY_N(who); r++) {
		struct person *p;
		size_t m;
		TRY(person_of_role(c->db, c->arena, c->school, who[r], &p, &m));
		for (size_t i = 0; i < m && n < 200; i++) {
			struct str v = arena_fmt(c->arena, "%lld", (long long)p[i].id);
			items[n++] = (struct part_select_items){ v, p[i].name, str_eq(page_field(c, "asked"), v) };
		}
	}
	*out = (struct part_select){ .name = STR("asked"), .label = page_text(TEXT_activity_asked), .error = page_wrong_text(c, "asked"),
		.items = items, .n_items = n };
	return OK;
}

static int64_t asked_id(struct page_ctx *c, const char *name)
{
	int64_t id = 0;
	struct str s = c->req->method == METHOD_GET ? page_query(c, name) : page_field(c, name);
	return str_i64(s, &id) == OK && id > 0 ? id : 0;
}

static struct part_input day(struct page_ctx *c, const char *name, enum text_key label)
{
	struct str v = c->req->method == METHOD_GET ? time_iso_date(c->arena, clock_utc()) : page_field(c, name);
	return (struct part_input){ .name = str_z(name), .label = page_text(label), .hint = page_text(TEXT_activity_day_hint), .value = v,
		.error = page_wrong_text(c, name), .width = STR("20") };
}

static enum err reason_page(struct page_ctx *c, int64_t person, int64_t class_id, struct str whom)
{
	struct part_select who = { 0 };
	if (asks(c))
		TRY(askers(c, &who));
	return page_show(c, activity_new, "Activity", .errors = page_errors(c), .whom = whom, .person = person, .class_id = class_id,
		.back_to = STR("/activity"), .from = day(c, "from", TEXT_activity_from), .upto = day(c, "upto", TEXT_activity_upto),
		.asks = asks(c), .asked = who,
		.reason = { .name = STR("reason"), .label = page_text(TEXT_activity_reason), .hint = page_text(TEXT_activity_reason_hint),
			.value = page_field(c, "reason"), .error = page_wrong_text(c, "reason"), .rows = 3 });
}

enum err activity_new_show(struct page_ctx *c)
{
	struct str whom;
	int64_t person = asked_id(c, "person"), class_id = asked_id(c, "class");
	if (!person == !class_id)
		return ERR_ABSENT;
	TRY(activity_may(c, person, class_id, &whom));
	return reason_page(c, person, class_id, whom);
}

static void read_days(struct page_ctx *c, int64_t *from, int64_t *upto)
{
	*from = *upto = 0;
	if (time_read_date(page_field(c, "from"), from) != OK)
		page_wrong(c, "from", "Write the first day like 21/11/2026.");
	if (time_read_date(page_field(c, "upto"), upto) != OK)
		page_wrong(c, "upto", "Write the last day like 21/11/2026.");
	if (page_is_wrong(c))
		return;
	*upto = time_uk_midnight(*upto + DAY + DAY / 8);          /* the day after; a day may have 25 hours */
	if (*upto <= *from || *from > clock_utc())
		page_wrong(c, "upto", "The last day must not be before the first one, and the first one not ahead.");
	else if (*upto - *from > DAYS_MAX * DAY)
		page_wrong(c, "from", "Choose at most %d days.", DAYS_MAX - 1);
}

/* What is kept as the reason: who asked stands before it. */
static struct str read_reason(struct page_ctx *c)
{
	struct part_select who;
	struct str why = page_need(c, "reason", REASON_MOST, "Say why you need to see this.");
	if (why.n && why.n < REASON_LEAST)
		page_wrong(c, "reason", "Say why you need to see this.");
	if (!asks(c))
		return why;
	if (askers(c, &who) == OK)
		for (size_t i = 1; i < who.n_items; i++)
			if (who.items[i].checked)
				return arena_fmt(c->arena, "Asked by %.*s: %.*s", STRF(who.items[i].label), STRF(why));
	page_wrong(c, "asked", "Say who asked you to look.");
	return why;
}

enum err activity_new_do(struct page_ctx *c)
{
	struct str whom;
	int64_t person = asked_id(c, "person"), class_id = asked_id(c, "class"), from, upto;
	struct activity_view v;
	if (!person == !class_id)
		return ERR_ABSENT;
	TRY(activity_may(c, person, class_id, &whom));
	read_days(c, &from, &upto);
	struct str why = read_reason(c);
	if (page_is_wrong(c))
		return reason_page(c, person, class_id, whom);
	struct act act = page_act(c, arena_z(c->arena, why));
	TRY(activity_open_view(c->db, &act, person, class_id, from, upto, &v));
	return page_redirect(c, "/activity/%lld", (long long)v.id);
}
