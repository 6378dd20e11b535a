/* What the policies ask of services and their risk assessments. */
#include "house/service/clausekit.h"
#include "house/service/gatekit.h"
#include "house/task/task.h"

TEST(clause, c7_1_01_each_kind_of_technology_has_an_entry_or_says_not_used)
{
	static const char *const kinds[] = { "computers", "internet", "platform", "email", "games", "cameras" };
	static const char *const says[] = { "which computers", "internet connection", "learning platform", "which email", "games technology", "cameras and webcams" };
	ck_monday();
	ON_EACH_PROFILE(w) {
		for (size_t i = 0; i < 6; i++)
			CHECK(ck_has(ck_gaps(&w), says[i]));
		CHECK(web_says(&(struct web_visit){ .body = web_get(&w, ROLE_HEAD, "/services").body }, "which computers"));
		for (size_t i = 0; i < 6; i++)
			CHECK(ck_put(&w, NULL, "service", i == 4 ? "not-used" : "wanted", "name", kinds[i], "kind", kinds[i], "purpose", "p", NULL));
		struct str left = ck_gaps(&w);
		for (size_t i = 0; i < 6; i++)
			CHECK(!ck_has(left, arena_fmt(w.arena, "The register does not say %s", says[i]).p) && !ck_has(left, arena_fmt(w.arena, "The register does not name the %s", says[i]).p));
	}
	clock_fake(0);
}

TEST(clause, c7_1_02_curriculum_services_stand_with_owner_audience_and_assessment)
{
	ck_monday();
	AUTO(web_school_done) struct web_school w = web_school_of("junior");
	int64_t id = ck_service(&w, "Readalong", "curriculum", "readalong.test", "ks2", "1 June 2027");
	CHECK_STR(ck_change(&w, id, NULL, "owner", ck_id(&w, w.person[ROLE_TEACHER]), "audience", "Years 3 to 6", NULL), "");
	struct web_visit v = web_get(&w, ROLE_TEACHER, arena_fmt(w.arena, "/services/%lld", (long long)id).p);
	CHECK(web_says(&v, "Years 3 to 6") && web_says(&v, "Test Teacher") && web_says(&v, "1 June 2027"));
	clock_fake(0);
}

static void named_or_a_gap(const char *kind, const char *says)
{
	ck_monday();
	ON_EACH_PROFILE(w) {
		CHECK(ck_has(ck_gaps(&w), says));
		CHECK(web_says(&(struct web_visit){ .body = web_get(&w, ROLE_GOVERNOR, "/policy").body }, "<strong class=\"govuk-tag govuk-tag--red\">Not stated yet</strong>"));
		int64_t id = ck_put(&w, NULL, "service", "wanted", "name", "Hilltop Works", "kind", kind, "purpose", "p", "supplier", "Hilltop Works", "contract", "12/3, ring Hilltop", NULL);
		CHECK(!ck_has(ck_gaps(&w), says));
		struct web_visit v = web_get(&w, ROLE_GOVERNOR, arena_fmt(w.arena, "/services/%lld", (long long)id).p);
		CHECK(web_says(&v, "Hilltop Works") && web_says(&v, "ring Hilltop"));
		v = web_get(&w, ROLE_GOVERNOR, "/policy");
		CHECK(v.status == 200 && web_says(&v, "Hilltop Works"));
		CHECK_STR(ck_change(&w, id, NULL, "name", "Valley Works", NULL), "");
		v = web_get(&w, ROLE_GOVERNOR, "/policy");
		CHECK(web_says(&v, "Valley Works") && !web_says(&v, "Hilltop Works"));
	}
	clock_fake(0);
}

TEST(clause, c7_3_2_01_without_a_provider_the_policy_shows_not_stated_in_red) { named_or_a_gap("internet", "does not state who provides the internet connection"); }
TEST(clause, c7_3_2_07_the_filter_is_named_or_shown_as_a_gap) { named_or_a_gap("filter", "does not state which filter is used"); }
TEST(clause, c7_10_01_the_learning_platform_is_named_or_shown_as_a_gap) { named_or_a_gap("platform", "The register does not name the learning platform"); }

TEST(clause, c11_4_03_a_provider_without_iwf_evidence_is_a_gap)
{
	ck_monday();
	ON_EACH_PROFILE(w) {
		int64_t id = ck_put(&w, NULL, "service", "wanted", "name", "Hilltop Works", "kind", "internet", "purpose", "p", NULL);
		CHECK(ck_has(ck_gaps(&w), "Hilltop Works: nothing shows that it takes the list of the Internet Watch Foundation."));
		CHECK_STR(ck_change(&w, id, NULL, "iwf", "member letter of May 2026", NULL), "");
		CHECK(!ck_has(ck_gaps(&w), "Internet Watch Foundation"));
	}
	clock_fake(0);
}

TEST(clause, c7_11_01_the_app_for_parents_stands_with_purpose_audience_and_assessment)
{
	ck_monday();
	AUTO(web_school_done) struct web_school w = web_school_of("junior");
	int64_t id = ck_service(&w, "Bookbag", "progress", "bookbag.test", "staff", "1 June 2027");
	CHECK_STR(ck_change(&w, id, NULL, "purpose", "share with parents", "audience", "parents", NULL), "");
	struct web_visit v = web_get(&w, ROLE_TEACHER, arena_fmt(w.arena, "/services/%lld", (long long)id).p);
	CHECK(web_says(&v, "share with parents") && web_says(&v, "1 June 2027") && web_says(&v, "parents"));
	clock_fake(0);
}

TEST(clause, c7_11_02_the_tracking_system_stands_with_purpose_audience_and_assessment)
{
	ck_monday();
	AUTO(web_school_done) struct web_school w = web_school_of("primary");
	int64_t id = ck_service(&w, "Stepstone", "tracking", "stepstone.test", "staff", "1 June 2027");
	CHECK_STR(ck_change(&w, id, NULL, "purpose", "track learners", "audience", "teachers", NULL), "");
	struct web_visit v = web_get(&w, ROLE_TEACHER, arena_fmt(w.arena, "/services/%lld", (long long)id).p);
	CHECK(web_says(&v, "track learners") && web_says(&v, "teachers") && web_says(&v, "1 June 2027"));
	clock_fake(0);
}

TEST(clause, c4_1_16_a_service_in_use_without_a_current_assessment_is_in_the_gap_list)
{
	ck_monday();
	ON_EACH_PROFILE(w) {
		CHECK(ck_put(&w, NULL, "service", "in-use", "name", "Sumstack", "kind", "curriculum", "purpose", "p", "hosts", "sums.test\n", "assess-by", "1 March 2027", NULL));
		ck_service(&w, "Readalong", "curriculum", "readalong.test", "ks2", "1 December 2026");
		struct str gaps = ck_gaps(&w);
		CHECK(ck_has(gaps, "Sumstack is in use without a risk assessment.") && !ck_has(gaps, "Readalong"));
		clock_step(9 * 86400 * 1000LL);
		CHECK(ck_has(ck_gaps(&w), "Readalong: its risk assessment ran out."));
		ck_monday();
	}
	clock_fake(0);
}

TEST(clause, c6_02_the_look_at_the_method_recurs_and_keeps_what_changed)
{
	ck_monday();
	ON_EACH_PROFILE(w) {
		struct store st = ck_store(&w);
		struct act act = { w.school, w.person[ROLE_HEAD], "test" };
		struct task t, next;
		struct task_query q = { .which = TASK_ENDED, .person = w.person[ROLE_HEAD], .everyone = true, .kind = "risk-method" };
		struct task *past;
		size_t closed, n;
		int64_t total;
		AUTO(diag_done) struct diag d = diag_init(5);
		CHECK_OK(service_tick(&st, w.school, clock_utc(), &closed));
		CHECK_OK(task_by_key(&st, w.arena, w.school, "risk-method-2026", &t));
		CHECK_STR(t.role, "leadership");
		CHECK_OK(task_done(&st, &act, t.id, STR("Added a question on companion chatbots."), &d));
		CHECK_OK(task_list(&st, w.arena, w.school, &q, &past, &n, &total));
		CHECK(n == 1 && str_find(past[0].outcome, STR("companion chatbots")) >= 0);
		clock_step(60 * 86400 * 1000LL);
		CHECK_OK(service_tick(&st, w.school, clock_utc(), &closed));
		CHECK_OK(task_by_key(&st, w.arena, w.school, "risk-method-2027", &next));
		CHECK_STR(next.state, "open");
		ck_monday();
	}
	clock_fake(0);
}

TEST(clause, c6_03_something_new_is_asked_for_with_its_benefit)
{
	ON_EACH_PROFILE(w) {
		struct web_visit v = web_post(&w, ROLE_TEACHER, "/services/new", "name=Quizzle&kind=curriculum&hosts=quiz.example&purpose=tables&benefit=");
		CHECK(v.status == 422 && web_says(&v, "Say what people learn or gain by it"));
		CHECK_INT(web_post(&w, ROLE_TEACHER, "/services/new", "name=Quizzle&kind=curriculum&hosts=quiz.example&purpose=tables&benefit=practice").status, 303);
	}
}

TEST(clause, c6_04_a_new_service_stays_blocked_until_its_assessment_is_signed)
{
	ck_monday();
	ON_EACH_PROFILE(w) {
		ck_service(&w, "Quizzle", "curriculum", "quiz.test", NULL, NULL);
		struct gatekit *g = gatekit_new("[rule 1]\nallow = quiz.test\nreason = r\n", ck_policy(&w).p);
		CHECK_STR(str_z(gatekit_ask(g, "quiz.test", "ks2")), "block service-held:service-1");
		CHECK_STR(str_z(gatekit_ask(g, "quiz.test", "staff")), "block service-held:service-1");
		gatekit_free(&g);
		ck_service(&w, "Readalong", "curriculum", "readalong.test", "ks2", "1 June 2027");
		g = gatekit_new("", ck_policy(&w).p);
		CHECK_STR(str_z(gatekit_ask(g, "readalong.test", "ks2")), "allow service:service-2-ks2");
		CHECK_STR(str_z(gatekit_ask(g, "readalong.test", "staff")), "block service-held:service-2");
		gatekit_free(&g);
	}
	clock_fake(0);
}

TEST(clause, c7_3_1_04_what_lets_more_through_rests_on_a_current_assessment_of_the_filter)
{
	ck_monday();
	ON_EACH_PROFILE(w) {
		CHECK(ck_put(&w, NULL, "service", "wanted", "name", "Filter", "kind", "filter", "purpose", "p", NULL));
		struct str said;
		CHECK(!ck_put(&w, &said, "filter-change", "live", "host", "castles.test", "change", "allow", "group", "ks2", "purpose", "p", "weakens", "yes", NULL));
		CHECK(ck_has(said, "No current risk assessment of filtering and monitoring holds"));
		CHECK(ck_put(&w, NULL, "filter-change", "live", "host", "castles.test", "change", "block", "group", "ks2", "purpose", "p", "weakens", "no", NULL));
		ck_service(&w, "Hilltop filter", "filter", "", "ks2 staff", "1 June 2027");
		CHECK(ck_put(&w, NULL, "filter-change", "live", "host", "castles.test", "change", "allow", "group", "ks2", "purpose", "p", "weakens", "yes", NULL));
	}
	clock_fake(0);
}

TEST(clause, c7_9_2_06_a_channel_is_not_approved_without_a_signed_assessment)
{
	ck_monday();
	ON_EACH_PROFILE(w) {
		int64_t id = ck_service(&w, "Facecall", "videoconference", "facecall.test", NULL, NULL);
		CHECK(ck_has(ck_change(&w, id, "assessed", NULL), "No signed risk assessment holds"));
		CHECK(!ck_put(&w, NULL, "service", "assessed", "name", "Other", "kind", "videoconference", "purpose", "p", NULL));
	}
	clock_fake(0);
}

TEST(clause, c7_11_05_a_tracking_system_waits_for_the_headteachers_signature)
{
	ck_monday();
	ON_EACH_PROFILE(w) {
		struct store st = ck_store(&w);
		struct entry e;
		int64_t id = ck_service(&w, "Stepstone", "tracking", "stepstone.test", NULL, NULL), other = ck_service(&w, "Ladder", "tracking", "ladder.test", "staff", "1 June 2027");
		CHECK(ck_has(ck_change(&w, id, "assessed", NULL), "No signed risk assessment holds"));
		CHECK_OK(assess_signed(&st, w.arena, w.school, other, &e));
		CHECK_STR(entry_value(&e, "leader"), ck_id(&w, w.person[ROLE_HEAD]));
	}
	clock_fake(0);
}

TEST(clause, c7_11_03_a_system_with_childrens_data_names_who_answers_for_it)
{
	ck_monday();
	ON_EACH_PROFILE(w) {
		struct store st = ck_store(&w);
		struct service_now now;
		struct entry e;
		int64_t id = ck_service(&w, "Stepstone", "tracking", "stepstone.test", "staff", "1 June 2027");
		CHECK_STR(ck_change(&w, id, NULL, "children-data", "yes", NULL), "");
		CHECK_OK(service_get(&st, w.arena, w.school, id, &e));
		CHECK_OK(service_now(&st, w.arena, w.school, &e, clock_utc(), &now));
		CHECK(!now.gate.open && str_find(now.gate.missing[0].says, STR("who answers")) >= 0);
		CHECK_STR(ck_change(&w, id, NULL, "accountable", "head", NULL), "");
		CHECK_OK(service_get(&st, w.arena, w.school, id, &e));
		CHECK_OK(service_now(&st, w.arena, w.school, &e, clock_utc(), &now));
		CHECK(now.gate.open);
	}
	clock_fake(0);
}

TEST(clause, c7_11_04_the_business_manager_is_offered_only_where_the_profile_shares_it)
{
	ck_monday();
	for (int turn = 0; turn < 2; turn++) {
		AUTO(web_school_done) struct web_school w = web_school_of(turn ? "primary" : "junior");
		int64_t id = ck_service(&w, "Stepstone", "tracking", "stepstone.test", NULL, NULL);
		struct web_visit v = web_get(&w, ROLE_HEAD, arena_fmt(w.arena, "/services/%lld/edit", (long long)id).p);
		CHECK(v.status == 200 && web_says(&v, "value=\"head\""));
		CHECK(web_says(&v, "value=\"business\"") == (turn == 0));
	}
	clock_fake(0);
}

TEST(clause, c7_11_07_an_app_with_childrens_data_opens_on_registered_devices_only)
{
	ck_monday();
	ON_EACH_PROFILE(w) {
		int64_t id = ck_service(&w, "Stepstone", "tracking", "stepstone.test", "staff", "1 June 2027");
		CHECK_STR(ck_change(&w, id, NULL, "setting-devices", "yes", NULL), "");
		struct gatekit *g = gatekit_new("", ck_policy(&w).p);
		CHECK_STR(str_z(gatekit_ask(g, "stepstone.test", "staff:device=7")), "allow service:service-1-staff");
		CHECK_STR(str_z(gatekit_ask(g, "stepstone.test", "staff")), "block service-device:service-1");
		gatekit_free(&g);
	}
	clock_fake(0);
}

TEST(clause, c7_11_08_a_personal_device_of_staff_or_guests_does_not_reach_it)
{
	ck_monday();
	ON_EACH_PROFILE(w) {
		int64_t id = ck_service(&w, "Bookbag", "progress", "bookbag.test", "staff guests", "1 June 2027");
		CHECK_STR(ck_change(&w, id, NULL, "setting-devices", "yes", NULL), "");
		struct gatekit *g = gatekit_new("[rule 1]\nallow = bookbag.test\nscope = group staff\nreason = r\n", ck_policy(&w).p);
		CHECK_STR(str_z(gatekit_ask(g, "bookbag.test", "staff")), "block service-device:service-1");
		CHECK_STR(str_z(gatekit_ask(g, "upload.bookbag.test", "guests")), "block service-device:service-1");
		gatekit_free(&g);
	}
	clock_fake(0);
}

TEST(clause, c7_11_10_progress_access_waits_for_the_advice)
{
	ck_monday();
	ON_EACH_PROFILE(w) {
		int64_t person = w.person[ROLE_STAFF], id = ck_put(&w, NULL, "entitlement", NULL, "person", ck_id(&w, person), "kind", "progress", "audience", "staff", NULL);
		CHECK(ck_has(ck_change(&w, id, "active", NULL), "has not read the advice on passwords and logging out"));
		CHECK(ck_consent(&w, person, "progress-advice", "online"));
		CHECK_STR(ck_change(&w, id, "active", NULL), "");
	}
	clock_fake(0);
}

TEST(clause, c7_11_11_a_parent_has_no_app_before_accepting_what_is_expected)
{
	ck_monday();
	ON_EACH_PROFILE(w) {
		int64_t parent = w.person[ROLE_PARENT], id = ck_put(&w, NULL, "entitlement", NULL, "person", ck_id(&w, parent), "kind", "progress", "audience", "parent", NULL);
		CHECK(ck_consent(&w, parent, "progress-advice", "online"));
		CHECK(ck_has(ck_change(&w, id, "active", NULL), "has not accepted what is expected of parents"));
		CHECK(ck_consent(&w, parent, "progress-expectations", "online"));
		CHECK_STR(ck_change(&w, id, "active", NULL), "");
	}
	clock_fake(0);
}

static void platform_waits_for(const char *kind, const char *says)
{
	static const char *const all[] = { "platform-conduct", "platform-copyright", "platform-upload" };
	ck_monday();
	ON_EACH_PROFILE(w) {
		int64_t child = ck_child(&w, "Pip Pebbleton"), id = ck_put(&w, NULL, "entitlement", NULL, "person", ck_id(&w, child), "kind", "platform", "audience", "learner", NULL);
		for (size_t i = 0; i < 3; i++)
			if (strcmp(all[i], kind) != 0)
				CHECK(ck_consent(&w, child, all[i], "online"));
		struct str said = ck_change(&w, id, "active", NULL);
		CHECK(ck_has(said, says) && ck_has(said, "Pip Pebbleton"));
		CHECK(ck_consent(&w, child, kind, "online"));
		CHECK_STR(ck_change(&w, id, "active", NULL), "");
	}
	clock_fake(0);
}

TEST(clause, c7_10_05_platform_access_shows_the_rule_on_conduct_or_that_it_is_outstanding) { platform_waits_for("platform-conduct", "rule on conduct"); }
TEST(clause, c7_10_06_each_user_accepts_the_rule_on_copyright) { platform_waits_for("platform-copyright", "rule on copyright"); }
TEST(clause, c7_10_07_each_user_accepts_the_rule_on_uploads) { platform_waits_for("platform-upload", "rule on uploads"); }

TEST(clause, c7_8_2_03_no_email_for_a_learner_before_the_lesson)
{
	ck_monday();
	ON_EACH_PROFILE(w) {
		int64_t child = ck_child(&w, "Pip Pebbleton"), id = ck_put(&w, NULL, "entitlement", NULL, "person", ck_id(&w, child), "kind", "email", "audience", "learner", NULL);
		CHECK(ck_has(ck_change(&w, id, "active", NULL), "Pip Pebbleton has not had the lesson on email yet."));
		CHECK(ck_put(&w, NULL, "lesson-taught", NULL, "person", ck_id(&w, child), "kind", "email", "on", "2026-11-20", "by", ck_id(&w, w.person[ROLE_TEACHER]), NULL));
		CHECK_STR(ck_change(&w, id, "active", NULL), "");
	}
	clock_fake(0);
}

/* Past its review a service has fourteen days of grace; it closes at midnight, whatever the season, and never while a lesson is on. */
TEST(service, what_lapses_closes_at_midnight_and_never_during_a_lesson)
{
	static const char *const reviews[] = { "1 December 2026", "14 March 2027" /* the clocks go forward within its grace */, "13 October 2027" /* and back */ };
	ck_monday();
	ON_EACH_PROFILE(w) {
		for (size_t i = 0; i < ARRAY_N(reviews); i++) {
			struct store st = ck_store(&w);
			struct service_now s;
			struct entry e;
			int64_t id = ck_service(&w, arena_fmt(w.arena, "Readalong %zu", i).p, "curriculum", arena_fmt(w.arena, "readalong%zu.test", i).p, "ks2", reviews[i]);
			CHECK_OK(service_get(&st, w.arena, w.school, id, &e));
			CHECK_OK(service_now(&st, w.arena, w.school, &e, clock_utc(), &s));
			struct civil closes = time_uk(s.closes_utc);
			CHECK(closes.hour == 0 && closes.minute == 0);
			struct gatekit *g = gatekit_new("", ck_policy(&w).p);
			const char *host = arena_fmt(w.arena, "readalong%zu.test", i).p;
			for (int64_t at = s.closes_utc - 36 * 3600; at < s.closes_utc + 36 * 3600; at += 1800) {
				gatekit_at(g, at);
				CHECK(str_starts(str_z(gatekit_ask(g, host, "ks2")), STR("allow")) == (at < s.closes_utc));
			}
			gatekit_free(&g);
		}
	}
	clock_fake(0);
}
