/* The clauses that are kept by duties and statements: each test is its acceptance, on both profiles. */
#include "house/duty/duty_clause_kit.h"

/* ---- what each member of staff states ---- */

TEST(clause, c1_11_each_member_of_staff_is_asked_each_year_and_the_task_closes_only_on_signing)
{
	ON_EACH_SCHOOL(w) {
		web_duties_at(&w, today(9, 15));
		int64_t me = w.person[ROLE_TEACHER];
		for (int r = 0; r < role_count(); r++) {
			struct person p;
			CHECK_OK(person_get(w.db, w.arena, w.school, w.person[r], &p));
			if (p.kind == KIND_STAFF)
				CHECK(web_turn(&w, "staff-conduct", p.id).id);
		}
		struct duty_turn t = web_turn(&w, "staff-conduct", me);
		CHECK_INT(answer(&w, "staff-conduct", me, &t, "").status, 422);        /* lines alone do not sign it */
		CHECK(str_is(web_turn(&w, "staff-conduct", me).state, "open"));
		CHECK_INT(answer(&w, "staff-conduct", me, &t, "answer=yes").status, 303);
		CHECK(str_is(web_turn(&w, "staff-conduct", me).state, "done"));
		web_duties_at(&w, web_now(2027, 9, 15, 10));
		struct duty_turn next = web_turn(&w, "staff-conduct", me);
		CHECK(next.id != t.id && str_is(next.state, "open"));
	}
}

/* Signs the conduct statement as a teacher; the page of it, as leadership sees it. */
static struct web_visit conduct(struct web_school *w)
{
	int64_t me = w->person[ROLE_TEACHER];
	web_duties_at(w, today(9, 15));
	struct duty_turn t = web_turn(w, "staff-conduct", me);
	CHECK_INT(answer(w, "staff-conduct", me, &t, "answer=yes").status, 303);
	return web_get(w, ROLE_HEAD, web_turn_path(w, &t));
}

#define CONDUCT_SAYS(w, ...) \
	ON_EACH_SCHOOL(w) { \
		static const char *const words[] = { __VA_ARGS__ }; \
		struct web_visit v = conduct(&w); \
		CHECK(v.status == 200 && web_says(&v, "Test Teacher") && web_says(&v, "15 September 2026")); \
		for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) \
			CHECK(web_says(&v, words[i])); \
	}

TEST(clause, c4_3_06_the_statement_covers_school_and_home_and_is_dated) { CONDUCT_SAYS(w, "on and off the school site", "role model", "stay professional") }
TEST(clause, c7_5_1_02_the_statement_holds_the_password_item_with_its_date) { CONDUCT_SAYS(w, "I alone know my passwords") }
TEST(clause, c7_8_1_02_the_statement_cites_the_agreement_and_the_rule_for_mail_on_telephones) { CONDUCT_SAYS(w, "acceptable use agreement", "policy on mobile use") }
TEST(clause, c8_1_02_the_statement_cites_the_social_media_policy) { CONDUCT_SAYS(w, "I follow the social media policy") }
TEST(clause, c9_2_01_the_statement_cites_the_phone_policy) { CONDUCT_SAYS(w, "the phone policy") }

TEST(clause, c4_3_05_the_statement_lists_what_the_account_reaches_and_needs_an_answer)
{
	ON_EACH_SCHOOL(w) {
		web_duties_at(&w, today(9, 15));
		int64_t me = w.person[ROLE_TECHNICIAN], other = w.person[ROLE_TEACHER];
		struct duty_turn t = web_turn(&w, "staff-systems", me), theirs = web_turn(&w, "staff-systems", other);
		struct web_visit v = web_get_as(&w, me, web_turn_path(&w, &t));
		CHECK(web_says(&v, "I keep safe what I reach here as Technician"));
		v = web_get_as(&w, other, web_turn_path(&w, &theirs));
		CHECK(!web_says(&v, "as Technician") && web_says(&v, "as Teacher"));
		CHECK_INT(answer(&w, "staff-systems", me, &t, "").status, 422);
		CHECK_INT(answer(&w, "staff-systems", me, &t, "answer=yes").status, 303);
	}
}

/* ---- leaders and governors ---- */

TEST(clause, c4_1_01_leadership_states_it_each_year_with_role_and_date)
{
	ON_EACH_SCHOOL(w) {
		web_duties_at(&w, today(9, 15));
		struct duty_turn t = web_turn(&w, "leadership-statement", 0);
		CHECK_INT(answer(&w, "leadership-statement", w.person[ROLE_TEACHER], &t, "answer=yes").status, 404);
		CHECK_INT(answer(&w, "leadership-statement", w.person[ROLE_HEAD], &t, "answer=yes").status, 303);
		struct web_visit v = web_get(&w, ROLE_DSL, web_turn_path(&w, &t));
		CHECK(web_says(&v, "Headteacher") && web_says(&v, "Test Headteacher") && web_says(&v, "15 September 2026") && web_says(&v, "safeguarding matter"));
		web_duties_at(&w, web_now(2027, 9, 15, 10));
		CHECK(web_turn(&w, "leadership-statement", 0).id != t.id);
	}
}

TEST(clause, c4_1_10_both_head_and_lead_answer_and_a_no_opens_an_action)
{
	ON_EACH_SCHOOL(w) {
		web_duties_at(&w, today(10, 15));
		struct duty_turn t = web_turn(&w, "dsl-time", 0);
		CHECK_INT(answer(&w, "dsl-time", w.person[ROLE_HEAD], &t, "answer=yes").status, 303);
		CHECK(str_is(web_turn(&w, "dsl-time", 0).state, "open"));
		CHECK_INT(answer(&w, "dsl-time", w.person[ROLE_DSL], &t, "answer=no&note=The+afternoon+is+gone+to+cover").status, 303);
		CHECK(str_is(web_turn(&w, "dsl-time", 0).state, "declined"));
		CHECK(role_has_task(&w, ROLE_CHAIR, "duty-no", "Time and resources"));
	}
}

TEST(clause, c7_3_1_01_one_governor_and_one_leader_state_it_for_each_group)
{
	ON_EACH_SCHOOL(w) {
		web_duties_at(&w, today(10, 15));
		struct duty_turn t = web_turn(&w, "filtering-suits", 0);
		struct web_visit v = web_get_as(&w, w.person[ROLE_GOVERNOR], web_turn_path(&w, &t));
		bool young = profile_has(&w.web->library->profile, STR("school.key_stages"), STR("early-years"));
		CHECK(web_says(&v, "key stage 2") && web_says(&v, "staff suit") && web_says(&v, "early years") == young);
		CHECK_INT(answer(&w, "filtering-suits", w.person[ROLE_HEAD], &t, "answer=yes").status, 303);
		CHECK(str_is(web_turn(&w, "filtering-suits", 0).state, "open"));
		CHECK_INT(answer(&w, "filtering-suits", w.person[ROLE_GOVERNOR], &t, "answer=yes").status, 303);
		CHECK(str_is(web_turn(&w, "filtering-suits", 0).state, "done"));
	}
}

TEST(clause, c4_2_19_the_review_closes_only_with_lead_and_leadership)
{
	ON_EACH_SCHOOL(w) {
		web_duties_at(&w, today(7, 1));
		struct duty_turn t = web_turn(&w, "policy-review", 0);
		CHECK(t.id);
		CHECK_INT(web_post(&w, ROLE_DSL, "/registers/contribution/new", "about=policy&group=learners&how=council&said=Use+fewer+words.&on=1+July+2027").status, 303);
		CHECK_INT(answer(&w, "policy-review", w.person[ROLE_DSL], &t, "answer=yes").status, 303);
		CHECK(str_is(web_turn(&w, "policy-review", 0).state, "open"));
		CHECK_INT(answer(&w, "policy-review", w.person[ROLE_DSL], &t, "answer=yes").status, 403);
		CHECK_INT(answer(&w, "policy-review", w.person[ROLE_HEAD], &t, "answer=yes").status, 303);
		CHECK(str_is(web_turn(&w, "policy-review", 0).state, "done"));
		CHECK_INT(web_post(&w, ROLE_HEAD, "/calendar/duty/policy-review", "every=3+years").status, 422);
	}
}

/* ---- looking at logs ---- */

TEST(clause, c3_05_a_missed_log_review_is_overdue_and_leadership_is_told)
{
	ON_EACH_SCHOOL(w) {
		struct q_outbox_of_row *rows;
		size_t n, late = 0;
		web_duties_at(&w, today(9, 7));
		web_duties_at(&w, today(9, 14));
		struct web_visit v = web_get(&w, ROLE_LEADERSHIP, "/calendar?which=overdue");
		CHECK(web_says(&v, "Look at how the internet was used") && web_says(&v, "Overdue"));
		CHECK_OK(q_outbox_of(w.db, w.arena, &(struct q_outbox_of_args){ .school = w.school, .person = w.person[ROLE_LEADERSHIP] }, &rows, &n));
		for (size_t i = 0; i < n; i++)
			late += str_is(rows[i].kind, "duty-late");
		CHECK(late >= 1);
	}
}

TEST(clause, c7_3_4_03_a_log_review_keeps_who_which_days_and_what_and_gaps_show)
{
	ON_EACH_SCHOOL(w) {
		web_duties_at(&w, today(9, 7));
		struct duty_turn first = web_turn(&w, "log-review", 0);
		const char *form = web_duty_form(&w, "log-review", 0, "");
		CHECK_INT(web_post_as(&w, w.person[ROLE_TECHNICIAN], web_turn_path(&w, &first), form_without(&w, form, "field-period").p).status, 422);
		CHECK_INT(web_post_as(&w, w.person[ROLE_TECHNICIAN], web_turn_path(&w, &first), form).status, 303);
		web_duties_at(&w, today(9, 14));
		web_duties_at(&w, today(9, 21));                                     /* nobody looked in the week of the 14th */
		struct web_visit v = web_get(&w, ROLE_HEAD, "/calendar/duty/log-review");
		CHECK(web_says(&v, "18 September 2026") && web_says(&v, "Overdue") && web_says(&v, "11 September 2026"));
		v = web_get(&w, ROLE_HEAD, web_turn_path(&w, &first));
		CHECK(web_says(&v, "Test Technician") && web_says(&v, "Looked at it on Monday"));
	}
}

TEST(clause, c7_2_05_the_audit_recurs_and_keeps_its_report)
{
	ON_EACH_SCHOOL(w) {
		web_duties_at(&w, today(10, 8));
		web_duties_at(&w, today(10, 30));
		struct duty_turn t = web_turn(&w, "activity-audit", 0);
		CHECK(t.id);
		CHECK_INT(answer(&w, "activity-audit", w.person[ROLE_DSL], &t, "").status, 303);
		struct duty_turn done = web_turn(&w, "activity-audit", 0);
		CHECK(str_is(done.state, "done") && str_find(done.evidence, STR("Looked at it on Monday")) >= 0);
		CHECK_INT(web_post(&w, ROLE_DSL, "/calendar/duty/activity-audit", "every=month").status, 303);
		web_duties_at(&w, today(11, 4));
		CHECK(web_turn(&w, "activity-audit", 0).id != t.id);
	}
}

TEST(clause, c4_4_09_monitoring_that_nobody_reviewed_is_overdue_for_the_technician)
{
	ON_EACH_SCHOOL(w) {
		web_duties_at(&w, today(12, 20));
		web_duties_at(&w, web_now(2027, 1, 3, 10));
		web_duties_at(&w, web_now(2027, 1, 6, 10));
		struct web_visit v = web_get(&w, ROLE_TECHNICIAN, "/calendar");
		CHECK(web_says(&v, "Review how monitoring is set up") && web_says(&v, "Overdue"));
	}
}

TEST(clause, c4_4_10_the_monitoring_review_needs_technician_and_leadership)
{
	ON_EACH_SCHOOL(w) {
		web_duties_at(&w, web_now(2027, 1, 2, 10));
		struct duty_turn t = web_turn(&w, "monitoring-config", 0);
		CHECK(t.id);
		CHECK_INT(answer(&w, "monitoring-config", w.person[ROLE_TECHNICIAN], &t, "").status, 303);
		CHECK(str_is(web_turn(&w, "monitoring-config", 0).state, "open"));
		CHECK_INT(answer(&w, "monitoring-config", w.person[ROLE_LEADERSHIP], &t, "").status, 303);
		CHECK(str_is(web_turn(&w, "monitoring-config", 0).state, "done"));
	}
}

/* ---- the website ---- */

TEST(clause, c7_6_01_each_required_item_is_answered_and_a_missing_one_opens_a_task)
{
	ON_EACH_SCHOOL(w) {
		struct duty_turn t = termly(&w, "website-check");
		const char *form = web_duty_form(&w, "website-check", 0, "");
		struct str without = form_without(&w, form, "line-dfe");
		CHECK_INT(web_post(&w, ROLE_HEAD, web_turn_path(&w, &t), without.p).status, 422);
		CHECK_INT(web_post(&w, ROLE_HEAD, web_turn_path(&w, &t), arena_fmt(w.arena, "%.*s&line-dfe=no", STRF(without)).p).status, 422);        /* what is missing? */
		CHECK_INT(web_post(&w, ROLE_HEAD, web_turn_path(&w, &t), arena_fmt(w.arena, "%.*s&line-dfe=no&note-dfe=The+premium+report+is+of+last+year", STRF(without)).p).status, 303);
		CHECK(role_has_task(&w, ROLE_HEAD, "duty-no", "Check the school"));
	}
}

#define WEBSITE_ASKS(w, line_, says_) \
	ON_EACH_SCHOOL(w) { \
		struct duty_turn t = termly(&w, "website-check"); \
		struct web_visit v = web_get(&w, ROLE_HEAD, web_turn_path(&w, &t)); \
		CHECK(web_says(&v, says_)); \
		CHECK_INT(web_post(&w, ROLE_HEAD, web_turn_path(&w, &t), form_without(&w, web_duty_form(&w, "website-check", 0, ""), line_).p).status, 422); \
		CHECK_INT(web_post(&w, ROLE_HEAD, web_turn_path(&w, &t), web_duty_form(&w, "website-check", 0, "")).status, 303); \
		v = web_get(&w, ROLE_HEAD, web_turn_path(&w, &t)); \
		CHECK(web_says(&v, "Test Headteacher") && web_says(&v, "2 January 2027") && web_says(&v, says_)); \
	}

TEST(clause, c7_6_02_the_check_asks_for_accessibility) { WEBSITE_ASKS(w, "line-accessibility", "accessibility statement is there") }
TEST(clause, c7_6_03_the_check_fails_without_the_address_of_the_privacy_notice) { WEBSITE_ASKS(w, "field-address", "Address of the privacy notice") }
TEST(clause, c7_6_04_the_check_of_copyright_names_who_looked_and_when) { WEBSITE_ASKS(w, "field-reviewer", "Who looked, and on which day?") }
TEST(clause, c7_6_07_the_check_asks_for_the_administrators_password) { WEBSITE_ASKS(w, "line-admin-password", "strong password") }

/* ---- self-audit, evaluation, governors ---- */

TEST(clause, c3_06_each_live_mechanism_stands_with_its_evidence_and_needs_a_judgement)
{
	ON_EACH_SCHOOL(w) {
		struct duty_turn t = termly(&w, "evaluation");
		struct web_visit v = web_get(&w, ROLE_HEAD, web_turn_path(&w, &t));
		CHECK(web_says(&v, "Everybody signs the agreement") && web_says(&v, "Worries are reported") && web_says(&v, "nothing is kept yet"));
		const char *form = web_duty_form(&w, "evaluation", 0, "");
		CHECK_INT(web_post(&w, ROLE_HEAD, web_turn_path(&w, &t), form_without(&w, form, "line-reports").p).status, 422);
		CHECK_INT(web_post(&w, ROLE_HEAD, web_turn_path(&w, &t), form_without(&w, form, "field-judgement").p).status, 422);
		CHECK_INT(web_post(&w, ROLE_HEAD, web_turn_path(&w, &t), form).status, 303);
	}
}

TEST(clause, c4_1_17_a_self_audit_names_a_strength_and_an_improvement)
{
	ON_EACH_SCHOOL(w) {
		web_duties_at(&w, today(6, 1));
		struct duty_turn t = web_turn(&w, "self-audit", 0);
		const char *form = web_duty_form(&w, "self-audit", 0, "");
		CHECK_INT(web_post(&w, ROLE_HEAD, web_turn_path(&w, &t), form_without(&w, form, "field-strong").p).status, 422);
		CHECK_INT(web_post(&w, ROLE_HEAD, web_turn_path(&w, &t), form_without(&w, form, "field-improve").p).status, 422);
		CHECK_INT(web_post(&w, ROLE_HEAD, web_turn_path(&w, &t), form).status, 303);
	}
}

TEST(clause, c12_2_13_the_self_audit_takes_the_level_of_the_tool)
{
	ON_EACH_SCHOOL(w) {
		web_duties_at(&w, today(6, 1));
		struct duty_turn t = web_turn(&w, "self-audit", 0);
		struct web_visit v = web_get(&w, ROLE_DSL, web_turn_path(&w, &t));
		CHECK(web_says(&v, "360 degree safe"));
		struct str form = form_without(&w, web_duty_form(&w, "self-audit", 0, ""), "field-level");
		CHECK_INT(web_post(&w, ROLE_DSL, web_turn_path(&w, &t), arena_fmt(w.arena, "%.*s&field-level=Level+3,+May+2027", STRF(form)).p).status, 303);
		v = web_get(&w, ROLE_DSL, web_turn_path(&w, &t));
		CHECK(web_says(&v, "Level 3, May 2027"));
	}
}

TEST(clause, c4_2_17_the_briefing_is_made_on_time_and_kept_as_delivered)
{
	ON_EACH_SCHOOL(w) {
		web_duties_at(&w, today(10, 29));
		struct duty_turn t = web_turn(&w, "briefing", 0);
		struct web_visit v = web_get(&w, ROLE_DSL, web_turn_path(&w, &t));
		CHECK(web_says(&v, "reports that came in this half-term") && web_says(&v, "cases that are open now"));
		CHECK_INT(answer(&w, "briefing", w.person[ROLE_DSL], &t, "").status, 303);
		v = web_get(&w, ROLE_HEAD, web_turn_path(&w, &t));
		CHECK(web_says(&v, "29 October 2026") && web_says(&v, "Test Designated safeguarding lead"));
	}
}

TEST(clause, c4_2_21_a_term_without_the_governors_meeting_is_overdue)
{
	ON_EACH_SCHOOL(w) {
		struct duty_turn t = termly(&w, "governor-meeting");
		web_duties_at(&w, web_now(2027, 1, 6, 10));
		CHECK(web_turn(&w, "governor-meeting", 0).late);
		CHECK_INT(web_post_as(&w, w.person[ROLE_DEPUTY], web_turn_path(&w, &t), "field-met=").status, 422);
		CHECK_INT(answer(&w, "governor-meeting", w.person[ROLE_DSL], &t, "").status, 303);
		t = web_turn(&w, "governor-meeting", 0);
		CHECK(str_is(t.state, "done") && t.late);
	}
}
