#include "house/record/town.h"

static void nothing_for(struct town *t, enum who w, int64_t id)
{
	struct case_view v;
	struct entry_may m = may(t, w);
	static const enum case_list lists[] = { CASES_NEW, CASES_OVERDUE, CASES_DUE, CASES_MINE, CASES_WAITING, CASES_PARENTS };
	struct case_page page;
	struct act act = as(t, w);
	CHECK_INT(seen_by(t, w, NULL), 0);
	CHECK_INT(seen_by(t, w, "zebra"), 0);
	CHECK_ERR(record_view(&t->k, &t->a, &m, id, &v), ERR_ABSENT);
	for (size_t i = 0; i < ARRAY_N(lists); i++) {
		CHECK_OK(record_cases(&t->k, &t->a, &m, &(struct case_query){ .list = lists[i] }, &page));
		CHECK_INT(page.n + (size_t)page.total, 0);
	}
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

TEST(record, a_lock_stops_the_plan_and_takes_the_truth)
{
	ON_EACH_ENGINE(fx) {
		struct town t;
		open_town(&t, &fx, "junior");
		struct taken c = take_on(&t);
		STEP(&t, c.id, "beyond", "yes");
		const struct entry_field v[] = { F("whom", "another school"), F("spoken", "2026-09-14T09:00Z"), F("what", "asked") };
		struct step_input in = { .step = STR("outside-contact"), .values = v, .n_values = 3 };
		AUTO(diag_done) struct diag d = diag_init(10);
		CHECK_ERR(record_step(&t.k, &c.act, &c.m, c.id, &in, &d), ERR_STATE);
		in.already_happened = true;
		CHECK_OK(record_step(&t.k, &c.act, &c.m, c.id, &in, &d));
		struct case_view view;
		CHECK_OK(record_view(&t.k, &t.a, &c.m, c.id, &view));
		bool marked = false;
		for (size_t i = 0; i < view.n_steps; i++)
			if (str_is(view.steps[i].def->id, "outside-contact"))
				marked = view.steps[i].status.state == STATE_DONE && view.steps[i].status.out_of_order;
		CHECK(marked);
		in.happened_utc = clock_utc() + 86400;
		CHECK_ERR(record_step(&t.k, &c.act, &c.m, c.id, &in, &d), ERR_INVALID);   /* not from the future */
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
