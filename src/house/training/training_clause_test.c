/* The clauses that are kept by training: each test is its acceptance, on both profiles. */
#include "house/training/training_kit.h"

#define DAY 86400

/* A module stands in the matrix of the safeguarding lead: for a member of staff a gap, and after a session its day. */
static void module_in_matrix(struct web_school *w, const char *module, const char *head)
{
	const char *page = arena_fmt(w->arena, "/training?module=%s", module).p;
	int64_t teacher = w->person[ROLE_TEACHER];
	training_at(w, web_now(2027, 3, 1, 9));
	struct web_visit v = web_get(w, ROLE_DSL, page);
	CHECK(v.status == 200 && web_says(&v, head) && web_says(&v, "gap: never had it"));
	CHECK_INT(kit_stand(w, teacher, module).state, STAND_GAP);
	kit_hold(w, "1+March+2027", module, ROLE_DSL, &teacher, 1);
	CHECK_INT(kit_stand(w, teacher, module).state, STAND_DONE);
	v = web_get(w, ROLE_DSL, page);
	CHECK(web_says(&v, "1 Mar 2027"));
	CHECK(kit_stand(w, w->person[ROLE_STAFF], module).state == STAND_GAP);          /* whoever was not there has none */
}

TEST(clause, c1_10_the_matrix_shows_each_persons_day_or_gap_in_remote_learning) { ON_EACH_TRAINING(w) module_in_matrix(&w, "remote", "remote learning"); }
TEST(clause, c4_3_08_what_children_meet_online_is_a_module_for_all_staff) { ON_EACH_TRAINING(w) module_in_matrix(&w, "children", "Children online"); }
TEST(clause, c5_3_16_own_conduct_online_is_a_module_with_each_persons_day) { ON_EACH_TRAINING(w) module_in_matrix(&w, "conduct", "Own conduct"); }
TEST(clause, c7_3_1_10_that_filtering_is_never_enough_is_a_module_with_each_persons_day)
{
	ON_EACH_TRAINING(w) {
		module_in_matrix(&w, "filtering", "Filtering");
		int64_t id = kit_plan(&w, "1+March+2027", "filtering", ROLE_DSL);
		CHECK_INT(kit_close(&w, id, NULL, 0, "filtering.never-enough").status, 422);      /* the sentence itself must have been said */
	}
}
TEST(clause, c10_03_cyber_choices_is_a_module_for_every_member_of_staff) { ON_EACH_TRAINING(w) module_in_matrix(&w, "cyber-choices", "Cyber Choices"); }

TEST(clause, c7_5_09_attachments_are_a_module_and_the_conduct_statement_has_the_rule)
{
	ON_EACH_TRAINING(w) {
		module_in_matrix(&w, "attachments", "Attachments");
		web_duties_at(&w, web_now(2027, 3, 1, 10));
		web_anew(&w);
		struct duty_turn turn = web_turn(&w, "staff-conduct", w.person[ROLE_TEACHER]);
		struct web_visit v = web_get(&w, ROLE_TEACHER, web_turn_path(&w, &turn));
		CHECK(web_says(&v, "I do not open attachments"));
	}
}

TEST(clause, c4_3_10_the_report_form_shows_the_ladder_and_the_matrix_who_has_the_module)
{
	ON_EACH_TRAINING(w) {
		module_in_matrix(&w, "escalation", "Passing worries on");
		struct web_visit v = web_get(&w, ROLE_TEACHER, "/report?about=child");
		CHECK(web_says(&v, "Who it goes to, and to whom next") && web_says(&v, "The point is reached when you wonder") && web_says(&v, "when neither answers"));
		v = web_get(&w, ROLE_TEACHER, "/report?about=adult");
		CHECK(web_says(&v, "The chair of governors, when it is about the headteacher"));
	}
}

TEST(clause, c4_2_05_who_was_trained_longer_ago_than_the_period_is_flagged)
{
	ON_EACH_TRAINING(w) {
		int64_t teacher = w.person[ROLE_TEACHER];
		kit_hold(&w, "1+September+2026", "yearly", ROLE_DSL, &teacher, 1);
		training_at(&w, web_now(2027, 5, 1, 9));
		CHECK_INT(kit_stand(&w, teacher, "yearly").state, STAND_DONE);
		training_at(&w, web_now(2027, 8, 1, 9));
		CHECK_INT(kit_stand(&w, teacher, "yearly").state, STAND_SOON);
		training_at(&w, web_now(2027, 9, 2, 9));
		CHECK_INT(kit_stand(&w, teacher, "yearly").state, STAND_EXPIRED);
		struct web_visit v = web_get(&w, ROLE_DSL, "/training?module=yearly&state=expired");
		CHECK(web_says(&v, "out of date") && web_says(&v, "Test Teacher"));
	}
}

TEST(clause, c4_2_06_expired_training_of_the_lead_is_a_task_of_lead_and_head)
{
	ON_EACH_TRAINING(w) {
		int64_t lead = w.person[ROLE_DSL];
		struct task t;
		kit_hold(&w, "1+September+2026", "yearly online remote children escalation conduct filtering attachments cyber-choices dsl dsl-online send authority", ROLE_DEPUTY, &lead, 1);
		CHECK_INT(web_post_as(&w, lead, "/training/procedures", "").status, 303);
		training_at(&w, web_now(2026, 9, 2, 9));
		CHECK(!kit_task(&w, 0, ROLE_BIT(ROLE_HEAD), "training-overdue", NULL));
		training_at(&w, web_now(2027, 9, 2, 9));          /* the yearly refresh has run out, the course of two years has not */
		CHECK_INT(kit_stand(&w, lead, "dsl").state, STAND_DONE);
		CHECK_INT(kit_stand(&w, lead, "dsl-online").state, STAND_EXPIRED);
		CHECK(kit_task(&w, lead, ROLE_BIT(ROLE_DSL), "training", NULL));
		CHECK(kit_task(&w, 0, ROLE_BIT(ROLE_HEAD), "training-overdue", &t) && str_find(t.title, STR("safeguarding lead")) >= 0);
	}
}

TEST(clause, c4_2_07_a_lead_without_training_on_send_shows_a_gap_on_the_readiness_page)
{
	ON_EACH_TRAINING(w) {
		int64_t lead = w.person[ROLE_DSL];
		training_at(&w, web_now(2027, 3, 1, 9));
		struct web_visit v = web_get(&w, ROLE_HEAD, "/status");
		CHECK(web_says(&v, "The lead: Safeguarding lead: extra online risks for children with SEND, gap: never had it"));
		kit_hold(&w, "1+March+2027", "send", ROLE_DSL, &lead, 1);
		CHECK_INT(kit_stand(&w, lead, "send").state, STAND_DONE);
		v = web_get(&w, ROLE_HEAD, "/status");
		CHECK(!web_says(&v, "The lead: Safeguarding lead: extra online risks"));
	}
}

TEST(clause, c4_3_12_staff_write_down_their_own_development_and_it_stands_in_their_record)
{
	ON_EACH_TRAINING(w) {
		struct web_visit v = web_post_file(&w, ROLE_TEACHER, "/training/me", "title=Games+and+gambling&provider=Exampleshire+Partnership&on=1/9/2026&learned=Loot+boxes", "x.pdf",
			STR("\x89PNG\r\n\x1a\n a picture"));
		CHECK_INT(v.status, 422);                        /* the certificate is looked at; nothing of it is kept */
		v = web_get(&w, ROLE_TEACHER, "/training/me");
		CHECK(!web_says(&v, "Games and gambling"));
		v = web_post(&w, ROLE_TEACHER, "/training/me", "title=Games+and+gambling&provider=Exampleshire+Partnership&on=1/9/2026&learned=Loot+boxes");
		CHECK_INT(v.status, 303);
		v = web_get(&w, ROLE_TEACHER, "/training/me");
		CHECK(web_says(&v, "Games and gambling") && web_says(&v, "not confirmed yet"));
		v = web_get(&w, ROLE_STAFF, "/training/me");
		CHECK(!web_says(&v, "Games and gambling"));
	}
}

TEST(clause, c5_3_01_somebody_new_has_an_induction_and_the_lead_hears_when_it_is_overdue)
{
	ON_EACH_TRAINING(w) {
		struct induction i;
		struct task task;
		struct store st = kit_store(&w);
		struct training t;
		training_at(&w, web_now(2026, 9, 1, 9));
		kit_later(&w, web_now(2026, 9, 7, 9));
		int64_t joiner = kit_joins(&w, KIND_STAFF, "Juniper Newly");
		training_at(&w, web_now(2026, 9, 7, 10));
		CHECK_OK(training_open(&st, w.web->library, w.arena, w.school, &t));
		CHECK_OK(induction_of(&t, joiner, &i));
		const char *page = arena_fmt(w.arena, "/training/induction/%lld", (long long)i.id).p;
		struct web_visit v = web_get_as(&w, joiner, page);
		CHECK(v.status == 200 && web_says(&v, "The online safety policy was given and talked about"));
		CHECK(kit_task(&w, w.person[ROLE_DSL], ROLE_BIT(ROLE_DSL), "training-induction", &task));
		CHECK(kit_task(&w, joiner, ROLE_BIT(ROLE_STAFF), "training", NULL));
		struct q_outbox_of_row *before, *after;
		size_t n_before, n_after;
		CHECK_OK(q_outbox_of(w.db, w.arena, &(struct q_outbox_of_args){ .school = w.school, .person = w.person[ROLE_DSL] }, &before, &n_before));
		training_at(&w, web_now(2026, 9, 30, 9));
		CHECK_OK(q_outbox_of(w.db, w.arena, &(struct q_outbox_of_args){ .school = w.school, .person = w.person[ROLE_DSL] }, &after, &n_after));
		CHECK(n_after > n_before);                       /* overdue: the lead is told */
		CHECK_INT(web_post_as(&w, joiner, page, "part=own&items=policy").status, 422);
		const char *all = "items=policy&items=procedures&items=lead&items=agreement&items=filtering";
		CHECK_INT(web_post_as(&w, joiner, page, arena_fmt(w.arena, "part=lead&%s", all).p).status, 403);      /* nobody inducts themselves */
		CHECK_INT(web_post_as(&w, joiner, page, arena_fmt(w.arena, "part=own&%s", all).p).status, 303);
		CHECK(kit_stand(&w, joiner, "induction").state != STAND_DONE);
		CHECK_INT(web_post(&w, ROLE_DSL, page, arena_fmt(w.arena, "part=lead&%s", all).p).status, 303);
		CHECK_INT(kit_stand(&w, joiner, "induction").state, STAND_DONE);
	}
}

TEST(clause, c5_3_02_an_interval_of_staff_training_above_a_year_is_refused)
{
	ON_EACH_TRAINING(w) {
		struct web_visit v = web_post(&w, ROLE_DSL, "/training/often", "key=staff&months-staff=24&why-staff=time");
		CHECK(v.status == 422 && web_says(&v, "at least every 12 months"));
		CHECK_INT(web_post(&w, ROLE_TEACHER, "/training/often", "key=staff&months-staff=6").status, 403);
		CHECK_INT(web_post(&w, ROLE_DSL, "/training/often", "key=staff&months-staff=6&why-staff=new+apps").status, 303);
		int64_t teacher = w.person[ROLE_TEACHER];
		kit_hold(&w, "1+September+2026", "yearly", ROLE_DSL, &teacher, 1);
		CHECK_INT(kit_stand(&w, teacher, "yearly").due_utc, months_on(web_now(2026, 9, 1, 0), 6));
	}
}

TEST(clause, c5_3_03_governors_stand_in_the_matrix_with_the_day_by_which_it_is_due)
{
	ON_EACH_TRAINING(w) {
		int64_t governor = w.person[ROLE_GOVERNOR];
		struct web_visit v = web_get(&w, ROLE_DSL, "/training?role=governor&module=governors");
		CHECK(v.status == 200 && web_says(&v, "Test Governor") && web_says(&v, "by "));
		struct stand s = kit_stand(&w, governor, "governors");
		CHECK(s.state == STAND_NEW && s.due_utc > clock_utc());
		kit_hold(&w, "1+September+2026", "governors", ROLE_DSL, &governor, 1);
		s = kit_stand(&w, governor, "governors");
		CHECK(s.state == STAND_DONE && s.due_utc <= months_on(web_now(2026, 9, 1, 0), 12));
	}
}

TEST(clause, c5_3_04_where_the_first_inset_day_is_the_schedule_the_task_is_due_on_it)
{
	struct web_school w = training_school("junior");
	web_post(&w, ROLE_OFFICE, "/calendar/year", "kind=inset&name=Training&from=3/9/2026");
	web_duties_at(&w, web_now(2026, 9, 1, 9));
	struct duty_turn turn = web_turn(&w, "training-inset", 0);
	CHECK(turn.id && time_uk_midnight(turn.due_utc) == web_now(2026, 9, 3, 0));
	int64_t teacher = w.person[ROLE_TEACHER];
	kit_later(&w, web_now(2026, 9, 3, 15));
	kit_hold(&w, "3+September+2026", "conduct", ROLE_DSL, &teacher, 1);
	web_duties_at(&w, web_now(2026, 9, 3, 15) + 60);
	CHECK(str_is(web_turn(&w, "training-inset", 0).state, "open"));      /* another training is not it */
	kit_hold(&w, "3+September+2026", "yearly", ROLE_DSL, &teacher, 1);
	web_duties_at(&w, web_now(2026, 9, 3, 15) + 120);
	CHECK(str_is(web_turn(&w, "training-inset", 0).state, "done"));
	training_school_end(&w);
}

TEST(clause, c5_3_05_where_september_is_the_schedule_it_is_overdue_in_october_without_a_session)
{
	struct web_school w = training_school("primary");
	int64_t teacher = w.person[ROLE_TEACHER];
	web_duties_at(&w, web_now(2026, 9, 1, 9));
	CHECK(time_uk_midnight(web_turn(&w, "training-september", 0).due_utc) == web_now(2026, 9, 30, 0));
	kit_later(&w, web_now(2026, 9, 10, 15));
	kit_hold(&w, "10+September+2026", "yearly", ROLE_TEACHER, &teacher, 1);
	web_duties_at(&w, web_now(2026, 10, 1, 9));
	web_anew(&w);
	struct duty_turn turn = web_turn(&w, "training-september", 0);
	CHECK(turn.late && str_is(turn.state, "open"));                      /* it was not the safeguarding lead who led it */
	kit_hold(&w, "1+October+2026", "yearly", ROLE_DEPUTY, &teacher, 1);
	web_duties_at(&w, web_now(2026, 10, 1, 10));
	turn = web_turn(&w, "training-september", 0);
	CHECK(str_is(turn.state, "done") && turn.late);                      /* done late stays late */
	training_school_end(&w);
}

TEST(clause, c5_3_06_twice_a_year_or_every_two_years_moves_the_day_of_the_authoritys_training)
{
	struct web_school w = training_school("primary");
	int64_t lead = w.person[ROLE_DSL];
	kit_hold(&w, "1+September+2026", "authority", ROLE_DSL, &lead, 1);
	struct web_visit v = web_get(&w, ROLE_DSL, "/training/often");
	CHECK(web_says(&v, "not confirmed by the school") && web_says(&v, "twice a year, or every two years"));
	CHECK_INT(web_post(&w, ROLE_DSL, "/training/often", "key=authority&months-authority=24").status, 303);
	CHECK_INT(kit_stand(&w, lead, "authority").due_utc, web_now(2028, 9, 1, 0));
	CHECK_INT(web_post(&w, ROLE_DSL, "/training/often", "key=authority&months-authority=6").status, 303);
	CHECK_INT(kit_stand(&w, lead, "authority").due_utc, web_now(2027, 3, 1, 0));
	training_school_end(&w);
}

TEST(clause, c5_3_07_a_volunteers_induction_is_outstanding_until_the_lead_or_a_deputy_gave_it)
{
	struct web_school w = training_school("primary");
	struct store st = kit_store(&w);
	struct training t;
	struct induction i;
	training_at(&w, web_now(2026, 9, 1, 9));
	kit_later(&w, web_now(2026, 9, 7, 9));
	int64_t volunteer = kit_joins(&w, KIND_VOLUNTEER, "Wren Helpful");
	training_at(&w, web_now(2026, 9, 7, 10));
	struct web_visit v = web_get_as(&w, volunteer, "/training/me");
	CHECK(v.status == 200 && web_says(&v, "Safeguarding induction, by the safeguarding lead or a deputy") && web_says(&v, "to do"));
	CHECK_OK(training_open(&st, w.web->library, w.arena, w.school, &t));
	CHECK_OK(induction_of(&t, volunteer, &i));
	const char *page = arena_fmt(w.arena, "/training/induction/%lld", (long long)i.id).p, *form = "part=safe&items=signs&items=disclosure";
	CHECK_INT(web_post(&w, ROLE_HEAD, page, form).status, 403);
	CHECK_INT(web_post(&w, ROLE_LEADERSHIP, page, form).status, 403);
	CHECK_INT(kit_close(&w, kit_plan(&w, "7+September+2026", "induction-safeguarding", ROLE_TEACHER), &volunteer, 1, NULL).status, 422);
	CHECK_INT(kit_stand(&w, volunteer, "induction-safeguarding").state, STAND_NEW);
	CHECK_INT(web_post(&w, ROLE_DEPUTY, page, form).status, 303);
	CHECK_INT(kit_stand(&w, volunteer, "induction-safeguarding").state, STAND_DONE);
	training_school_end(&w);
}

static int64_t session_due(struct web_school *w, const char *audience)
{
	struct store st = kit_store(w);
	struct training t;
	struct session_due due[2];
	size_t n;
	CHECK_OK(training_open(&st, w->web->library, w->arena, w->school, &t));
	CHECK_OK(training_sessions_due(&t, clock_utc(), due, &n));
	for (size_t i = 0; i < n; i++)
		if (str_is(due[i].audience, audience))
			return due[i].due_utc;
	return 0;
}

static void event_held(struct web_school *w, const char *audience, const char *day)
{
	struct web_visit v = web_post(w, ROLE_DSL, "/occasions/new", arena_fmt(w->arena, "title=Session&kind=session&audiences=%s&on=%s", audience, day).p);
	CHECK_INT(v.status, 303);
	CHECK_INT(web_post(w, ROLE_DSL, arena_fmt(w->arena, "%.*s/held", STRF(v.location)).p, "attended=20&evaluation=Good").status, 303);
}

TEST(clause, c5_3_08_the_next_session_for_pupils_and_parents_is_due_from_the_last_by_the_interval)
{
	struct web_school w = training_school("primary");
	training_at(&w, web_now(2026, 9, 1, 9));
	event_held(&w, "parents", "1/9/2026");
	CHECK_INT(web_post(&w, ROLE_DSL, "/training/often", "key=sessions&months-sessions=24").status, 303);
	CHECK_INT(session_due(&w, "parents"), web_now(2028, 9, 1, 0));
	CHECK_INT(web_post(&w, ROLE_DSL, "/training/often", "key=sessions&months-sessions=6").status, 303);
	CHECK_INT(session_due(&w, "parents"), web_now(2027, 3, 1, 0));
	CHECK(session_due(&w, "learners") && session_due(&w, "learners") < web_now(2027, 3, 1, 0));      /* each audience from its own last one */
	training_at(&w, web_now(2027, 2, 20, 9));
	CHECK(kit_task(&w, w.person[ROLE_DSL], ROLE_BIT(ROLE_DSL), "training-session", NULL));
	event_held(&w, "learners", "20/2/2027");
	CHECK_INT(session_due(&w, "learners"), web_now(2027, 8, 20, 0));
	training_school_end(&w);
}

TEST(clause, c5_3_09_sessions_of_staff_and_governors_follow_the_interval_but_never_exceed_a_year)
{
	struct web_school w = training_school("primary");
	int64_t both[] = { w.person[ROLE_TEACHER], w.person[ROLE_GOVERNOR] };
	kit_hold(&w, "1+September+2026", "online governors", ROLE_DSL, both, 2);
	CHECK_INT(web_post(&w, ROLE_DSL, "/training/often", "key=sessions&months-sessions=6").status, 303);
	CHECK_INT(kit_stand(&w, both[0], "online").due_utc, web_now(2027, 3, 1, 0));
	CHECK_INT(kit_stand(&w, both[1], "governors").due_utc, web_now(2027, 3, 1, 0));
	CHECK_INT(web_post(&w, ROLE_DSL, "/training/often", "key=sessions&months-sessions=24").status, 303);
	CHECK_INT(kit_stand(&w, both[0], "online").due_utc, web_now(2027, 9, 1, 0));
	CHECK_INT(kit_stand(&w, both[1], "governors").due_utc, web_now(2027, 9, 1, 0));
	struct web_visit v = web_get(&w, ROLE_DSL, "/training/often");
	CHECK(web_says(&v, "Staff and governors are held to every 12 months"));
	training_school_end(&w);
}

TEST(clause, c5_3_10_a_session_does_not_close_without_content_contact_and_conduct)
{
	ON_EACH_TRAINING(w) {
		static const char *const risks[] = { "yearly.content", "yearly.contact", "yearly.conduct" };
		int64_t teacher = w.person[ROLE_TEACHER], id = kit_plan(&w, "1+September+2026", "yearly", ROLE_DSL);
		for (size_t i = 0; i < 3; i++) {
			struct web_visit v = kit_close(&w, id, &teacher, 1, risks[i]);
			CHECK(v.status == 422 && web_says(&v, "Not ticked"));
			CHECK(kit_stand(&w, teacher, "yearly").state != STAND_DONE);
		}
		CHECK_INT(kit_close(&w, id, &teacher, 1, "yearly.commerce").status, 303);      /* in the guidance, not in these policies */
	}
}

TEST(clause, c5_3_11_a_session_does_not_close_without_professional_practice)
{
	ON_EACH_TRAINING(w) {
		int64_t teacher = w.person[ROLE_TEACHER], id = kit_plan(&w, "1+September+2026", "yearly", ROLE_DSL);
		struct web_visit v = kit_close(&w, id, &teacher, 1, "yearly.practice");
		CHECK(v.status == 422 && web_says(&v, "Professional practice"));
		CHECK_INT(kit_close(&w, id, &teacher, 1, NULL).status, 303);
	}
}

TEST(clause, c5_3_18_everybody_has_a_dated_receipt_for_the_procedures_as_they_are)
{
	ON_EACH_TRAINING(w) {
		int64_t teacher = w.person[ROLE_TEACHER];
		uint8_t now[32], other[32];
		CHECK(kit_stand(&w, teacher, "procedures").state == STAND_NEW);
		CHECK_INT(web_post(&w, ROLE_TEACHER, "/training/procedures", "").status, 303);
		struct stand s = kit_stand(&w, teacher, "procedures");
		CHECK(s.state == STAND_DONE && time_uk_midnight(s.last_utc) == web_now(2026, 9, 1, 0));
		struct web_visit v = web_get(&w, ROLE_DSL, arena_fmt(w.arena, "/training/person/%lld", (long long)teacher).p);
		CHECK(web_says(&v, "read here, with a receipt"));
		struct library changed = *w.web->library;         /* one procedure's words have changed */
		struct procedure *p = arena_array(w.arena, struct procedure, changed.n);
		memcpy(p, changed.procedures, changed.n * sizeof *p);
		p[0].digest = STR("other words");
		changed.procedures = p;
		training_procedures(w.web->library, now);
		training_procedures(&changed, other);
		CHECK(memcmp(now, other, 32) != 0);
		struct store st = kit_store(&w);
		struct training t;
		struct matrix m;
		CHECK_OK(training_open(&st, &changed, w.arena, w.school, &t));
		CHECK_OK(matrix_load(&t, teacher, clock_utc(), &m));
		CHECK(stand_open(matrix_at(&t, &m, 0, training_module(&t, STR("procedures")))));      /* asked again */
	}
}
