#include "base/test.h"
#include "house/account/rules.h"
#include "house/procedure/library.h"
#include "io/settings.h"

static enum err load(const char *text, const struct profile *profile, struct diag *d, struct account_rules *out)
{
	AUTO(settings_done) struct settings s = { 0 };
	TRY(settings_parse("/nowhere", STR("gatehouse.conf"), str_z(text), d, &s));
	return account_rules_load(&s, profile, d, out);
}

TEST(rules, come_from_the_profile_and_the_settings)
{
	static const struct { const char *profile; int rotation; } schools[] = { { "junior", ROTATION_NONE }, { "primary", ROTATION_TERMLY } };
	for (size_t i = 0; i < ARRAY_N(schools); i++) {
		AUTO(diag_done) struct diag d = diag_init(5);
		AUTO(library_free) struct library *l = NULL;
		struct account_rules r;
		CHECK_OK(library_load(test_source("data"), schools[i].profile, &d, &l));
		CHECK_OK(load("[portal]\nidle_lock = 5\nsecond_factor = no\nask_again = 3\n", &l->profile, &d, &r));
		CHECK_INT(r.rotation, schools[i].rotation);
		CHECK(r.idle_lock_s == 300 && !r.second_factor && r.fresh_s == 180 && r.session_s == 12 * 3600 && r.guesses == 10 && r.guess_window_s == 300);
	}
}

TEST(rules, no_school_can_leave_the_limits)
{
	static const char *const bad[] = { "idle_lock = 0", "idle_lock = 600", "session = 100000", "ask_again = 0", "guesses = 1000", "second_factor = maybe" };
	for (size_t i = 0; i < ARRAY_N(bad); i++) {
		AUTO(diag_done) struct diag d = diag_init(5);
		AUTO(arena_done) struct arena a = arena_init();
		struct account_rules r;
		CHECK(load(arena_fmt(&a, "[portal]\n%s\n", bad[i]).p, NULL, &d, &r) != OK);
		CHECK_INT(d.n, 1);
	}
}
