/* A case is led to its end, and does not close before. */
#include "house/record/town.h"

static void lead_breach(struct town *t, int64_t id)
{
	STEP(t, id, "danger", "no");
	struct act act = as(t, DSL);
	struct entry_may m = may(t, DSL);
	CHECK_OK(record_acknowledge(&t->k, &act, &m, id));
	STEP(t, id, "safeguarding", "");
	STEP(t, id, "screen-off", "");
	STEP(t, id, "told-staff", "");
	STEP(t, id, "record", "", F("kind", "seen"), F("category", "games"));
	STEP(t, id, "learner", "yes");
	STEP(t, id, "illegal", "no");
	STEP(t, id, "dsl-decision", "not-safeguarding", F("reason", "a game"));
	STEP(t, id, "decision", "none", F("reason", "blocked already"));
	STEP(t, id, "beyond", "no");
	STEP(t, id, "partners", "", F("contacts", "spoke to the class"));
	STEP(t, id, "outcome", "resolved", F("actions", "reminded of the rule"));
}

TEST(record, a_breach_is_led_from_the_press_to_its_end)
{
	ON_EACH_ENGINE(fx) {
		struct town t;
		open_town(&t, &fx, "junior");
		struct report r = { .about = ABOUT_CHILD, .origin = ORIGIN_TELL, .subject = t.person[LEARNER],
			.address = STR("games.example/play"), .category = STR("games"), .event_key = STR("g/w/1/1") };
		struct received got = send(&t, &r);
		lead_breach(&t, got.id);
		struct act act = as(&t, DSL);
		struct entry_may m = may(&t, DSL);
		AUTO(diag_done) struct diag d = diag_init(20);
		CHECK_ERR(record_close(&t.k, &act, &m, got.id, &d), ERR_INVALID);
		CHECK_INT(d.errors, 5);                          /* could it harm, parents and the word that waits, kind of risk, debrief */
		STEP(&t, got.id, "telling-harm", "no", F("reason", "nothing speaks against it"));
		STEP(&t, got.id, "parents", "not-told", F("reason", "risk"), F("detail", "advice of the police"));
		STEP(&t, got.id, "risk-area", "content");
		STEP(&t, got.id, "debrief", "", F("lessons", "none identified"), F("change", "no"));
		CHECK_OK(record_close(&t.k, &act, &m, got.id, &d));
		struct case_view v;
		CHECK_OK(record_view(&t.k, &t.a, &m, got.id, &v));
		CHECK_STR(v.line.state, "closed");
		CHECK_STR(v.line.risk_area, "content");
		for (size_t i = 1; i < v.n_chronology; i++)
			CHECK(v.chronology[i - 1].at_utc <= v.chronology[i].at_utc);
		CHECK_ERR(record_reopen(&t.k, &act, &m, got.id, STR("")), ERR_INVALID);
		CHECK_OK(record_reopen(&t.k, &act, &m, got.id, STR("more came to light")));
		close_town(&t);
	}
}

static bool findings_name(const struct diag *d, const char *field)
{
	for (size_t i = 0; i < d->n; i++)
		if (str_is(d->items[i].file, field))
			return true;
	return false;
}

TEST(clause, c10_1_04_closing_needs_a_parent_notice_or_a_reason)
{
	ON_EACH_ENGINE(fx) {
		struct town t;
		open_town(&t, &fx, "junior");
		struct taken c = take_on(&t);
		STEP(&t, c.id, "dsl-decision", "safeguarding", F("reason", "asked for pictures"));
		AUTO(diag_done) struct diag d = diag_init(40);
		CHECK_ERR(record_close(&t.k, &c.act, &c.m, c.id, &d), ERR_INVALID);
		CHECK(findings_name(&d, "parents"));
		STEP(&t, c.id, "telling-harm", "no", F("reason", "nothing speaks against it"));
		struct step_input in = { .step = STR("parents"), .answer = STR("not-told") };
		CHECK_ERR(record_step(&t.k, &c.act, &c.m, c.id, &in, &d), ERR_INVALID);
		STEP(&t, c.id, "parents", "not-told", F("reason", "risk"), F("detail", "could put her at risk"));
		AUTO(diag_done) struct diag d2 = diag_init(40);
		CHECK_ERR(record_close(&t.k, &c.act, &c.m, c.id, &d2), ERR_INVALID);
		CHECK(!findings_name(&d2, "parents"));
		close_town(&t);
	}
}

TEST(clause, c4_2_13_closing_needs_an_action_or_a_reasoned_none)
{
	ON_EACH_ENGINE(fx) {
		struct town t;
		open_town(&t, &fx, "junior");
		struct taken c = take_on(&t);
		AUTO(diag_done) struct diag d = diag_init(40);
		CHECK_ERR(record_close(&t.k, &c.act, &c.m, c.id, &d), ERR_INVALID);
		CHECK(findings_name(&d, "action") && findings_name(&d, "outcome"));
		STEP(&t, c.id, "dsl-decision", "not-safeguarding", F("reason", "a joke"));
		struct step_input in = { .step = STR("action") };
		CHECK_ERR(record_step(&t.k, &c.act, &c.m, c.id, &in, &d), ERR_INVALID);   /* no empty entry */
		STEP(&t, c.id, "action", "", F("what", "nothing: it was a joke between friends"));
		struct case_view v;
		CHECK_OK(record_view(&t.k, &t.a, &c.m, c.id, &v));
		for (size_t i = 0; i < v.n_steps; i++)
			if (str_is(v.steps[i].def->id, "action"))
				CHECK(v.steps[i].by == t.person[DSL] && v.steps[i].recorded_utc && v.steps[i].details.n);
		close_town(&t);
	}
}

TEST(clause, c10_1_02_each_concern_shows_a_decision_with_its_reason)
{
	ON_EACH_ENGINE(fx) {
		struct town t;
		open_town(&t, &fx, "primary");
		struct taken c = take_on(&t);
		AUTO(diag_done) struct diag d = diag_init(40);
		struct step_input in = { .step = STR("dsl-decision"), .answer = STR("safeguarding") };
		CHECK_ERR(record_step(&t.k, &c.act, &c.m, c.id, &in, &d), ERR_INVALID);   /* without a reason */
		STEP(&t, c.id, "dsl-decision", "safeguarding", F("reason", "asked for pictures"));
		struct case_view v;
		bool found = false;
		CHECK_OK(record_view(&t.k, &t.a, &c.m, c.id, &v));
		for (size_t i = 0; i < v.n_chronology; i++)
			found = found || str_find(v.chronology[i].text, STR("asked for pictures")) >= 0;
		CHECK(found);
		close_town(&t);
	}
}

TEST(clause, c1_13_saved_at_once_and_before_closing_it_has_a_kind_of_risk)
{
	ON_EACH_ENGINE(fx) {
		struct town t;
		open_town(&t, &fx, "junior");
		struct report r = worry(&t);
		struct received got = send(&t, &r);
		struct act act = as(&t, DSL);
		struct entry_may m = may(&t, DSL);
		AUTO(diag_done) struct diag d = diag_init(40);
		CHECK_ERR(record_close(&t.k, &act, &m, got.id, &d), ERR_INVALID);
		CHECK(findings_name(&d, "risk-area"));
		STEP(&t, got.id, "risk-area", "contact");
		struct record_count *counts;
		size_t n;
		CHECK_OK(record_counts(&t.k, &t.a, fx.school, 0, "risk_area", 0, 0, &counts, &n));
		CHECK_INT(n, 4);
		CHECK_STR(counts[1].word, "Contact");
		CHECK_INT(counts[0].n, 0);
		CHECK_INT(counts[1].n, 1);
		close_town(&t);
	}
}

TEST(clause, c10_07_a_case_with_unrecorded_steps_does_not_close)
{
	ON_EACH_ENGINE(fx) {
		struct town t;
		open_town(&t, &fx, "primary");
		struct report r = worry(&t);
		struct received got = send(&t, &r);
		struct act act = as(&t, DSL);
		struct entry_may m = may(&t, DSL);
		AUTO(diag_done) struct diag d = diag_init(40);
		CHECK_ERR(record_close(&t.k, &act, &m, got.id, &d), ERR_INVALID);
		CHECK(d.errors > 5);
		struct step_input skip = { .step = STR("outcome"), .what = PROC_SKIPPED, .reason = STR("no time") };
		CHECK(record_step(&t.k, &act, &m, got.id, &skip, &d) != OK);     /* and cannot be left out */
		close_town(&t);
	}
}
