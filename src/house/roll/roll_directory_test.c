/* A directory against a school: who is known again, who leaves, who stays; what the keeper may do by itself. */
#include "base/clock.h"
#include "base/time.h"
#include "house/outside/people_kit.h"
#include "house/roll/directory.h"
#include "house/roll/roll_test.h"
#include "house/roll/sync.h"
#include "house/task/task.h"

#define NOW_MS 1795348800000             /* 22 November 2026 */
static const char *const FIVE[] = { "g1|Tansy Testerley|Pupils|Year 4|Class Oak", "g2|Otter Mockford|Pupils|Year 4|Class Oak", "g3|Fern Pupilsson|Pupils|Year 1|Class Wrens",
	"s1|Quillfeather Mockford|Staff|Class Oak", "s2|Larkspur Pretendry|Staff" };

struct school_dir {
	struct arena a;
	struct diag d;
	struct people_sources rules;
	struct library *library;
	struct registers *registers;
	struct store st;
	struct act act;
	struct roll_directory dir;
	struct roll_plan plan;
	struct roll_done done;
};
static void school_dir_done(struct school_dir *s)
{
	registers_free(&s->registers);
	library_free(&s->library);
	diag_done(&s->d);
	arena_done(&s->a);
	clock_fake(0);
}
static struct school_dir opened(struct fixture *fx)
{
	struct school_dir s = { .a = arena_init(), .d = diag_init(100), .act = { fx->school, 0, "test" } };
	clock_fake(NOW_MS);
	CHECK_OK(kit_rules(&s.a, KIT_PROVIDER "[people school]\nintake = Intake {intake}\n", &s.d, &s.rules));
	CHECK_OK(registers_load(test_source("data/registers"), &s.d, &s.registers));
	CHECK_OK(library_load(test_source("data"), "primary", &s.d, &s.library));
	s.st = (struct store){ fx->db, fx->keys, s.registers };
	return s;
}
static struct str answer(struct school_dir *s, const char *const *lines, size_t n) { return kit_answer(&s->a, &s->rules.list[0], lines, n, clock_utc()); }

/* Read, planned and applied by somebody who looked. */
static void looked(struct school_dir *s, const char *const *lines, size_t n)
{
	AUTO(diag_done) struct diag d = diag_init(100);
	uint8_t digest[32] = { 2 };
	char plan[65];
	struct roll_options o = { 0 };
	CHECK_OK(roll_directory_read(&s->a, STR("school"), answer(s, lines, n), &d, &s->dir));
	CHECK_OK(roll_plan(s->st.db, &s->a, s->act.school, &s->dir.roll, &o, &d, &s->plan));
	snprintf(plan, sizeof plan, "%s", s->plan.digest);
	struct roll_applying how = { .digest = plan, .typed = s->plan.counts[ROLL_LEAVES], .file = STR("The directory school"), .file_digest = digest };
	CHECK_OK(roll_apply(&s->st, &s->a, &s->act, &s->dir.roll, &o, &how, &d, &s->plan, &s->done));
}
#define LOOKED(s, ...) looked((s), (const char *const[]){ __VA_ARGS__ }, ARRAY_N(((const char *const[]){ __VA_ARGS__ })))

static struct sync_said ran(struct school_dir *s, const char *const *lines, size_t n)
{
	struct sync_said out;
	CHECK_OK(sync_run(&s->st, &s->a, &s->act, s->library, STR("school"), answer(s, lines, n), &out));
	return out;
}
#define RAN(s, ...) ran((s), (const char *const[]){ __VA_ARGS__ }, ARRAY_N(((const char *const[]){ __VA_ARGS__ })))

static struct person named(struct school_dir *s, const char *name)
{
	struct person *list;
	size_t n;
	int64_t total;
	CHECK_OK(person_list(s->st.db, &s->a, s->act.school, &(struct person_query){ .words = str_z(name), .with_left = true }, &list, &n, &total));
	CHECK_INT(n, 1);
	return list[0];
}

static int64_t noted(struct school_dir *s)
{
	int64_t n;
	struct entry_may may = { .school = s->act.school, .classes = ENTRY_BIT(ENTRY_GENERAL) };
	CHECK_OK(entry_count(&s->st, &may, &(struct entry_query){ .reg = "roll-sync" }, &n));
	return n;
}

static int64_t tasks(struct school_dir *s)
{
	struct task *list;
	size_t n;
	int64_t total;
	CHECK_OK(task_list(&s->st, &s->a, s->act.school, &(struct task_query){ .which = TASK_OPEN, .everyone = true, .kind = "directory" }, &list, &n, &total));
	return total;
}

TEST(roll_directory, twice_the_same_changes_nothing_and_a_new_name_and_year_is_the_same_person)
{
	ON_EACH_ENGINE(fx) {
		AUTO(school_dir_done) struct school_dir s = opened(&fx);
		looked(&s, FIVE, 5);
		CHECK_INT(s.plan.counts[ROLL_JOINS], 5);
		struct person tansy = named(&s, "tansy testerley");
		CHECK(tansy.year == 4 && tansy.class_id && tansy.username.n);
		looked(&s, FIVE, 5);
		CHECK(s.plan.counts[ROLL_SAME] == 5 && s.done.entry == 0);
		LOOKED(&s, "g1|Tansy Newname|Pupils|Year 5|Class Ash", FIVE[1], FIVE[2], FIVE[3], FIVE[4]);
		CHECK_INT(s.plan.counts[ROLL_MOVES], 1);
		struct person now = named(&s, "tansy newname");
		CHECK(now.id == tansy.id && now.year == 5 && str_eq(now.username, tansy.username));
	}
}

TEST(roll_directory, whoever_is_missing_or_switched_off_leaves_and_comes_back_as_the_same_person)
{
	ON_EACH_ENGINE(fx) {
		AUTO(school_dir_done) struct school_dir s = opened(&fx);
		looked(&s, FIVE, 5);
		int64_t otter = named(&s, "otter mockford").id;
		LOOKED(&s, FIVE[0], "g2|Otter Mockford|Leavers", "!g3|Fern Pupilsson|Pupils|Year 1|Year 2", FIVE[3]);
		CHECK_INT(s.plan.counts[ROLL_LEAVES], 3);
		CHECK(named(&s, "otter mockford").left_utc && named(&s, "fern pupilsson").left_utc && named(&s, "larkspur pretendry").left_utc);
		CHECK_INT(named(&s, "tansy testerley").left_utc, 0);
		LOOKED(&s, "!g1|Tansy Testerley", "g2|Otter Mockford|Leavers", FIVE[3]);         /* who left before is no step: the other one still is */
		CHECK(s.plan.counts[ROLL_LEAVES] == 1 && s.plan.counts[ROLL_SAME] == 1 && s.done.entry);
		CHECK(named(&s, "tansy testerley").left_utc);
		LOOKED(&s, FIVE[0], FIVE[3]);
		CHECK_INT(s.plan.counts[ROLL_RETURNS], 1);
		looked(&s, FIVE, 5);
		CHECK_INT(s.plan.counts[ROLL_RETURNS], 3);
		CHECK(named(&s, "otter mockford").id == otter && !named(&s, "otter mockford").has_password);
	}
}

TEST(roll_directory, nobody_leaves_whom_the_directory_never_had_or_cannot_sort)
{
	ON_EACH_ENGINE(fx) {
		AUTO(school_dir_done) struct school_dir s = opened(&fx);
		AUTO(roll_try_done) struct roll_try file = roll_do(&fx, "UPN,Name,DOB,Year,Class\nU1,Wren Samplewick,13/03/2021,0,Robins\nU2,Hazel Madeupton,13/03/2017,4,Oak\n");
		CHECK_INT(file.plan.counts[ROLL_JOINS], 2);
		looked(&s, FIVE, 5);
		CHECK(s.plan.counts[ROLL_JOINS] == 5 && s.plan.counts[ROLL_LEAVES] == 0);
		LOOKED(&s, "g1|Tansy Testerley|Printers", "g2|Otter Mockford|Year 3|Year 4", FIVE[2], FIVE[3], FIVE[4]);
		CHECK(s.plan.counts[ROLL_LEAVES] == 0 && s.plan.refused == 1 && s.plan.counts[ROLL_SAME] == 3);
		LOOKED(&s, FIVE[0], FIVE[1], FIVE[2], FIVE[3], FIVE[4], "g9|Hazel Madeupton|Year 5");
		CHECK(s.plan.counts[ROLL_JOINS] == 0 && s.plan.counts[ROLL_MOVES] == 1);         /* known by her name, once somebody looked */
		CHECK_INT(named(&s, "hazel madeupton").year, 5);
	}
}

TEST(roll_directory, the_keeper_applies_what_was_agreed_to_and_writes_it_down_without_names)
{
	ON_EACH_ENGINE(fx) {
		AUTO(school_dir_done) struct school_dir s = opened(&fx);
		struct sync_said out;
		CHECK_ERR(sync_run(&s.st, &s.a, &s.act, s.library, STR("school"), answer(&s, FIVE, 5), &out), ERR_STATE);
		looked(&s, FIVE, 5);
		CHECK_OK(sync_agree(fx.db, &s.act, STR("school"), s.dir.shape));
		out = ran(&s, FIVE, 5);
		CHECK(out.outcome == SYNC_SAME && noted(&s) == 1);
		out = ran(&s, FIVE, 5);
		CHECK_INT(noted(&s), 1);         /* the same, the same day */
		out = RAN(&s, FIVE[0], "!g2|Otter Mockford|Year 4", FIVE[2], FIVE[3], FIVE[4], "g7|Rowan Notreal|Year 2");
		CHECK(out.outcome == SYNC_APPLIED && noted(&s) == 2 && tasks(&s) == 0);
		CHECK_STR(out.text, "1 new, 1 left; 6 people in the directory");
		CHECK(named(&s, "otter mockford").left_utc && named(&s, "rowan notreal").year == 2);
		CHECK(str_find(out.text, STR("Otter")) < 0);
		CHECK_OK(sync_stop(fx.db, &s.act, STR("school")));
		CHECK_ERR(sync_run(&s.st, &s.a, &s.act, s.library, STR("school"), answer(&s, FIVE, 5), &out), ERR_STATE);
	}
}

TEST(roll_directory, a_run_that_would_take_many_away_stops_and_asks_once)
{
	ON_EACH_ENGINE(fx) {
		AUTO(school_dir_done) struct school_dir s = opened(&fx);
		const char *lines[30];
		for (int i = 0; i < 30; i++)
			lines[i] = arena_fmt(&s.a, "k%d|Pupil Number%c Pretendry|Pupils|Year %d", i, 'A' + i % 26, i % 6 + 1).p;
		for (int i = 26; i < 30; i++)
			lines[i] = arena_fmt(&s.a, "k%d|Pupil Other%c Pretendry|Pupils|Year 2", i, 'A' + i).p;
		looked(&s, lines, 30);
		CHECK_INT(s.plan.counts[ROLL_JOINS], 30);
		CHECK_OK(sync_agree(fx.db, &s.act, STR("school"), s.dir.shape));
		struct sync_said out = ran(&s, lines, 26);
		CHECK(out.outcome == SYNC_ASKS && tasks(&s) == 1 && noted(&s) == 1);
		CHECK(str_find(out.text, STR("4 pupils")) == 0);
		out = ran(&s, lines, 26);
		CHECK(tasks(&s) == 1 && noted(&s) == 1);
		out = ran(&s, lines, 27);        /* three always may */
		CHECK(out.outcome == SYNC_APPLIED && out.plan.counts[ROLL_LEAVES] == 3);
		out = ran(&s, lines, 30);        /* back by hand only */
		CHECK(out.outcome == SYNC_SAME && out.plan.refused == 3);
	}
}

TEST(roll_directory, the_keeper_joins_nobody_by_a_name_and_keeps_the_last_administrator)
{
	ON_EACH_ENGINE(fx) {
		AUTO(school_dir_done) struct school_dir s = opened(&fx);
		AUTO(roll_try_done) struct roll_try file = roll_do(&fx, "UPN,Name,DOB,Year,Class\nU2,Hazel Madeupton,13/03/2017,4,Oak\n");
		CHECK_INT(file.plan.counts[ROLL_JOINS], 1);
		looked(&s, FIVE, 5);
		CHECK_OK(sync_agree(fx.db, &s.act, STR("school"), s.dir.shape));
		struct sync_said out = RAN(&s, FIVE[0], FIVE[1], FIVE[2], FIVE[3], FIVE[4], "g9|Hazel Madeupton|Year 5");
		CHECK(out.outcome == SYNC_SAME && out.plan.refused == 1 && named(&s, "hazel madeupton").year == 4);
		CHECK_OK(role_give(fx.db, &s.act, named(&s, "larkspur pretendry").id, ROLE_ADMIN, 0, 0, &s.d));
		struct person *admins;
		size_t n;
		CHECK_OK(person_of_role(fx.db, &s.a, fx.school, ROLE_ADMIN, &admins, &n));
		for (size_t i = 0; i < n; i++)
			if (admins[i].id != named(&s, "larkspur pretendry").id)
				CHECK_OK(role_end(fx.db, &s.act, admins[i].id, ROLE_ADMIN, 0));
		out = RAN(&s, FIVE[0], FIVE[1], FIVE[2], FIVE[3]);
		CHECK(out.outcome == SYNC_ASKS && str_find(out.text, STR("last administrator")) > 0);
		CHECK_INT(named(&s, "larkspur pretendry").left_utc, 0);
	}
}

TEST(roll_directory, trouble_and_other_settings_change_nobody)
{
	ON_EACH_ENGINE(fx) {
		AUTO(school_dir_done) struct school_dir s = opened(&fx);
		struct sync_said out;
		looked(&s, FIVE, 5);
		CHECK_OK(sync_agree(fx.db, &s.act, STR("school"), s.dir.shape));
		static const char *const bad[] = { "{\"ok\":false,\"why\":\"The directory refuses bind_dn.\"}", "{", "{\"ok\":true,\"groups\":0,\"people\":[],\"unsorted\":[]}",
			"{\"ok\":true,\"groups\":0,\"people\":[{\"key\":\"g1\",\"name\":\"Tansy\",\"kind\":\"wizard\"}],\"unsorted\":[]}" };
		for (size_t i = 0; i < ARRAY_N(bad); i++) {
			CHECK_OK(sync_run(&s.st, &s.a, &s.act, s.library, STR("school"), str_z(bad[i]), &out));
			CHECK(out.outcome == SYNC_FAILED && out.text.n > 10);
		}
		CHECK_INT(tasks(&s), 1);         /* while it goes on, one task */
		CHECK_OK(sync_agree(fx.db, &s.act, STR("school"), STR("another shape")));
		out = RAN(&s, FIVE[0], FIVE[1], FIVE[2], FIVE[3]);
		CHECK(out.outcome == SYNC_ASKS && named(&s, "larkspur pretendry").left_utc == 0);
	}
}
