/* The procedures of data/procedures as they ship: each clause of chapter 11 that a procedure serves. */
#include "base/test.h"
#include "house/procedure/combine.h"
#include "house/procedure/library.h"

static const char *const profiles[] = { "junior", "primary" };

struct play {
	struct library *l;
	const struct procedure *p;
	struct proc_entry entries[64];
	struct proc_facts facts;
	struct step_status status[PROC_STEPS_MAX];
	struct diag d;
};

static void show(const struct diag *d)
{
	AUTO(buf_done) struct buf b = buf_init(65536);
	diag_print(d, &b);
	if (b.n)
		fprintf(stderr, "%.*s", STRF(buf_str(&b)));
}

/* Read once a profile: nothing here changes it. */
static struct library *library_of(const char *profile, struct diag *d)
{
	static struct library *kept[ARRAY_N(profiles)];
	size_t i = strcmp(profile, profiles[1]) == 0;
	if (!kept[i]) {
		enum err e = library_load(test_source("data"), profile, d, &kept[i]);
		show(d);
		CHECK_OK(e);
	}
	return kept[i];
}

static void play_open(struct play *g, const char *profile, const char *procedure)
{
	memset(g, 0, sizeof *g);
	g->d = diag_init(50);
	g->l = library_of(profile, &g->d);
	g->p = library_procedure(g->l, str_z(procedure));
	CHECK(g->p != NULL);
	int64_t monday = time_from_uk((struct civil){ .year = 2026, .month = 9, .day = 14, .hour = 9 });
	g->facts = (struct proc_facts){ .profile = &g->l->profile, .calendar = &g->l->calendar, .entries = g->entries,
		.opened_utc = monday, .now_utc = monday };
}

static void play_done(struct play *g)
{
	diag_done(&g->d);
}

static void given(struct play *g, const char *step, const char *answer)
{
	CHECK(procedure_step(g->p, str_z(step)) != NULL);
	g->entries[g->facts.n++] = (struct proc_entry){ .step = str_z(step), .answer = str_z(answer),
		.happened_utc = g->facts.now_utc, .recorded_utc = g->facts.now_utc };
}

static const struct step_status *at(struct play *g, const char *step)
{
	ptrdiff_t i = procedure_find(g->p, str_z(step));
	CHECK(i >= 0);
	procedure_run(g->p, &g->facts, g->status);
	return &g->status[i];
}

static enum step_state state(struct play *g, const char *step) { return at(g, step)->state; }

static const struct proc_field *field_of(const struct play *g, const char *step, const char *field)
{
	const struct proc_step *s = procedure_step(g->p, str_z(step));
	CHECK(s != NULL);
	for (size_t i = 0; s && i < s->n_fields; i++)
		if (str_is(s->fields[i].id, field))
			return &s->fields[i];
	return NULL;
}

static bool must_say(const struct play *g, const char *step, const char *field)
{
	const struct proc_field *f = field_of(g, step, field);
	return f && f->required;
}

static bool must_say_if(const struct play *g, const char *step, const char *field, const char *answer)
{
	const struct proc_field *f = field_of(g, step, field);
	return f && f->required && str_is(f->only_if, answer);
}

/* The step holds the case open until it is recorded, and cannot be left out. */
static bool mandatory(struct play *g, const char *step)
{
	size_t missing[PROC_STEPS_MAX];
	const struct proc_step *s = procedure_step(g->p, str_z(step));
	procedure_run(g->p, &g->facts, g->status);
	size_t n = procedure_missing(g->p, g->status, missing);
	for (size_t i = 0; i < n; i++)
		if (&g->p->steps[missing[i]] == s)
			return !s->may_skip;
	return false;
}

static bool only_leads_act(const struct play *g, const char *step)
{
	const struct proc_step *s = procedure_step(g->p, str_z(step));
	bool ok = s && s->n_who > 0;
	for (size_t i = 0; s && i < s->n_who; i++)
		ok = ok && (str_is(s->who[i], "dsl") || str_is(s->who[i], "deputy"));
	return ok;
}

static bool has_contact(const struct play *g, const char *step, const char *contact)
{
	const struct proc_step *s = procedure_step(g->p, str_z(step));
	for (size_t i = 0; s && i < s->n_contacts; i++)
		if (str_is(s->contacts[i], contact))
			return contact_find(&g->l->contacts, s->contacts[i]) != NULL;
	return false;
}

static bool overdue_after(struct play *g, const char *step, int minutes)
{
	int64_t now = g->facts.now_utc;
	g->facts.now_utc += minutes * 60;
	bool late = at(g, step)->overdue;
	g->facts.now_utc = now;
	return late;
}

#define EACH_PROFILE(g, procedure) \
	for (size_t i_ = 0; i_ < ARRAY_N(profiles); play_done(&(g)), i_++) \
		if (play_open(&(g), profiles[i_], procedure), true)

/* Where it happened, and with whose equipment, takes no step away. */
static void place_takes_nothing(const char *procedure, const char *first, const char *answer)
{
	struct play g;
	EACH_PROFILE(g, procedure) {
		size_t before[PROC_STEPS_MAX], after[PROC_STEPS_MAX];
		given(&g, "safeguarding", NULL);
		given(&g, first, answer);
		procedure_run(g.p, &g.facts, g.status);
		size_t n = procedure_missing(g.p, g.status, before);
		given(&g, "place", "off-site");
		procedure_run(g.p, &g.facts, g.status);
		CHECK_INT(procedure_missing(g.p, g.status, after), n - 1);     /* the question itself */
		CHECK(n > 10);
	}
}

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
		CHECK_INT(at(&g, "wider-impact")->n_learners, 1);
		CHECK(mandatory(&g, "wider-impact"));
		given(&g, "wider-impact", NULL);
		g.entries[g.facts.n - 1].about = 8;
		CHECK_INT(state(&g, "wider-impact"), STATE_DONE);
	}
}

TEST(clause, c11_1_06_what_was_taken_down_is_checked_again_and_turns_overdue)
{
	struct play g;
	EACH_PROFILE(g, "svsh") {
		given(&g, "safeguarding", NULL);
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
	EACH_PROFILE(g, "svsh") {
		given(&g, "safeguarding", NULL);
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
	EACH_PROFILE(g, "svsh") {
		given(&g, "safeguarding", NULL);
		given(&g, "kind", "images");
		CHECK(mandatory(&g, "advice"));
		CHECK(must_say(&g, "advice", "whom") && must_say(&g, "advice", "told") && must_say(&g, "advice", "what"));
	}
}

TEST(clause, c11_1_16_support_is_arranged_or_its_refusal_recorded)
{
	struct play g;
	EACH_PROFILE(g, "svsh") {
		given(&g, "safeguarding", NULL);
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
	EACH_PROFILE(g, "svsh") {
		given(&g, "safeguarding", NULL);
		given(&g, "kind", "images");
		given(&g, "support", NULL);
		CHECK(mandatory(&g, "sanction"));
		CHECK(must_say(&g, "sanction", "what") && must_say(&g, "sanction", "version"));
	}
}

TEST(clause, c11_1_18_a_notice_for_each_family_or_a_reason)
{
	struct play g;
	EACH_PROFILE(g, "svsh") {
		given(&g, "safeguarding", NULL);
		given(&g, "kind", "images");
		CHECK(mandatory(&g, "parents"));
		CHECK(must_say_if(&g, "parents", "how", "told") && must_say_if(&g, "parents", "told_when", "told"));
		CHECK(must_say_if(&g, "parents", "reason", "not-told") && must_say_if(&g, "parents", "detail", "not-told"));
	}
}

TEST(clause, c11_1_19_referral_is_answered_and_yes_names_channel_time_and_reference)
{
	struct play g;
	EACH_PROFILE(g, "svsh") {
		given(&g, "safeguarding", NULL);
		given(&g, "kind", "images");
		CHECK(mandatory(&g, "refer"));
		CHECK(must_say_if(&g, "refer", "agency", "yes") && must_say_if(&g, "refer", "sent", "yes") && must_say_if(&g, "refer", "reference", "yes"));
		CHECK(has_contact(&g, "refer", "first-contact") && has_contact(&g, "refer", "police-101"));
	}
}

TEST(clause, c11_1_20_another_setting_opens_the_word_to_its_lead)
{
	struct play g;
	EACH_PROFILE(g, "svsh") {
		given(&g, "safeguarding", NULL);
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
	EACH_PROFILE(g, "svsh") {
		given(&g, "safeguarding", NULL);
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
	EACH_PROFILE(g, "sexting") {
		given(&g, "safeguarding", NULL);
		CHECK(mandatory(&g, "local"));
		CHECK(has_contact(&g, "local", "partnership"));
		CHECK(contact_find(&g.l->contacts, STR("partnership"))->local);
		CHECK(str_find(g.p->source, STR("Kent")) < 0);
	}
}

TEST(clause, c11_2_13_the_guidance_is_gone_through_by_the_lead_or_a_deputy)
{
	struct play g;
	EACH_PROFILE(g, "sexting") {
		given(&g, "safeguarding", NULL);
		CHECK(mandatory(&g, "guidance"));
		CHECK(only_leads_act(&g, "guidance"));
		CHECK(must_say(&g, "guidance", "edition") && must_say(&g, "guidance", "young") && must_say(&g, "guidance", "force"));
	}
}

TEST(procedure, a_picture_on_the_schools_systems_asks_for_its_block_at_once)
{
	struct play g;
	EACH_PROFILE(g, "sexting") {
		given(&g, "safeguarding", NULL);
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
	EACH_PROFILE(g, "sexting") {
		given(&g, "safeguarding", NULL);
		given(&g, "risk", NULL);
		CHECK(mandatory(&g, "agency-check"));
		CHECK(must_say(&g, "agency-check", "what"));
	}
}

TEST(clause, c11_2_18_families_are_told_or_the_risk_is_named)
{
	struct play g;
	EACH_PROFILE(g, "sexting") {
		given(&g, "safeguarding", NULL);
		CHECK(mandatory(&g, "parents"));
		CHECK(must_say_if(&g, "parents", "how", "told") && must_say_if(&g, "parents", "reason", "not-told"));
	}
}

TEST(clause, c11_2_19_any_yes_makes_the_referral_a_must)
{
	struct play g;
	EACH_PROFILE(g, "sexting") {
		given(&g, "safeguarding", NULL);
		given(&g, "guidance", NULL);
		given(&g, "criteria", "some");
		CHECK_INT(state(&g, "refer"), STATE_OPEN);
		CHECK(mandatory(&g, "refer"));
		CHECK(has_contact(&g, "refer", "first-contact") && has_contact(&g, "refer", "police-101"));
	}
}

TEST(clause, c11_2_20_each_child_needs_support_before_closing)
{
	struct play g;
	const int64_t children[] = { 7, 8 };
	EACH_PROFILE(g, "sexting") {
		g.facts.learners = children;
		g.facts.n_learners = 2;
		given(&g, "safeguarding", NULL);
		given(&g, "support", NULL);
		g.entries[g.facts.n - 1].about = 7;
		CHECK(mandatory(&g, "support"));
	}
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
	EACH_PROFILE(g, "sexting") {
		given(&g, "safeguarding", NULL);
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

/* ---- 11.3 ---- */

TEST(clause, c11_3_08_the_partnership_comes_from_the_schools_own_directory)
{
	struct play g;
	EACH_PROFILE(g, "csae") {
		given(&g, "safeguarding", NULL);
		CHECK(mandatory(&g, "local"));
		CHECK(has_contact(&g, "local", "partnership") && contact_find(&g.l->contacts, STR("partnership"))->local);
	}
}

TEST(clause, c11_3_09_a_device_is_kept_safe_or_the_reason_given)
{
	struct play g;
	EACH_PROFILE(g, "csae") {
		given(&g, "safeguarding", NULL);
		CHECK(mandatory(&g, "device"));
		CHECK(must_say_if(&g, "device", "stored", "held") && must_say_if(&g, "device", "reason", "not"));
	}
}

TEST(clause, c11_3_10_the_referral_is_answered_with_a_reason_or_a_reference)
{
	struct play g;
	EACH_PROFILE(g, "csae") {
		given(&g, "safeguarding", NULL);
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
	EACH_PROFILE(g, "csae") {
		given(&g, "safeguarding", NULL);
		given(&g, "risk", NULL);
		CHECK(mandatory(&g, "agency-check"));
		CHECK(must_say(&g, "agency-check", "what"));
	}
}

TEST(clause, c11_3_14_the_question_of_harm_comes_before_the_word_to_the_family)
{
	struct play g;
	EACH_PROFILE(g, "csae") {
		given(&g, "safeguarding", NULL);
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
	struct play g;
	const int64_t children[] = { 7, 8 };
	EACH_PROFILE(g, "csae") {
		g.facts.learners = children;
		g.facts.n_learners = 2;
		given(&g, "safeguarding", NULL);
		given(&g, "support", NULL);
		g.entries[g.facts.n - 1].about = 7;
		CHECK(mandatory(&g, "support"));
	}
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
	EACH_PROFILE(g, "csae") {
		given(&g, "safeguarding", NULL);
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
	EACH_PROFILE(g, "csae") {
		given(&g, "safeguarding", NULL);
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
	EACH_PROFILE(g, "iioc") {
		given(&g, "safeguarding", NULL);
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
	EACH_PROFILE(g, "hate") {
		given(&g, "safeguarding", NULL);
		CHECK(mandatory(&g, "who"));
	}
}

TEST(clause, c11_6_02_no_end_without_a_policy_and_an_outcome)
{
	struct play g;
	EACH_PROFILE(g, "hate") {
		given(&g, "safeguarding", NULL);
		given(&g, "who", "target");
		CHECK(mandatory(&g, "policy") && mandatory(&g, "outcome"));
		CHECK(must_say(&g, "policy", "policy"));
	}
}

TEST(clause, c11_6_04_a_suspected_crime_needs_the_police)
{
	struct play g;
	EACH_PROFILE(g, "hate") {
		given(&g, "safeguarding", NULL);
		given(&g, "who", "target");
		given(&g, "crime", "yes");
		CHECK(mandatory(&g, "police-tell"));
		CHECK(must_say(&g, "police-tell", "reference"));
	}
}

TEST(clause, c11_6_05_not_clear_opens_advice_for_the_leads)
{
	struct play g;
	EACH_PROFILE(g, "hate") {
		given(&g, "safeguarding", NULL);
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
	EACH_PROFILE(g, "radicalisation") {
		given(&g, "safeguarding", NULL);
		given(&g, "who", "child");
		CHECK(mandatory(&g, "prevent") && mandatory(&g, "child-protection"));
		CHECK(has_contact(&g, "prevent", "prevent"));
	}
}

TEST(clause, c11_7_05_channel_is_answered_with_reason_or_reference)
{
	struct play g;
	EACH_PROFILE(g, "radicalisation") {
		given(&g, "safeguarding", NULL);
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
	EACH_PROFILE(g, "cybercrime") {
		given(&g, "safeguarding", NULL);
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
	EACH_PROFILE(g, "cybercrime") {
		given(&g, "safeguarding", NULL);
		given(&g, "part", "at-risk");
		CHECK(mandatory(&g, "cyber-choices"));
		CHECK(must_say(&g, "cyber-choices", "toolkit"));
	}
}

TEST(clause, c11_8_04_exploited_for_skill_adds_the_exploitation_steps)
{
	struct play g;
	EACH_PROFILE(g, "cybercrime") {
		given(&g, "safeguarding", NULL);
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
	EACH_PROFILE(g, "social-media") {
		given(&g, "safeguarding", NULL);
		given(&g, "who", "learner");
		CHECK(mandatory(&g, "route"));
	}
}

TEST(clause, c8_2_04_under_age_opens_the_word_to_the_parents)
{
	struct play g;
	EACH_PROFILE(g, "social-media") {
		given(&g, "safeguarding", NULL);
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

TEST(procedure, every_pair_can_stand_together)
{
	struct play g;
	AUTO(arena_done) struct arena a = arena_init();
	play_open(&g, "primary", "svsh");
	for (size_t i = 0; i < g.l->n; i++)
		for (size_t k = 0; k < g.l->n; k++) {
			struct procedure both, again;
			const struct procedure *p = &g.l->procedures[i], *q = &g.l->procedures[k];
			if (i == k || str_is(p->id, "allegation") || str_is(q->id, "allegation"))
				continue;
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
