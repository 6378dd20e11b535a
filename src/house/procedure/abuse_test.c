/* Sections 11.3 and 11.4 as they ship: abuse, exploitation, indecent images. */
#include "house/procedure/play.h"

/* ---- 11.3 ---- */

TEST(clause, c11_3_08_the_partnership_comes_from_the_schools_own_directory)
{
	struct play g;
	EACH_PROFILE_TAKEN_ON(g, "csae") {
		CHECK(mandatory(&g, "local"));
		CHECK(has_contact(&g, "local", "partnership") && contact_find(&g.l->contacts, STR("partnership"))->local);
	}
}

TEST(clause, c11_3_09_a_device_is_kept_safe_or_the_reason_given)
{
	struct play g;
	EACH_PROFILE_TAKEN_ON(g, "csae") {
		CHECK(mandatory(&g, "device"));
		CHECK(must_say_if(&g, "device", "stored", "held") && must_say_if(&g, "device", "reason", "not"));
	}
}

TEST(clause, c11_3_10_the_referral_is_answered_with_a_reason_or_a_reference)
{
	struct play g;
	EACH_PROFILE_TAKEN_ON(g, "csae") {
		CHECK(mandatory(&g, "refer"));
		CHECK(must_say_if(&g, "refer", "reference", "yes") && must_say_if(&g, "refer", "reason", "no"));
	}
}

TEST(clause, c11_3_11_the_police_come_at_once_and_risk_means_999)
{
	struct play g;
	EACH_PROFILE(g, "csae") {
		CHECK_INT(state(&g, "immediate"), STATE_OPEN);
		CHECK(overdue_after(&g, "immediate", 60));
		given(&g, "immediate", "yes");
		CHECK_INT(state(&g, "police-now"), STATE_OPEN);
		CHECK(has_contact(&g, "police-now", "police-999"));
		CHECK(contact_find(&g.l->contacts, STR("police-101"))->local);
		g.entries[g.facts.n - 1].answer = STR("no");
		CHECK_INT(state(&g, "police-tell"), STATE_OPEN);
		CHECK(has_contact(&g, "police-tell", "police-101"));
	}
}

TEST(clause, c11_3_13_another_agency_is_asked_or_the_reason_given)
{
	struct play g;
	EACH_PROFILE_TAKEN_ON(g, "csae") {
		given(&g, "risk", NULL);
		CHECK(mandatory(&g, "agency-check"));
		CHECK(must_say(&g, "agency-check", "what"));
	}
}

TEST(clause, c11_3_14_the_question_of_harm_comes_before_the_word_to_the_family)
{
	struct play g;
	EACH_PROFILE_TAKEN_ON(g, "csae") {
		CHECK_INT(state(&g, "parents"), STATE_WAITING);
		CHECK(must_say(&g, "telling-harm", "reason"));
		given(&g, "telling-harm", "unsure");
		CHECK_INT(state(&g, "parents"), STATE_NOT_APPLICABLE);
		CHECK(mandatory(&g, "parents-held"));
		CHECK(must_say(&g, "parents-held", "detail"));
		g.entries[g.facts.n - 1].answer = STR("no");
		CHECK(mandatory(&g, "parents"));
	}
}

TEST(clause, c11_3_15_each_child_needs_support_before_closing)
{
	each_child_is_supported("csae");
}

TEST(clause, c11_3_16_a_case_closes_only_with_its_review)
{
	struct play g;
	EACH_PROFILE(g, "csae")
		CHECK(mandatory(&g, "debrief"));
}

TEST(clause, c11_3_18_place_and_equipment_take_no_step_away)
{
	place_takes_nothing("csae", "immediate", "no");
}

TEST(clause, c11_3_19_the_childs_views_or_why_they_were_not_sought)
{
	struct play g;
	EACH_PROFILE_TAKEN_ON(g, "csae") {
		CHECK(mandatory(&g, "voice"));
		CHECK(must_say(&g, "voice", "words"));
	}
}

TEST(clause, c11_3_21_not_clear_opens_police_advice_for_the_leads_alone)
{
	struct play g;
	EACH_PROFILE(g, "csae") {
		given(&g, "immediate", "unclear");
		CHECK_INT(state(&g, "police-advice"), STATE_OPEN);
		CHECK(overdue_after(&g, "police-advice", 60));
		CHECK(only_leads_act(&g, "police-advice"));
		CHECK(has_contact(&g, "police-advice", "police-101"));
	}
}

TEST(clause, c11_3_22_intelligence_needs_no_victim_and_keeps_the_reference)
{
	struct play g;
	EACH_PROFILE(g, "csae") {
		CHECK(g.facts.n_learners == 0);
		given(&g, "safeguarding", NULL);
		CHECK(mandatory(&g, "intelligence"));
		CHECK(must_say_if(&g, "intelligence", "reference", "passed"));
		CHECK(has_contact(&g, "intelligence", "police-101") && has_contact(&g, "intelligence", "police-999"));
	}
}

TEST(clause, c11_3_23_other_settings_wait_for_the_police_and_the_truth_is_marked)
{
	struct play g;
	EACH_PROFILE_TAKEN_ON(g, "csae") {
		given(&g, "other-settings", "yes");
		CHECK_INT(state(&g, "partner-dsl"), STATE_LOCKED);
		given(&g, "partner-dsl", NULL);
		CHECK(at(&g, "partner-dsl")->out_of_order);
		g.facts.n--;
		given(&g, "police-support", NULL);
		CHECK_INT(state(&g, "partner-dsl"), STATE_OPEN);
	}
}

/* ---- 11.4 ---- */

TEST(clause, c11_4_02_private_equipment_and_off_site_take_no_step_away)
{
	struct play g;
	EACH_PROFILE_TAKEN_ON(g, "iioc") {
		given(&g, "source", "elsewhere");
		static const char *const steps[] = { "body", "local", "quarantine", "support", "parents", "police-on-copies", "criminal" };
		for (size_t i = 0; i < ARRAY_N(steps); i++)
			CHECK(mandatory(&g, steps[i]));
	}
}

TEST(clause, c11_4_07_not_clear_opens_police_advice_at_once)
{
	struct play g;
	EACH_PROFILE(g, "iioc") {
		given(&g, "criminal", "unclear");
		CHECK_INT(state(&g, "police-advice"), STATE_OPEN);
		CHECK(overdue_after(&g, "police-advice", 60));
		CHECK(only_leads_act(&g, "police-advice"));
	}
}

TEST(clause, c11_4_08_the_local_procedures_stand_in_the_case_with_their_link)
{
	struct play g;
	EACH_PROFILE(g, "iioc") {
		given(&g, "source", "accident");
		CHECK(mandatory(&g, "local"));
		CHECK(contact_find(&g.l->contacts, STR("partnership"))->web.n > 0 && has_contact(&g, "local", "partnership"));
	}
}

TEST(clause, c11_4_09_custody_or_no_device)
{
	struct play g;
	EACH_PROFILE(g, "iioc") {
		given(&g, "source", "device");
		CHECK(mandatory(&g, "quarantine"));
		CHECK(must_say_if(&g, "quarantine", "stored", "held"));
	}
}

TEST(clause, c11_4_10_a_timer_runs_until_one_body_is_told_and_the_lado_for_staff)
{
	struct play g;
	EACH_PROFILE(g, "iioc") {
		CHECK_INT(state(&g, "body"), STATE_OPEN);
		CHECK(overdue_after(&g, "body", 60));
		given(&g, "source", "adult");
		CHECK(mandatory(&g, "lado"));
		CHECK(has_contact(&g, "body", "iwf") && has_contact(&g, "body", "police-101") && has_contact(&g, "body", "lado-form"));
	}
}

TEST(clause, c11_4_12_after_accidental_exposure_the_iwf_and_its_reference)
{
	struct play g;
	EACH_PROFILE(g, "iioc") {
		given(&g, "source", "accident");
		CHECK(mandatory(&g, "iwf"));
		CHECK(must_say_if(&g, "iwf", "reference", "reported"));
		CHECK(has_contact(&g, "iwf", "iwf"));
	}
}

TEST(clause, c11_4_13_copies_are_deleted_only_after_the_police_question)
{
	struct play g;
	EACH_PROFILE(g, "iioc") {
		given(&g, "source", "accident");
		CHECK_INT(state(&g, "delete-copies"), STATE_WAITING);
		given(&g, "police-on-copies", "delete");
		CHECK_INT(state(&g, "delete-copies"), STATE_OPEN);
	}
}

TEST(clause, c11_4_14_after_exposure_families_are_told_or_the_reason_given)
{
	struct play g;
	EACH_PROFILE(g, "iioc") {
		given(&g, "source", "accident");
		CHECK(mandatory(&g, "parents"));
		CHECK(must_say_if(&g, "parents", "detail", "not-told"));
	}
}

TEST(clause, c11_4_16_on_a_school_device_the_iwf_or_no_address_known)
{
	struct play g;
	EACH_PROFILE(g, "iioc") {
		given(&g, "source", "device");
		CHECK(mandatory(&g, "iwf"));
		given(&g, "iwf", "none");
		CHECK_INT(state(&g, "iwf"), STATE_DONE);
	}
}

TEST(clause, c11_4_17_other_copies_wait_for_the_police)
{
	struct play g;
	EACH_PROFILE(g, "iioc") {
		given(&g, "source", "device");
		given(&g, "police-on-copies", "delete");
		CHECK_INT(state(&g, "delete-copies"), STATE_LOCKED);
		given(&g, "police-told", NULL);
		CHECK_INT(state(&g, "delete-copies"), STATE_OPEN);
	}
}

TEST(clause, c11_4_18_the_police_are_mandatory_and_immediate_for_a_school_device)
{
	struct play g;
	EACH_PROFILE(g, "iioc") {
		given(&g, "source", "device");
		CHECK(mandatory(&g, "police-told"));
		CHECK(overdue_after(&g, "police-told", 60));
		CHECK(has_contact(&g, "police-told", "police-101") && has_contact(&g, "police-told", "police-999"));
	}
}

TEST(clause, c11_4_19_childrens_services_are_answered_with_reference_or_reason)
{
	struct play g;
	EACH_PROFILE(g, "iioc") {
		given(&g, "source", "device");
		CHECK(mandatory(&g, "children-services"));
		CHECK(must_say_if(&g, "children-services", "reference", "told") && must_say_if(&g, "children-services", "reason", "not"));
		CHECK(has_contact(&g, "children-services", "first-contact"));
	}
}

TEST(clause, c11_4_20_no_copy_is_kept_without_the_reference_of_the_police)
{
	struct play g;
	EACH_PROFILE(g, "iioc") {
		given(&g, "source", "device");
		given(&g, "police-on-copies", "keep");
		CHECK_INT(state(&g, "keep-copy"), STATE_LOCKED);
		CHECK(must_say(&g, "keep-copy", "reference"));
		given(&g, "keep-copy", NULL);
		CHECK(at(&g, "keep-copy")->out_of_order);
	}
}

TEST(clause, c11_4_21_a_copy_has_one_place_and_one_holder)
{
	struct play g;
	EACH_PROFILE(g, "iioc") {
		CHECK(must_say(&g, "keep-copy", "place"));
		given(&g, "source", "device");
		given(&g, "police-told", NULL);
		given(&g, "police-on-copies", "keep");
		CHECK(mandatory(&g, "keep-copy") && mandatory(&g, "delete-copies"));
	}
}

TEST(clause, c11_4_22_families_are_told_or_the_instruction_of_the_police_kept)
{
	struct play g;
	EACH_PROFILE(g, "iioc") {
		const struct proc_field *f = field_of(&g, "parents", "reason");
		bool police = false;
		for (size_t i = 0; f && i < f->n_options; i++)
			police = police || str_is(f->options[i].id, "police");
		CHECK(police);
		given(&g, "source", "device");
		CHECK(mandatory(&g, "parents"));
	}
}

TEST(clause, c11_4_24_the_designated_officer_is_a_must_for_an_adult)
{
	struct play g;
	EACH_PROFILE(g, "allegation") {
		given(&g, "seen", NULL);
		given(&g, "kind", "images");
		CHECK(mandatory(&g, "lado"));
		CHECK(must_say(&g, "lado", "reference"));
	}
}

TEST(clause, c11_4_25_nothing_leaves_quarantine_before_the_police)
{
	struct play g;
	EACH_PROFILE(g, "allegation") {
		given(&g, "seen", NULL);
		given(&g, "kind", "images");
		CHECK_INT(state(&g, "release"), STATE_LOCKED);
		given(&g, "police-devices", NULL);
		CHECK_INT(state(&g, "release"), STATE_OPEN);
	}
}
