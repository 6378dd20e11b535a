#include "policy/decide/sealed_state.h"

#include "base/test.h"

enum { HOUR = 3600, DAY = 86400 };
static const int64_t now = 1795435200;          /* noon of 23 November 2026 */

struct example { struct sealed_facts f; enum light light; enum sealed_cause cause; const char *says; };

static void each(const struct example *v, size_t n)
{
	AUTO(arena_done) struct arena a = arena_init();
	for (size_t i = 0; i < n; i++) {
		struct sealed_state s = sealed_state(&a, &v[i].f, now);
		CHECK_INT(s.light, v[i].light);
		CHECK_INT(s.cause, v[i].cause);
		CHECK_INT(s.light == LIGHT_RED, s.cause != SEALED_FINE);
		CHECK(str_find(s.sentence, str_z(v[i].says)) >= 0);
	}
}

TEST(sealed_state, is_green_only_with_a_fresh_feed_and_todays_test)
{
	const struct sealed_asked refused = { true, now - 60, 0 };
	const struct example cases[] = {
		{ { 0 }, LIGHT_RED, SEALED_NONE, "No protected list" },
		{ { .entries = 5, .feed_utc = now - 4 * DAY, .own = refused, .inspection = true }, LIGHT_RED, SEALED_STALE, "feed has stopped" },
		{ { .entries = 5, .feed_utc = now - DAY - 1, .own = refused, .inspection = true }, LIGHT_RED, SEALED_STALE, "feed has stopped" },
		{ { .entries = 5, .feed_utc = now - DAY, .own = { true, now - DAY, 0 }, .inspection = true }, LIGHT_AMBER, SEALED_FINE, "not been refused today" },
		{ { .entries = 5, .feed_utc = now - DAY, .own = refused }, LIGHT_AMBER, SEALED_FINE, "without inspection" },
		{ { .entries = 5, .feed_utc = now - DAY, .own = refused, .inspection = true }, LIGHT_GREEN, SEALED_FINE, "24 hours ago, are applied; their test names were refused" },
		{ { .entries = 5, .feed_utc = now - DAY, .own = { true, now - 2 * HOUR, now - HOUR }, .inspection = true }, LIGHT_RED, SEALED_OPEN, "was not refused at" },
		{ { .entries = 5, .feed_utc = now - DAY, .own = { true, now - HOUR, now - 2 * HOUR }, .inspection = true }, LIGHT_GREEN, SEALED_FINE, "refused" },
		{ { .entries = 5, .feed_utc = now - DAY, .own = refused, .inspection = true, .missing = STR("Police") }, LIGHT_RED, SEALED_MISSING, "Nothing of this list is loaded here: Police" },
		{ { .entries = 5, .feed_utc = now - DAY, .own = refused, .inspection = true, .missing = STR("Police"), .upstream = refused }, LIGHT_GREEN, SEALED_FINE, "refused" },
		{ { .entries = 5, .feed_utc = now - DAY, .own = refused, .inspection = true, .missing = STR("Police"), .supplier = STR("Example Broadband"), .supplier_tested_utc = now - 9 * DAY },
			LIGHT_AMBER, SEALED_FINE, "should apply the other (Police)" },
	};
	each(cases, ARRAY_N(cases));
}

TEST(sealed_state, a_suppliers_filter_is_believed_as_far_as_it_was_asked)
{
	const struct example cases[] = {
		{ { .supplier = STR("Example Broadband"), .supplier_tested_utc = now - 9 * DAY }, LIGHT_AMBER, SEALED_FINE, "by hand on 14 November 2026" },
		{ { .supplier = STR("Example Broadband") }, LIGHT_RED, SEALED_UNTESTED, "not been tested" },
		{ { .supplier = STR("Example Broadband"), .supplier_tested_utc = now - 100 * DAY }, LIGHT_RED, SEALED_UNTESTED, "not been tested" },
		{ { .supplier = STR("Example Broadband"), .upstream = { true, 0, 0 } }, LIGHT_RED, SEALED_SILENT, "nothing has shown that yet" },
		{ { .supplier = STR("Example Broadband"), .upstream = { true, now - HOUR, 0 } }, LIGHT_GREEN, SEALED_FINE, "Example Broadband applies the protected lists" },
		{ { .upstream = { true, now - HOUR, 0 } }, LIGHT_GREEN, SEALED_FINE, "The filter of the supplier applies" },
		{ { .upstream = { true, now - HOUR, 0 }, .upstream_lacks = STR("the police's list") }, LIGHT_AMBER, SEALED_FINE, "no test name was agreed for the police's list" },
		{ { .upstream = { true, now - 3 * HOUR, 0 } }, LIGHT_AMBER, SEALED_FINE, "gave no answer lately" },
		{ { .upstream = { true, now - 7 * HOUR, 0 } }, LIGHT_RED, SEALED_SILENT, "could not be asked any more" },
		{ { .upstream = { true, now - 2 * HOUR, now - HOUR } }, LIGHT_RED, SEALED_UPSTREAM, "Speak to them now" },
		{ { .upstream = { true, now - HOUR, now - 2 * HOUR } }, LIGHT_GREEN, SEALED_FINE, "refused its test names" },
		/* a feed of our own does not hide it */
		{ { .entries = 5, .feed_utc = now, .own = { true, now, 0 }, .inspection = true, .upstream = { true, 0, now } }, LIGHT_RED, SEALED_UPSTREAM, "through" },
	};
	each(cases, ARRAY_N(cases));
}

TEST(sealed_state, a_gap_begins_when_it_began_not_when_it_was_seen)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct sealed_facts f = { .entries = 5, .feed_utc = now - 3 * DAY, .inspection = true };
	CHECK_INT(sealed_state(&a, &f, now).since_utc, now - 2 * DAY);
	f = (struct sealed_facts){ .upstream = { true, now - 8 * HOUR, 0 } };
	CHECK_INT(sealed_state(&a, &f, now).since_utc, now - 8 * HOUR);
	for (int c = SEALED_FINE + 1; c < SEALED_CAUSES; c++) {
		enum sealed_cause back = SEALED_FINE;
		CHECK(sealed_cause_of(str_z(sealed_cause_word((enum sealed_cause)c)), &back) && (int)back == c);
		CHECK(strlen(sealed_cause_text((enum sealed_cause)c)) > 10);
	}
	enum sealed_cause none = SEALED_FINE;
	CHECK(!sealed_cause_of(STR(""), &none));
}
