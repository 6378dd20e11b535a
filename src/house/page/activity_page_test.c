/* Activity as people of every role meet it. */
#include "base/clock.h"
#include "base/time.h"
#include "event/event.h"
#include "house/account/cover.h"
#include "house/store/activity.h"
#include "house/web/web_test.h"

static int64_t segment;

/* One event now, minus some minutes. */
static void happened(struct web_school *w, int64_t person, int64_t class_id, enum event_kind kind, const char *host, const char *category, int minutes)
{
	bool refused = kind == EVENT_REFUSED || kind == EVENT_DNS_REFUSED;
	struct activity_item item = { ++segment, 1, { .at_ms = clock_ms() - minutes * 60000, .school = w->school, .person = person, .class_id = class_id,
		.kind = (int)kind, .how = KNOWN_PORTAL, .sure = 90, .group = STR("ks2"), .host = str_z(host), .path = STR("/x"),
		.category = str_z(category), .reason = refused ? STR("category") : STR(""), .count = 1 } };
	struct activity_cursor upto = { STR("test"), 0, segment, 1 };
	CHECK_OK(activity_ingest(w->activity, &upto, &item, 1, NULL));
}

static void at_school(void)
{
	clock_fake(time_from_uk((struct civil){ .year = 2026, .month = 9, .day = 14, .hour = 11 }) * 1000);
	segment = 0;
}

static const char *form(struct web_school *w, int64_t person, const char *more)
{
	return arena_fmt(w->arena, "person=%lld&from=14/9/2026&upto=14/9/2026&reason=a+worry+at+break%s", (long long)person, more).p;
}

/* The view that this role opens; status of the answer. */
static int open_view(struct web_school *w, int role, int64_t person, const char *more, const char **path)
{
	struct web_visit v = web_post(w, role, "/activity/new", form(w, person, more));
	*path = arena_z(w->arena, v.location);
	return v.status;
}

TEST(clause, c7_2_06_five_refused_pages_of_one_pupil_are_listed_with_times_and_categories)
{
	at_school();
	AUTO(web_school_done) struct web_school w = web_school();
	static const char *const hosts[] = { "one.test", "two.test", "three.test", "four.test", "five.test" };
	static const char *const categories[] = { "gaming", "pornography", "gaming", "extremism", "racial-hatred" };
	int64_t kid = w.person[ROLE_LEARNER], other = web_person(&w, ROLE_LEARNER, "Tansy Testerley");
	for (int i = 0; i < 5; i++)
		happened(&w, kid, 0, EVENT_REFUSED, hosts[i], categories[i], 10 * i);
	happened(&w, kid, 0, EVENT_VISIT, "castles.test", "", 5);
	happened(&w, other, 0, EVENT_REFUSED, "elsewhere.test", "gaming", 5);
	const char *path;
	CHECK_INT(open_view(&w, ROLE_DSL, kid, "", &path), 303);
	struct web_visit v = web_get(&w, ROLE_DSL, arena_fmt(w.arena, "%s?refused=1", path).p);
	CHECK_INT(v.status, 200);
	for (int i = 0; i < 5; i++)
		CHECK(web_says(&v, hosts[i]) && web_says(&v, categories[i]));
	CHECK(web_says(&v, "14 September 2026 at 11:00am") && web_says(&v, "14 September 2026 at 10:20am"));
	CHECK(!web_says(&v, "castles.test") && !web_says(&v, "elsewhere.test"));
	v = web_get(&w, ROLE_DSL, arena_fmt(w.arena, "%s?refused=1&csv=1", path).p);
	CHECK(str_starts(v.type, STR("text/csv")) && web_says(&v, "five.test/x") && !web_says(&v, "elsewhere.test"));
	clock_fake(0);
}

TEST(clause, c4_4_11_the_lead_opens_filter_reports_and_activity_with_an_account_of_their_own)
{
	at_school();
	ON_EACH_PROFILE(w) {
		happened(&w, w.person[ROLE_LEARNER], 0, EVENT_VISIT, "castles.test", "", 5);
		for (int i = 0; i < 2; i++) {
			int role = i ? ROLE_DEPUTY : ROLE_DSL;
			role_set held;
			const char *path;
			CHECK_OK(role_held(w.db, w.school, w.person[role], clock_utc(), &held));
			CHECK(!(held & (ROLE_BIT(ROLE_TECHNICIAN) | ROLE_BIT(ROLE_ADMIN))));
			CHECK_INT(open_view(&w, role, w.person[ROLE_LEARNER], "", &path), 303);
			struct web_visit v = web_get(&w, role, path);
			CHECK(v.status == 200 && web_says(&v, "castles.test") && web_says(&v, "by signing in on the portal"));
			static const char *const reports[] = { "/activity", "/activity/views", "/requests", "/requests/report", "/changes", "/why" };
			for (size_t k = 0; k < ARRAY_N(reports); k++)
				CHECK_INT(web_get(&w, role, reports[k]).status, 200);
		}
	}
	clock_fake(0);
}

TEST(activity_page, a_reason_is_asked_kept_and_shown_to_those_who_oversee)
{
	at_school();
	AUTO(web_school_done) struct web_school w = web_school();
	int64_t kid = w.person[ROLE_LEARNER];
	const char *path, *empty = arena_fmt(w.arena, "person=%lld&from=14/9/2026&upto=14/9/2026&reason=", (long long)kid).p;
	CHECK_INT(web_post(&w, ROLE_DSL, "/activity/new", empty).status, 422);
	CHECK_INT(web_post(&w, ROLE_DSL, "/activity/new", form(&w, 999999, "")).status, 404);
	CHECK_INT(open_view(&w, ROLE_HEAD, kid, "", &path), 303);
	struct web_visit v = web_get(&w, ROLE_HEAD, path);
	CHECK(v.status == 200 && web_says(&v, "Nothing is kept that fits."));
	CHECK_INT(web_get(&w, ROLE_DSL, path).status, 404);                /* somebody else's view */
	for (int r = 0; r <= NOBODY; r = web_next(r)) {
		v = web_get(&w, r, "/activity/views");
		bool sees = r == ROLE_DSL || r == ROLE_DEPUTY || r == ROLE_HEAD;
		CHECK((v.status == 200) == sees);
		CHECK(!sees || web_says(&v, "a worry at break"));
	}
	clock_step(13 * 3600 * 1000);
	CHECK(web_get(&w, ROLE_HEAD, path).status != 200);           /* the reason is asked again */
	clock_fake(0);
}

TEST(activity_page, named_activity_opens_for_the_roles_that_may_and_nobody_else)
{
	at_school();
	AUTO(web_school_done) struct web_school w = web_school();
	const char *path;
	for (int r = 0; r < role_count(); r++) {
		bool learner = r == ROLE_DSL || r == ROLE_DEPUTY || r == ROLE_HEAD;
		CHECK((open_view(&w, r, w.person[ROLE_LEARNER], "", &path) == 303) == learner);
		CHECK((open_view(&w, r, w.person[ROLE_TEACHER], "", &path) == 303) == (r == ROLE_HEAD));
		CHECK((open_view(&w, r, w.person[ROLE_HEAD], "", &path) == 303) == (r == ROLE_CHAIR));
	}
	char asked[40];
	snprintf(asked, sizeof asked, "&asked=%lld", (long long)w.person[ROLE_DSL]);
	CHECK_INT(open_view(&w, ROLE_TECHNICIAN, w.person[ROLE_LEARNER], "", &path), 422);
	CHECK_INT(open_view(&w, ROLE_TECHNICIAN, w.person[ROLE_LEARNER], asked, &path), 303);
	struct web_visit v = web_get(&w, ROLE_DSL, "/activity/views");
	CHECK(web_says(&v, "Asked by Test Designated safeguarding lead: a worry at break"));
	clock_fake(0);
}

TEST(activity_page, what_must_not_show_does_not)
{
	at_school();
	AUTO(web_school_done) struct web_school w = web_school();
	int64_t kid = w.person[ROLE_LEARNER];
	const char *path;
	happened(&w, kid, 0, EVENT_TELL, "told.test", "", 1);
	happened(&w, kid, 0, EVENT_SEALED_HIT, "", "", 1);
	happened(&w, kid, 0, EVENT_VISIT, "castles.test", "", 1);
	CHECK_INT(open_view(&w, ROLE_DSL, kid, "", &path), 303);
	struct web_visit v = web_get(&w, ROLE_DSL, path);
	CHECK(web_says(&v, "castles.test") && !web_says(&v, "told.test") && !web_says(&v, "tell someone\"") && !web_says(&v, "protected rule"));
	CHECK_INT(web_get(&w, ROLE_DSL, arena_fmt(w.arena, "%s?kind=TELL", path).p).status, 200);
	clock_fake(0);
}

TEST(activity_page, pages_of_rows_follow_each_other_without_a_gap)
{
	at_school();
	AUTO(web_school_done) struct web_school w = web_school();
	int64_t kid = w.person[ROLE_LEARNER];
	const char *path;
	for (int i = 0; i < 60; i++)
		happened(&w, kid, 0, EVENT_VISIT, arena_fmt(w.arena, "site-%02d.test", i).p, "", i);
	CHECK_INT(open_view(&w, ROLE_DSL, kid, "", &path), 303);
	struct web_visit v = web_get(&w, ROLE_DSL, path);
	CHECK(web_says(&v, "site-49.test") && !web_says(&v, "site-50.test") && web_says(&v, "rel=\"next\""));
	ptrdiff_t at = str_find(v.body, STR("?before="));
	CHECK(at > 0);
	struct str rest = str_from(v.body, (size_t)at), query = str_upto(rest, (size_t)str_chr(rest, '"'));
	struct buf clean = buf_init(500);
	for (size_t i = 0; i < query.n; i++)
		if (i + 5 > query.n || memcmp(query.p + i, "&amp;", 5) != 0)
			buf_byte(&clean, query.p[i]);
		else {
			buf_byte(&clean, '&');
			i += 4;
		}
	v = web_get(&w, ROLE_DSL, arena_fmt(w.arena, "%s%.*s", path, STRF(buf_str(&clean))).p);
	buf_done(&clean);
	CHECK(web_says(&v, "site-50.test") && web_says(&v, "site-59.test") && !web_says(&v, "site-49.test"));
	v = web_get(&w, ROLE_DSL, arena_fmt(w.arena, "%s?q=site-07", path).p);
	CHECK(web_says(&v, "site-07.test") && !web_says(&v, "site-08.test"));
	clock_fake(0);
}

TEST(activity_page, a_teacher_sees_counts_of_the_own_class_and_no_name)
{
	at_school();
	AUTO(web_school_done) struct web_school w = web_school();
	AUTO(diag_done) struct diag d = diag_init(5);
	struct act act = { w.school, 0, "test" };
	int64_t mine = 0, other = 0;
	CHECK_OK(class_add(w.db, &act, STR("Hedgehogs"), 4, STR("ks2"), &d, &mine));
	CHECK_OK(class_add(w.db, &act, STR("Badgers"), 4, STR("ks2"), &d, &other));
	CHECK_OK(class_staff_set(w.db, &act, mine, w.person[ROLE_TEACHER], true));
	const char *path = arena_fmt(w.arena, "/class/%lld/summary", (long long)mine).p;
	struct web_visit v = web_get(&w, ROLE_TEACHER, path);
	CHECK(v.status == 200 && web_says(&v, "Nothing is kept that fits."));
	happened(&w, w.person[ROLE_LEARNER], mine, EVENT_REFUSED, "games.test", "gaming", 1);
	happened(&w, w.person[ROLE_LEARNER], mine, EVENT_REFUSED, "games.test", "gaming", 2);
	v = web_get(&w, ROLE_TEACHER, path);
	CHECK(web_says(&v, "page refused") && web_says(&v, "gaming") && web_says(&v, ">2<"));
	CHECK(!web_says(&v, "games.test") && !web_says(&v, "Test Pupil"));
	CHECK_INT(web_get(&w, ROLE_TEACHER, arena_fmt(w.arena, "/class/%lld/summary", (long long)other).p).status, 404);
	struct store st = { w.db, w.web->keys, w.web->registers };
	struct act covering = { w.school, w.person[ROLE_TEACHER], "test" };
	CHECK_OK(cover_take(&st, &covering, other, STR("illness"), &d));
	CHECK_INT(web_get(&w, ROLE_TEACHER, arena_fmt(w.arena, "/class/%lld/summary", (long long)other).p).status, 200);      /* theirs for today */
	CHECK_INT(web_get(&w, ROLE_STAFF, path).status, 404);
	CHECK_INT(web_get(&w, ROLE_DSL, path).status, 200);
	CHECK_INT(web_get(&w, ROLE_GOVERNOR, path).status, 403);
	clock_fake(0);
}

TEST(activity_page, a_page_closed_for_its_words_has_its_score_its_phrases_and_a_way_to_why)
{
	at_school();
	AUTO(web_school_done) struct web_school w = web_school();
	int64_t kid = w.person[ROLE_LEARNER];
	struct activity_item item = { 1, 1, { .at_ms = clock_ms() - 60000, .school = w.school, .person = kid, .kind = EVENT_REFUSED, .how = KNOWN_PORTAL, .sure = 90, .group = STR("ks2"),
		.host = STR("stoats.test"), .path = STR("/sad"), .reason = STR("page-text"), .category = STR("self-harm"), .list = STR("phrases/3fa9c2d1e0b4"),
		.rule = STR("score 120, from 100 on: the end (60)"), .count = 1 } };
	struct activity_cursor upto = { STR("test"), 0, 1, 1 };
	CHECK_OK(activity_ingest(w.activity, &upto, &item, 1, NULL));
	const char *path;
	CHECK_INT(open_view(&w, ROLE_DSL, kid, "", &path), 303);
	struct web_visit v = web_get(&w, ROLE_DSL, path);
	CHECK(v.status == 200 && web_says(&v, "phrases/3fa9c2d1e0b4") && web_says(&v, "score 120, from 100 on: the end (60)"));
	CHECK(web_says(&v, "/why?url=stoats.test%2Fsad") && web_says(&v, "list=phrases%2F3fa9c2d1e0b4") && web_says(&v, "topic=self-harm"));
	clock_fake(0);
}
