#include "house/account/people.h"
#include "house/curriculum/joiner.h"
#include "house/page/site_kit.h"

static int64_t child(struct web_school *w, const char *name)
{
	AUTO(diag_done) struct diag d = diag_init(5);
	struct act act = { w->school, 0, "test" };
	struct person_in in = { .kind = KIND_LEARNER, .name = str_z(name), .year = 4 };
	int64_t id;
	CHECK_OK(person_add(w->db, &act, &in, &d, &id));
	return id;
}

static void tick(struct web_school *w)
{
	struct store st = ck_store(w);
	CHECK_OK(joiners_tick(&st, w->school, clock_utc()));
	CHECK_OK(joiners_tick(&st, w->school, clock_utc()));        /* as often as you like */
}

TEST(clause, c5_1_16_a_joiners_record_shows_the_session_or_the_task_and_so_does_a_leavers)
{
	ck_monday();
	ON_EACH_PROFILE(w) {
		tick(&w);
		CHECK_INT(sk_tasks(&w, ROLE_DSL, "A session on online safety"), 0);          /* who was there already is no joiner */
		clock_step(20 * 86400 * 1000LL);
		web_fresh(&w);
		int64_t id = child(&w, "Fern Samplewick");
		tick(&w);
		CHECK_INT(sk_tasks(&w, ROLE_DSL, "A session on online safety for somebody who joined"), 1);
		const char *record = arena_fmt(w.arena, "/people/%lld", (long long)id).p;
		struct web_visit v = web_get(&w, ROLE_DSL, record);
		CHECK(web_says(&v, "Online safety on joining") && web_says(&v, "No session yet: a task is open."));
		CHECK_INT(web_post(&w, ROLE_TEACHER, "/registers/transition-session/new", "child=Fern+Samplewick&kind=joins&on=12%2F12%2F2026&what=Our+rules%2C+whom+to+tell").status, 303);
		tick(&w);
		v = web_get(&w, ROLE_DSL, record);
		CHECK(web_says(&v, "Session on 12 December 2026") && !web_says(&v, "a task is open"));
		CHECK_INT(sk_tasks(&w, ROLE_DSL, "A session on online safety"), 0);
		struct act act = { w.school, 0, "test" };
		CHECK_OK(person_leave(w.db, &act, id, clock_utc() + 10 * 86400));
		tick(&w);
		CHECK_INT(sk_tasks(&w, ROLE_DSL, "A session on online safety for somebody who leaves"), 1);
		v = web_get(&w, ROLE_DSL, record);
		CHECK(web_says(&v, "Online safety on leaving"));
		ck_monday();
	}
	clock_fake(0);
}
