#include "policy/decide/sealed_state.h"

#include "base/test.h"

TEST(sealed_state, is_green_only_with_a_fresh_feed_and_todays_test)
{
	AUTO(arena_done) struct arena a = arena_init();
	const int64_t now = 1795435200, day = 86400;
	const struct { struct sealed_facts f; enum light light; const char *says; } cases[] = {
		{ { 0 }, LIGHT_RED, "No sealed list" },
		{ { .supplier = STR("Example Broadband"), .supplier_tested_utc = now - 9 * day }, LIGHT_AMBER, "tested on 14 November 2026" },
		{ { .supplier = STR("Example Broadband") }, LIGHT_RED, "not been tested" },
		{ { .supplier = STR("Example Broadband"), .supplier_tested_utc = now - 100 * day }, LIGHT_RED, "not been tested" },
		{ { .entries = 5, .feed_utc = now - 4 * day, .refused_utc = now, .inspection = true }, LIGHT_RED, "feed has stopped" },
		{ { .entries = 5, .feed_utc = now - day, .refused_utc = now - day, .inspection = true }, LIGHT_AMBER, "not been refused today" },
		{ { .entries = 5, .feed_utc = now - day, .refused_utc = now - 60 }, LIGHT_AMBER, "without inspection" },
		{ { .entries = 5, .feed_utc = now - day, .refused_utc = now - 60, .inspection = true }, LIGHT_GREEN, "refused today" },
	};
	for (size_t i = 0; i < ARRAY_N(cases); i++) {
		struct sealed_state s = sealed_state(&a, &cases[i].f, now);
		CHECK_INT(s.light, cases[i].light);
		CHECK(str_find(s.sentence, str_z(cases[i].says)) >= 0);
	}
}
