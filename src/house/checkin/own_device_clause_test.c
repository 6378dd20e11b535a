/* 9.3-08: a pupil's own device has no network in the school's hours, and staff log one that is out. */
#include "base/clock.h"
#include "base/time.h"
#include "house/checkin/checkin.h"
#include "house/keeper/gate_world.h"
#include "house/keeper/house_texts.h"
#include "house/web/web_test.h"
#include "io/file.h"

static int64_t moment(int day, int hour, int minute)
{
	return time_from_uk((struct civil){ .year = 2026, .month = 11, .day = day, .hour = hour, .minute = minute });
}

/* The shipped policy of the profile, and what the house adds of its calendar: school ends at a quarter past three. */
static const char *policy_of(struct web_school *w, const char *profile)
{
	AUTO(buf_done) struct buf texts = buf_init(1 << 20);
	const char *dir = arena_fmt(w->arena, "%s/%s", test_dir(), profile).p;
	struct calendar c = *library_calendar(w->web->library);
	c.close_minute = 15 * 60 + 15;
	house_texts(&texts, &(struct house_texts){ .calendar = &c });
	CHECK_OK(dir_make(dir, 0700));
	CHECK_OK(dir_make(arena_fmt(w->arena, "%s/policy", dir).p, 0700));
	gate_world_publish(dir, profile, buf_str(&texts));
	return dir;
}

static struct str says(struct web_school *w, const char *dir, const char *who, int64_t at)
{
	return str_z(gate_world_says(w->arena, dir, "https://www.example.test/", who, at));
}

static void no_network(struct web_school *w, const char *p)
{
	static const char *const theirs[] = { "own-devices", "ks2:network=own-devices", "staff:network=own-devices" };
	for (size_t i = 0; i < ARRAY_N(theirs); i++) {
		CHECK_STR(says(w, p, theirs[i], moment(23, 8, 30)), "block timetable");
		CHECK_STR(says(w, p, theirs[i], moment(23, 11, 0)), "block timetable");
		CHECK_STR(says(w, p, theirs[i], moment(27, 15, 14)), "block timetable");
		CHECK(str_starts(says(w, p, theirs[i], moment(23, 15, 15)), STR("allow")));       /* the school's own hour */
		CHECK(str_starts(says(w, p, theirs[i], moment(28, 11, 0)), STR("allow")));
	}
	CHECK_STR(says(w, p, "ks2", moment(23, 11, 0)), "allow allowed");                         /* one of the school's devices */
}

static void breach(struct web_school *w)
{
	struct store st = { w->db, w->web->keys, w->web->registers };
	struct checkin_line *lines;
	size_t n;
	int64_t child = web_person(w, ROLE_LEARNER, "Alder Fernsby");
	CHECK_INT(web_post(w, ROLE_TEACHER, "/check-in/log/breach", "breach-child=Alder+Fernsby&where=lesson&what=a+telephone+in+maths").status, 303);
	CHECK_OK(checkin_lines(&st, w->arena, w->school, CHECKIN_BREACHES, 10, &lines, &n));
	CHECK(n == 1 && lines[0].child == child && str_find(lines[0].what, STR("a telephone in maths")) >= 0);
}

TEST(clause, c9_3_08_a_pupils_own_device_has_no_network_in_lessons_and_staff_log_a_breach)
{
	static const char *const profiles[] = { "junior", "primary" };
	size_t i = 0;
	clock_fake(moment(23, 11, 0) * 1000);
	ON_EACH_PROFILE(w) {
		no_network(&w, policy_of(&w, profiles[i++]));
		breach(&w);
	}
	clock_fake(0);
}
