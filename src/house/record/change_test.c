#include "house/record/town.h"

static bool never(const struct case_view *v, const char *start)
{
	for (size_t i = 0; i < v->procedure.n_never; i++)
		if (str_starts(v->procedure.never[i], str_z(start)))
			return true;
	return false;
}

TEST(record, another_child_makes_each_childs_step_wait_for_both)
{
	ON_EACH_ENGINE(fx) {
		struct town t;
		open_town(&t, &fx, "primary");
		int64_t id = open_case(&t, "sexting");
		struct act act = as(&t, DSL);
		struct entry_may m = may(&t, DSL), teacher = may(&t, TEACHER);
		CHECK_ERR(record_involve(&t.k, &act, &teacher, id, t.person[OTHER_LEARNER], STR("saw it"), &t.d), ERR_ABSENT);
		CHECK_ERR(record_involve(&t.k, &act, &m, id, t.person[TEACHER], STR("saw it"), &t.d), ERR_ABSENT);
		CHECK_ERR(record_involve(&t.k, &act, &m, id, t.person[OTHER_LEARNER], STR(" "), &t.d), ERR_INVALID);
		CHECK_OK(record_involve(&t.k, &act, &m, id, t.person[OTHER_LEARNER], STR("received the picture"), &t.d));
		struct case_view v = view_as(&t, DSL, id);
		CHECK_INT(v.n_learners, 2);
		const struct entry_field plan[] = { F("plan", "a talk each week with Ms Quillfeather") };
		struct step_input in = { .step = STR("support"), .about = t.person[LEARNER], .values = plan, .n_values = 1 };
		CHECK_OK(record_step(&t.k, &act, &m, id, &in, &t.d));
		v = view_as(&t, DSL, id);
		CHECK_INT(step_of(&v, "support")->status.state, STATE_OPEN);
		CHECK_INT(step_of(&v, "support")->status.n_wait, 1);
		in.about = t.person[PARENT];
		CHECK_ERR(record_step(&t.k, &act, &m, id, &in, &t.d), ERR_ABSENT);
		in.about = t.person[OTHER_LEARNER];
		CHECK_OK(record_step(&t.k, &act, &m, id, &in, &t.d));
		v = view_as(&t, DSL, id);
		CHECK_INT(step_of(&v, "support")->status.state, STATE_DONE);
		close_town(&t);
	}
}

TEST(record, a_case_changes_its_procedure_and_keeps_what_was_forbidden)
{
	ON_EACH_ENGINE(fx) {
		struct town t;
		open_town(&t, &fx, "junior");
		int64_t id = open_case(&t, "svsh");
		STEP(&t, id, "kind", "images");
		STEP(&t, id, "other-setting", "yes");
		STEP(&t, id, "offence", "yes", F("reason", "a threat"));
		struct act act = as(&t, DSL);
		struct entry_may m = may(&t, DSL), teacher = may(&t, TEACHER);
		CHECK_ERR(record_change(&t.k, &act, &teacher, id, STR("sexting"), STR("there is a picture"), &t.d), ERR_ABSENT);
		CHECK_ERR(record_change(&t.k, &act, &m, id, STR("no-such"), STR("x"), &t.d), ERR_INVALID);
		CHECK_ERR(record_change(&t.k, &act, &m, id, STR("allegation"), STR("x"), &t.d), ERR_INVALID);
		CHECK_ERR(record_change(&t.k, &act, &m, id, STR("sexting"), STR(""), &t.d), ERR_INVALID);
		CHECK_OK(record_change(&t.k, &act, &m, id, STR("sexting"), STR("there is a picture"), &t.d));
		struct case_view v = view_as(&t, DSL, id);
		CHECK_STR(v.line.kind, "sexting");
		CHECK(never(&v, "Do not contact another school") && never(&v, "Do not look at the picture"));
		CHECK_INT(step_of(&v, "partner-dsl")->status.state, STATE_LOCKED);      /* still */
		CHECK_INT(step_of(&v, "deletion")->status.state, STATE_WAITING);
		bool titled = false;
		for (size_t i = 0; i < v.n_chronology; i++)
			titled = titled || str_is(v.chronology[i].title, "Which kind of harm is it?");
		CHECK(titled);
		CHECK_OK(record_change(&t.k, &act, &m, id, STR("svsh"), STR("there was no picture"), &t.d));
		v = view_as(&t, DSL, id);
		CHECK_STR(v.line.kind, "svsh");
		CHECK_INT(step_of(&v, "kind")->status.state, STATE_DONE);               /* what was recorded is there again */
		CHECK(never(&v, "Do not look at the picture"));
		close_town(&t);
	}
}

TEST(clause, c11_1_11_saving_the_case_tells_dsl_and_deputies_at_once)
{
	ON_EACH_ENGINE(fx)
		for (int p = 0; p < 2; p++) {
			struct town t;
			open_town(&t, &fx, p ? "primary" : "junior");
			struct report r = worry(&t);
			r.origin = ORIGIN_STAFF;
			r.topic_type = STR("svsh");
			send(&t, &r);
			CHECK_INT(waiting(&t, DSL, "concern-new"), 1);
			CHECK_INT(waiting(&t, DEPUTY, "concern-new"), 1);
			CHECK_INT(waiting(&t, TEACHER, NULL), 0);
			close_town(&t);
		}
}

TEST(clause, c11_7_03_radicalisation_tells_dsl_and_deputies_at_once)
{
	ON_EACH_ENGINE(fx)
		for (int p = 0; p < 2; p++) {
			struct town t;
			open_town(&t, &fx, p ? "primary" : "junior");
			struct report r = worry(&t);
			r.origin = ORIGIN_STAFF;
			r.topic_type = STR("radicalisation");
			struct received got = send(&t, &r);
			CHECK_INT(waiting(&t, DSL, "concern-new"), 1);
			CHECK_INT(waiting(&t, DEPUTY, "concern-new"), 1);
			struct case_view v = view_as(&t, DSL, got.id);
			CHECK_STR(v.procedure.id, "radicalisation");
			close_town(&t);
		}
}

TEST(clause, c11_2_01_pictures_stay_with_the_lead_and_the_deputies)
{
	ON_EACH_ENGINE(fx) {
		struct town t;
		open_town(&t, &fx, "primary");
		int64_t id = open_case(&t, "sexting");
		struct act act = as(&t, DSL);
		struct entry_may m = may(&t, DSL);
		CHECK_ERR(record_hand_over(&t.k, &act, &m, id, t.person[TEACHER], ROLE_BIT(ROLE_TEACHER), STR("x"), &t.d), ERR_FORBIDDEN);
		CHECK_ERR(record_hand_over(&t.k, &act, &m, id, t.person[TECH], ROLE_BIT(ROLE_TECHNICIAN), STR("x"), &t.d), ERR_FORBIDDEN);
		CHECK_ERR(record_hand_over(&t.k, &act, &m, id, t.person[HEAD], ROLE_BIT(ROLE_HEAD), STR("x"), &t.d), ERR_FORBIDDEN);
		trained(&t, DEPUTY, 30);
		CHECK_OK(record_hand_over(&t.k, &act, &m, id, t.person[DEPUTY], ROLE_BIT(ROLE_DEPUTY), STR("leads this"), &t.d));
		close_town(&t);
	}
}

TEST(clause, c11_3_03_exploitation_stays_with_the_lead_and_the_deputies)
{
	ON_EACH_ENGINE(fx) {
		struct town t;
		open_town(&t, &fx, "junior");
		int64_t id = open_case(&t, "csae");
		struct act act = as(&t, DSL);
		struct entry_may m = may(&t, DSL);
		CHECK_ERR(record_hand_over(&t.k, &act, &m, id, t.person[HEAD], ROLE_BIT(ROLE_HEAD) | ROLE_BIT(ROLE_LEADERSHIP), STR("x"), &t.d), ERR_FORBIDDEN);
		trained(&t, DEPUTY, 30);
		CHECK_OK(record_hand_over(&t.k, &act, &m, id, t.person[DEPUTY], ROLE_BIT(ROLE_DEPUTY), STR("leads this"), &t.d));
		close_town(&t);
	}
}

TEST(clause, c10_02_each_named_category_loads_its_procedure)
{
	static const struct { const char *topic, *procedure; } want[] = { { "breach", "filtering-breach" }, { "sexting", "sexting" },
		{ "cyberbullying", "cyberbullying" }, { "illegal", "iioc" }, { "cybercrime", "cybercrime" }, { "social-media", "social-media" } };
	ON_EACH_ENGINE(fx) {
		struct town t;
		open_town(&t, &fx, "primary");
		for (size_t i = 0; i < ARRAY_N(want); i++) {
			struct case_view v = view_as(&t, DSL, open_case(&t, want[i].topic));
			CHECK_STR(v.procedure.id, want[i].procedure);
			CHECK(v.n_steps > 10);
		}
		close_town(&t);
	}
}

TEST(clause, c7_8_09_an_offensive_message_is_a_record_and_the_profile_says_who_hears)
{
	ON_EACH_ENGINE(fx)
		for (int p = 0; p < 2; p++) {
			struct town t;
			open_town(&t, &fx, p ? "primary" : "junior");
			struct report r = worry(&t);
			r.origin = ORIGIN_STAFF;
			r.topic_type = STR("offensive-message");
			struct received got = send(&t, &r);
			struct case_view v = view_as(&t, DSL, got.id);
			CHECK_STR(v.procedure.id, "offensive-message");
			CHECK_INT(waiting(&t, DSL, "concern-new"), 1);
			CHECK_INT(waiting(&t, DEPUTY, "concern-new"), 0);
			close_town(&t);
		}
}

/* A member of staff reports this topic about a pupil: who hears of it at once, and which procedure leads. */
static void topic_tells(const char *topic, const char *procedure)
{
	ON_EACH_ENGINE(fx)
		for (int p = 0; p < 2; p++) {
			struct town t;
			open_town(&t, &fx, p ? "primary" : "junior");
			struct report r = worry(&t);
			r.origin = ORIGIN_STAFF;
			r.author = t.person[TEACHER];
			r.topic_type = str_z(topic);
			struct received got = send(&t, &r);
			CHECK_STR(view_as(&t, DSL, got.id).procedure.id, procedure);
			CHECK_INT(waiting(&t, DSL, "concern-new"), 1);
			CHECK_INT(waiting(&t, DEPUTY, "concern-new"), 1);
			CHECK_INT(waiting(&t, TEACHER, NULL), 0);
			close_town(&t);
		}
}

TEST(clause, c11_4_11_accidental_exposure_tells_dsl_and_deputy_at_once) { topic_tells("illegal", "iioc"); }
TEST(clause, c8_1_05_conduct_on_social_media_is_a_topic_and_tells_the_dsl) { topic_tells("social-media", "social-media"); }
TEST(clause, c4_3_13_cybercrime_is_a_topic_and_loads_its_procedure) { topic_tells("cybercrime", "cybercrime"); }

TEST(clause, c11_4_15_a_find_on_a_school_device_tells_dsl_and_deputy_at_once)
{
	topic_tells("illegal", "iioc");
	ON_EACH_ENGINE(fx) {
		struct town t;
		open_town(&t, &fx, "primary");
		int64_t id = open_case(&t, "illegal");
		STEP(&t, id, "source", "device");
		struct case_view v = view_as(&t, DSL, id);
		CHECK_INT(step_of(&v, "told-dsl")->status.state, STATE_DONE);       /* by the program, when it was saved */
		CHECK_INT(step_of(&v, "police-told")->status.state, STATE_OPEN);
		close_town(&t);
	}
}

static int64_t seen_cases(struct town *t, enum who w)
{
	struct case_page page;
	struct entry_may m = may(t, w);
	CHECK_OK(record_cases(&t->k, &t->a, &m, &(struct case_query){ 0 }, &page));
	return page.total;
}

/* About an adult who works here, or about the head: who hears, and who finds it. */
static void adult_reaches(enum record_about about, enum who subject, enum who reader)
{
	ON_EACH_ENGINE(fx)
		for (int p = 0; p < 2; p++) {
			struct town t;
			open_town(&t, &fx, p ? "primary" : "junior");
			struct report r = { .about = about, .origin = ORIGIN_STAFF, .subject = t.person[subject], .author = t.person[OTHER_LEARNER],
				.words = STR("What I saw on his screen was a zebra") };
			struct received got = send(&t, &r);
			for (int w = 0; w < N_WHO; w++) {
				CHECK_INT(waiting(&t, (enum who)w, NULL) > 0, w == (int)reader);
				CHECK_INT(seen_cases(&t, (enum who)w) > 0, w == (int)reader);
			}
			struct case_view v;
			struct entry_may m = may(&t, reader);
			CHECK_OK(record_view(&t.k, &t.a, &m, got.id, &v));
			CHECK(step_of(&v, "lado") && step_of(&v, "quarantine") && step_of(&v, "prevent"));
			close_town(&t);
		}
}

TEST(clause, c11_4_23_an_adults_possession_reaches_the_head_alone_and_of_the_head_the_chair)
{
	adult_reaches(ABOUT_ADULT, TEACHER, HEAD);
	adult_reaches(ABOUT_ADULT, HEAD, CHAIR);
}

TEST(clause, c11_7_06_an_adult_drawn_to_extremism_reaches_the_head_and_never_the_subject)
{
	adult_reaches(ABOUT_ADULT, TECH, HEAD);
}

TEST(clause, c8_1_06_whose_conduct_it_is_steers_the_route)
{
	adult_reaches(ABOUT_ADULT, TEACHER, HEAD);
	ON_EACH_ENGINE(fx) {
		struct town t;
		open_town(&t, &fx, "junior");
		int64_t id = open_case(&t, "social-media");
		STEP(&t, id, "who", "learner");
		struct case_view v = view_as(&t, DSL, id);
		CHECK_INT(step_of(&v, "route")->status.state, STATE_OPEN);
		CHECK_INT(step_of(&v, "underage")->status.state, STATE_OPEN);
		close_town(&t);
	}
}

TEST(clause, c4_2_02_a_contact_with_an_agency_stands_in_time_order)
{
	ON_EACH_ENGINE(fx) {
		struct town t;
		open_town(&t, &fx, "primary");
		int64_t id = open_case(&t, "other"), now = clock_utc();
		struct act act = as(&t, DSL);
		struct entry_may m = may(&t, DSL);
		CHECK_OK(record_note(&t.k, &act, &m, id, NOTE_CONTACT, STR("Rang the advice line"), now - 600, &t.d));
		CHECK_OK(record_note(&t.k, &act, &m, id, NOTE_CONTACT, STR("Wrote to the partnership"), now - 1200, &t.d));
		struct case_view v = view_as(&t, DSL, id);
		size_t first = 0, second = 0;
		for (size_t i = 0; i < v.n_chronology; i++) {
			first = str_is(v.chronology[i].text, "Wrote to the partnership") ? i + 1 : first;
			second = str_is(v.chronology[i].text, "Rang the advice line") ? i + 1 : second;
			CHECK(!i || v.chronology[i].at_utc >= v.chronology[i - 1].at_utc);
		}
		CHECK(first && second && first < second);
		close_town(&t);
	}
}

TEST(clause, c10_10_a_case_waits_for_contact_with_each_party_or_the_reason_for_none)
{
	ON_EACH_ENGINE(fx) {
		struct town t;
		open_town(&t, &fx, "junior");
		int64_t id = open_case(&t, "other");
		struct act act = as(&t, DSL);
		struct entry_may m = may(&t, DSL);
		AUTO(diag_done) struct diag d = diag_init(60);
		STEP(&t, id, "dsl-decision", "not-safeguarding", F("reason", "a quarrel"));
		CHECK_ERR(record_close(&t.k, &act, &m, id, &d), ERR_INVALID);
		bool asked = false;
		for (size_t i = 0; i < d.n; i++)
			asked = asked || str_is(d.items[i].file, "partners");
		CHECK(asked);
		struct step_input none = { .step = STR("partners"), .what = PROC_SKIPPED };
		CHECK_ERR(record_step(&t.k, &act, &m, id, &none, &d), ERR_INVALID);      /* a reason for none */
		STEP(&t, id, "partners", "", F("contacts", "the pupil, the parents and the teacher met on Monday"));
		struct case_view v = view_as(&t, DSL, id);
		bool shown = false;
		for (size_t i = 0; i < v.n_chronology; i++)
			shown = shown || str_find(v.chronology[i].text, STR("met on Monday")) >= 0;
		CHECK(shown);
		close_town(&t);
	}
}
