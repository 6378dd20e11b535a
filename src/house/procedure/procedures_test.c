/* Sections 11.5 to 11.8 and the procedures around them as they ship; changing from one to another. */
#include "house/procedure/play.h"

/* ---- 11.5 to 11.8 ---- */

TEST(clause, c11_5_01_every_report_of_bullying_needs_its_outcome)
{
	struct play g;
	EACH_PROFILE(g, "cyberbullying") {
		CHECK(mandatory(&g, "outcome"));
		CHECK(must_say(&g, "outcome", "actions"));
	}
}

TEST(clause, c11_6_01_target_or_author_is_recorded)
{
	struct play g;
	EACH_PROFILE_TAKEN_ON(g, "hate") {
		CHECK(mandatory(&g, "who"));
	}
}

TEST(clause, c11_6_02_no_end_without_a_policy_and_an_outcome)
{
	struct play g;
	EACH_PROFILE_TAKEN_ON(g, "hate") {
		given(&g, "who", "target");
		CHECK(mandatory(&g, "policy") && mandatory(&g, "outcome"));
		CHECK(must_say(&g, "policy", "policy"));
	}
}

TEST(clause, c11_6_04_a_suspected_crime_needs_the_police)
{
	struct play g;
	EACH_PROFILE_TAKEN_ON(g, "hate") {
		given(&g, "who", "target");
		given(&g, "crime", "yes");
		CHECK(mandatory(&g, "police-tell"));
		CHECK(must_say(&g, "police-tell", "reference"));
	}
}

TEST(clause, c11_6_05_not_clear_opens_advice_for_the_leads)
{
	struct play g;
	EACH_PROFILE_TAKEN_ON(g, "hate") {
		given(&g, "who", "author");
		given(&g, "crime", "unclear");
		CHECK(mandatory(&g, "advice"));
		CHECK(only_leads_act(&g, "advice"));
	}
}

TEST(clause, c11_6_06_the_advice_step_shows_the_community_safety_link)
{
	struct play g;
	EACH_PROFILE(g, "hate") {
		CHECK(has_contact(&g, "advice", "community-safety"));
		CHECK(contact_find(&g.l->contacts, STR("community-safety"))->web.n > 0);
	}
}

TEST(clause, c11_7_04_the_case_has_the_steps_of_the_pathway)
{
	struct play g;
	EACH_PROFILE_TAKEN_ON(g, "radicalisation") {
		given(&g, "who", "child");
		CHECK(mandatory(&g, "prevent") && mandatory(&g, "child-protection"));
		CHECK(has_contact(&g, "prevent", "prevent"));
	}
}

TEST(clause, c11_7_05_channel_is_answered_with_reason_or_reference)
{
	struct play g;
	EACH_PROFILE_TAKEN_ON(g, "radicalisation") {
		given(&g, "who", "child");
		given(&g, "prevent", NULL);
		CHECK(mandatory(&g, "channel"));
		CHECK(must_say(&g, "channel", "reason") && must_say_if(&g, "channel", "reference", "yes"));
	}
}

TEST(clause, c11_7_07_a_case_of_staff_has_the_allegation_steps_and_the_lado)
{
	struct play g;
	EACH_PROFILE(g, "allegation") {
		given(&g, "seen", NULL);
		given(&g, "kind", "radicalisation");
		CHECK(mandatory(&g, "prevent") && mandatory(&g, "lado"));
	}
}

TEST(clause, c11_8_01_cybercrime_needs_a_behaviour_outcome_with_its_version)
{
	struct play g;
	EACH_PROFILE_TAKEN_ON(g, "cybercrime") {
		given(&g, "part", "involved");
		CHECK(mandatory(&g, "behaviour"));
		CHECK(must_say(&g, "behaviour", "version"));
	}
}

TEST(clause, c11_8_02_off_site_takes_no_step_away)
{
	place_takes_nothing("cybercrime", "part", "involved");
}

TEST(clause, c11_8_03_the_referral_shows_its_toolkit_and_keeps_date_and_reference)
{
	struct play g;
	EACH_PROFILE(g, "cybercrime") {
		CHECK(must_say(&g, "cyber-choices", "toolkit"));
		CHECK(must_say_if(&g, "cyber-choices", "sent", "referred") && must_say_if(&g, "cyber-choices", "reference", "referred"));
		CHECK(has_contact(&g, "cyber-choices", "cyber-choices"));
	}
}

TEST(clause, c4_3_14_cybercrime_does_not_close_without_referral_or_reason)
{
	struct play g;
	EACH_PROFILE_TAKEN_ON(g, "cybercrime") {
		given(&g, "part", "at-risk");
		CHECK(mandatory(&g, "cyber-choices"));
		CHECK(must_say(&g, "cyber-choices", "toolkit"));
	}
}

TEST(clause, c11_8_04_exploited_for_skill_adds_the_exploitation_steps)
{
	struct play g;
	EACH_PROFILE_TAKEN_ON(g, "cybercrime") {
		given(&g, "part", "involved");
		CHECK_INT(state(&g, "cre-procedure"), STATE_WAITING);
		given(&g, "exploited", "yes");
		CHECK(mandatory(&g, "cre-procedure") && mandatory(&g, "cre-toolkit"));
	}
}

TEST(clause, c9_3_10_a_device_in_an_examination_is_reported_to_the_body)
{
	struct play g;
	play_open(&g, "primary", "exam-device");
	given(&g, "taken", NULL);
	CHECK(mandatory(&g, "report-body"));
	CHECK(must_say(&g, "report-body", "body") && must_say(&g, "report-body", "reference"));
	play_done(&g);
}

TEST(clause, c7_10_09_the_user_is_asked_first)
{
	struct play g;
	EACH_PROFILE(g, "platform-content") {
		given(&g, "item", NULL);
		given(&g, "may-be-illegal", "no");
		CHECK_INT(state(&g, "ask-user"), STATE_OPEN);
		CHECK_INT(state(&g, "administrator"), STATE_WAITING);
		CHECK_INT(state(&g, "suspend"), STATE_WAITING);
	}
}

TEST(clause, c7_10_14_illegal_stops_the_moderation)
{
	struct play g;
	EACH_PROFILE(g, "platform-content") {
		given(&g, "item", NULL);
		given(&g, "may-be-illegal", "yes");
		CHECK_INT(state(&g, "ask-user"), STATE_NOT_APPLICABLE);
		CHECK_INT(state(&g, "administrator"), STATE_NOT_APPLICABLE);
		CHECK(mandatory(&g, "illegal") && mandatory(&g, "dsl-decision"));
	}
}

TEST(clause, c8_2_03_a_concern_on_social_media_has_its_policy_before_closing)
{
	struct play g;
	EACH_PROFILE_TAKEN_ON(g, "social-media") {
		given(&g, "who", "learner");
		CHECK(mandatory(&g, "route"));
	}
}

TEST(clause, c8_2_04_under_age_opens_the_word_to_the_parents)
{
	struct play g;
	EACH_PROFILE_TAKEN_ON(g, "social-media") {
		given(&g, "who", "learner");
		given(&g, "underage", "yes");
		CHECK(mandatory(&g, "underage-parents"));
	}
}

TEST(clause, c7_10_12_no_way_back_before_a_leader_has_talked_with_the_user)
{
	struct play g;
	EACH_PROFILE(g, "platform-content") {
		struct str why;
		given(&g, "item", NULL);
		given(&g, "may-be-illegal", "no");
		given(&g, "ask-user", "removed");
		given(&g, "suspend", "yes");
		CHECK_INT(state(&g, "reinstate"), STATE_LOCKED);
		CHECK_ERR(procedure_may(at(&g, "reinstate"), &why), ERR_STATE);
		given(&g, "talk", NULL);
		CHECK_INT(state(&g, "reinstate"), STATE_OPEN);
	}
}

TEST(clause, c7_10_13_closing_asks_for_the_parents_or_a_reason)
{
	struct play g;
	EACH_PROFILE(g, "platform-content") {
		given(&g, "item", NULL);
		CHECK(mandatory(&g, "parents"));
		CHECK(must_say_if(&g, "parents", "how", "told") && must_say_if(&g, "parents", "detail", "not-told"));
	}
}

/* ---- changing the procedure ---- */

TEST(procedure, a_change_keeps_the_prohibitions_of_both)
{
	struct play g;
	AUTO(arena_done) struct arena a = arena_init();
	play_open(&g, "primary", "svsh");
	struct procedure both;
	CHECK_OK(procedure_combine(&a, g.p, library_procedure(g.l, STR("hate")), &g.d, &both));
	CHECK(procedure_step(&both, STR("partner-dsl")) && procedure_step(&both, STR("police-first")));
	CHECK(procedure_step(&both, STR("offence")) && procedure_step(&both, STR("crime")));
	CHECK(!procedure_step(&both, STR("wider-impact")));          /* not a prohibition */
	bool kept = false;
	for (size_t i = 0; i < both.n_never; i++)
		kept = kept || str_starts(both.never[i], STR("Do not contact another school"));
	CHECK(kept);
	play_done(&g);
}

static bool adults(const struct procedure *p) { return str_is(p->id, "allegation") || str_is(p->id, "low-level"); }

TEST(procedure, every_pair_can_stand_together)
{
	struct play g;
	AUTO(arena_done) struct arena a = arena_init();
	play_open(&g, "primary", "svsh");
	for (size_t i = 0; i < g.l->n; i++)
		for (size_t k = 0; k < g.l->n; k++) {
			struct procedure both, again;
			const struct procedure *p = &g.l->procedures[i], *q = &g.l->procedures[k];
			if (i == k || adults(p) != adults(q))
				continue;                                     /* what is about adults leads nothing else */
			enum err e = procedure_combine(&a, p, q, &g.d, &both);
			if (e)
				show(&g.d);
			CHECK_OK(e);
			CHECK_OK(procedure_combine(&a, &both, p, &g.d, &again));      /* and back */
		}
	play_done(&g);
}

TEST(procedure, all_of_data_load_in_both_profiles_with_what_they_promise)
{
	struct play g;
	EACH_PROFILE(g, "svsh")
		CHECK(g.l->n >= 15);
}
