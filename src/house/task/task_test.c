#include "house/task/task.h"

#include "house/account/appointment.h"
#include "house/store/fixture.h"

enum { DAY_S = 86400, NOW_MS_DAY = 1795251900 };

struct scene { struct arena a; struct registers *registers; struct store st; struct act act; int64_t dsl, deputy, teacher; };

static int64_t person(struct scene *s, const char *name, enum role r)
{
	AUTO(diag_done) struct diag d = diag_init(20);
	int64_t id;
	struct person_in in = { .kind = KIND_STAFF, .name = str_z(name), .year = YEAR_NONE };
	CHECK_OK(person_add(s->st.db, &s->act, &in, &d, &id));
	if (r != ROLE_STAFF)
		CHECK_OK(role_give(s->st.db, &s->act, id, r, 0, 0, &d));
	return id;
}

static struct scene scene_of(struct fixture *fx)
{
	AUTO(diag_done) struct diag d = diag_init(20);
	struct scene s = { .a = arena_init(), .act = { fx->school, 0, "test" } };
	clock_fake(NOW_MS_DAY * 1000LL);
	CHECK_OK(registers_load(test_source("data/registers"), &d, &s.registers));
	s.st = (struct store){ fx->db, fx->keys, s.registers };
	s.dsl = person(&s, "Tansy Testerley", ROLE_DSL);
	s.deputy = person(&s, "Sorrel Specimen", ROLE_DEPUTY);
	s.teacher = person(&s, "Bryony Benchmark", ROLE_TEACHER);
	return s;
}

static void scene_end(struct scene *s)
{
	clock_fake(0);
	registers_free(&s->registers);
	arena_done(&s->a);
}

static int64_t open_for(struct scene *s, const char *role, int64_t due, const char *key, bool *opened)
{
	AUTO(diag_done) struct diag d = diag_init(20);
	int64_t id;
	struct task_in in = { .kind = "try-out", .title = STR("Try this out"), .for_role = role, .due_utc = due, .key = key };
	CHECK_OK(key ? task_open_once(&s->st, &s->act, &in, &d, &id, opened) : task_open(&s->st, &s->act, &in, &d, &id));
	return id;
}

static int64_t count(struct scene *s, enum task_which which, int64_t person, role_set roles, bool everyone)
{
	int64_t n;
	struct task_query q = { .which = which, .person = person, .roles = roles, .everyone = everyone };
	CHECK_OK(task_count(&s->st, s->act.school, &q, &n));
	return n;
}

static int64_t notices(struct scene *s, int64_t person, const char *kind)
{
	struct q_outbox_of_row *rows;
	size_t n;
	int64_t found = 0;
	CHECK_OK(q_outbox_of(s->st.db, &s->a, &(struct q_outbox_of_args){ .school = s->act.school, .person = person }, &rows, &n));
	for (size_t i = 0; i < n; i++)
		found += str_is(rows[i].kind, kind);
	return found;
}

TEST(task, is_for_a_role_or_a_person_and_others_do_not_have_it)
{
	ON_EACH_ENGINE(fx) {
		AUTO(scene_end) struct scene s = scene_of(&fx);
		AUTO(diag_done) struct diag d = diag_init(20);
		int64_t own, private;
		open_for(&s, "dsl", clock_utc() + DAY_S, NULL, NULL);
		struct task_in in = { .kind = "try-out", .title = STR("Only yours"), .for_person = s.teacher, .due_utc = clock_utc() + DAY_S };
		CHECK_OK(task_open(&s.st, &s.act, &in, &d, &own));
		in.private = true;
		CHECK_OK(task_open(&s.st, &s.act, &in, &d, &private));
		CHECK_INT(count(&s, TASK_OPEN, s.dsl, ROLE_BIT(ROLE_DSL), false), 1);
		CHECK_INT(count(&s, TASK_OPEN, s.teacher, ROLE_BIT(ROLE_TEACHER), false), 2);
		CHECK_INT(count(&s, TASK_OPEN, s.deputy, ROLE_BIT(ROLE_DEPUTY), false), 0);
		CHECK_INT(count(&s, TASK_OPEN, s.dsl, ROLE_BIT(ROLE_DSL), true), 2);       /* not the private one */
		CHECK_INT(notices(&s, s.teacher, "task-new"), 2);
		CHECK_INT(notices(&s, s.dsl, "task-new"), 1);
	}
}

TEST(task, the_same_key_opens_once_for_ever)
{
	ON_EACH_ENGINE(fx) {
		AUTO(scene_end) struct scene s = scene_of(&fx);
		AUTO(diag_done) struct diag d = diag_init(20);
		bool opened;
		int64_t id = open_for(&s, "dsl", clock_utc() + DAY_S, "review-2026-autumn", &opened);
		CHECK(opened);
		CHECK_INT(open_for(&s, "dsl", clock_utc() + DAY_S, "review-2026-autumn", &opened), id);
		CHECK(!opened);
		CHECK_OK(task_done(&s.st, &(struct act){ fx.school, s.dsl, "" }, id, STR("Looked at"), &d));
		CHECK_INT(open_for(&s, "dsl", clock_utc() + DAY_S, "review-2026-autumn", &opened), id);
		CHECK(!opened);
	}
}

TEST(task, done_late_is_kept_as_late_and_opens_again_with_a_reason)
{
	ON_EACH_ENGINE(fx) {
		AUTO(scene_end) struct scene s = scene_of(&fx);
		AUTO(diag_done) struct diag d = diag_init(20);
		struct act dsl = { fx.school, s.dsl, "" };
		struct task t;
		int64_t id = open_for(&s, "dsl", clock_utc() + DAY_S, NULL, NULL);
		clock_step(2 * DAY_S * 1000LL);
		CHECK_INT(count(&s, TASK_OVERDUE, s.dsl, ROLE_BIT(ROLE_DSL), false), 1);
		CHECK_OK(task_done(&s.st, &dsl, id, STR("Done at last"), &d));
		CHECK_OK(task_get(&s.st, &s.a, fx.school, id, &t));
		CHECK(t.late && t.done_by == s.dsl && str_is(t.state, "done"));
		CHECK_ERR(task_done(&s.st, &dsl, id, STR("Again"), &d), ERR_STATE);
		CHECK_ERR(task_reopen(&s.st, &dsl, id, STR(""), clock_utc() + DAY_S, &d), ERR_INVALID);
		CHECK_OK(task_reopen(&s.st, &dsl, id, STR("One was forgotten"), clock_utc() + DAY_S, &d));
		CHECK_OK(task_get(&s.st, &s.a, fx.school, id, &t));
		CHECK(!t.late && t.done_by == 0 && str_is(t.state, "open"));
	}
}

TEST(task, a_list_is_answered_line_by_line_before_it_is_done)
{
	ON_EACH_ENGINE(fx) {
		AUTO(scene_end) struct scene s = scene_of(&fx);
		AUTO(diag_done) struct diag d = diag_init(20);
		struct act dsl = { fx.school, s.dsl, "" };
		struct task_item_in items[] = { { .label = STR("Bryony Benchmark: teacher"), .about = s.teacher }, { .label = STR("Sorrel Specimen: deputy"), .about = s.deputy } };
		struct task_in in = { .kind = "try-out", .title = STR("A list"), .due_utc = clock_utc() + DAY_S, .answers = "keep end", .items = items, .n_items = 2 };
		struct task_item *list;
		size_t n;
		int64_t id, left;
		CHECK_OK(task_open(&s.st, &s.act, &in, &d, &id));
		CHECK_ERR(task_done(&s.st, &dsl, id, STR("All good"), &d), ERR_STATE);
		CHECK_OK(task_items(&s.st, &s.a, fx.school, id, 0, 50, &list, &n, NULL, &left));
		CHECK_INT(n, 2);
		CHECK_INT(left, 2);
		CHECK(str_starts(list[0].label, STR("Bryony")));
		CHECK_ERR(task_answer(&s.st, &dsl, id, list[0].id, STR("perhaps"), STR(""), &d), ERR_INVALID);
		CHECK_OK(task_answer(&s.st, &dsl, id, list[0].id, STR("keep"), STR(""), &d));
		CHECK_OK(task_answer(&s.st, &dsl, id, list[1].id, STR("end"), STR("Has moved on"), &d));
		CHECK_OK(task_done(&s.st, &dsl, id, STR("All good"), &d));
		CHECK_ERR(task_answer(&s.st, &dsl, id, list[0].id, STR("end"), STR(""), &d), ERR_STATE);
	}
}

TEST(task, reminders_come_weekly_until_it_is_done_and_are_kept)
{
	ON_EACH_ENGINE(fx) {
		AUTO(scene_end) struct scene s = scene_of(&fx);
		AUTO(diag_done) struct diag d = diag_init(20);
		struct task t;
		size_t n;
		int64_t id = open_for(&s, "dsl", clock_utc() + DAY_S, NULL, NULL);
		CHECK_OK(task_remind(&s.st, fx.school, clock_utc(), &n));
		CHECK_INT(n, 0);
		for (int week = 1; week <= 3; week++) {
			clock_step(7 * DAY_S * 1000LL);
			CHECK_OK(task_remind(&s.st, fx.school, clock_utc(), &n));
			CHECK_INT(n, 1);
			CHECK_OK(task_remind(&s.st, fx.school, clock_utc() + DAY_S, &n));
			CHECK_INT(n, 0);
			CHECK_OK(task_get(&s.st, &s.a, fx.school, id, &t));
			CHECK_INT(t.reminders, week);
		}
		CHECK(notices(&s, s.dsl, "task-due") >= 1);
		CHECK_OK(task_done(&s.st, &(struct act){ fx.school, s.dsl, "" }, id, STR("Done"), &d));
		clock_step(7 * DAY_S * 1000LL);
		CHECK_OK(task_remind(&s.st, fx.school, clock_utc(), &n));
		CHECK_INT(n, 0);
	}
}

TEST(clause, c4_01_safeguarding_work_without_an_owner_is_the_lead_dsls)
{
	ON_EACH_ENGINE(fx) {
		AUTO(scene_end) struct scene s = scene_of(&fx);
		struct task t;
		int64_t id = open_for(&s, NULL, clock_utc() + DAY_S, NULL, NULL);
		CHECK_OK(task_get(&s.st, &s.a, fx.school, id, &t));
		CHECK(str_is(t.role, "dsl") && task_is_for(&t, s.dsl, ROLE_BIT(ROLE_DSL)));
		CHECK(!task_is_for(&t, s.deputy, ROLE_BIT(ROLE_DEPUTY)));
	}
}

TEST(clause, c4_03_what_is_handed_over_stays_with_the_dsl_who_alone_signs_it_off)
{
	ON_EACH_ENGINE(fx) {
		AUTO(scene_end) struct scene s = scene_of(&fx);
		AUTO(diag_done) struct diag d = diag_init(20);
		struct act dsl = { fx.school, s.dsl, "" }, deputy = { fx.school, s.deputy, "" };
		struct task t;
		int64_t id = open_for(&s, "dsl", clock_utc() + DAY_S, NULL, NULL);
		CHECK_OK(appointment_trained_set(fx.db, &s.act, s.deputy, ROLE_DEPUTY, clock_utc() - 30 * DAY_S));
		CHECK_OK(task_delegate(&s.st, &dsl, id, s.deputy, &d));
		CHECK_INT(count(&s, TASK_OPEN, s.deputy, ROLE_BIT(ROLE_DEPUTY), false), 1);
		CHECK_INT(count(&s, TASK_OPEN, s.dsl, ROLE_BIT(ROLE_DSL), false), 1);
		CHECK_OK(task_done(&s.st, &deputy, id, STR("The form is filled in"), &d));
		CHECK_OK(task_get(&s.st, &s.a, fx.school, id, &t));
		CHECK(str_is(t.state, "ready"));
		CHECK_ERR(task_done(&s.st, &deputy, id, STR("Really"), &d), ERR_STATE);
		CHECK_INT(notices(&s, s.dsl, "task-ready"), 1);
		CHECK_OK(task_done(&s.st, &dsl, id, STR(""), &d));
		CHECK_OK(task_get(&s.st, &s.a, fx.school, id, &t));
		CHECK(str_is(t.state, "done") && t.done_by == s.dsl && str_is(t.outcome, "The form is filled in"));
	}
}

TEST(clause, c4_02_the_leads_work_goes_only_to_a_deputy_with_current_training)
{
	ON_EACH_ENGINE(fx) {
		AUTO(scene_end) struct scene s = scene_of(&fx);
		AUTO(diag_done) struct diag d = diag_init(20);
		struct act dsl = { fx.school, s.dsl, "" };
		int64_t id = open_for(&s, "dsl", clock_utc() + DAY_S, NULL, NULL);
		CHECK_ERR(task_delegate(&s.st, &dsl, id, s.deputy, &d), ERR_INVALID);            /* no training on record */
		CHECK_OK(appointment_trained_set(fx.db, &s.act, s.deputy, ROLE_DEPUTY, clock_utc() - 3 * 366 * DAY_S));
		CHECK_ERR(task_delegate(&s.st, &dsl, id, s.deputy, &d), ERR_INVALID);            /* too long ago */
		struct appointment_in cover = { .person = s.deputy, .role = ROLE_DSL, .cover_of = s.dsl, .until_utc = clock_utc() + 7 * DAY_S };
		CHECK_ERR(appointment_make(fx.db, &s.act, &cover, &d), ERR_INVALID);             /* nor standing in */
		CHECK_OK(appointment_trained_set(fx.db, &s.act, s.deputy, ROLE_DEPUTY, clock_utc() - 30 * DAY_S));
		CHECK_OK(task_delegate(&s.st, &dsl, id, s.deputy, &d));
		CHECK_OK(appointment_make(fx.db, &s.act, &cover, &d));
	}
}
