/* 9.3-03 to 9.3-09 through the pages, in schools of both rules. */
#include "base/clock.h"
#include "base/time.h"
#include "house/account/people.h"
#include "house/checkin/checkin.h"
#include "house/task/task.h"
#include "house/web/web_test.h"

struct room { int64_t class_id, child[3]; struct store st; };

static const char *const names[] = { "Tansy Testerley", "Alder Fernsby", "Bramble Oakapple" };

/* Just before the end of a school day; before the school is made: nobody has a role before then. */
static void afternoon(void) { clock_fake(time_from_uk((struct civil){ .year = 2027, .month = 11, .day = 17, .hour = 15, .minute = 55 }) * 1000); }

/* A class of three with the teacher of the school. */
static struct room open_room(struct web_school *w)
{
	AUTO(diag_done) struct diag d = diag_init(10);
	struct room r = { .st = { w->db, w->web->keys, w->web->registers } };
	struct act act = { w->school, 0, "test" };
	CHECK_OK(class_add(w->db, &act, STR("Elm"), 4, STR_NONE, &d, &r.class_id));
	CHECK_OK(class_staff_set(w->db, &act, r.class_id, w->person[ROLE_TEACHER], true));
	for (int i = 0; i < 3; i++) {
		struct person_in in = { .kind = KIND_LEARNER, .name = str_z(names[i]), .class_id = r.class_id, .year = 4 };
		CHECK_OK(person_add(w->db, &act, &in, &d, &r.child[i]));
	}
	return r;
}

static const char *page(struct web_school *w, const struct room *r) { return arena_fmt(w->arena, "/check-in/%lld", (long long)r->class_id).p; }

static struct web_visit hand_in(struct web_school *w, const struct room *r, int role, int child)
{
	return web_post(w, role, page(w, r), arena_fmt(w->arena, "do=in&place=Tray+2&child=%lld", (long long)r->child[child]).p);
}

static size_t kept(struct web_school *w, struct room *r)
{
	struct checkin *all;
	size_t n;
	CHECK_OK(checkin_kept(&r->st, w->arena, w->school, &all, &n));
	return n;
}

static int64_t entry_of(struct web_school *w, struct room *r, int child)
{
	struct checkin *all;
	size_t n;
	CHECK_OK(checkin_day(&r->st, w->arena, w->school, r->class_id, clock_utc(), &all, &n));
	for (size_t i = 0; i < n; i++)
		if (all[i].child == r->child[child])
			return all[i].id;
	return 0;
}

TEST(clause, c9_3_03_a_class_logs_what_is_stored_all_day_and_what_is_out_of_place)
{
	afternoon();
	ON_EACH_PROFILE(w) {
		struct room r = open_room(&w);
		bool office = checkin_by_office(w.web->library);
		struct web_visit v = web_get(&w, ROLE_TEACHER, page(&w, &r));
		CHECK(v.status == 200 && web_says(&v, office ? "at the school office when they arrive" : "switched off and stay in a safe place all day"));
		v = hand_in(&w, &r, ROLE_TEACHER, 0);
		CHECK_INT(v.status, office ? 403 : 303);                    /* stored by the class in the one school, by the office in the other */
		CHECK_INT(kept(&w, &r), office ? 0 : 1);
		CHECK_INT(web_post(&w, ROLE_TEACHER, "/check-in/log/breach", "breach-child=Alder+Fernsby&where=school&what=In+the+playground.+Put+away.").status, 303);
		v = web_get(&w, ROLE_DSL, "/check-in");
		CHECK(web_says(&v, "Alder Fernsby") && web_says(&v, "In the playground. Put away."));
		afternoon();
	}
}

TEST(clause, c9_3_04_the_office_logs_a_device_in_and_a_second_time_is_refused)
{
	afternoon();
	ON_EACH_PROFILE(w) {
		struct room r = open_room(&w);
		int64_t id;
		AUTO(diag_done) struct diag d = diag_init(5);
		struct act act = { w.school, w.person[ROLE_OFFICE], "test" };
		CHECK_INT(hand_in(&w, &r, ROLE_OFFICE, 0).status, 303);
		CHECK_INT(kept(&w, &r), 1);
		CHECK_ERR(checkin_in(&r.st, &act, r.child[0], r.class_id, STR_NONE, &d, &id), ERR_EXISTS);
		CHECK_INT(hand_in(&w, &r, ROLE_OFFICE, 0).status, 303);      /* the same page sent twice */
		struct web_visit v = web_get(&w, ROLE_OFFICE, page(&w, &r));
		CHECK(kept(&w, &r) == 1 && web_says(&v, "1 was here already"));
		CHECK_INT(web_post(&w, ROLE_OFFICE, page(&w, &r), arena_fmt(w.arena, "do=in&child=%lld", (long long)w.person[ROLE_TEACHER]).p).status, 422);
		CHECK_INT(hand_in(&w, &r, ROLE_LEARNER, 1).status, 403);
		CHECK_INT(hand_in(&w, &r, ROLE_PARENT, 1).status, 403);
		afternoon();
	}
}

TEST(clause, c9_3_05_at_the_end_of_the_day_what_was_not_fetched_is_listed)
{
	afternoon();
	ON_EACH_PROFILE(w) {
		struct room r = open_room(&w);
		struct task t;
		CHECK_INT(hand_in(&w, &r, ROLE_OFFICE, 0).status, 303);
		CHECK_INT(hand_in(&w, &r, ROLE_OFFICE, 1).status, 303);
		struct web_visit v = web_get(&w, ROLE_OFFICE, "/check-in");
		CHECK(!web_says(&v, "not fetched"));
		CHECK_OK(checkin_day_end(&r.st, w.web->library, w.school, clock_utc()));
		CHECK_ERR(task_by_key(&r.st, w.arena, w.school, "checkin/2027-11-17", &t), ERR_ABSENT);
		CHECK_INT(web_post(&w, ROLE_OFFICE, page(&w, &r), arena_fmt(w.arena, "do=out&child=%lld", (long long)entry_of(&w, &r, 0)).p).status, 303);
		clock_fake(time_from_uk((struct civil){ .year = 2027, .month = 11, .day = 17, .hour = 16, .minute = 5 }) * 1000);
		v = web_get(&w, ROLE_OFFICE, "/check-in");
		CHECK(web_says(&v, "not fetched") && web_says(&v, "Alder Fernsby") && web_says(&v, "Tray 2") && !web_says(&v, "Tansy Testerley"));
		CHECK_OK(checkin_day_end(&r.st, w.web->library, w.school, clock_utc()));
		CHECK_OK(checkin_day_end(&r.st, w.web->library, w.school, clock_utc()));
		CHECK_OK(task_by_key(&r.st, w.arena, w.school, "checkin/2027-11-17", &t));
		CHECK_STR(t.role, "office");
		CHECK_INT(web_post(&w, ROLE_OFFICE, arena_fmt(w.arena, "/check-in/back/%lld", (long long)entry_of(&w, &r, 1)).p, "").status, 303);
		v = web_get(&w, ROLE_OFFICE, page(&w, &r));
		CHECK(kept(&w, &r) == 0 && web_says(&v, "Given back today"));
		afternoon();
	}
}

TEST(clause, c9_3_06_the_office_logs_a_call_home_and_the_pupils_page_says_how_to_ask)
{
	afternoon();
	ON_EACH_PROFILE(w) {
		(void)open_room(&w);
		CHECK_INT(web_post(&w, ROLE_OFFICE, "/check-in/log/call", "call-child=Tansy+Testerley&whom=Her+mother").status, 303);
		struct web_visit v = web_get(&w, ROLE_OFFICE, "/check-in");
		CHECK(web_says(&v, "Her mother") && web_says(&v, "uses a school telephone"));
		CHECK_INT(web_post(&w, ROLE_OFFICE, "/check-in/log/call", "call-child=Tansy+Testerley&whom=").status, 422);
		v = web_get(&w, ROLE_LEARNER, "/me");
		CHECK(v.status == 200 && web_says(&v, "Do you need to ring home? Ask at the school office."));
		afternoon();
	}
}

TEST(clause, c9_3_09_an_examination_begins_with_a_confirmed_look_for_devices)
{
	afternoon();
	ON_EACH_PROFILE(w) {
		struct room r = open_room(&w);
		bool rule = checkin_exams(w.web->library);
		struct web_visit v = web_get(&w, ROLE_TEACHER, "/check-in");
		CHECK_INT(web_says(&v, "Before an examination"), rule);
		v = web_post(&w, ROLE_TEACHER, "/check-in/log/exam", "exam=Mathematics+paper+1&room=Hall");
		CHECK_INT(v.status, rule ? 422 : 501);
		CHECK(!rule || web_says(&v, "no telephone or device is in the room"));
		v = web_post(&w, ROLE_TEACHER, "/check-in/log/exam", "exam=Mathematics+paper+1&room=Hall&checked=yes");
		CHECK_INT(v.status, rule ? 303 : 501);
		struct checkin_line *l;
		size_t n;
		CHECK_OK(checkin_lines(&r.st, w.arena, w.school, CHECKIN_EXAMS, 10, &l, &n));
		CHECK_INT(n, rule ? 1 : 0);
		afternoon();
	}
}

TEST(checkin, a_wrong_tap_is_taken_back_and_the_child_can_hand_in_again)
{
	afternoon();
	ON_EACH_PROFILE(w) {
		struct room r = open_room(&w);
		CHECK_INT(hand_in(&w, &r, ROLE_OFFICE, 0).status, 303);
		int64_t id = entry_of(&w, &r, 0);
		CHECK_INT(web_post(&w, ROLE_OFFICE, page(&w, &r), arena_fmt(w.arena, "undo=%lld", (long long)id).p).status, 303);
		CHECK(kept(&w, &r) == 0 && entry_of(&w, &r, 0) == 0);
		CHECK_INT(hand_in(&w, &r, ROLE_OFFICE, 0).status, 303);
		CHECK_INT(web_post(&w, ROLE_OFFICE, page(&w, &r), arena_fmt(w.arena, "do=out&child=%lld", (long long)entry_of(&w, &r, 0)).p).status, 303);
		CHECK_INT(kept(&w, &r), 0);
		CHECK_INT(web_post(&w, ROLE_OFFICE, page(&w, &r), arena_fmt(w.arena, "undo=%lld", (long long)entry_of(&w, &r, 0)).p).status, 303);
		CHECK_INT(kept(&w, &r), 1);                                   /* it is still here after all */
		afternoon();
	}
}

TEST(checkin, a_device_in_an_examination_opens_its_case_where_the_profile_has_the_rule)
{
	afternoon();
	ON_EACH_PROFILE(w) {
		struct room r = open_room(&w);
		AUTO(diag_done) struct diag d = diag_init(5);
		struct desk k = { &r.st, w.web->library };
		struct act act = { w.school, w.person[ROLE_TEACHER], "test" };
		int64_t opened;
		struct breach_in in = { r.child[2], STR("exam"), STR("A telephone rang in the second row.") };
		CHECK_OK(checkin_breach(&k, &act, &in, &d, &opened));
		CHECK((opened > 0) == checkin_exams(w.web->library));
		afternoon();
	}
}

TEST(checkin, another_class_is_not_for_a_teacher_who_does_not_teach_it)
{
	afternoon();
	ON_EACH_PROFILE(w) {
		struct room r = open_room(&w);
		int64_t other = web_person(&w, ROLE_TEACHER, "Mr Bramblewick");
		CHECK_INT(web_get_as(&w, other, page(&w, &r)).status, 403);
		CHECK_INT(web_get(&w, ROLE_GOVERNOR, "/check-in").status, 403);
		CHECK_INT(web_get(&w, ROLE_LEARNER, "/check-in").status, 403);
		struct web_visit v = web_get_as(&w, other, "/check-in");
		CHECK(v.status == 200 && !web_says(&v, "Elm"));
		afternoon();
	}
}
