#include "house/record/town.h"

static int64_t seen_by(struct town *t, enum who w, const char *words)
{
	struct case_page page;
	struct entry_may m = may(t, w);
	struct case_query q = { .words = str_z(words) };
	CHECK_OK(record_cases(&t->k, &t->a, &m, &q, &page));
	CHECK_INT((int64_t)page.n, page.total);
	return page.total;
}

static void nothing_for(struct town *t, enum who w, int64_t id)
{
	struct case_view v;
	struct entry_may m = may(t, w);
	struct record_today today;
	struct case_page newest, due;
	struct act act = as(t, w);
	CHECK_INT(seen_by(t, w, NULL), 0);
	CHECK_INT(seen_by(t, w, "zebra"), 0);
	CHECK_ERR(record_view(&t->k, &t->a, &m, id, &v), ERR_ABSENT);
	CHECK_OK(record_today(&t->k, &t->a, &m, &today, &newest, &due));
	CHECK_INT(today.unacknowledged + today.open + today.overdue + today.due_today, 0);
	CHECK_INT(newest.n + due.n, 0);
	CHECK_ERR(record_acknowledge(&t->k, &act, &m, id), ERR_ABSENT);
	CHECK_ERR(record_note(&t->k, &act, &m, id, NOTE_PLAIN, STR("x"), 0, &t->d), ERR_ABSENT);
	CHECK_INT(waiting(t, w, NULL), 0);
}

TEST(record, a_childs_worry_reaches_the_dsl_and_nobody_whom_it_is_not_for)
{
	ON_EACH_ENGINE(fx) {
		struct town t;
		open_town(&t, &fx, "junior");
		struct report r = worry(&t);
		struct received got = send(&t, &r);
		CHECK(got.told >= 2 && got.in_hours);
		CHECK_INT(seen_by(&t, DSL, "zebra"), 1);
		CHECK_INT(seen_by(&t, DEPUTY, NULL), 1);
		CHECK_INT(waiting(&t, DSL, "concern-new"), 1);
		static const enum who others[] = { TEACHER, TECH, GOVERNOR, CHAIR, LEARNER, OTHER_LEARNER, PARENT };
		for (size_t i = 0; i < ARRAY_N(others); i++)
			nothing_for(&t, others[i], got.id);
		close_town(&t);
	}
}

TEST(record, the_same_event_is_kept_once)
{
	ON_EACH_ENGINE(fx) {
		struct town t;
		open_town(&t, &fx, "primary");
		struct report r = worry(&t);
		r.event_key = STR("gate1/dns0/3/17");
		struct received a = send(&t, &r), b = send(&t, &r);
		CHECK_INT(a.id, b.id);
		CHECK_STR(str_z(a.reference), b.reference);
		CHECK_INT(seen_by(&t, DSL, NULL), 1);
		r.event_key = STR("gate1/dns0/3/18");          /* another press of the same child, topic and day */
		struct received c = send(&t, &r), d = send(&t, &r);
		CHECK(c.merged && c.id == a.id && d.id == a.id);
		CHECK_INT(waiting(&t, DSL, "concern-new"), 1);
		struct case_view v;
		struct entry_may m = may(&t, DSL);
		CHECK_OK(record_view(&t.k, &t.a, &m, a.id, &v));
		size_t more = 0;
		for (size_t i = 0; i < v.n_chronology; i++)
			more += str_is(v.chronology[i].title, "The child told more");
		CHECK_INT(more, 1);
		close_town(&t);
	}
}

TEST(record, whom_a_child_names_finds_nothing_and_is_told_nothing)
{
	ON_EACH_ENGINE(fx) {
		struct town t;
		open_town(&t, &fx, "junior");
		struct report r = worry(&t);
		r.barred[r.n_barred++] = t.person[DSL];
		struct received got = send(&t, &r);
		nothing_for(&t, DSL, got.id);
		CHECK_INT(seen_by(&t, DEPUTY, "zebra"), 1);
		CHECK(waiting(&t, DEPUTY, NULL) > 0);
		size_t n = 0;                                   /* and nothing later on either */
		clock_step(3 * 86400 * 1000LL);
		CHECK_OK(record_tick(&t.k, fx.school, &n));
		CHECK_INT(n, 1);
		nothing_for(&t, DSL, got.id);
		close_town(&t);
	}
}

TEST(record, when_all_are_barred_the_chair_is_given_the_case)
{
	ON_EACH_ENGINE(fx) {
		struct town t;
		open_town(&t, &fx, "primary");
		struct report r = worry(&t);
		r.barred[r.n_barred++] = t.person[DSL];
		r.barred[r.n_barred++] = t.person[DEPUTY];
		r.barred[r.n_barred++] = t.person[HEAD];
		struct received got = send(&t, &r);
		CHECK_INT(got.told, 1);
		CHECK_INT(seen_by(&t, CHAIR, NULL), 1);
		nothing_for(&t, HEAD, got.id);
		close_town(&t);
	}
}

TEST(record, an_allegation_reaches_the_head_only)
{
	ON_EACH_ENGINE(fx) {
		struct town t;
		open_town(&t, &fx, "junior");
		struct report r = { .about = ABOUT_ADULT, .origin = ORIGIN_STAFF, .author = t.person[TEACHER],
			.subject = t.person[DSL], .words = STR("I saw zebra conduct") };
		struct received got = send(&t, &r);
		CHECK_INT(seen_by(&t, HEAD, "zebra"), 1);
		CHECK(waiting(&t, HEAD, NULL) == 1);
		static const enum who others[] = { DSL, DEPUTY, CHAIR, TEACHER, TECH, GOVERNOR, LEARNER, PARENT };
		for (size_t i = 0; i < ARRAY_N(others); i++)
			nothing_for(&t, others[i], got.id);
		close_town(&t);
	}
}

TEST(record, about_the_head_reaches_the_chair_only_whatever_was_chosen)
{
	ON_EACH_ENGINE(fx) {
		struct town t;
		open_town(&t, &fx, "junior");
		struct report r = { .about = ABOUT_ADULT, .origin = ORIGIN_STAFF, .author = t.person[DSL],
			.subject = t.person[HEAD], .words = STR("I saw zebra conduct") };
		struct received got = send(&t, &r);
		CHECK_INT(seen_by(&t, CHAIR, "zebra"), 1);
		nothing_for(&t, HEAD, got.id);
		nothing_for(&t, DSL, got.id);
		size_t n;
		clock_step(9 * 86400 * 1000LL);
		CHECK_OK(record_tick(&t.k, fx.school, &n));
		nothing_for(&t, HEAD, got.id);
		CHECK_INT(waiting(&t, CHAIR, "escalated"), 1);
		close_town(&t);
	}
}

TEST(record, without_a_head_in_office_an_allegation_reaches_the_chair)
{
	ON_EACH_ENGINE(fx) {
		struct town t;
		open_town(&t, &fx, "junior");
		struct report r = { .about = ABOUT_ADULT, .origin = ORIGIN_STAFF, .author = t.person[TEACHER],
			.subject = t.person[DSL], .words = STR("I saw zebra conduct") };
		CHECK_OK(role_end(fx.db, &t.act, t.person[HEAD], ROLE_HEAD, 0));
		struct received got = send(&t, &r);
		CHECK_INT(got.told, 1);
		CHECK_INT(seen_by(&t, CHAIR, "zebra"), 1);
		nothing_for(&t, DSL, got.id);
		close_town(&t);
	}
}

/* 1 + 4 = 2 + 3: other people are barred, so it is another case. */
TEST(record, presses_that_bar_other_people_are_never_added_together)
{
	ON_EACH_ENGINE(fx) {
		struct town t;
		open_town(&t, &fx, "junior");
		struct report r = worry(&t), other = worry(&t), same = worry(&t);
		CHECK_INT(t.person[DSL] + t.person[CHAIR], t.person[DEPUTY] + t.person[HEAD]);
		r.barred[r.n_barred++] = t.person[DSL];
		r.barred[r.n_barred++] = t.person[CHAIR];
		other.barred[other.n_barred++] = t.person[DEPUTY];
		other.barred[other.n_barred++] = t.person[HEAD];
		same.barred[same.n_barred++] = t.person[CHAIR];
		same.barred[same.n_barred++] = t.person[DSL];
		struct received a = send(&t, &r), b = send(&t, &other), c = send(&t, &same);
		CHECK(b.id != a.id && !b.merged);
		CHECK(c.id == a.id && c.merged);
		struct case_view v;
		struct entry_may m = may(&t, HEAD);
		CHECK_ERR(record_view(&t.k, &t.a, &m, b.id, &v), ERR_ABSENT);
		close_town(&t);
	}
}

TEST(clause, c10_1_01_unacknowledged_concern_goes_to_the_deputy_after_the_minutes)
{
	ON_EACH_ENGINE(fx) {
		struct town t;
		size_t n;
		open_town(&t, &fx, "junior");
		struct report r = worry(&t);
		r.danger = true;
		struct received got = send(&t, &r);
		CHECK_OK(record_tick(&t.k, fx.school, &n));
		CHECK_INT(n, 0);
		clock_step(16 * 60 * 1000);
		CHECK_OK(record_tick(&t.k, fx.school, &n));
		CHECK_INT(n, 1);
		CHECK_INT(waiting(&t, DEPUTY, "escalated"), 1);
		CHECK_INT(waiting(&t, HEAD, "escalated"), 0);
		clock_step(16 * 60 * 1000);
		CHECK_OK(record_tick(&t.k, fx.school, &n));
		CHECK_INT(waiting(&t, HEAD, "escalated"), 1);
		struct act act = as(&t, DSL);
		struct entry_may m = may(&t, DSL);
		CHECK_OK(record_acknowledge(&t.k, &act, &m, got.id));
		clock_step(30 * 86400 * 1000LL);
		CHECK_OK(record_tick(&t.k, fx.school, &n));
		CHECK_INT(n, 0);
		close_town(&t);
	}
}

TEST(clause, c3_07_saving_a_concern_gives_the_head_a_timed_notice)
{
	ON_EACH_ENGINE(fx) {
		struct town t;
		open_town(&t, &fx, "primary");
		struct report r = worry(&t);
		send(&t, &r);
		CHECK_INT(waiting(&t, HEAD, "oversight"), 1);
		close_town(&t);
	}
}

TEST(clause, c3_08_oversight_reaches_those_the_profile_names_and_no_others)
{
	ON_EACH_ENGINE(fx) {
		struct town t;
		open_town(&t, &fx, "junior");
		struct param *p = NULL;
		for (size_t i = 0; i < t.library->profile.n; i++)
			if (str_is(t.library->profile.params[i].key, "oversight.recipients"))
				p = &t.library->profile.params[i];
		CHECK(p && p->n_values == 2);                    /* headteacher and DSL */
		struct report r = worry(&t);
		send(&t, &r);
		CHECK_INT(waiting(&t, HEAD, "oversight"), 1);
		CHECK(waiting(&t, DSL, NULL) >= 1);
		p->values++;                                     /* the headteacher switched off */
		p->n_values--;
		r.subject = t.person[OTHER_LEARNER];
		send(&t, &r);
		CHECK_INT(waiting(&t, HEAD, "oversight"), 1);
		CHECK(waiting(&t, DSL, NULL) >= 2);
		close_town(&t);
	}
}

TEST(clause, c4_3_09_any_member_of_staff_raises_a_concern_and_the_dsl_is_told_at_once)
{
	ON_EACH_ENGINE(fx) {
		struct town t;
		open_town(&t, &fx, "junior");
		struct report r = worry(&t);
		r.origin = ORIGIN_STAFF;
		r.author = t.person[TEACHER];
		struct received got = send(&t, &r);
		CHECK_INT(waiting(&t, DSL, "concern-new"), 1);
		struct case_view v;
		struct entry_may m = may(&t, TEACHER);
		CHECK_OK(record_view(&t.k, &t.a, &m, got.id, &v));      /* who raised it sees their words, no steps */
		CHECK(v.limited && !v.n_steps && !v.n_chronology);
		struct act act = as(&t, TEACHER);
		CHECK_ERR(record_close(&t.k, &act, &m, got.id, &t.d), ERR_ABSENT);
		close_town(&t);
	}
}

TEST(clause, c4_6_07_a_parent_reports_without_sign_in_and_gets_a_reference)
{
	ON_EACH_ENGINE(fx) {
		struct town t;
		struct str status;
		open_town(&t, &fx, "junior");
		struct report r = { .about = ABOUT_CHILD, .origin = ORIGIN_PARENT, .words = STR("My child was sent a zebra"),
			.reporter = STR("A parent, 01632 960111") };
		struct received got = send(&t, &r);
		CHECK_INT(strlen(got.reference), 9);
		CHECK_INT(waiting(&t, DSL, "concern-new"), 1);
		CHECK_OK(record_status(&t.k, fx.school, str_z(got.reference), &status));
		CHECK_STR(status, "It has been received.");
		struct act act = as(&t, DSL);
		struct entry_may m = may(&t, DSL);
		CHECK_OK(record_acknowledge(&t.k, &act, &m, got.id));
		CHECK_OK(record_status(&t.k, fx.school, str_z(got.reference), &status));
		CHECK_STR(status, "Somebody is looking at it.");
		CHECK_ERR(record_status(&t.k, fx.school, STR("2222-2222"), &status), ERR_ABSENT);
		close_town(&t);
	}
}

TEST(clause, c4_2_12_an_amendment_leaves_the_first_text_readable)
{
	ON_EACH_ENGINE(fx) {
		struct town t;
		open_town(&t, &fx, "junior");
		struct report r = worry(&t);
		struct received got = send(&t, &r);
		struct act act = as(&t, DSL);
		struct entry_may m = may(&t, DSL);
		CHECK_OK(record_note(&t.k, &act, &m, got.id, NOTE_AMENDMENT, STR("It was a giraffe, not a zebra"), 0, &t.d));
		struct case_view v;
		CHECK_OK(record_view(&t.k, &t.a, &m, got.id, &v));
		CHECK_STR(entry_value(&v.entry, "words"), "Somebody asked for my zebra picture");
		bool found = false;
		for (size_t i = 0; i < v.n_chronology; i++)
			found = found || str_is(v.chronology[i].text, "It was a giraffe, not a zebra");
		CHECK(found);
		close_town(&t);
	}
}

TEST(clause, c4_02_a_childs_case_is_handed_only_to_somebody_with_current_training)
{
	static const char *const profiles[] = { "junior", "primary" };
	for (size_t i = 0; i < ARRAY_N(profiles); i++)
		ON_EACH_ENGINE(fx) {
			struct town t;
			open_town(&t, &fx, profiles[i]);
			struct report r = worry(&t);
			struct received got = send(&t, &r);
			struct act act = as(&t, DSL), back = as(&t, DEPUTY);
			struct entry_may m = may(&t, DSL), theirs = may(&t, DEPUTY);
			struct case_view v;
			CHECK_OK(record_acknowledge(&t.k, &act, &m, got.id));
			CHECK_ERR(record_hand_over(&t.k, &act, &m, got.id, t.person[DEPUTY], ROLE_BIT(ROLE_DEPUTY), STR("x"), &t.d), ERR_INVALID);
			trained(&t, DEPUTY, 3 * 366);                            /* too long ago */
			CHECK_ERR(record_hand_over(&t.k, &act, &m, got.id, t.person[DEPUTY], ROLE_BIT(ROLE_DEPUTY), STR("x"), &t.d), ERR_INVALID);
			CHECK_ERR(record_hand_over(&t.k, &act, &m, got.id, t.person[TEACHER], ROLE_BIT(ROLE_TEACHER), STR("x"), &t.d), ERR_INVALID);
			CHECK_INT((int64_t)t.d.errors, 3);
			CHECK_STR(t.d.items[0].file, "to");
			CHECK_OK(record_view(&t.k, &t.a, &m, got.id, &v));
			CHECK_INT(v.line.owner, t.person[DSL]);
			CHECK_INT(waiting(&t, DEPUTY, "handed-over"), 0);
			trained(&t, DEPUTY, 30);
			CHECK_OK(record_hand_over(&t.k, &act, &m, got.id, t.person[DEPUTY], ROLE_BIT(ROLE_DEPUTY), STR("a course"), &t.d));
			CHECK_OK(record_hand_over(&t.k, &back, &theirs, got.id, t.person[DSL], ROLE_BIT(ROLE_DSL), STR("back"), &t.d));      /* the lead's own */
			close_town(&t);
		}
}

TEST(clause, c4_2_04_handing_over_keeps_one_record_with_both_people_and_the_time)
{
	ON_EACH_ENGINE(fx) {
		struct town t;
		open_town(&t, &fx, "junior");
		struct report r = worry(&t);
		struct received got = send(&t, &r);
		struct act act = as(&t, DSL);
		struct entry_may m = may(&t, DSL);
		CHECK_OK(record_acknowledge(&t.k, &act, &m, got.id));
		trained(&t, DEPUTY, 30);
		CHECK_OK(record_hand_over(&t.k, &act, &m, got.id, t.person[DEPUTY], ROLE_BIT(ROLE_DEPUTY), STR("on a course"), &t.d));
		CHECK_ERR(record_hand_over(&t.k, &act, &m, got.id, t.person[LEARNER], ROLE_BIT(ROLE_LEARNER), STR("x"), &t.d), ERR_FORBIDDEN);
		struct case_view v;
		CHECK_OK(record_view(&t.k, &t.a, &m, got.id, &v));
		CHECK_INT(v.line.owner, t.person[DEPUTY]);
		CHECK_INT(waiting(&t, DEPUTY, "handed-over"), 1);
		bool found = false;
		for (size_t i = 0; i < v.n_chronology; i++)
			if (str_is(v.chronology[i].title, "Handed over"))
				found = v.chronology[i].by == t.person[DSL] && v.chronology[i].recorded_utc == clock_utc() &&
				        str_find(v.chronology[i].text, STR("on a course")) >= 0;
		CHECK(found);
		CHECK_INT(seen_by(&t, DSL, NULL), 1);
		close_town(&t);
	}
}

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
		struct report r = worry(&t);
		struct received got = send(&t, &r);
		struct act act = as(&t, DSL);
		struct entry_may m = may(&t, DSL);
		CHECK_OK(record_acknowledge(&t.k, &act, &m, got.id));
		STEP(&t, got.id, "dsl-decision", "safeguarding", F("reason", "asked for pictures"));
		AUTO(diag_done) struct diag d = diag_init(40);
		CHECK_ERR(record_close(&t.k, &act, &m, got.id, &d), ERR_INVALID);
		CHECK(findings_name(&d, "parents"));
		STEP(&t, got.id, "telling-harm", "no", F("reason", "nothing speaks against it"));
		struct step_input in = { .step = STR("parents"), .answer = STR("not-told") };
		CHECK_ERR(record_step(&t.k, &act, &m, got.id, &in, &d), ERR_INVALID);
		STEP(&t, got.id, "parents", "not-told", F("reason", "risk"), F("detail", "could put her at risk"));
		AUTO(diag_done) struct diag d2 = diag_init(40);
		CHECK_ERR(record_close(&t.k, &act, &m, got.id, &d2), ERR_INVALID);
		CHECK(!findings_name(&d2, "parents"));
		close_town(&t);
	}
}

TEST(clause, c4_2_13_closing_needs_an_action_or_a_reasoned_none)
{
	ON_EACH_ENGINE(fx) {
		struct town t;
		open_town(&t, &fx, "junior");
		struct report r = worry(&t);
		struct received got = send(&t, &r);
		struct act act = as(&t, DSL);
		struct entry_may m = may(&t, DSL);
		CHECK_OK(record_acknowledge(&t.k, &act, &m, got.id));
		AUTO(diag_done) struct diag d = diag_init(40);
		CHECK_ERR(record_close(&t.k, &act, &m, got.id, &d), ERR_INVALID);
		CHECK(findings_name(&d, "action") && findings_name(&d, "outcome"));
		STEP(&t, got.id, "dsl-decision", "not-safeguarding", F("reason", "a joke"));
		struct step_input in = { .step = STR("action") };
		CHECK_ERR(record_step(&t.k, &act, &m, got.id, &in, &d), ERR_INVALID);   /* no empty entry */
		STEP(&t, got.id, "action", "", F("what", "nothing: it was a joke between friends"));
		struct case_view v;
		CHECK_OK(record_view(&t.k, &t.a, &m, got.id, &v));
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
		struct report r = worry(&t);
		struct received got = send(&t, &r);
		struct act act = as(&t, DSL);
		struct entry_may m = may(&t, DSL);
		CHECK_OK(record_acknowledge(&t.k, &act, &m, got.id));
		AUTO(diag_done) struct diag d = diag_init(40);
		struct step_input in = { .step = STR("dsl-decision"), .answer = STR("safeguarding") };
		CHECK_ERR(record_step(&t.k, &act, &m, got.id, &in, &d), ERR_INVALID);   /* without a reason */
		STEP(&t, got.id, "dsl-decision", "safeguarding", F("reason", "asked for pictures"));
		struct case_view v;
		bool found = false;
		CHECK_OK(record_view(&t.k, &t.a, &m, got.id, &v));
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

TEST(record, a_lock_stops_the_plan_and_takes_the_truth)
{
	ON_EACH_ENGINE(fx) {
		struct town t;
		open_town(&t, &fx, "junior");
		struct report r = worry(&t);
		struct received got = send(&t, &r);
		struct act act = as(&t, DSL);
		struct entry_may m = may(&t, DSL);
		CHECK_OK(record_acknowledge(&t.k, &act, &m, got.id));
		STEP(&t, got.id, "beyond", "yes");
		const struct entry_field v[] = { F("whom", "another school"), F("spoken", "2026-09-14T09:00Z"), F("what", "asked") };
		struct step_input in = { .step = STR("outside-contact"), .values = v, .n_values = 3 };
		AUTO(diag_done) struct diag d = diag_init(10);
		CHECK_ERR(record_step(&t.k, &act, &m, got.id, &in, &d), ERR_STATE);
		in.already_happened = true;
		CHECK_OK(record_step(&t.k, &act, &m, got.id, &in, &d));
		struct case_view view;
		CHECK_OK(record_view(&t.k, &t.a, &m, got.id, &view));
		bool marked = false;
		for (size_t i = 0; i < view.n_steps; i++)
			if (str_is(view.steps[i].def->id, "outside-contact"))
				marked = view.steps[i].status.state == STATE_DONE && view.steps[i].status.out_of_order;
		CHECK(marked);
		in.happened_utc = clock_utc() + 86400;
		CHECK_ERR(record_step(&t.k, &act, &m, got.id, &in, &d), ERR_INVALID);   /* not from the future */
		close_town(&t);
	}
}

TEST(record, a_case_keeps_the_procedure_it_began_with)
{
	ON_EACH_ENGINE(fx) {
		struct town t;
		open_town(&t, &fx, "junior");
		struct report r = worry(&t);
		struct received got = send(&t, &r);
		size_t was = t.library->n;
		t.library->n = 0;                                /* the library has changed meanwhile */
		struct case_view v;
		struct entry_may m = may(&t, DSL);
		CHECK_OK(record_view(&t.k, &t.a, &m, got.id, &v));
		CHECK(v.n_steps > 5 && v.procedure.version > 0);
		t.library->n = was;
		close_town(&t);
	}
}

TEST(record, who_becomes_its_subject_loses_sight_at_once)
{
	ON_EACH_ENGINE(fx) {
		struct town t;
		open_town(&t, &fx, "junior");
		struct report r = worry(&t);
		struct received got = send(&t, &r);
		struct act act = as(&t, HEAD);
		struct entry_may m = may(&t, HEAD), dsl = may(&t, DSL);
		struct case_view v;
		CHECK_OK(record_note(&t.k, &act, &m, got.id, NOTE_PLAIN, STR("zebra note"), 0, &t.d));
		CHECK_OK(record_exclude(&t.k, &act, &m, got.id, t.person[DSL], ENTRY_SUBJECT));
		CHECK_ERR(record_view(&t.k, &t.a, &dsl, got.id, &v), ERR_ABSENT);
		CHECK_INT(seen_by(&t, DSL, "zebra"), 0);
		struct entry_query q = { .words = STR("zebra") };       /* nor in a search over everything */
		struct entry_page page;
		CHECK_OK(entry_list(&t.store, &t.a, &dsl, &q, &page));
		CHECK_INT(page.total, 0);
		CHECK_INT(seen_by(&t, HEAD, "zebra"), 1);
		close_town(&t);
	}
}

TEST(record, an_owner_who_is_shut_out_hears_no_more_and_another_is_asked)
{
	ON_EACH_ENGINE(fx) {
		struct town t;
		open_town(&t, &fx, "junior");
		struct report r = worry(&t);
		struct received got = send(&t, &r);
		struct act dsl = as(&t, DSL), head = as(&t, HEAD);
		struct entry_may m = may(&t, DSL), h = may(&t, HEAD);
		CHECK_OK(record_acknowledge(&t.k, &dsl, &m, got.id));
		CHECK_OK(record_exclude(&t.k, &head, &h, got.id, t.person[DSL], ENTRY_SUBJECT));
		CHECK_INT(waiting(&t, DSL, NULL), 0);
		struct received more = send(&t, &r);
		CHECK_INT(more.id, got.id);
		nothing_for(&t, DSL, got.id);
		size_t n = 0;
		clock_step(60 * 1000LL);
		CHECK_OK(record_tick(&t.k, fx.school, &n));
		CHECK_INT(n, 1);
		CHECK(waiting(&t, DEPUTY, "escalated") + waiting(&t, HEAD, "escalated") > 0);
		CHECK_INT(waiting(&t, DSL, NULL), 0);
		close_town(&t);
	}
}

TEST(record, what_is_kept_from_somebody_is_not_in_the_counts_they_read)
{
	ON_EACH_ENGINE(fx) {
		struct town t;
		open_town(&t, &fx, "junior");
		struct report r = worry(&t);
		struct record_count *all, *theirs;
		size_t n;
		r.barred[r.n_barred++] = t.person[HEAD];
		(void)send(&t, &r);
		int64_t sum = 0;
		CHECK_OK(record_counts(&t.k, &t.a, fx.school, t.person[GOVERNOR], "origin", 0, 0, &all, &n));
		for (size_t i = 0; i < n; i++)
			sum += all[i].n;
		CHECK_INT(sum, 1);
		CHECK_OK(record_counts(&t.k, &t.a, fx.school, t.person[HEAD], "origin", 0, 0, &theirs, &n));
		for (size_t i = 0; i < n; i++)
			sum += theirs[i].n;
		CHECK_INT(sum, 1);
		close_town(&t);
	}
}

TEST(clause, c7_3_2_14_a_page_judged_unsuitable_is_a_breach_linked_to_its_log_row)
{
	ON_EACH_ENGINE(fx) {
		struct town t;
		int64_t id;
		open_town(&t, &fx, "junior");
		struct refused_page p = { .subject = t.person[LEARNER], .address = STR("bad.example/x"), .category = STR("games"),
			.event_key = STR("g/w/2/5"), .teachers = &t.person[TEACHER], .n_teachers = 1 };
		CHECK_OK(record_page(&t.k, &t.act, &p, &t.d, &id));
		struct entry_may m = may(&t, TEACHER), dsl = may(&t, DSL);
		struct page_line *lines;
		size_t n;
		CHECK_OK(record_pages(&t.k, &t.a, &m, &lines, &n));
		CHECK_INT(n, 1);
		CHECK_STR(lines[0].address, "bad.example/x");
		CHECK_INT(waiting(&t, TEACHER, "page-refused"), 1);
		CHECK_INT(seen_by(&t, DSL, NULL), 0);            /* no flood: the teacher first */
		struct act act = as(&t, TEACHER);
		CHECK_OK(record_tap(&t.k, &act, &m, id, false, STR_NONE, &t.d));
		struct case_page page;
		struct case_query q = { 0 };
		CHECK_OK(record_cases(&t.k, &t.a, &dsl, &q, &page));
		CHECK_INT(page.total, 1);
		CHECK_STR(page.lines[0].kind, "filtering-breach");
		CHECK_STR(page.lines[0].category, "games");
		CHECK_INT(page.lines[0].subject, t.person[LEARNER]);
		struct case_view v;
		CHECK_OK(record_view(&t.k, &t.a, &dsl, page.lines[0].id, &v));
		CHECK_STR(entry_value(&v.entry, "event_key"), "g/w/2/5");
		CHECK_ERR(record_tap(&t.k, &act, &m, id, true, STR_NONE, &t.d), ERR_STATE);
		close_town(&t);
	}
}

TEST(clause, c7_3_2_12_a_forwarded_breach_tells_those_in_the_profile_at_once)
{
	ON_EACH_ENGINE(fx) {
		struct town t;
		int64_t id;
		open_town(&t, &fx, "junior");
		struct report r = { .about = ABOUT_CHILD, .origin = ORIGIN_STAFF, .author = t.person[TEACHER],
			.topic_type = STR("breach"), .subject = t.person[LEARNER], .words = STR("a page of games came through") };
		send(&t, &r);
		CHECK_INT(waiting(&t, DSL, "concern-new"), 1);
		CHECK_INT(waiting(&t, DEPUTY, "concern-new"), 1);
		struct refused_page p = { .subject = t.person[OTHER_LEARNER], .address = STR("bad.example"), .event_key = STR("g/w/2/6") };
		CHECK_OK(record_page(&t.k, &t.act, &p, &t.d, &id));    /* nobody teaches there: at once, technical staff as well */
		CHECK_INT(waiting(&t, TECH, "technical"), 1);
		CHECK_INT(seen_by(&t, TECH, NULL), 0);
		close_town(&t);
	}
}

TEST(record, an_unanswered_page_becomes_a_breach_at_the_end_of_the_day)
{
	ON_EACH_ENGINE(fx) {
		struct town t;
		int64_t id;
		size_t n;
		open_town(&t, &fx, "junior");
		struct refused_page p = { .subject = t.person[LEARNER], .address = STR("bad.example"), .event_key = STR("g/w/2/7"),
			.teachers = &t.person[TEACHER], .n_teachers = 1 };
		CHECK_OK(record_page(&t.k, &t.act, &p, &t.d, &id));
		CHECK_OK(record_tick(&t.k, fx.school, &n));
		CHECK_INT(seen_by(&t, DSL, NULL), 0);
		clock_step(8 * 3600 * 1000);
		CHECK_OK(record_tick(&t.k, fx.school, &n));
		CHECK_INT(seen_by(&t, DSL, NULL), 1);
		close_town(&t);
	}
}

TEST(record, no_register_takes_a_file)
{
	ON_EACH_ENGINE(fx) {
		struct town t;
		open_town(&t, &fx, "junior");
		static const char *const regs[] = { "case", "case-step", "case-note", "allegation", "refused-page" };
		for (size_t i = 0; i < ARRAY_N(regs); i++) {
			const struct reg *r = registers_find(t.registers, str_z(regs[i]));
			for (size_t f = 0; f < r->n_fields; f++)
				CHECK(r->fields[f].max_bytes <= 200000);
		}
		struct report r = worry(&t);
		char big[RECORD_WORDS_MAX + 2];
		memset(big, 'a', sizeof big);
		r.words = (struct str){ big, sizeof big };
		struct received got;
		AUTO(diag_done) struct diag d = diag_init(5);
		CHECK_ERR(record_report(&t.k, &t.act, &r, &d, &got), ERR_INVALID);
		r.words = STR("\xff\xfe");
		CHECK_ERR(record_report(&t.k, &t.act, &r, &d, &got), ERR_INVALID);
		close_town(&t);
	}
}
