#include "base/clock.h"
#include "base/time.h"
#include "house/page/duty_web.h"
#include "house/task/task.h"

TEST(calendar_page, the_office_enters_the_year_and_mistakes_get_sentences)
{
	AUTO(web_school_done) struct web_school w = web_school();
	struct web_visit v = web_get(&w, ROLE_OFFICE, "/calendar/year");
	CHECK(v.status == 200 && web_says(&v, "No term has been entered"));
	v = web_post(&w, ROLE_OFFICE, "/calendar/year", "kind=term&name=Odd+term&from=31+June+2026&to=1+July+2026");
	CHECK(v.status == 422 && web_says(&v, "not a day of the calendar") && web_says(&v, "31 June 2026"));
	v = web_post(&w, ROLE_OFFICE, "/calendar/year", "kind=inset&name=&from=next+week&to=");
	CHECK_INT(v.status, 422);
	struct str from = time_date_words(w.arena, clock_utc() - 20 * 86400), to = time_date_words(w.arena, clock_utc() + 40 * 86400);
	v = web_post(&w, ROLE_OFFICE, "/calendar/year", arena_fmt(w.arena, "kind=term&name=This+term&from=%.*s&to=%.*s", STRF(from), STRF(to)).p);
	CHECK_INT(v.status, 303);
	v = web_get(&w, ROLE_TEACHER, "/calendar/year");
	CHECK(web_says(&v, "This term") && !web_says(&v, "Enter a date"));
	CHECK_INT(web_post(&w, ROLE_TEACHER, "/calendar/year", "kind=inset&name=&from=1/1/2027").status, 403);
	CHECK_INT(web_get(&w, ROLE_LEARNER, "/calendar/year").status, 403);
}

TEST(calendar_page, a_duty_is_done_late_on_its_page_and_shown_as_late_for_ever)
{
	clock_fake(web_now(2026, 9, 1, 9) * 1000);
	ON_EACH_PROFILE(w) {
		web_duties_at(&w, web_now(2026, 9, 7, 9));
		struct duty_turn t = web_turn(&w, "log-review", 0);
		int64_t tech = web_person(&w, ROLE_TECHNICIAN, "Tansy Testerley");
		struct web_visit v = web_get_as(&w, tech, "/calendar");
		CHECK(web_says(&v, "Look at how the internet was used") && web_says(&v, "Due soon") && web_says(&v, "Later this year"));
		web_duties_at(&w, web_now(2026, 9, 14, 9));
		v = web_get(&w, ROLE_HEAD, "/calendar?which=overdue");
		CHECK(web_says(&v, "Overdue") && web_says(&v, "Look at how the internet was used"));
		v = web_post_as(&w, w.person[ROLE_TECHNICIAN], web_turn_path(&w, &t), "field-period=");
		CHECK_INT(v.status, 422);
		CHECK(web_says(&v, "Which days does it cover?"));
		CHECK_INT(web_post_as(&w, w.person[ROLE_TECHNICIAN], web_turn_path(&w, &t), web_duty_form(&w, "log-review", 0, "")).status, 303);
		v = web_get(&w, ROLE_HEAD, "/calendar?which=done");
		CHECK(web_says(&v, "Done late"));
		v = web_get(&w, ROLE_HEAD, web_turn_path(&w, &t));
		CHECK(web_says(&v, "Done late") && web_says(&v, "Looked at it on Monday") && web_says(&v, "default, not confirmed by the school"));
		CHECK_INT(web_get(&w, ROLE_LEARNER, "/calendar").status, 403);
		CHECK_INT(web_get(&w, ROLE_OFFICE, web_turn_path(&w, &t)).status, 404);
		CHECK_INT(web_get(&w, ROLE_PARENT, web_turn_path(&w, &t)).status, 404);
	}
	clock_fake(0);
}

TEST(calendar_page, not_true_asks_why_and_opens_a_task_for_leadership)
{
	clock_fake(web_now(2026, 9, 1, 9) * 1000);
	ON_EACH_PROFILE(w) {
		web_duties_at(&w, web_now(2026, 9, 14, 9));
		int64_t me = w.person[ROLE_TEACHER];
		struct duty_turn t = web_turn(&w, "staff-conduct", me);
		struct web_visit v = web_post(&w, ROLE_TEACHER, web_turn_path(&w, &t), web_duty_form(&w, "staff-conduct", me, "answer=no"));
		CHECK(v.status == 422 && web_says(&v, "what is not so"));
		v = web_post(&w, ROLE_TEACHER, web_turn_path(&w, &t), web_duty_form(&w, "staff-conduct", me, "answer=no&note=I+was+never+shown+the+phone+policy"));
		CHECK_INT(v.status, 303);
		v = web_get(&w, ROLE_HEAD, "/tasks");
		CHECK(web_says(&v, "Answered not so: Staff: conduct statement"));
		v = web_get(&w, ROLE_HEAD, "/calendar/statements");
		CHECK(web_says(&v, "Not so") && web_says(&v, "Test Teacher"));
		v = web_get(&w, ROLE_STAFF, "/calendar/statements");
		CHECK(!web_says(&v, "Test Teacher"));
		CHECK_INT(web_get(&w, ROLE_STAFF, web_turn_path(&w, &t)).status, 404);
		CHECK_INT(web_post(&w, ROLE_STAFF, web_turn_path(&w, &t), "answer=yes").status, 404);
	}
	clock_fake(0);
}

TEST(calendar_page, a_period_is_proposed_until_the_named_role_confirms_or_changes_it)
{
	ON_EACH_PROFILE(w) {
		struct web_visit v = web_get(&w, ROLE_DSL, "/calendar/periods");
		CHECK(web_says(&v, "default, not confirmed by the school") && web_says(&v, "Every week"));
		v = web_get(&w, ROLE_DSL, "/calendar/duty/log-review");
		CHECK(web_says(&v, "default, not confirmed by the school"));
		CHECK_INT(web_post(&w, ROLE_TEACHER, "/calendar/duty/log-review", "every=2+weeks").status, 403);
		CHECK_INT(web_post(&w, ROLE_DSL, "/calendar/duty/log-review", "every=fortnight").status, 422);
		CHECK_INT(web_post(&w, ROLE_DSL, "/calendar/duty/log-review", "every=2+weeks&why=Two+is+what+we+can+do").status, 303);
		v = web_get(&w, ROLE_DSL, "/calendar/duty/log-review");
		CHECK(!web_says(&v, "default, not confirmed") && web_says(&v, "Every 2 weeks") && web_says(&v, "Two is what we can do"));
		CHECK_INT(web_get(&w, ROLE_DSL, "/calendar/duty/none-such").status, 404);
	}
}

TEST(calendar_page, a_duty_is_not_done_on_its_tasks_page)
{
	clock_fake(web_now(2026, 9, 7, 8) * 1000);
	AUTO(web_school_done) struct web_school w = web_school();
	struct task *list;
	size_t n;
	int64_t total;
	web_duties_at(&w, web_now(2026, 9, 7, 9));
	struct store st;
	(void)web_duties(&w, &st);
	CHECK_OK(task_list(&st, w.arena, w.school, &(struct task_query){ .which = TASK_OPEN, .roles = ROLE_BIT(ROLE_TECHNICIAN), .person = w.person[ROLE_TECHNICIAN], .kind = "duty" }, &list, &n, &total));
	CHECK(n >= 1);
	const char *path = arena_fmt(w.arena, "/tasks/%lld/done", (long long)list[0].id).p;
	CHECK_INT(web_post(&w, ROLE_TECHNICIAN, path, "outcome=done").status, 409);
	clock_fake(0);
}

TEST(calendar_page, the_own_calendar_is_shown_once_and_stops)
{
	clock_fake(web_now(2026, 9, 7, 9) * 1000);
	AUTO(web_school_done) struct web_school w = web_school();
	web_duties_at(&w, web_now(2026, 9, 7, 9));
	struct web_visit v = web_post(&w, ROLE_TECHNICIAN, "/calendar/subscribe", "");
	CHECK_INT(v.status, 200);
	ptrdiff_t at = str_find(v.body, STR("https://portal.test/ical/"));
	CHECK(at > 0);
	struct str path = str_from(v.body, (size_t)at + 19);
	path = arena_str(w.arena, str_upto(path, (size_t)str_find(path, STR(".ics")) + 4));
	v = web_get(&w, NOBODY, path.p);
	CHECK(v.status == 200 && str_is(v.type, "text/calendar; charset=utf-8") && web_says(&v, "SUMMARY:Look at how the internet was used"));
	CHECK_INT(web_get(&w, NOBODY, "/ical/AAAAAAAAAAAAAAAAAAAAAAAAAAA.ics").status, 404);
	CHECK(!web_says(&(struct web_visit){ .body = web_get(&w, ROLE_TECHNICIAN, "/calendar/subscribe").body }, "/ical/"));
	CHECK_INT(web_post(&w, ROLE_TECHNICIAN, "/calendar/subscribe", "stop=yes").status, 303);
	CHECK_INT(web_get(&w, NOBODY, path.p).status, 404);
	CHECK_INT(web_post(&w, ROLE_PARENT, "/calendar/subscribe", "").status, 403);
	clock_fake(0);
}
