/* Refused pages that a teacher judged. */
#include "house/record/town.h"

TEST(clause, c7_3_2_14_a_page_judged_unsuitable_is_a_breach_linked_to_its_log_row)
{
	ON_EACH_ENGINE(fx) {
		struct town t;
		int64_t id;
		open_town(&t, &fx, "junior");
		struct refused_page p = { .subject = t.person[LEARNER], .address = STR("bad.example/x"), .category = STR("games"),
			.event_key = STR("g/w/2/5"), .teachers = &t.person[TEACHER], .n_teachers = 1 };
		CHECK_OK(record_page(&t.k, &t.act, &p, &t.d, &id));
		struct entry_may m = may(&t, TEACHER), dsl = may(&t, DSL);
		struct page_line *lines;
		size_t n;
		CHECK_OK(record_pages(&t.k, &t.a, &m, &lines, &n));
		CHECK_INT(n, 1);
		CHECK_STR(lines[0].address, "bad.example/x");
		CHECK_INT(waiting(&t, TEACHER, "page-refused"), 1);
		CHECK_INT(seen_by(&t, DSL, NULL), 0);            /* no flood: the teacher first */
		struct act act = as(&t, TEACHER);
		CHECK_OK(record_tap(&t.k, &act, &m, id, false, STR_NONE, &t.d));
		struct case_page page;
		struct case_query q = { 0 };
		CHECK_OK(record_cases(&t.k, &t.a, &dsl, &q, &page));
		CHECK_INT(page.total, 1);
		CHECK_STR(page.lines[0].kind, "filtering-breach");
		CHECK_STR(page.lines[0].category, "games");
		CHECK_INT(page.lines[0].subject, t.person[LEARNER]);
		struct case_view v;
		CHECK_OK(record_view(&t.k, &t.a, &dsl, page.lines[0].id, &v));
		CHECK_STR(entry_value(&v.entry, "event_key"), "g/w/2/5");
		CHECK_ERR(record_tap(&t.k, &act, &m, id, true, STR_NONE, &t.d), ERR_STATE);
		close_town(&t);
	}
}

TEST(clause, c7_3_2_12_a_forwarded_breach_tells_those_in_the_profile_at_once)
{
	ON_EACH_ENGINE(fx) {
		struct town t;
		int64_t id;
		open_town(&t, &fx, "junior");
		struct report r = { .about = ABOUT_CHILD, .origin = ORIGIN_STAFF, .author = t.person[TEACHER],
			.topic_type = STR("breach"), .subject = t.person[LEARNER], .words = STR("a page of games came through") };
		send(&t, &r);
		CHECK_INT(waiting(&t, DSL, "concern-new"), 1);
		CHECK_INT(waiting(&t, DEPUTY, "concern-new"), 1);
		struct refused_page p = { .subject = t.person[OTHER_LEARNER], .address = STR("bad.example"), .event_key = STR("g/w/2/6") };
		CHECK_OK(record_page(&t.k, &t.act, &p, &t.d, &id));    /* nobody teaches there: at once, technical staff as well */
		CHECK_INT(waiting(&t, TECH, "technical"), 1);
		CHECK_INT(seen_by(&t, TECH, NULL), 0);
		close_town(&t);
	}
}

TEST(record, an_unanswered_page_becomes_a_breach_at_the_end_of_the_day)
{
	ON_EACH_ENGINE(fx) {
		struct town t;
		int64_t id;
		size_t n;
		open_town(&t, &fx, "junior");
		struct refused_page p = { .subject = t.person[LEARNER], .address = STR("bad.example"), .event_key = STR("g/w/2/7"),
			.teachers = &t.person[TEACHER], .n_teachers = 1 };
		CHECK_OK(record_page(&t.k, &t.act, &p, &t.d, &id));
		CHECK_OK(record_tick(&t.k, fx.school, &n));
		CHECK_INT(seen_by(&t, DSL, NULL), 0);
		clock_step(8 * 3600 * 1000);
		CHECK_OK(record_tick(&t.k, fx.school, &n));
		CHECK_INT(seen_by(&t, DSL, NULL), 1);
		close_town(&t);
	}
}
