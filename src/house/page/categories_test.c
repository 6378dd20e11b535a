/* The categories as everybody reads them, and as whoever works here does. */
#include "base/clock.h"
#include "base/mem.h"
#include "house/web/web_test.h"
#include "io/settings.h"
#include "policy/compile/policy_world.h"

TEST(categories_page, everybody_reads_what_is_closed_and_why_and_a_pupil_is_sent_away)
{
	ON_EACH_PROFILE(w) {
		struct web_visit v = web_get(&w, NOBODY, "/online-safety/filter");
		CHECK(v.status == 200 && web_says(&v, "Terrorism") && web_says(&v, "ILL-13") && web_says(&v, "Closed at first for: everybody") && web_says(&v, "/online-safety/filter/gaming"));
		v = web_get(&w, NOBODY, "/online-safety/filter/illegal-intimate-images");
		CHECK(v.status == 200 && web_says(&v, "ILL-10") && web_says(&v, "Sexual Offences Act 2003") && web_says(&v, "Nothing opens what the law forbids") && !web_says(&v, "filter-check.test"));
		v = web_get(&w, NOBODY, "/online-safety/filter/gaming");
		CHECK(v.status == 200 && web_says(&v, "Ask for this site") && !web_says(&v, "(7.3.2-05)"));
		CHECK_INT(web_get(&w, NOBODY, "/online-safety/filter/no-such").status, 404);
		CHECK_INT(web_get(&w, ROLE_LEARNER, "/online-safety/filter").status, 403);
		CHECK_INT(web_get(&w, ROLE_LEARNER, "/online-safety/filter/gaming").status, 403);
	}
}

TEST(categories_page, whoever_works_here_reads_which_lists_feed_it_how_old_and_for_whom_it_is_closed)
{
	struct world world;
	clock_fake(WORLD_NOON * 1000);
	AUTO(web_school_done) struct web_school w = web_school();
	CHECK_OK(world_try(&world, ""));
	policy_free(&world.p);
	struct settings s = { .prefix = world.dir };
	w.web->settings = &s;
	struct web_visit v = web_get(&w, ROLE_TEACHER, "/online-safety/filter/gaming");
	CHECK_INT(v.status, 200);
	CHECK(web_says(&v, "test/gaming"));
	CHECK(web_says(&v, "2026-11-20"));
	CHECK(web_says(&v, "Key stage 2"));
	CHECK(web_says(&v, "And, like all that is not on their own list, for: whoever is not known"));
	CHECK(web_says(&v, "gaming.filter-check.test"));
	CHECK(web_says(&v, "/requests/new"));
	v = web_get(&w, ROLE_TEACHER, "/why?url=gaming.listed.test&as=ks2");
	CHECK(web_says(&v, "/online-safety/filter/gaming"));
	v = web_get(&w, ROLE_TEACHER, "/online-safety/filter/iwf");
	CHECK(v.status == 200 && web_says(&v, "Not told") && web_says(&v, "Nobody can read this list"));
	diag_done(&world.diag);
	live_free(&world.live);
	clock_fake(0);
}
