/* Who is told, when it goes up, and what the lists of the desk say. */
#include "house/record/town.h"

static void set_clock(int year, int month, int day, int hour, int minute)
{
	clock_fake(time_from_uk((struct civil){ .year = year, .month = month, .day = day, .hour = hour, .minute = minute }) * 1000);
}

static int64_t uk(int year, int month, int day, int hour, int minute)
{
	return time_from_uk((struct civil){ .year = year, .month = month, .day = day, .hour = hour, .minute = minute });
}

static int64_t ack_due_of(struct town *t, int64_t id)
{
	struct case_view v;
	struct entry_may m = may(t, HEAD);
	CHECK_OK(record_view(&t->k, &t->a, &m, id, &v));
	return v.line.ack_due_utc;
}

static size_t tick(struct town *t)
{
	size_t n;
	CHECK_OK(record_tick(&t->k, t->fx->school, &n));
	return n;
}

TEST(route, danger_goes_up_in_minutes_at_any_hour)
{
	ON_EACH_ENGINE(fx) {
		struct town t;
		open_town(&t, &fx, "primary");
		set_clock(2026, 12, 25, 3, 10);           /* a night in the holidays */
		struct report r = worry(&t);
		r.danger = true;
		int64_t id = send(&t, &r).id;
		CHECK_INT(ack_due_of(&t, id), clock_utc() + 15 * 60);
		CHECK_INT(waiting(&t, DSL, "danger"), 1);
		clock_step(16 * 60 * 1000);
		CHECK_INT(tick(&t), 1);
		CHECK_INT(waiting(&t, DEPUTY, "escalated"), 1);
		clock_step(16 * 60 * 1000);
		CHECK_INT(tick(&t), 1);
		CHECK_INT(waiting(&t, HEAD, "escalated"), 1);
		close_town(&t);
	}
}

/* British Summer Time ends on Sunday 25 October 2026 at 2:00, and begins on Sunday 28 March 2027 at 1:00. */
TEST(route, the_change_of_the_clocks_moves_no_school_day)
{
	ON_EACH_ENGINE(fx) {
		struct town t;
		open_town(&t, &fx, "primary");
		set_clock(2026, 10, 23, 18, 0);           /* Friday after school, summer time */
		struct report r = worry(&t);
		CHECK_INT(ack_due_of(&t, send(&t, &r).id), uk(2026, 10, 26, 16, 0));
		CHECK_INT(uk(2026, 10, 26, 16, 0) - uk(2026, 10, 23, 16, 0), 3 * 86400 + 3600);
		set_clock(2027, 3, 26, 18, 0);
		r.subject = t.person[OTHER_LEARNER];
		CHECK_INT(ack_due_of(&t, send(&t, &r).id), uk(2027, 3, 29, 16, 0));
		CHECK_INT(uk(2027, 3, 29, 16, 0) - uk(2027, 3, 26, 16, 0), 3 * 86400 - 3600);
		/* danger in the hour that comes twice: 15 real minutes */
		clock_fake(time_of((struct civil){ .year = 2026, .month = 10, .day = 25, .hour = 0, .minute = 55 }) * 1000);
		r.danger = true;
		r.subject = 0;
		CHECK_INT(ack_due_of(&t, send(&t, &r).id), clock_utc() + 15 * 60);
		close_town(&t);
	}
}

TEST(route, a_holiday_waits_for_the_first_school_day_and_says_so_before_writing)
{
	ON_EACH_ENGINE(fx) {
		struct town t;
		open_town(&t, &fx, "primary");
		struct day_range closed[] = { { uk(2026, 10, 26, 0, 0), uk(2026, 10, 31, 0, 0) } };
		struct calendar c = *library_calendar(t.library);
		c.closed = closed;
		c.n_closed = 1;
		library_calendar_take(t.library, &c);
		set_clock(2026, 10, 23, 17, 30);
		CHECK_STR(record_read_when(&t.k, &t.a, clock_utc()), "on Monday 2 November 2026, after 8:30am");
		struct report r = worry(&t);
		CHECK_INT(ack_due_of(&t, send(&t, &r).id), uk(2026, 11, 2, 16, 0));
		set_clock(2026, 10, 28, 12, 0);
		CHECK_INT(tick(&t), 0);
		set_clock(2026, 11, 2, 16, 1);
		CHECK_INT(tick(&t), 1);
		CHECK_INT(waiting(&t, DEPUTY, "escalated"), 1);
		set_clock(2026, 11, 2, 9, 0);
		CHECK_STR(record_read_when(&t.k, &t.a, clock_utc()), "today, by 4:00pm");
		close_town(&t);
	}
}

/* The deputy is who it is about, or whom the child does not want: it goes up past them, without a word to them. */
TEST(route, it_never_goes_up_to_who_must_not_see_it)
{
	ON_EACH_ENGINE(fx) {
		struct town t;
		open_town(&t, &fx, "primary");
		struct report r = worry(&t);
		r.barred[r.n_barred++] = t.person[DEPUTY];
		send(&t, &r);
		set_clock(2026, 9, 14, 16, 1);
		CHECK_INT(tick(&t), 1);
		CHECK_INT(waiting(&t, DEPUTY, NULL), 0);
		CHECK_INT(waiting(&t, HEAD, "escalated"), 1);
		struct report about = { .about = ABOUT_ADULT, .origin = ORIGIN_STAFF, .subject = t.person[DSL], .words = STR("a zebra") };
		size_t before = waiting(&t, DSL, NULL);
		send(&t, &about);
		clock_step(3 * 86400 * 1000LL);
		tick(&t);
		CHECK_INT(waiting(&t, DSL, NULL), before);
		about.subject = t.person[HEAD];
		before = waiting(&t, HEAD, NULL);
		send(&t, &about);
		clock_step(3 * 86400 * 1000LL);
		CHECK(waiting(&t, CHAIR, NULL) > 0);
		CHECK_INT(waiting(&t, HEAD, "concern-new") + waiting(&t, HEAD, "danger"), 1);      /* the one about the lead */
		close_town(&t);
	}
}

TEST(route, a_child_who_presses_ten_times_is_one_case_and_one_notice)
{
	ON_EACH_ENGINE(fx) {
		struct town t;
		open_town(&t, &fx, "primary");
		struct report r = worry(&t);
		int64_t id = send(&t, &r).id;
		for (int i = 0; i < 10; i++)
			CHECK_INT(send(&t, &r).id, id);
		CHECK_INT(waiting(&t, DSL, NULL), 1);
		CHECK_INT(waiting(&t, DEPUTY, "concern-new"), 1);
		close_town(&t);
	}
}

TEST(clause, c7_8_08_an_offensive_message_reaches_any_teacher_or_the_lead_as_the_profile_says)
{
	static const char *const profiles[] = { "junior", "primary" };
	for (size_t i = 0; i < ARRAY_N(profiles); i++)
		ON_EACH_ENGINE(fx) {
			struct town t;
			open_town(&t, &fx, profiles[i]);
			bool any = i == 0;
			struct report r = { .about = ABOUT_CHILD, .origin = ORIGIN_LEARNER, .subject = t.person[LEARNER], .author = t.person[LEARNER],
				.words = STR("a nasty message"), .topic_type = STR("offensive-message"), .teacher = t.person[TEACHER] };
			int64_t id = send(&t, &r).id;
			CHECK_INT(waiting(&t, TEACHER, "concern-new"), any);
			CHECK(waiting(&t, DSL, "concern-new") == 1);
			struct case_view v;
			struct entry_may m = may(&t, TEACHER);
			CHECK_ERR(record_view(&t.k, &t.a, &m, id, &v), any ? OK : ERR_ABSENT);
			r.topic_type = STR("sexting");           /* only where the profile says so, whoever was chosen */
			r.subject = t.person[OTHER_LEARNER];
			id = send(&t, &r).id;
			CHECK_ERR(record_view(&t.k, &t.a, &m, id, &v), ERR_ABSENT);
			close_town(&t);
		}
}

/* ---- the lists ---- */

static int64_t on_list(struct town *t, enum who w, enum case_list list)
{
	struct case_query q = { .list = list };
	struct case_page page;
	struct entry_may m = may(t, w);
	CHECK_OK(record_cases(&t->k, &t->a, &m, &q, &page));
	CHECK_INT(page.n, page.total);
	return page.total;
}

TEST(route, a_case_leaves_a_list_of_today_when_it_is_done_and_not_when_it_was_read)
{
	ON_EACH_ENGINE(fx) {
		struct town t;
		open_town(&t, &fx, "primary");
		struct report r = worry(&t);
		struct case_view v;
		int64_t id = send(&t, &r).id;
		struct entry_may m = may(&t, DSL);
		struct act act = as(&t, DSL);
		CHECK_INT(on_list(&t, DSL, CASES_NEW), 1);
		CHECK_OK(record_view(&t.k, &t.a, &m, id, &v));
		CHECK_INT(on_list(&t, DSL, CASES_NEW), 1);
		CHECK_INT(on_list(&t, DEPUTY, CASES_NEW), 1);
		CHECK_INT(on_list(&t, TEACHER, CASES_NEW), 0);
		CHECK_OK(record_acknowledge(&t.k, &act, &m, id));
		CHECK_INT(on_list(&t, DSL, CASES_NEW), 0);
		CHECK_INT(on_list(&t, DSL, CASES_MINE), 1);
		CHECK_INT(on_list(&t, DEPUTY, CASES_MINE), 0);
		CHECK_INT(on_list(&t, DSL, CASES_PARENTS), 0);
		STEP(&t, id, "danger", "no");
		STEP(&t, id, "dsl-decision", "safeguarding", F("reason", "because"));
		CHECK_INT(on_list(&t, DSL, CASES_PARENTS), 1);
		CHECK(on_list(&t, DSL, CASES_DUE) + on_list(&t, DSL, CASES_OVERDUE) == 1);
		clock_step(9 * 86400 * 1000LL);
		CHECK_INT(on_list(&t, DSL, CASES_OVERDUE), 1);
		CHECK_INT(on_list(&t, DSL, CASES_DUE), 0);
		close_town(&t);
	}
}

TEST(clause, c2_01_an_online_concern_stands_in_the_childs_one_safeguarding_record)
{
	static const char *const profiles[] = { "junior", "primary" };
	for (size_t i = 0; i < ARRAY_N(profiles); i++)
		ON_EACH_ENGINE(fx) {
			struct town t;
			open_town(&t, &fx, profiles[i]);
			struct report online = worry(&t), other = { .about = ABOUT_CHILD, .origin = ORIGIN_STAFF, .subject = t.person[LEARNER],
				.author = t.person[TEACHER], .words = STR("came without a coat, hungry") };
			send(&t, &online);
			clock_step(86400 * 1000);
			send(&t, &other);
			struct case_query q = { .about = t.person[LEARNER] };
			struct case_page page;
			struct entry_may m = may(&t, DSL);
			CHECK_OK(record_cases(&t.k, &t.a, &m, &q, &page));
			CHECK_INT(page.n, 2);
			q.about = t.person[OTHER_LEARNER];
			CHECK_OK(record_cases(&t.k, &t.a, &m, &q, &page));
			CHECK_INT(page.n, 0);
			close_town(&t);
		}
}
