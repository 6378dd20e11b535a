#include "house/record/town.h"

static struct case_view view(struct town *t, int64_t id)
{
	struct case_view v;
	struct entry_may m = may(t, DSL);
	CHECK_OK(record_view(&t->k, &t->a, &m, id, &v));
	return v;
}

static const struct case_step *step_of(const struct case_view *v, const char *id)
{
	for (size_t i = 0; i < v->n_steps; i++)
		if (str_is(v->steps[i].def->id, id))
			return &v->steps[i];
	return NULL;
}

static bool never(const struct case_view *v, const char *start)
{
	for (size_t i = 0; i < v->procedure.n_never; i++)
		if (str_starts(v->procedure.never[i], str_z(start)))
			return true;
	return false;
}

static int64_t open_case(struct town *t, const char *topic)
{
	struct report r = worry(t);
	r.origin = ORIGIN_STAFF;
	r.author = t->person[TEACHER];
	r.topic_type = str_z(topic);
	struct received got = send(t, &r);
	struct act act = as(t, DSL);
	struct entry_may m = may(t, DSL);
	CHECK_OK(record_acknowledge(&t->k, &act, &m, got.id));
	return got.id;
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
		struct case_view v = view(&t, id);
		CHECK_INT(v.n_learners, 2);
		const struct entry_field plan[] = { F("plan", "a talk each week with Ms Quillfeather") };
		struct step_input in = { .step = STR("support"), .about = t.person[LEARNER], .values = plan, .n_values = 1 };
		CHECK_OK(record_step(&t.k, &act, &m, id, &in, &t.d));
		v = view(&t, id);
		CHECK_INT(step_of(&v, "support")->status.state, STATE_OPEN);
		CHECK_INT(step_of(&v, "support")->status.n_learners, 1);
		in.about = t.person[PARENT];
		CHECK_ERR(record_step(&t.k, &act, &m, id, &in, &t.d), ERR_ABSENT);
		in.about = t.person[OTHER_LEARNER];
		CHECK_OK(record_step(&t.k, &act, &m, id, &in, &t.d));
		v = view(&t, id);
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
		struct case_view v = view(&t, id);
		CHECK_STR(v.line.kind, "sexting");
		CHECK(never(&v, "Do not contact another school") && never(&v, "Do not look at the picture"));
		CHECK_INT(step_of(&v, "partner-dsl")->status.state, STATE_LOCKED);      /* still */
		CHECK_INT(step_of(&v, "deletion")->status.state, STATE_WAITING);
		bool titled = false;
		for (size_t i = 0; i < v.n_chronology; i++)
			titled = titled || str_is(v.chronology[i].title, "Which kind of harm is it?");
		CHECK(titled);
		CHECK_OK(record_change(&t.k, &act, &m, id, STR("svsh"), STR("there was no picture"), &t.d));
		v = view(&t, id);
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
			struct case_view v = view(&t, got.id);
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
			struct case_view v = view(&t, open_case(&t, want[i].topic));
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
			struct case_view v = view(&t, got.id);
			CHECK_STR(v.procedure.id, "offensive-message");
			CHECK_INT(waiting(&t, DSL, "concern-new"), 1);
			CHECK_INT(waiting(&t, DEPUTY, "concern-new"), 0);
			close_town(&t);
		}
}
