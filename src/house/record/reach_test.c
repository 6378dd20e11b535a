/* Whom a concern reaches, by when, and who looks after it. */
#include "house/record/town.h"

TEST(clause, c10_1_01_unacknowledged_concern_goes_to_the_deputy_after_the_minutes)
{
	ON_EACH_ENGINE(fx) {
		struct town t;
		size_t n;
		open_town(&t, &fx, "junior");
		struct report r = worry(&t);
		r.danger = true;
		struct received got = send(&t, &r);
		CHECK_OK(record_tick(&t.k, fx.school, &n));
		CHECK_INT(n, 0);
		clock_step(16 * 60 * 1000);
		CHECK_OK(record_tick(&t.k, fx.school, &n));
		CHECK_INT(n, 1);
		CHECK_INT(waiting(&t, DEPUTY, "escalated"), 1);
		CHECK_INT(waiting(&t, HEAD, "escalated"), 0);
		clock_step(16 * 60 * 1000);
		CHECK_OK(record_tick(&t.k, fx.school, &n));
		CHECK_INT(waiting(&t, HEAD, "escalated"), 1);
		struct act act = as(&t, DSL);
		struct entry_may m = may(&t, DSL);
		CHECK_OK(record_acknowledge(&t.k, &act, &m, got.id));
		clock_step(30 * 86400 * 1000LL);
		CHECK_OK(record_tick(&t.k, fx.school, &n));
		CHECK_INT(n, 0);
		close_town(&t);
	}
}

TEST(clause, c3_07_saving_a_concern_gives_the_head_a_timed_notice)
{
	ON_EACH_ENGINE(fx) {
		struct town t;
		open_town(&t, &fx, "primary");
		struct report r = worry(&t);
		send(&t, &r);
		CHECK_INT(waiting(&t, HEAD, "oversight"), 1);
		close_town(&t);
	}
}

TEST(clause, c3_08_oversight_reaches_those_the_profile_names_and_no_others)
{
	ON_EACH_ENGINE(fx) {
		struct town t;
		open_town(&t, &fx, "junior");
		struct param *p = NULL;
		for (size_t i = 0; i < t.library->profile.n; i++)
			if (str_is(t.library->profile.params[i].key, "oversight.recipients"))
				p = &t.library->profile.params[i];
		CHECK(p && p->n_values == 2);                    /* headteacher and DSL */
		struct report r = worry(&t);
		send(&t, &r);
		CHECK_INT(waiting(&t, HEAD, "oversight"), 1);
		CHECK(waiting(&t, DSL, NULL) >= 1);
		p->values++;                                     /* the headteacher switched off */
		p->n_values--;
		r.subject = t.person[OTHER_LEARNER];
		send(&t, &r);
		CHECK_INT(waiting(&t, HEAD, "oversight"), 1);
		CHECK(waiting(&t, DSL, NULL) >= 2);
		close_town(&t);
	}
}

TEST(clause, c4_3_09_any_member_of_staff_raises_a_concern_and_the_dsl_is_told_at_once)
{
	ON_EACH_ENGINE(fx) {
		struct town t;
		open_town(&t, &fx, "junior");
		struct report r = worry(&t);
		r.origin = ORIGIN_STAFF;
		r.author = t.person[TEACHER];
		struct received got = send(&t, &r);
		CHECK_INT(waiting(&t, DSL, "concern-new"), 1);
		struct case_view v;
		struct entry_may m = may(&t, TEACHER);
		CHECK_OK(record_view(&t.k, &t.a, &m, got.id, &v));      /* who raised it sees their words, no steps */
		CHECK(v.limited && !v.n_steps && !v.n_chronology);
		struct act act = as(&t, TEACHER);
		CHECK_ERR(record_close(&t.k, &act, &m, got.id, &t.d), ERR_ABSENT);
		close_town(&t);
	}
}

TEST(clause, c4_6_07_a_parent_reports_without_sign_in_and_gets_a_reference)
{
	ON_EACH_ENGINE(fx) {
		struct town t;
		struct str status;
		open_town(&t, &fx, "junior");
		struct report r = { .about = ABOUT_CHILD, .origin = ORIGIN_PARENT, .words = STR("My child was sent a zebra"),
			.reporter = STR("A parent, 01632 960111") };
		struct received got = send(&t, &r);
		CHECK_INT(strlen(got.reference), 9);
		CHECK_INT(waiting(&t, DSL, "concern-new"), 1);
		CHECK_OK(record_status(&t.k, fx.school, str_z(got.reference), &status));
		CHECK_STR(status, "It has been received.");
		struct act act = as(&t, DSL);
		struct entry_may m = may(&t, DSL);
		CHECK_OK(record_acknowledge(&t.k, &act, &m, got.id));
		CHECK_OK(record_status(&t.k, fx.school, str_z(got.reference), &status));
		CHECK_STR(status, "Somebody is looking at it.");
		CHECK_ERR(record_status(&t.k, fx.school, STR("2222-2222"), &status), ERR_ABSENT);
		close_town(&t);
	}
}

TEST(clause, c4_2_12_an_amendment_leaves_the_first_text_readable)
{
	ON_EACH_ENGINE(fx) {
		struct town t;
		open_town(&t, &fx, "junior");
		struct report r = worry(&t);
		struct received got = send(&t, &r);
		struct act act = as(&t, DSL);
		struct entry_may m = may(&t, DSL);
		CHECK_OK(record_note(&t.k, &act, &m, got.id, NOTE_AMENDMENT, STR("It was a giraffe, not a zebra"), 0, &t.d));
		struct case_view v;
		CHECK_OK(record_view(&t.k, &t.a, &m, got.id, &v));
		CHECK_STR(entry_value(&v.entry, "words"), "Somebody asked for my zebra picture");
		bool found = false;
		for (size_t i = 0; i < v.n_chronology; i++)
			found = found || str_is(v.chronology[i].text, "It was a giraffe, not a zebra");
		CHECK(found);
		close_town(&t);
	}
}

TEST(clause, c4_02_a_childs_case_is_handed_only_to_somebody_with_current_training)
{
	static const char *const profiles[] = { "junior", "primary" };
	for (size_t i = 0; i < ARRAY_N(profiles); i++)
		ON_EACH_ENGINE(fx) {
			struct town t;
			open_town(&t, &fx, profiles[i]);
			struct report r = worry(&t);
			struct received got = send(&t, &r);
			struct act act = as(&t, DSL), back = as(&t, DEPUTY);
			struct entry_may m = may(&t, DSL), theirs = may(&t, DEPUTY);
			struct case_view v;
			CHECK_OK(record_acknowledge(&t.k, &act, &m, got.id));
			CHECK_ERR(record_hand_over(&t.k, &act, &m, got.id, t.person[DEPUTY], ROLE_BIT(ROLE_DEPUTY), STR("x"), &t.d), ERR_INVALID);
			trained(&t, DEPUTY, 3 * 366);                            /* too long ago */
			CHECK_ERR(record_hand_over(&t.k, &act, &m, got.id, t.person[DEPUTY], ROLE_BIT(ROLE_DEPUTY), STR("x"), &t.d), ERR_INVALID);
			CHECK_ERR(record_hand_over(&t.k, &act, &m, got.id, t.person[TEACHER], ROLE_BIT(ROLE_TEACHER), STR("x"), &t.d), ERR_INVALID);
			CHECK_INT((int64_t)t.d.errors, 3);
			CHECK_STR(t.d.items[0].file, "to");
			CHECK_OK(record_view(&t.k, &t.a, &m, got.id, &v));
			CHECK_INT(v.line.owner, t.person[DSL]);
			CHECK_INT(waiting(&t, DEPUTY, "handed-over"), 0);
			trained(&t, DEPUTY, 30);
			CHECK_OK(record_hand_over(&t.k, &act, &m, got.id, t.person[DEPUTY], ROLE_BIT(ROLE_DEPUTY), STR("a course"), &t.d));
			CHECK_OK(record_hand_over(&t.k, &back, &theirs, got.id, t.person[DSL], ROLE_BIT(ROLE_DSL), STR("back"), &t.d));      /* the lead's own */
			close_town(&t);
		}
}

TEST(clause, c4_2_04_handing_over_keeps_one_record_with_both_people_and_the_time)
{
	ON_EACH_ENGINE(fx) {
		struct town t;
		open_town(&t, &fx, "junior");
		struct taken c = take_on(&t);
		trained(&t, DEPUTY, 30);
		CHECK_OK(record_hand_over(&t.k, &c.act, &c.m, c.id, t.person[DEPUTY], ROLE_BIT(ROLE_DEPUTY), STR("on a course"), &t.d));
		CHECK_ERR(record_hand_over(&t.k, &c.act, &c.m, c.id, t.person[LEARNER], ROLE_BIT(ROLE_LEARNER), STR("x"), &t.d), ERR_FORBIDDEN);
		struct case_view v;
		CHECK_OK(record_view(&t.k, &t.a, &c.m, c.id, &v));
		CHECK_INT(v.line.owner, t.person[DEPUTY]);
		CHECK_INT(waiting(&t, DEPUTY, "handed-over"), 1);
		bool found = false;
		for (size_t i = 0; i < v.n_chronology; i++)
			if (str_is(v.chronology[i].title, "Handed over"))
				found = v.chronology[i].by == t.person[DSL] && v.chronology[i].recorded_utc == clock_utc() &&
				        str_find(v.chronology[i].text, STR("on a course")) >= 0;
		CHECK(found);
		CHECK_INT(seen_by(&t, DSL, NULL), 1);
		close_town(&t);
	}
}
