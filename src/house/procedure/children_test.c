/* Sections 11.1 and 11.2 as they ship: between children, and pictures that they made. */
#include "house/procedure/play.h"

/* ---- 11.1 ---- */

TEST(clause, c11_1_03_the_case_offers_each_listed_kind)
{
	static const char *const kinds[] = { "images", "upskirting", "bullying", "comments", "coercion" };
	struct play g;
	EACH_PROFILE(g, "svsh") {
		const struct proc_step *s = procedure_step(g.p, STR("kind"));
		for (size_t k = 0; k < ARRAY_N(kinds); k++) {
			bool found = false;
			for (size_t i = 0; i < s->n_answers; i++)
				found = found || str_is(s->answers[i].id, kinds[k]);
			CHECK(found);
		}
		CHECK(mandatory(&g, "kind"));
	}
}

TEST(clause, c11_1_05_the_wider_impact_is_answered_for_each_child)
{
	struct play g;
	const int64_t children[] = { 7, 8 };
	EACH_PROFILE(g, "svsh") {
		g.facts.learners = children;
		g.facts.n_learners = 2;
		given(&g, "safeguarding", NULL);
		given(&g, "kind", "comments");
		CHECK(must_say(&g, "wider-impact", "impact"));
		given(&g, "wider-impact", NULL);
		g.entries[g.facts.n - 1].about = 7;
		CHECK_INT(state(&g, "wider-impact"), STATE_OPEN);
		CHECK_INT(at(&g, "wider-impact")->n_wait, 1);
		CHECK(mandatory(&g, "wider-impact"));
		given(&g, "wider-impact", NULL);
		g.entries[g.facts.n - 1].about = 8;
		CHECK_INT(state(&g, "wider-impact"), STATE_DONE);
	}
}

TEST(clause, c11_1_06_what_was_taken_down_is_checked_again_and_turns_overdue)
{
	struct play g;
	EACH_PROFILE_TAKEN_ON(g, "svsh") {
		given(&g, "kind", "images");
		given(&g, "still-online", "removed");
		CHECK_INT(state(&g, "check-again"), STATE_OPEN);
		CHECK(at(&g, "check-again")->due_utc > g.facts.now_utc);
		CHECK(!overdue_after(&g, "check-again", 60));
		CHECK(overdue_after(&g, "check-again", 30 * 24 * 60));
		CHECK(mandatory(&g, "check-again"));
	}
}

TEST(clause, c11_1_10_off_site_or_private_equipment_takes_no_step_away)
{
	place_takes_nothing("svsh", "kind", "comments");
}

TEST(clause, c11_1_12_both_policies_are_mandatory_and_dated)
{
	struct play g;
	EACH_PROFILE_TAKEN_ON(g, "svsh") {
		given(&g, "kind", "bullying");
		CHECK(mandatory(&g, "child-protection-policy"));
		CHECK(mandatory(&g, "anti-bullying-policy"));
		CHECK(at(&g, "child-protection-policy")->due_utc > 0);
		CHECK(at(&g, "anti-bullying-policy")->due_utc > 0);
		CHECK(must_say(&g, "anti-bullying-policy", "version"));
	}
}

TEST(clause, c11_1_14_each_child_involved_needs_a_plan_before_closing)
{
	struct play g;
	const int64_t children[] = { 7, 8 };
	EACH_PROFILE(g, "svsh") {
		g.facts.learners = children;
		g.facts.n_learners = 2;
		given(&g, "safeguarding", NULL);
		given(&g, "kind", "images");
		given(&g, "support", NULL);
		g.entries[g.facts.n - 1].about = 8;
		CHECK(mandatory(&g, "support"));
		given(&g, "support", NULL);
		g.entries[g.facts.n - 1].about = 7;
		CHECK(!mandatory(&g, "support"));
	}
}

TEST(clause, c11_1_15_advice_names_date_and_recipient)
{
	struct play g;
	EACH_PROFILE_TAKEN_ON(g, "svsh") {
		given(&g, "kind", "images");
		CHECK(mandatory(&g, "advice"));
		CHECK(must_say(&g, "advice", "whom") && must_say(&g, "advice", "told") && must_say(&g, "advice", "what"));
	}
}

TEST(clause, c11_1_16_support_is_arranged_or_its_refusal_recorded)
{
	struct play g;
	EACH_PROFILE_TAKEN_ON(g, "svsh") {
		given(&g, "kind", "images");
		CHECK_INT(state(&g, "counselling"), STATE_OPEN);
		CHECK(mandatory(&g, "counselling"));
		CHECK(must_say(&g, "counselling", "what"));
		given(&g, "counselling", "refused");
		CHECK_INT(state(&g, "counselling"), STATE_DONE);
	}
}

TEST(clause, c11_1_17_a_sanction_or_a_reasoned_none_with_the_policys_version)
{
	struct play g;
	EACH_PROFILE_TAKEN_ON(g, "svsh") {
		given(&g, "kind", "images");
		given(&g, "support", NULL);
		CHECK(mandatory(&g, "sanction"));
		CHECK(must_say(&g, "sanction", "what") && must_say(&g, "sanction", "version"));
	}
}

TEST(clause, c11_1_18_a_notice_for_each_family_or_a_reason)
{
	struct play g;
	EACH_PROFILE_TAKEN_ON(g, "svsh") {
		given(&g, "kind", "images");
		CHECK(mandatory(&g, "parents"));
		CHECK(must_say_if(&g, "parents", "how", "told") && must_say_if(&g, "parents", "told_when", "told"));
		CHECK(must_say_if(&g, "parents", "reason", "not-told") && must_say_if(&g, "parents", "detail", "not-told"));
	}
}

TEST(clause, c11_1_19_referral_is_answered_and_yes_names_channel_time_and_reference)
{
	struct play g;
	EACH_PROFILE_TAKEN_ON(g, "svsh") {
		given(&g, "kind", "images");
		CHECK(mandatory(&g, "refer"));
		CHECK(must_say_if(&g, "refer", "agency", "yes") && must_say_if(&g, "refer", "sent", "yes") && must_say_if(&g, "refer", "reference", "yes"));
		CHECK(has_contact(&g, "refer", "first-contact") && has_contact(&g, "refer", "police-101"));
	}
}

TEST(clause, c11_1_20_another_setting_opens_the_word_to_its_lead)
{
	struct play g;
	EACH_PROFILE_TAKEN_ON(g, "svsh") {
		given(&g, "kind", "images");
		given(&g, "offence", "no");
		CHECK_INT(state(&g, "partner-dsl"), STATE_WAITING);
		given(&g, "other-setting", "yes");
		CHECK_INT(state(&g, "partner-dsl"), STATE_OPEN);
	}
}

TEST(clause, c11_1_21_the_other_setting_is_locked_until_the_police_and_the_truth_is_taken)
{
	struct play g;
	EACH_PROFILE_TAKEN_ON(g, "svsh") {
		given(&g, "kind", "images");
		given(&g, "other-setting", "yes");
		given(&g, "offence", "yes");
		struct str why;
		CHECK_INT(state(&g, "partner-dsl"), STATE_LOCKED);
		CHECK_INT(procedure_may(at(&g, "partner-dsl"), &why), ERR_STATE);
		CHECK(only_leads_act(&g, "police-first"));
		given(&g, "partner-dsl", NULL);              /* it has happened already */
		CHECK_INT(state(&g, "partner-dsl"), STATE_DONE);
		CHECK(at(&g, "partner-dsl")->out_of_order);
		const struct contact *force = contact_find(&g.l->contacts, STR("police-101"));
		CHECK(force && force->local);                /* the force is configuration */
	}
}

TEST(clause, c11_1_22_a_case_closes_only_with_its_review)
{
	struct play g;
	EACH_PROFILE(g, "svsh") {
		CHECK(mandatory(&g, "debrief"));
		CHECK(must_say(&g, "debrief", "lessons") && must_say(&g, "debrief", "change"));
	}
}

/* ---- 11.2 ---- */

TEST(clause, c11_2_06_place_and_equipment_take_no_step_away)
{
	place_takes_nothing("sexting", "network", "no");
}

TEST(clause, c11_2_07_not_viewed_comes_first_and_viewing_asks_for_its_reason)
{
	struct play g;
	EACH_PROFILE(g, "sexting") {
		const struct proc_step *s = procedure_step(g.p, STR("viewing"));
		CHECK(str_is(s->answers[0].id, "no"));
		CHECK(must_say_if(&g, "viewing", "reason", "justified"));
		given(&g, "safeguarding", NULL);
		CHECK(mandatory(&g, "viewing"));
	}
}

TEST(clause, c11_2_08_only_the_leads_view_and_what_another_saw_is_recorded)
{
	struct play g;
	EACH_PROFILE(g, "sexting") {
		CHECK(only_leads_act(&g, "viewing"));
		CHECK(must_say_if(&g, "viewing", "who", "other"));
		CHECK(str_starts(g.p->never[0], STR("Do not look at the picture")));
	}
}

TEST(clause, c11_2_09_a_viewing_without_its_reason_is_not_taken)
{
	struct play g;
	EACH_PROFILE(g, "sexting") {
		CHECK(must_say_if(&g, "viewing", "reason", "justified"));
		CHECK(must_say_if(&g, "viewing", "by", "justified") && must_say_if(&g, "viewing", "seen", "justified"));
	}
}

TEST(clause, c11_2_12_the_partnership_comes_from_the_schools_own_directory)
{
	struct play g;
	EACH_PROFILE_TAKEN_ON(g, "sexting") {
		CHECK(mandatory(&g, "local"));
		CHECK(has_contact(&g, "local", "partnership"));
		CHECK(contact_find(&g.l->contacts, STR("partnership"))->local);
		CHECK(str_find(g.p->source, STR("Kent")) < 0);
	}
}

TEST(clause, c11_2_13_the_guidance_is_gone_through_by_the_lead_or_a_deputy)
{
	struct play g;
	EACH_PROFILE_TAKEN_ON(g, "sexting") {
		CHECK(mandatory(&g, "guidance"));
		CHECK(only_leads_act(&g, "guidance"));
		CHECK(must_say(&g, "guidance", "edition") && must_say(&g, "guidance", "young") && must_say(&g, "guidance", "force"));
	}
}

TEST(procedure, a_picture_on_the_schools_systems_asks_for_its_block_at_once)
{
	struct play g;
	EACH_PROFILE_TAKEN_ON(g, "sexting") {
		given(&g, "network", "yes");
		CHECK_INT(state(&g, "block"), STATE_OPEN);
		CHECK(overdue_after(&g, "block", 60));
		CHECK(mandatory(&g, "block"));
		CHECK(str_find(procedure_step(g.p, STR("block"))->text, STR("Nobody opens it")) >= 0);
	}
}

TEST(clause, c11_2_17_another_agency_is_asked_or_the_reason_given)
{
	struct play g;
	EACH_PROFILE_TAKEN_ON(g, "sexting") {
		given(&g, "risk", NULL);
		CHECK(mandatory(&g, "agency-check"));
		CHECK(must_say(&g, "agency-check", "what"));
	}
}

TEST(clause, c11_2_18_families_are_told_or_the_risk_is_named)
{
	struct play g;
	EACH_PROFILE_TAKEN_ON(g, "sexting") {
		CHECK(mandatory(&g, "parents"));
		CHECK(must_say_if(&g, "parents", "how", "told") && must_say_if(&g, "parents", "reason", "not-told"));
	}
}

TEST(clause, c11_2_19_any_yes_makes_the_referral_a_must)
{
	struct play g;
	EACH_PROFILE_TAKEN_ON(g, "sexting") {
		given(&g, "guidance", NULL);
		given(&g, "criteria", "some");
		CHECK_INT(state(&g, "refer"), STATE_OPEN);
		CHECK(mandatory(&g, "refer"));
		CHECK(has_contact(&g, "refer", "first-contact") && has_contact(&g, "refer", "police-101"));
	}
}

TEST(clause, c11_2_20_each_child_needs_support_before_closing)
{
	each_child_is_supported("sexting");
}

TEST(clause, c11_2_21_a_sanction_says_what_it_means_for_the_child_who_was_harmed)
{
	struct play g;
	EACH_PROFILE(g, "sexting") {
		CHECK(must_say(&g, "sanction", "harmed"));
		CHECK(mandatory(&g, "sanction"));
	}
}

TEST(clause, c11_2_22_deletion_appears_only_after_the_decision_on_referral)
{
	struct play g;
	EACH_PROFILE_TAKEN_ON(g, "sexting") {
		CHECK_INT(state(&g, "deletion"), STATE_WAITING);
		given(&g, "guidance", NULL);
		given(&g, "criteria", "none");
		given(&g, "no-agency", "confirmed");
		given(&g, "no-child-at-risk", "confirmed");
		given(&g, "no-investigation", "confirmed");
		CHECK_INT(state(&g, "deletion"), STATE_OPEN);
	}
}

TEST(clause, c11_2_23_deletion_waits_for_the_leads_word_and_the_truth_is_marked)
{
	struct play g;
	EACH_PROFILE(g, "sexting") {
		struct str why;
		CHECK(only_leads_act(&g, "no-agency"));
		CHECK_INT(procedure_may(at(&g, "deletion"), &why), ERR_STATE);
		given(&g, "safeguarding", NULL);
		given(&g, "guidance", NULL);
		given(&g, "criteria", "some");
		given(&g, "refer", NULL);
		given(&g, "no-agency", "not");
		CHECK_INT(state(&g, "deletion"), STATE_NOT_APPLICABLE);
	}
}

TEST(clause, c11_2_24_both_other_confirmations_are_the_leads)
{
	struct play g;
	EACH_PROFILE(g, "sexting") {
		CHECK(only_leads_act(&g, "no-child-at-risk") && only_leads_act(&g, "no-investigation"));
		given(&g, "safeguarding", NULL);
		given(&g, "guidance", NULL);
		given(&g, "criteria", "none");
		given(&g, "no-agency", "confirmed");
		given(&g, "no-child-at-risk", "confirmed");
		CHECK_INT(state(&g, "deletion"), STATE_WAITING);
		given(&g, "no-investigation", "not");
		CHECK_INT(state(&g, "deletion"), STATE_NOT_APPLICABLE);
	}
}

TEST(clause, c11_2_25_a_case_closes_only_with_its_review)
{
	struct play g;
	EACH_PROFILE(g, "sexting") {
		CHECK(mandatory(&g, "debrief"));
		CHECK(must_say(&g, "debrief", "lessons"));
	}
}
