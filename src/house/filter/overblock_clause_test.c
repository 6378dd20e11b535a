/* The over-block watch, over the gate's own decision. */
#include "base/clock.h"
#include "base/time.h"
#include "house/filter/overblock.h"
#include "house/service/gatekit.h"
#include "house/task/task.h"
#include "house/web/web_test.h"
#include "io/file.h"

struct watch { struct web_school *w; struct store st; struct act act; struct policy *p; struct gatekit *g; };

static void policy_is(struct watch *x, const char *rules)
{
	policy_free(&x->p);
	gatekit_free(&x->g);
	x->g = gatekit_new(rules, "");
	CHECK_OK(policy_open(gatekit_current(x->g), STR_NONE, &x->p));
}

static void watch_open(struct watch *x, struct web_school *w)
{
	*x = (struct watch){ .w = w, .st = { w->db, w->web->keys, w->web->registers }, .act = { w->school, 0, "test" } };
	policy_is(x, "");
	const char *set = arena_fmt(w->arena, "%s/allow-set.conf", test_dir()).p;
	CHECK_OK(file_replace(set, STR("[site quiz]\ntitle = Maths quiz\naddress = https://quiz.test/week3\nfor = ks2 staff\n"
		"[site castles]\ntitle = Castles\naddress = https://pages.test/castles\nfor = ks2 ks1\n"), 0600));
	CHECK_OK(overblock_begin(&x->st, &x->act, set));
	CHECK_OK(overblock_begin(&x->st, &x->act, set));        /* once */
}

static void watch_close(struct watch *x)
{
	policy_free(&x->p);
	gatekit_free(&x->g);
}

static struct overblock_night night(struct watch *x)
{
	struct overblock_night *v;
	size_t n, closed;
	clock_step(86400000LL);
	CHECK_OK(overblock_run(&x->st, &x->act, x->p, clock_utc(), &closed));
	CHECK_OK(overblock_nights(&x->st, x->w->arena, x->w->school, 5, &v, &n));
	CHECK_INT(v[0].closed, (int64_t)closed);
	return v[0];
}

static bool told(struct watch *x, enum role r)
{
	struct task *v;
	size_t n;
	int64_t total;
	CHECK_OK(task_list(&x->st, x->w->arena, x->w->school, &(struct task_query){ .which = TASK_OPEN, .roles = ROLE_BIT(r), .person = x->w->person[r], .kind = "overblock" }, &v, &n, &total));
	return n > 0;
}

static void morning(void) { clock_fake(time_from_uk((struct civil){ .year = 2026, .month = 9, .day = 14, .hour = 7 }) * 1000); }

TEST(clause, c7_3_1_03_places_that_lessons_need_are_tried_each_night_and_what_closes_opens_a_review)
{
	morning();
	ON_EACH_PROFILE(w) {
		struct watch x;
		watch_open(&x, &w);
		struct overblock_night first = night(&x);
		CHECK_INT(first.tried, 4);
		CHECK_INT(first.closed, 1);                     /* key stage 1 has a wall, and castles are not on it */
		CHECK_INT(first.rate, 250);
		CHECK(told(&x, ROLE_TECHNICIAN) && told(&x, ROLE_LEADERSHIP));
		CHECK(str_find(night(&x).says, STR("The same places")) >= 0);
		policy_is(&x, "[rule 7]\nblock = quiz.test\nscope = group ks2\nreason = r\n[group ks1]\nallow = pages.test/castles\n");
		struct overblock_night worse = night(&x);
		CHECK_INT(worse.closed, 1);
		CHECK(str_find(worse.says, STR("Maths quiz is closed for ks2: rule-blocked 7")) >= 0);
		struct overblock_cell c;
		struct str cells = worse.cells;
		CHECK(overblock_next(&cells, &c) && c.by_name && str_is(c.group, "ks2") && str_is(c.address, "https://quiz.test/week3"));
		CHECK(!overblock_next(&cells, &c));
		policy_is(&x, "[group ks1]\nallow = pages.test/castles\n");
		struct overblock_night clear = night(&x);
		CHECK(clear.rate == 0 && str_find(clear.says, STR("is open")) > 0);
		watch_close(&x);
	}
}

TEST(clause, c4_4_04_the_rate_stands_on_its_page_and_in_the_governors_report)
{
	morning();
	ON_EACH_PROFILE(w) {
		struct watch x;
		struct web_visit v = web_get(&w, ROLE_DSL, "/status/overblock");
		CHECK(v.status == 200 && web_says(&v, "It has not run yet"));
		watch_open(&x, &w);
		(void)night(&x);
		web_fresh(&w);
		static const enum role see[] = { ROLE_DSL, ROLE_TECHNICIAN, ROLE_HEAD };
		for (size_t i = 0; i < ARRAY_N(see); i++) {
			v = web_get(&w, see[i], "/status/overblock");
			CHECK(v.status == 200 && web_says(&v, "25.0%") && web_says(&v, "Castles") && web_says(&v, "https://pages.test/castles"));
		}
		v = web_get(&w, ROLE_GOVERNOR, "/governors");
		CHECK(v.status == 200 && web_says(&v, "1 of 4 tried are closed: 25.0%."));
		CHECK(web_get(&w, ROLE_LEARNER, "/status/overblock").status != 200);
		watch_close(&x);
	}
}

TEST(overblock, nobodys_timetable_counts_and_the_shipped_list_reads)
{
	morning();
	AUTO(web_school_done) struct web_school w = web_school();
	struct watch x;
	watch_open(&x, &w);
	policy_is(&x, "[group ks2]\nhours = mon-fri 09:00-11:00\n[group ks1]\nallow = pages.test/castles\n");
	CHECK_INT(night(&x).closed, 0);
	watch_close(&x);
	AUTO(web_school_done) struct web_school other = web_school_of("junior");
	struct store st = { other.db, other.web->keys, other.web->registers };
	struct act act = { other.school, 0, "test" };
	struct entry_may may = { .school = other.school, .classes = ENTRY_BIT(ENTRY_GENERAL) };
	int64_t n;
	CHECK_OK(overblock_begin(&st, &act, test_source("data/allow-set.conf")));
	CHECK_OK(entry_count(&st, &may, &(struct entry_query){ .reg = "overblock-site", .states = { "used" } }, &n));
	CHECK_INT(n, 20);
}
