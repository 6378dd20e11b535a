#include "house/filter/asked.h"

#include "house/store/fixture.h"

TEST(asked, thirty_questions_in_ten_minutes_then_a_pause)
{
	ON_EACH_ENGINE(fx) {
		AUTO(arena_done) struct arena a = arena_init();
		struct act here = { fx.school, 0, "test" };
		clock_fake(1795251900000);
		for (int i = 0; i < FILTER_ASKS_MAX; i++)
			CHECK_OK(filter_asked(fx.db, &a, &here));
		CHECK_ERR(filter_asked(fx.db, &a, &here), ERR_BUSY);
		clock_step(FILTER_ASKS_WITHIN_S * 1000);
		CHECK_OK(filter_asked(fx.db, &a, &here));
		clock_fake(0);
	}
}
