/* What the policy promises of the policies it leans on: each test is its acceptance, on both profiles. */
#include "house/linked/link_check.h"
#include "house/page/voice_kit.h"
#include "house/register/tick.h"

#define LINK(kind) "href=\"/our-policies/" kind "\""

static size_t begin(struct web_school *w)
{
	struct store st = kit_store(w);
	size_t n = 0;
	CHECK_OK(linked_begin(&st, w->school, &w->web->library->linked, &w->web->library->profile, clock_utc(), &n));
	return n;
}

/* The page leads to the policy, and the policy's page has its words. */
static void leads(struct web_school *w, int role, const char *at, const char *kind)
{
	struct web_visit v = web_get(w, role, at);
	if (v.status != 200)
		fprintf(stderr, "%s: %d\n", at, v.status);
	CHECK_INT(v.status, 200);
	if (!web_says(&v, arena_fmt(w->arena, "href=\"/our-policies/%s\"", kind).p))
		fprintf(stderr, "%s does not lead to %s\n", at, kind);
	CHECK(web_says(&v, arena_fmt(w->arena, "href=\"/our-policies/%s\"", kind).p));
	CHECK(kit_shows(w, role, arena_fmt(w->arena, "/our-policies/%s", kind).p, "Its own words."));
}

static bool lists(struct web_school *w, int role, const char *at, const char *kind)
{
	return kit_shows(w, role, at, arena_fmt(w->arena, "href=\"/our-policies/%s\"", kind).p);
}

static void policy(struct web_school *w, const char *kind) { (void)kit_policy(w, kind, "text=Its+own+words."); }

TEST(clause, c2_2_01_a_policy_that_a_clause_cites_is_not_taken_out_and_the_clauses_are_named)
{
	static const struct { const char *kind, *clause; } cited[] = { { "anti-bullying", "11.5-02" }, { "conduct", "4.1-04" }, { "aup", "2.2-03" },
		{ "behaviour", "2.2-04" }, { "child-protection", "2.2-05" }, { "confidentiality", "2.2-06" }, { "searching", "2.2-11" }, { "image-use", "2.2-09" } };
	ON_EACH_MONDAY(w) {
		CHECK(begin(&w) >= 15 && begin(&w) == 0);                  /* the list of the profile, once */
		for (size_t i = 0; i < ARRAY_N(cited); i++) {
			const char *at = kit_policy(&w, cited[i].kind, "");
			struct web_visit v = kit_move(&w, ROLE_HEAD, at, "withdrawn");
			CHECK(v.status == 422 && web_says(&v, cited[i].clause) && web_says(&v, "cannot be taken out"));
		}
		const char *other = kit_policy(&w, "other", "");
		CHECK_INT(kit_move(&w, ROLE_HEAD, other, "withdrawn").status, 303);
		CHECK(kit_shows(&w, ROLE_GOVERNOR, "/our-policies", "Our anti-bullying") && kit_shows(&w, ROLE_GOVERNOR, "/our-policies/anti-bullying", "11.5-02"));
	}
}

TEST(clause, c2_2_02_bullying_and_hate_open_the_anti_bullying_policy)
{
	ON_EACH_MONDAY(w) {
		policy(&w, "anti-bullying");
		leads(&w, ROLE_TEACHER, "/procedures/cyberbullying", "anti-bullying");
		leads(&w, ROLE_TEACHER, "/procedures/hate", "anti-bullying");
		leads(&w, ROLE_DSL, kit_case_path(&w, kit_case(&w, "cyberbullying"), ""), "anti-bullying");
		leads(&w, ROLE_DSL, kit_case_path(&w, kit_case(&w, "hate"), ""), "anti-bullying");
		CHECK(!lists(&w, ROLE_TEACHER, "/procedures/monitoring", "anti-bullying"));
	}
}

TEST(clause, c2_2_03_whoever_signs_sees_the_policies_in_their_current_version)
{
	ON_EACH_MONDAY(w) {
		struct web_visit v = web_get(&w, ROLE_TEACHER, "/agreement");
		CHECK(web_says(&v, LINK("aup")) && web_says(&v, "not entered yet"));
		policy(&w, "aup");
		const char *at = kit_policy(&w, "conduct", "text=Its+own+words.");
		leads(&w, ROLE_TEACHER, "/agreement", "aup");
		leads(&w, ROLE_TEACHER, "/agreement", "conduct");
		CHECK_INT(kit_edit(&w, ROLE_DSL, at, "kind=conduct&title=Our+conduct&version=4b&review=2099-09-01").status, 303);
		CHECK(kit_shows(&w, ROLE_TEACHER, "/agreement", "version 4b"));
	}
}

TEST(clause, c2_2_04_a_step_about_sanctions_opens_the_behaviour_policy)
{
	ON_EACH_MONDAY(w) {
		policy(&w, "behaviour");
		leads(&w, ROLE_DSL, kit_case_path(&w, kit_case(&w, "cyberbullying"), "/step/sanction"), "behaviour");
		leads(&w, ROLE_DSL, kit_case_path(&w, kit_case(&w, "sexting"), "/step/sanction"), "behaviour");
		leads(&w, ROLE_DSL, kit_case_path(&w, kit_case(&w, "svsh"), "/step/sanction"), "behaviour");
	}
}

TEST(clause, c2_2_05_the_first_step_of_every_procedure_opens_the_child_protection_policy)
{
	ON_EACH_MONDAY(w) {
		policy(&w, "child-protection");
		for (size_t i = 0; i < w.web->library->n; i++)
			leads(&w, ROLE_DSL, arena_fmt(w.arena, "/procedures/%.*s", STRF(w.web->library->procedures[i].id)).p, "child-protection");
		static const char *const topics[] = { "cyberbullying", "sexting", "svsh", "hate", "breach" };
		for (size_t i = 0; i < ARRAY_N(topics); i++) {
			int64_t id = kit_case(&w, topics[i]);
			struct store store = kit_store(&w);
			struct desk k = { .store = &store, .library = w.web->library };
			struct entry_may may = record_may(w.school, w.person[ROLE_DSL], ROLE_BIT(ROLE_DSL));
			struct case_view v;
			CHECK_OK(record_view(&k, w.arena, &may, id, &v));
			struct str first = v.steps[0].def->id;
			leads(&w, ROLE_DSL, kit_case_path(&w, id, arena_fmt(w.arena, "/step/%.*s", STRF(first)).p), "child-protection");
		}
	}
}

TEST(clause, c2_2_06_the_concern_form_shows_the_confidentiality_policy)
{
	ON_EACH_MONDAY(w) {
		policy(&w, "confidentiality");
		leads(&w, ROLE_TEACHER, "/report", "confidentiality");
		struct web_visit v = web_get(&w, ROLE_LEARNER, "/report");
		CHECK(v.status == 200 && !web_says(&v, LINK("confidentiality")));      /* nothing stands between a child and telling */
	}
}

TEST(clause, c2_2_07_the_curriculum_leads_to_the_policies_of_its_subjects)
{
	ON_EACH_MONDAY(w) {
		policy(&w, "computing");
		policy(&w, "pshe");
		policy(&w, "rse");
		leads(&w, ROLE_TEACHER, "/curriculum", "computing");
		leads(&w, ROLE_TEACHER, "/curriculum", "pshe");
		leads(&w, ROLE_TEACHER, "/curriculum/lessons", "computing");
		CHECK(kit_shows(&w, ROLE_GOVERNOR, "/our-policies/rse", "2.2-07"));
	}
}

TEST(clause, c2_2_08_data_protection_shows_the_policy_and_its_review_date)
{
	static const char *const pages[] = { "/registers/data-system", "/data-requests", "/status/monitoring" };
	ON_EACH_MONDAY(w) {
		policy(&w, "data-security");
		for (size_t i = 0; i < ARRAY_N(pages); i++) {
			leads(&w, ROLE_HEAD, pages[i], "data-security");
			CHECK(kit_shows(&w, ROLE_HEAD, pages[i], "to be reviewed by 1 September 2099"));
		}
	}
}

TEST(clause, c2_2_09_the_check_of_a_picture_opens_the_image_policy)
{
	ON_EACH_MONDAY(w) {
		policy(&w, "image-use");
		leads(&w, ROLE_OFFICE, "/registers/image-publication/new", "image-use");
	}
}

TEST(clause, c2_2_10_telephones_and_social_media_show_their_policies)
{
	ON_EACH_MONDAY(w) {
		policy(&w, "phones");
		policy(&w, "social-media");
		leads(&w, ROLE_OFFICE, "/check-in", "phones");
		leads(&w, ROLE_TEACHER, "/device-rules", "phones");
		if (!IS_PRIMARY)
			leads(&w, ROLE_HEAD, "/channels", "social-media");        /* official channels are of one profile */
		leads(&w, ROLE_DSL, "/registers/social-account", "social-media");
	}
}

TEST(clause, c2_2_11_nothing_is_confiscated_until_the_policy_is_registered)
{
	ON_EACH_MONDAY(w) {
		const char *form = "device=A+blue+telephone&reason=rules&owner=&place=&words=";
		struct web_visit v = web_get(&w, ROLE_DSL, "/held/new");
		CHECK(v.status == 200 && web_says(&v, "must be registered first") && !web_says(&v, "value=\"rules\"") && web_says(&v, "value=\"imagery\""));
		v = web_post(&w, ROLE_DSL, "/held/new", form);
		CHECK(v.status == 422 && web_says(&v, "No searching, screening and confiscation policy is registered"));
		CHECK(begin(&w) > 0);
		CHECK_INT(web_post(&w, ROLE_DSL, "/held/new", form).status, 422);      /* wanted is not there */
		policy(&w, "searching");
		leads(&w, ROLE_DSL, "/held/new", "searching");
		v = web_post(&w, ROLE_DSL, "/held/new", form);
		CHECK_INT(v.status, 303);
	}
}

/* The text of one line of the readiness page. */
static struct str line_of(struct web_school *w, const char *name)
{
	struct web_visit v = web_get(w, ROLE_HEAD, "/status");
	CHECK_INT(v.status, 200);
	return jar_between(&v, arena_fmt(w->arena, "<dt class=\"govuk-summary-list__key\">%s</dt>", name).p, "</dd>");
}

static bool line_says(struct web_school *w, const char *name, const char *what) { return str_find(line_of(w, name), str_z(what)) >= 0; }

TEST(clause, c4_1_03_a_policy_past_its_review_date_is_red_for_leadership)
{
	ON_EACH_MONDAY(w) {
		struct store st = kit_store(&w);
		size_t n = 0;
		CHECK(line_says(&w, "Policies that belong together", "tag--red") && line_says(&w, "Policies that belong together", "Not entered yet"));
		for (size_t i = 0; i < w.web->library->linked.n; i++)
			(void)kit_added(&w, ROLE_DSL, "linked-policy", arena_fmt(w.arena, "kind=%.*s&title=Our+%.*s&version=1&review=2026-11-30",
				STRF(w.web->library->linked.policies[i].kind), STRF(w.web->library->linked.policies[i].kind)).p);
		CHECK(line_says(&w, "Policies that belong together", "tag--green"));
		(void)kit_added(&w, ROLE_DSL, "linked-policy", "kind=other&title=Old+one&version=1&review=2026-09-01");
		CHECK(kit_shows(&w, ROLE_HEAD, "/registers/linked-policy?due=1", "Old one"));
		kit_later(&w, 2026, 12, 3, 9);
		CHECK(line_says(&w, "Policies that belong together", "Past the review date: ") && line_says(&w, "Policies that belong together", "Our behaviour"));
		CHECK_OK(registers_tick(&st, w.school, clock_utc(), &n));
		CHECK(n > 0 && kit_shows(&w, ROLE_HEAD, "/registers/linked-policy?state=overdue", "Our behaviour"));
		struct web_visit v = web_get(&w, ROLE_GOVERNOR, "/our-policies");
		CHECK(web_says(&v, "past its review date"));
	}
}

TEST(clause, c4_1_04_readiness_fails_without_a_code_of_conduct_that_covers_technology)
{
	ON_EACH_MONDAY(w) {
		CHECK(line_says(&w, "Code of conduct for staff", "tag--red") && line_says(&w, "Code of conduct for staff", "No current code of conduct"));
		const char *at = kit_policy(&w, "conduct", "");
		CHECK(line_says(&w, "Code of conduct for staff", "tag--red"));
		CHECK_INT(kit_edit(&w, ROLE_DSL, at, "kind=conduct&title=Our+conduct&version=3&review=2099-09-01&technology=yes").status, 303);
		CHECK(line_says(&w, "Code of conduct for staff", "tag--green"));
	}
}

TEST(clause, c5_1_06_relationships_education_is_linked_where_the_profile_has_it)
{
	ON_EACH_MONDAY(w) {
		policy(&w, "rse");
		CHECK(lists(&w, ROLE_TEACHER, "/curriculum", "rse") == IS_PRIMARY);
		CHECK(lists(&w, ROLE_TEACHER, "/curriculum/lessons", "rse") == IS_PRIMARY);
	}
}

TEST(clause, c7_4_02_data_protection_leads_to_the_information_security_policy)
{
	ON_EACH_MONDAY(w) {
		policy(&w, "data-security");
		leads(&w, ROLE_HEAD, "/registers/data-system/new", "data-security");
		leads(&w, ROLE_HEAD, "/data-requests", "data-security");
		CHECK(kit_shows(&w, ROLE_HEAD, "/our-policies/data-security", "7.4-02"));
	}
}

TEST(clause, c7_7_02_the_phone_policy_stands_beside_pictures_only_where_it_is_cited)
{
	ON_EACH_MONDAY(w) {
		policy(&w, "phones");
		policy(&w, "image-use");
		CHECK(lists(&w, ROLE_OFFICE, "/registers/image-publication/new", "phones") == IS_PRIMARY);
		CHECK(lists(&w, ROLE_OFFICE, "/registers/image-publication/new", "image-use"));
	}
}

TEST(clause, c7_8_02_the_rules_of_mail_lead_to_three_policies)
{
	static const char *const kinds[] = { "confidentiality", "aup", "conduct" };
	ON_EACH_MONDAY(w)
		for (size_t i = 0; i < ARRAY_N(kinds); i++) {
			policy(&w, kinds[i]);
			leads(&w, ROLE_ADMIN, "/mail", kinds[i]);
			leads(&w, ROLE_TEACHER, "/rules", kinds[i]);
		}
}

TEST(clause, c11_1_04_the_procedure_opens_both_policies)
{
	ON_EACH_MONDAY(w) {
		policy(&w, "anti-bullying");
		policy(&w, "child-protection");
		leads(&w, ROLE_TEACHER, "/procedures/svsh", "anti-bullying");
		leads(&w, ROLE_TEACHER, "/procedures/svsh", "child-protection");
		int64_t id = kit_case(&w, "svsh");
		leads(&w, ROLE_DSL, kit_case_path(&w, id, ""), "anti-bullying");
		leads(&w, ROLE_DSL, kit_case_path(&w, id, ""), "child-protection");
	}
}

TEST(clause, c11_1_08_five_more_policies_only_where_they_are_cited)
{
	static const char *const more[] = { "behaviour", "aup", "image-use", "equality" };
	ON_EACH_MONDAY(w) {
		policy(&w, "anti-bullying");
		CHECK(lists(&w, ROLE_TEACHER, "/procedures/svsh", "anti-bullying"));
		for (size_t i = 0; i < ARRAY_N(more); i++) {
			policy(&w, more[i]);
			CHECK(lists(&w, ROLE_TEACHER, "/procedures/svsh", more[i]) == IS_PRIMARY);
		}
	}
}

TEST(clause, c11_5_02_a_case_shows_the_policys_version_and_steps_as_they_stood)
{
	ON_EACH_MONDAY(w) {
		const char *at = kit_policy(&w, "anti-bullying", "steps=Talk+to+both.%0AWrite+it+down.");
		int64_t id = kit_case(&w, "cyberbullying");
		struct web_visit v = web_get(&w, ROLE_DSL, kit_case_path(&w, id, ""));
		CHECK(web_says(&v, "version 3") && web_says(&v, "Talk to both.") && web_says(&v, "Write it down."));
		kit_later(&w, 2026, 10, 1, 9);
		CHECK_INT(kit_edit(&w, ROLE_DSL, at, "kind=anti-bullying&title=Our+anti-bullying&version=4&review=2099-09-01&steps=Something+new.").status, 303);
		v = web_get(&w, ROLE_DSL, kit_case_path(&w, id, ""));
		CHECK(web_says(&v, "version 3") && web_says(&v, "Talk to both.") && !web_says(&v, "Something new."));
		v = web_get(&w, ROLE_DSL, kit_case_path(&w, kit_case(&w, "cyberbullying"), ""));
		CHECK(web_says(&v, "version 4") && web_says(&v, "Something new."));
	}
}

TEST(clause, c11_7_02_an_adoption_that_nobody_stated_is_a_gap_and_a_stated_one_is_shown)
{
	ON_EACH_MONDAY(w) {
		struct web_visit v = web_get(&w, ROLE_HEAD, "/our-policy");
		CHECK(web_says(&v, "Not said yet whether the school has adopted one") == !IS_PRIMARY);
		CHECK(line_says(&w, "Extremism and radicalisation policy", IS_PRIMARY ? "tag--green" : "tag--red"));
		policy(&w, "radicalisation");
		v = web_get(&w, ROLE_HEAD, "/our-policy");
		CHECK(!web_says(&v, "Not said yet whether") && web_says(&v, "Adopted"));
		CHECK(line_says(&w, "Extremism and radicalisation policy", "tag--green"));
		leads(&w, ROLE_TEACHER, "/procedures/radicalisation", "radicalisation");
	}
}

/* ---- guidance ---- */

static void edition(struct web_school *w, const char *source, const char *name, const char *on, const char *more)
{
	(void)kit_added(w, ROLE_DSL, "guidance", arena_fmt(w->arena, "source=%s&edition=%s&edition-date=%s&read-on=%s&next-check=2099-09-01&%s", source, name, on, on, more).p);
}

static enum err opens(void *ctx, const char *url, char why[200])
{
	bool *well = ctx;
	snprintf(why, 200, "The server does not answer.");
	return *well ? OK : ERR_UNSUPPORTED;
}

static void try_links(struct web_school *w, bool well)
{
	struct store st = kit_store(w);
	struct act act = { w->school, 0, "test" };
	size_t n = 0;
	CHECK_OK(contacts_try(&st, &act, &w->web->library->contacts, 0, opens, &well, &n));
	CHECK_OK(links_try(&st, &act, 0, opens, &well, &n));
}

TEST(clause, c1_07_procedures_show_the_partnership_and_a_broken_link_opens_a_task)
{
	ON_EACH_MONDAY(w) {
		const struct contact *x = contact_find(&w.web->library->contacts, STR("partnership"));
		for (size_t i = 0; i < w.web->library->n; i++) {
			struct web_visit v = web_get(&w, ROLE_TEACHER, arena_fmt(w.arena, "/procedures/%.*s", STRF(w.web->library->procedures[i].id)).p);
			CHECK(web_says(&v, arena_z(w.arena, x->title)) && web_says(&v, arena_z(w.arena, x->web)));
		}
		try_links(&w, true);
		CHECK(kit_shows(&w, ROLE_TEACHER, "/procedures/svsh", "the link opened on 14 September 2026"));
		CHECK(!kit_task(&w, ROLE_DSL, "does not open"));
		try_links(&w, false);
		CHECK(kit_shows(&w, ROLE_TEACHER, "/procedures/svsh", "link does not open"));
		CHECK(kit_task(&w, ROLE_DSL, "does not open: Exampleshire Safeguarding Children Partnership"));
	}
}

TEST(clause, c7_3_01_filtering_leads_to_the_national_guide_whose_link_is_tried)
{
	static const char *const pages[] = { "/changes", "/requests", "/why", "/status" };
	ON_EACH_MONDAY(w) {
		CHECK(kit_shows(&w, ROLE_DSL, "/changes", "not entered yet"));
		edition(&w, "filtering", "2026", "2026-09-01", "link=https://guide.example/filtering");
		for (size_t i = 0; i < ARRAY_N(pages); i++)
			CHECK(kit_shows(&w, ROLE_DSL, pages[i], "https://guide.example/filtering") && kit_shows(&w, ROLE_DSL, pages[i], "its link was not tried yet"));
		try_links(&w, true);
		CHECK(kit_shows(&w, ROLE_DSL, "/changes", "the link opened on 14 September 2026"));
		try_links(&w, false);
		CHECK(kit_shows(&w, ROLE_DSL, "/changes", "link does not open") && kit_task(&w, ROLE_DSL, "A link does not open: 2026"));
	}
}

TEST(clause, c11_2_02_a_case_shows_the_edition_that_was_in_force_when_it_was_opened)
{
	ON_EACH_MONDAY(w) {
		edition(&w, "sexting", "First+edition", "2024-03-01", "");
		int64_t id = kit_case(&w, "sexting");
		CHECK(kit_shows(&w, ROLE_DSL, kit_case_path(&w, id, ""), "edition First edition, in force when this was opened"));
		kit_later(&w, 2026, 11, 2, 9);
		edition(&w, "sexting", "Second+edition", "2026-10-20", "");
		CHECK(kit_shows(&w, ROLE_DSL, kit_case_path(&w, id, ""), "edition First edition, in force when this was opened"));
		CHECK(kit_shows(&w, ROLE_DSL, kit_case_path(&w, kit_case(&w, "sexting"), ""), "edition Second edition, in force when this was opened"));
	}
}

TEST(clause, c11_2_03_local_guidance_that_is_not_there_or_not_local_is_flagged)
{
	ON_EACH_MONDAY(w) {
		CHECK(kit_shows(&w, ROLE_DSL, "/procedures/sexting", "Local guidance on images made by young people"));
		struct web_visit none = web_get(&w, ROLE_DSL, "/procedures/sexting");
		struct str row = jar_between(&none, "Local guidance on images made by young people", "</li>");
		CHECK(str_find(row, STR("not entered yet")) >= 0);
		edition(&w, "local-imagery", "2023", "2023-01-01", "link=https://board.othershire.example/imagery");
		CHECK(kit_shows(&w, ROLE_DSL, "/procedures/sexting", "not a local address"));
		kit_later(&w, 2026, 9, 15, 9);
		edition(&w, "local-imagery", "2026", "2026-09-01", "link=https://partnership.exampleshire.example/imagery");
		struct web_visit v = web_get(&w, ROLE_DSL, kit_case_path(&w, kit_case(&w, "sexting"), ""));
		CHECK(web_says(&v, "https://partnership.exampleshire.example/imagery") && !web_says(&v, "not a local address"));
		try_links(&w, true);
		CHECK(kit_shows(&w, ROLE_DSL, "/registers/guidance", "2026"));
	}
}
