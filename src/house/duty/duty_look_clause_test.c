/* The clauses that are kept by looking: at the filter, at guidance, at what changed and what was found; on both profiles. */
#include "house/duty/duty_clause_kit.h"

/* ---- the filter is tried ---- */

static void filter_check_keeps(struct web_school *w, const char *line, const char *says)
{
	struct duty_turn t = termly(w, "filter-check");
	struct str form = form_without(w, web_duty_form(w, "filter-check", 0, ""), line);
	CHECK_INT(web_post(w, ROLE_TECHNICIAN, web_turn_path(w, &t), form.p).status, 422);
	form = arena_fmt(w->arena, "%.*s&%s=no&note%s=It+came+through", STRF(form), line, line + 4);
	CHECK_INT(web_post(w, ROLE_TECHNICIAN, web_turn_path(w, &t), form.p).status, 303);
	struct web_visit v = web_get(w, ROLE_HEAD, web_turn_path(w, &t));
	CHECK(web_says(&v, says) && web_says(&v, "NO:") && web_says(&v, "It came through"));
	CHECK(role_has_task(w, ROLE_LEADERSHIP, "duty-no", "Check that filtering"));
}

TEST(part, c7_3_1_08_each_device_place_and_group_is_tried_and_its_result_kept)
{
	ON_EACH_SCHOOL(w)
		filter_check_keeps(&w, "line-ks2-tablet-away", "As key stage 2, on a school tablet, away from school");
}

TEST(part, c7_3_1_09_the_test_event_must_show_in_log_and_alerts)
{
	ON_EACH_SCHOOL(w)
		filter_check_keeps(&w, "line-alert", "raised an alert");
}

TEST(part, c7_9_2_09_holders_of_sign_ins_confirm_each_term)
{
	ON_EACH_SCHOOL(w) {
		struct duty_turn t = termly(&w, "credentials");
		CHECK_INT(answer(&w, "credentials", w.person[ROLE_TECHNICIAN], &t, "").status, 422);
		CHECK_INT(answer(&w, "credentials", w.person[ROLE_TECHNICIAN], &t, "answer=yes").status, 303);
		web_duties_at(&w, web_now(2027, 4, 12, 10));
		CHECK(web_turn(&w, "credentials", 0).id != t.id);
	}
}

/* ---- guidance, research, technology ---- */

TEST(clause, c4_2_08_the_horizon_scan_closes_only_with_source_and_summary)
{
	ON_EACH_SCHOOL(w) {
		web_duties_at(&w, today(10, 29));
		struct duty_turn t = web_turn(&w, "horizon-scan", 0);
		const char *form = web_duty_form(&w, "horizon-scan", 0, "");
		CHECK_INT(web_post(&w, ROLE_DSL, web_turn_path(&w, &t), form_without(&w, form, "field-source").p).status, 422);
		CHECK_INT(web_post(&w, ROLE_DSL, web_turn_path(&w, &t), form_without(&w, form, "field-summary").p).status, 422);
		CHECK_INT(web_post(&w, ROLE_DSL, web_turn_path(&w, &t), form).status, 303);
	}
}

TEST(clause, c6_01_the_watch_closes_with_what_was_seen_or_nothing_new)
{
	ON_EACH_SCHOOL(w) {
		web_duties_at(&w, today(10, 29));
		struct duty_turn t = web_turn(&w, "technology-watch", 0);
		CHECK_INT(web_post(&w, ROLE_DSL, web_turn_path(&w, &t), "field-seen=").status, 422);
		CHECK_INT(web_post(&w, ROLE_DSL, web_turn_path(&w, &t), "field-seen=Nothing+new").status, 303);
		CHECK(web_turn(&w, "technology-watch", 0).done_utc > 0);
	}
}

static struct web_visit register_edition(struct web_school *w, const char *source, const char *edition)
{
	return web_post(w, ROLE_DSL, "/registers/guidance/new", arena_fmt(w->arena, "source=%s&edition=%s&edition-date=1/9/2026&read-on=14/9/2026&next-check=1/9/2027", source, edition).p);
}

static struct str key_of(struct web_school *w, const struct web_visit *v)
{
	return arena_fmt(w->arena, "entry %.*s", STRF(str_from(v->location, (size_t)str_rchr(v->location, '/') + 1)));
}

TEST(clause, c1_04_a_newer_edition_opens_a_review_of_the_policy)
{
	ON_EACH_SCHOOL(w) {
		web_duties_at(&w, today(9, 14));
		struct web_visit v = register_edition(&w, "kcsie", "September+2026");
			CHECK_INT(v.status, 303);
		web_duties_at(&w, today(9, 14) + 60);
		struct duty_turn t = web_turn(&w, "guidance-revision", 0);
		CHECK(t.id && str_eq(t.key, key_of(&w, &v)) && role_has_task(&w, ROLE_DSL, "duty", "guidance has changed"));
	}
}

TEST(clause, c3_02_a_recorded_change_of_guidance_asks_for_a_revision_the_same_day)
{
	ON_EACH_SCHOOL(w) {
		web_duties_at(&w, today(9, 14));
		struct web_visit v = register_edition(&w, "partnership", "Version+9");
		web_duties_at(&w, today(9, 14) + 60);
		struct duty_turn t = web_turn(&w, "guidance-revision", 0);
		CHECK(t.opened_utc < today(9, 15) && str_eq(t.key, key_of(&w, &v)));
		struct web_visit page = web_get_as(&w, w.person[ROLE_DSL], web_turn_path(&w, &t));
		CHECK(web_says(&page, v.location.p));                                 /* it cites what changed */
	}
}

TEST(clause, c1_05_the_early_years_framework_is_asked_only_where_there_are_early_years)
{
	ON_EACH_SCHOOL(w) {
		bool young = profile_has(&w.web->library->profile, STR("school.key_stages"), STR("early-years"));
		web_duties_at(&w, today(9, 14));
		struct duty_turn t = web_turn(&w, "guidance-check", 0);
		struct web_visit v = web_get(&w, ROLE_DSL, web_turn_path(&w, &t));
		CHECK(web_says(&v, "Early years foundation stage") == young && web_says(&v, "Working together"));
		v = web_post(&w, ROLE_DSL, "/registers/guidance/new", "source=eyfs&edition=2026&read-on=14/9/2026&next-check=1/9/2027");
		CHECK(v.status == 422 && web_says(&v, "needs the date of its edition"));
	}
}

TEST(clause, c1_06_the_register_shows_edition_and_next_check)
{
	ON_EACH_SCHOOL(w) {
		CHECK_INT(register_edition(&w, "working-together", "December+2026").status, 303);
		struct web_visit v = web_get(&w, ROLE_DSL, "/registers/guidance");
		CHECK(web_says(&v, "Working together") && web_says(&v, "December 2026") && web_says(&v, "1 September 2027"));
		v = web_post(&w, ROLE_DSL, "/registers/guidance/new", "source=working-together&edition=2027&read-on=14/9/2026");
		CHECK_INT(v.status, 422);
	}
}

TEST(clause, c4_1_02_each_source_shows_its_last_and_next_check_and_turns_red)
{
	ON_EACH_SCHOOL(w) {
		CHECK_INT(register_edition(&w, "kcsie", "September+2026").status, 303);
		struct web_visit v = web_get(&w, ROLE_HEAD, "/registers/guidance");
		CHECK(web_says(&v, "14 September 2026") && web_says(&v, "1 September 2027") && !web_says(&v, "govuk-tag--red"));
		clock_fake(web_now(2027, 9, 5, 10) * 1000);
		v = web_get_as(&w, web_person(&w, ROLE_LEADERSHIP, "Sorrel Specimen"), "/registers/guidance");
		CHECK(web_says(&v, "govuk-tag--red"));
	}
}

static void lead_reads(struct web_school *w, const char *source)
{
	web_duties_at(w, today(9, 14));
	CHECK_INT(register_edition(w, source, "2026").status, 303);
	web_duties_at(w, today(9, 14) + 60);
	struct duty_turn t = web_turn(w, "guidance-read", 0);
	CHECK_INT(answer(w, "guidance-read", w->person[ROLE_HEAD], &t, "answer=yes").status, 403);
	CHECK_INT(answer(w, "guidance-read", w->person[ROLE_DSL], &t, "answer=yes").status, 303);
	CHECK(str_is(web_turn(w, "guidance-read", 0).state, "done"));
	clock_fake((today(9, 14) + 120) * 1000);
	CHECK_INT(register_edition(w, source, "2027").status, 303);
	web_duties_at(w, today(9, 14) + 180);
	CHECK(str_is(web_turn(w, "guidance-read", 0).state, "open") && web_turn(w, "guidance-read", 0).id != t.id);
}

TEST(clause, c11_1_01_the_lead_attests_each_edition_and_a_new_one_asks_again)
{
	ON_EACH_SCHOOL(w)
		lead_reads(&w, "svsh");
}

TEST(clause, c11_1_02_part_five_is_attested_for_the_current_edition)
{
	ON_EACH_SCHOOL(w)
		lead_reads(&w, "kcsie-5");
}

/* ---- what changed, what was found ---- */

TEST(clause, c3_04_a_logged_change_of_infrastructure_asks_the_lead_to_revise)
{
	ON_EACH_SCHOOL(w) {
		web_duties_at(&w, today(9, 14));
		struct web_visit v = web_post(&w, ROLE_TECHNICIAN, "/registers/infrastructure/new", "what=New+internet+line&on=14/9/2026&effect=None+expected");
		CHECK_INT(v.status, 303);
		web_duties_at(&w, today(9, 14) + 60);
		CHECK(!web_turn(&w, "technical-revision", 0).id);                      /* planned only */
		v = web_post(&w, ROLE_TECHNICIAN, arena_fmt(w.arena, "%.*s/move", STRF(v.location)).p, "seen=1&why=it+is+in&to=done");
		CHECK_INT(v.status, 303);
		web_duties_at(&w, today(9, 14) + 120);
		CHECK(web_turn(&w, "technical-revision", 0).id && role_has_task(&w, ROLE_DSL, "duty", "infrastructure has changed"));
	}
}

static struct web_visit finding(struct web_school *w, const char *what, const char *rest)
{
	return web_post(w, ROLE_DSL, "/registers/finding/new", arena_fmt(w->arena, "what=%s&on=14/9/2026&source=trend&%s", what, rest).p);
}

static struct web_visit moved(struct web_school *w, struct str at, const char *seen, const char *to)
{
	return web_post(w, ROLE_DSL, arena_fmt(w->arena, "%.*s/move", STRF(at)).p, arena_fmt(w->arena, "seen=%s&why=looked+at+it&to=%s", seen, to).p);
}

TEST(clause, c3_10_an_issue_is_closed_only_with_an_action_or_a_reason)
{
	ON_EACH_SCHOOL(w) {
		struct str at = finding(&w, "More+mean+messages", "issue=yes").location;
		CHECK(at.n > 0);
		struct web_visit v = moved(&w, at, "1", "closed");
		CHECK(v.status == 422 && web_says(&v, "the reason why nothing is needed"));
		at = finding(&w, "Again", "issue=yes&dismissed=It+was+one+child+and+is+dealt+with+there").location;
		if (at.n)
			CHECK_INT(moved(&w, at, "1", "closed").status, 303);
	}
}

TEST(clause, c4_2_16_a_trend_opens_a_revision_that_carries_the_figures)
{
	ON_EACH_SCHOOL(w) {
		web_duties_at(&w, today(9, 14));
		struct str at = finding(&w, "More+mean+messages", "issue=yes").location;
		CHECK_INT(moved(&w, at, "1", "policy").status, 422);                   /* which figures? */
		at = finding(&w, "On+Fridays", "issue=yes&figures=12+in+September,+3+in+June").location;
		CHECK_INT(moved(&w, at, "1", "policy").status, 303);
		web_duties_at(&w, today(9, 14) + 60);
		struct duty_turn t = web_turn(&w, "finding-policy", 0);
		struct web_visit v = web_get_as(&w, w.person[ROLE_DSL], web_turn_path(&w, &t));
		CHECK(web_says(&v, at.p));
		v = web_get_as(&w, w.person[ROLE_DSL], at.p);
		CHECK(web_says(&v, "12 in September, 3 in June"));
	}
}

TEST(clause, c4_2_15_a_trend_opens_a_change_of_teaching_and_both_sides_show_it)
{
	ON_EACH_SCHOOL(w) {
		web_duties_at(&w, today(9, 14));
		struct str at = finding(&w, "More+mean+messages", "issue=yes&figures=12+in+September").location;
		CHECK_INT(moved(&w, at, "1", "curriculum").status, 303);
		web_duties_at(&w, today(9, 14) + 60);
		struct duty_turn t = web_turn(&w, "finding-curriculum", 0);
		CHECK(t.id && role_has_task(&w, ROLE_DSL, "duty", "Change what is taught"));
		struct web_visit v = web_get_as(&w, w.person[ROLE_DSL], web_turn_path(&w, &t));
		CHECK(web_says(&v, at.p));
		v = web_get_as(&w, w.person[ROLE_DSL], at.p);
		CHECK(web_says(&v, web_turn_path(&w, &t)));
	}
}

/* ---- policies that belong together ---- */

TEST(duty, a_linked_policy_that_a_clause_cites_is_not_withdrawn)
{
	ON_EACH_SCHOOL(w) {
		struct web_visit v = web_post(&w, ROLE_DSL, "/registers/linked-policy/new", "kind=anti-bullying&title=Anti-bullying&version=4&review=1/9/2027");
		CHECK_INT(v.status, 303);
		struct str at = v.location;
		v = moved(&w, at, "1", "withdrawn");
		CHECK(v.status == 422 && web_says(&v, "2.2-02, 11.1-04 and 11.5-02"));
		v = web_post(&w, ROLE_DSL, "/registers/linked-policy/new", "kind=other&title=Uniform&version=1&review=1/9/2027");
		CHECK_INT(moved(&w, v.location, "1", "withdrawn").status, 303);
	}
}
