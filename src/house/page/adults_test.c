#include "base/clock.h"
#include "base/test.h"
#include "house/page/desk.h"
#include "house/web/web_test.h"

TEST(adults, several_small_things_about_one_person_are_shown_together_to_the_head_alone)
{
	static const char *const profiles[] = { "junior", "primary" };
	for (size_t i = 0; i < ARRAY_N(profiles); i++) {
		clock_fake(time_from_uk((struct civil){ .year = 2026, .month = 9, .day = 14, .hour = 9 }) * 1000);
		AUTO(web_school_done) struct web_school w = web_school_of(profiles[i]);
		struct web_visit v = web_post(&w, ROLE_HEAD, "/adult-concerns", "whom=Nobody+Atall&words=x");
		CHECK(v.status == 422 && web_says(&v, "Nobody of this name works here"));
		CHECK_INT(web_post(&w, ROLE_HEAD, "/adult-concerns", "whom=Test+Teacher&words=a+zebra+joke+at+lunch").status, 303);
		v = web_get(&w, ROLE_HEAD, "/adult-concerns");
		CHECK(web_says(&v, "a zebra joke at lunch") && !web_says(&v, "Several concerns about the same person"));
		clock_step(60000);
		CHECK_INT(web_post(&w, ROLE_HEAD, "/adult-concerns", "whom=Test+Teacher&words=a+zebra+message+at+night").status, 303);
		v = web_get(&w, ROLE_HEAD, "/adult-concerns");
		CHECK(web_says(&v, "Several concerns about the same person") && web_says(&v, "designated officer"));
		for (int r = 0; r <= NOBODY; r = web_next(r)) {
			v = web_get(&w, r, "/adult-concerns");
			CHECK(r == ROLE_HEAD || !web_says(&v, "zebra"));
			CHECK(r == ROLE_HEAD || r == ROLE_CHAIR || v.status != 200);
			v = web_get(&w, r, "/cases?q=zebra");
			CHECK(r == ROLE_HEAD || !web_says(&v, "zebra joke"));
		}
		clock_fake(0);
	}
}
