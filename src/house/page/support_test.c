/* Plans for one pupil, the community's needs, and access reviews, as people see them. */
#include "house/support/support.h"

#include "base/clock.h"
#include "base/time.h"
#include "house/account/access_review.h"
#include "house/account/appointment.h"
#include "house/procedure/library.h"
#include "house/web/web_test.h"

enum { DAY_S = 86400 };

static struct store store_of(struct web_school *w) { return (struct store){ w->db, w->web->keys, w->web->registers }; }

static const char *form_of(struct web_school *w)
{
	return arena_fmt(w->arena, "child=Test+Pupil&factors=in-care&factors=send&factors=mental-health&factors=eal&factors=trauma&reason=a+purple+elephant&helps=short+sentences"
		"&provision=&block=chat&open=translation&form=ks1&supported-by=%lld&told=%lld&until=%.*s", (long long)w->person[ROLE_SENCO], (long long)w->person[ROLE_TEACHER],
		STRF(time_iso_date(w->arena, clock_utc() + 60 * DAY_S))).p;
}

static int64_t plan_of(struct web_school *w)
{
	struct store st = store_of(w);
	struct support s;
	CHECK_OK(support_of(&st, w->arena, w->school, w->person[ROLE_LEARNER], &s));
	return s.id;
}

static const char *at(struct web_school *w, int64_t id, const char *what) { return arena_fmt(w->arena, "/support/%lld%s", (long long)id, what).p; }

TEST(clause, c5_2_02_the_lead_sets_each_factor_and_other_accounts_never_see_it)
{
	ON_EACH_PROFILE(w) {
		CHECK_INT(web_post(&w, ROLE_DSL, "/support/new", form_of(&w)).status, 303);
		int64_t id = plan_of(&w);
		struct web_visit v = web_get(&w, ROLE_DSL, at(&w, id, ""));
		static const char *const factors[] = { "In care, or was", "Special educational needs", "Mental health", "English as an additional language", "Trauma or loss" };
		for (size_t i = 0; i < ARRAY_N(factors); i++)
			CHECK(web_says(&v, factors[i]));
		for (int r = 0; r <= NOBODY; r = web_next(r)) {
			bool reads = r == ROLE_DSL || r == ROLE_DEPUTY || r == ROLE_HEAD || r == ROLE_LEADERSHIP || r == ROLE_SENCO;
			static const char *const pages[] = { "", "/edit" };
			for (size_t i = 0; i < ARRAY_N(pages); i++) {
				v = web_get(&w, r, at(&w, id, pages[i]));
				CHECK(reads ? v.status == 200 || i : v.status != 200);
				CHECK(reads || (!web_says(&v, "elephant") && !web_says(&v, "Trauma")));
			}
			static const char *const lists[] = { "/support", "/home", "/people", "/cases?q=elephant", "/today", "/classes", "/tasks?which=all" };
			for (size_t i = 0; i < ARRAY_N(lists); i++) {
				v = web_get(&w, r, lists[i]);
				CHECK(!web_says(&v, "purple elephant") && (reads || !web_says(&v, "Trauma")));
				CHECK(i > 0 || reads || r == ROLE_LEARNER || !web_says(&v, "Test Pupil"));
			}
			bool writes = r == ROLE_DSL || r == ROLE_DEPUTY || r == ROLE_SENCO;
			if (!writes)
				CHECK(web_post(&w, r, at(&w, id, "/end"), "ended-why=x").status != 303 || r == NOBODY);
		}
	}
}

/* A teacher of the child reads what helps, another teacher nothing. */
TEST(support_page, a_teacher_sees_what_helps_in_their_own_class_only)
{
	AUTO(web_school_done) struct web_school w = web_school();
	AUTO(diag_done) struct diag d = diag_init(5);
	struct act act = { w.school, 0, "test" };
	int64_t class_id;
	CHECK_OK(class_add(w.db, &act, STR("Damson"), 4, STR("ks2"), &d, &class_id));
	struct person_in in = { .kind = KIND_LEARNER, .name = STR("Test Pupil"), .year = 4, .class_id = class_id };
	CHECK_OK(person_change(w.db, &act, w.person[ROLE_LEARNER], &in, &d));
	CHECK_OK(class_staff_set(w.db, &act, class_id, w.person[ROLE_TEACHER], true));
	int64_t other = web_person(&w, ROLE_TEACHER, "Quincy Elsewhere");
	CHECK_INT(web_post(&w, ROLE_SENCO, "/support/new", form_of(&w)).status, 303);
	struct web_visit v = web_get(&w, ROLE_TEACHER, "/support");
	CHECK(v.status == 200 && web_says(&v, "Test Pupil") && web_says(&v, "short sentences"));
	CHECK(!web_says(&v, "elephant") && !web_says(&v, "Trauma") && !web_says(&v, "chat"));
	v = web_get_as(&w, other, "/support");
	CHECK(v.status == 200 && !web_says(&v, "Test Pupil"));
}

TEST(clause, c5_2_03_each_plan_shows_adapted_teaching_or_a_gap)
{
	ON_EACH_PROFILE(w) {
		CHECK_INT(web_post(&w, ROLE_DSL, "/support/new", form_of(&w)).status, 303);
		int64_t id = plan_of(&w);
		struct web_visit list = web_get(&w, ROLE_DSL, "/support"), one = web_get(&w, ROLE_DSL, at(&w, id, ""));
		CHECK(web_says(&list, "Nothing recorded") && web_says(&one, "not recorded yet how online safety is taught"));
		const char *edit = arena_fmt(w.arena, "reason=a+purple+elephant&provision=small+group+lesson+on+kind+messages&supported-by=%lld&until=%.*s", (long long)w.person[ROLE_SENCO],
			STRF(time_iso_date(w.arena, clock_utc() + 60 * DAY_S))).p;
		CHECK_INT(web_post(&w, ROLE_SENCO, at(&w, id, "/edit"), edit).status, 303);
		list = web_get(&w, ROLE_DSL, "/support");
		one = web_get(&w, ROLE_DSL, at(&w, id, ""));
		CHECK(!web_says(&list, "Nothing recorded") && web_says(&one, "small group lesson on kind messages"));
	}
}

TEST(clause, c5_2_05_a_plan_shows_who_supports_and_when_it_is_looked_at_again)
{
	ON_EACH_PROFILE(w) {
		CHECK_INT(web_post(&w, ROLE_DSL, "/support/new", form_of(&w)).status, 303);
		struct str day = time_date_words(w.arena, clock_utc() + 60 * DAY_S);
		struct web_visit v = web_get(&w, ROLE_HEAD, "/support");
		CHECK(web_says(&v, "Test SENCO") && web_says(&v, arena_z(w.arena, day)));
		v = web_get(&w, ROLE_HEAD, at(&w, plan_of(&w), ""));
		CHECK(web_says(&v, "Test SENCO") && web_says(&v, arena_z(w.arena, day)));
		struct web_visit bad = web_post(&w, ROLE_DSL, "/support/new", "child=Test+Pupil&reason=x&until=");
		CHECK_INT(bad.status, 422);
	}
}

/* Field A18: the device check before the hand-over, through the page. */
TEST(support_page, a_device_is_seen_working_before_it_is_handed_over)
{
	AUTO(web_school_done) struct web_school w = web_school();
	struct store st = store_of(&w);
	struct support s;
	struct support_device *list;
	size_t n;
	CHECK_INT(web_post(&w, ROLE_DSL, "/support/new", form_of(&w)).status, 303);
	int64_t id = plan_of(&w);
	CHECK_INT(web_post(&w, ROLE_DSL, at(&w, id, "/device"), "what=add&device=Tablet+14").status, 303);
	CHECK_OK(support_get(&st, w.arena, w.school, w.person[ROLE_DSL], id, &s));
	CHECK_OK(support_devices(&st, w.arena, w.school, w.person[ROLE_DSL], &s, &list, &n));
	CHECK_INT(n, 1);
	const char *hand = arena_fmt(w.arena, "what=hand&id=%lld", (long long)list[0].id).p, *check = arena_fmt(w.arena, "what=check&id=%lld", (long long)list[0].id).p;
	CHECK_INT(web_post(&w, ROLE_DSL, at(&w, id, "/device"), hand).status, 422);
	CHECK_INT(web_post(&w, ROLE_DSL, at(&w, id, "/device"), check).status, 422);
	CHECK_INT(web_post(&w, ROLE_TEACHER, at(&w, id, "/device"), hand).status, 403);
	CHECK_INT(web_post(&w, ROLE_DSL, at(&w, id, "/device"), arena_fmt(w.arena, "%s&refused=yes&opened=yes&tried=chat.example", check).p).status, 303);
	CHECK_INT(web_post(&w, ROLE_DSL, at(&w, id, "/device"), hand).status, 303);
	struct web_visit v = web_get(&w, ROLE_DSL, at(&w, id, ""));
	CHECK(web_says(&v, "Handed over") && web_says(&v, "chat.example"));
}

TEST(clause, c5_2_01_an_empty_needs_statement_is_a_gap_and_a_saved_one_stands_in_the_policy)
{
	ON_EACH_PROFILE(w) {
		AUTO(diag_done) struct diag d = diag_init(10);
		AUTO(library_free) struct library *junior = NULL;
		CHECK_OK(library_load(test_source("data"), "junior", &d, &junior));
		w.web->library = junior;                                         /* this duty is the junior school's */
		struct web_visit v = web_get(&w, ROLE_DSL, "/status");
		CHECK(web_says(&v, "does not say yet how the needs of the community were found"));
		CHECK_INT(web_post(&w, ROLE_DSL, "/support/needs", "found=&done=").status, 422);
		CHECK_INT(web_post(&w, ROLE_TEACHER, "/support/needs", "found=x&done=y").status, 403);
		CHECK_INT(web_post(&w, ROLE_DSL, "/support/needs", "found=we+asked+every+family&done=translation+opens+for+pupils+who+learn+English").status, 303);
		v = web_get(&w, ROLE_DSL, "/status");
		CHECK(web_says(&v, "The statement stands in the policy."));
		v = web_get(&w, ROLE_STAFF, "/policy");
		CHECK(web_says(&v, "we asked every family") && web_says(&v, "translation opens for pupils"));
	}
}

/* ---- the access review ---- */

static int64_t review_id(struct web_school *w)
{
	struct store st = store_of(w);
	struct act act = { w->school, 0, "the term has begun" };
	struct task t;
	bool opened;
	CHECK_OK(access_review_open(&st, &act, library_calendar(w->web->library), clock_utc(), &opened));
	CHECK_OK(task_by_key(&st, w->arena, w->school, access_review_key(w->arena, library_calendar(w->web->library), clock_utc()).p, &t));
	CHECK(t.id > 0);
	return t.id;
}

static int answer(struct web_school *w, int role, int64_t task, int64_t item, const char *answer, const char *note)
{
	return web_post(w, role, arena_fmt(w->arena, "/tasks/%lld/item", (long long)task).p, arena_fmt(w->arena, "item=%lld&answer=%s&note=%s", (long long)item, answer, note).p).status;
}

static bool holds(struct web_school *w, int64_t person, enum role r)
{
	role_set roles;
	CHECK_OK(role_held(w->db, w->school, person, clock_utc(), &roles));
	return roles & ROLE_BIT(r);
}

TEST(clause, c7_5_1_04_the_review_lists_every_privileged_account_and_each_needs_an_answer)
{
	clock_fake(time_from_uk((struct civil){ .year = 2026, .month = 11, .day = 23, .hour = 9 }) * 1000);
	ON_EACH_PROFILE(w) {
		struct store st = store_of(&w);
		struct task_item *items;
		size_t n;
		int64_t left;
		struct act program = { w.school, 0, "test" };
		int64_t gone = web_person(&w, ROLE_LEADERSHIP, "Gus Longgone");
		CHECK_OK(person_leave(w.db, &program, gone, clock_utc() + 5));
		clock_step(60 * 1000);
		int64_t id = review_id(&w), again = review_id(&w);
		CHECK_INT(id, again);
		CHECK_OK(task_items(&st, w.arena, w.school, id, 0, ENTRY_PAGE_MAX, &items, &n, NULL, &left));
		for (int r = 0; r < role_count(); r++)           /* every role of high rights is there, whoever holds it */
			if (role_facts((enum role)r)->second_factor) {
				bool found = false;
				for (size_t i = 0; i < n; i++)
					found = found || (items[i].about == w.person[r] && str_ends(items[i].key, str_z(role_word((enum role)r))));
				CHECK(found);
			}
		CHECK(n > 0 && str_find(items[0].label, STR("Gus Longgone has left and still has")) >= 0);      /* on top */
		CHECK_INT(web_post(&w, ROLE_DSL, arena_fmt(w.arena, "/tasks/%lld/done", (long long)id).p, "outcome=done").status, 422);
		for (size_t i = 0; i < n; i++) {
			bool own = items[i].about == w.person[ROLE_DSL], ends = items[i].about == w.person[ROLE_SENCO];
			if (own)
				CHECK_INT(answer(&w, ROLE_DSL, id, items[i].id, "keep", ""), 403);       /* nobody answers for themselves */
			CHECK_INT(answer(&w, own ? ROLE_HEAD : ROLE_DSL, id, items[i].id, ends || i == 0 ? "end" : "keep", ends || i == 0 ? "no+longer" : ""), 303);
		}
		CHECK_INT(web_post(&w, ROLE_HEAD, arena_fmt(w.arena, "/tasks/%lld/done", (long long)id).p, "outcome=done").status, 403);
		CHECK_INT(web_post(&w, ROLE_DSL, arena_fmt(w.arena, "/tasks/%lld/done", (long long)id).p, "outcome=all+looked+at").status, 303);
		struct second *waits;
		size_t n_waits;
		CHECK_OK(second_of(&st, w.arena, w.school, w.person[ROLE_SENCO], &waits, &n_waits));
		CHECK(n_waits == 1 && holds(&w, w.person[ROLE_SENCO], ROLE_SENCO));              /* a second person confirms */
		CHECK_INT(web_post(&w, ROLE_CHAIR, arena_fmt(w.arena, "/rights/%lld/confirm", (long long)waits[0].id).p, "x=1").status, 303);
		CHECK(!holds(&w, w.person[ROLE_SENCO], ROLE_SENCO));
		struct web_visit v = web_get(&w, ROLE_CHAIR, "/review");
		CHECK(v.status == 200 && web_says(&v, "Signed off") && !web_says(&v, "Test SENCO"));
	}
	clock_fake(0);
}

TEST(access_review, opens_on_the_first_school_day_of_each_term)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct calendar c = calendar_plain();
	static const struct { int month, day; const char *key; } days[] = {
		{ 1, 1, "access-review-2027-spring" }, { 4, 14, "access-review-2027-spring" }, { 4, 15, "access-review-2027-summer" },
		{ 8, 31, "access-review-2027-summer" }, { 9, 1, "access-review-2027-autumn" }, { 12, 31, "access-review-2027-autumn" },
	};
	for (size_t i = 0; i < ARRAY_N(days); i++)
		CHECK_STR(access_review_key(&a, &c, time_from_uk((struct civil){ .year = 2027, .month = days[i].month, .day = days[i].day, .hour = 12 })), days[i].key);
	CHECK_INT(access_review_key(&a, &c, time_from_uk((struct civil){ .year = 2028, .month = 1, .day = 1, .hour = 12 })).n, 0);      /* a Saturday */
}
