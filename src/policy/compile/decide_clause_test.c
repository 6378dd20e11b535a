/* What the filtering clauses ask for, at the level of the decision: the gate's
 * own tests show the page and the log row. */
#include "policy/compile/policy_world.h"

static const char *const everyone[] = { "ks1:session", "ks2", "staff", "guests" };

static void closed_for_everyone(const char *category)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct world w;
	world_init(&w, "");
	for (size_t i = 0; i < ARRAY_N(everyone); i++) {
		struct explained x;
		struct str url = arena_fmt(&a, "http://www.%s.listed.test/page", category);
		CHECK_OK(explain(&a, w.p, url, str_z(everyone[i]), w.now_utc, &x));
		CHECK(x.d.verdict == VERDICT_BLOCK);
		CHECK_STR(x.category, category);
		CHECK_STR(x.list_version, "2026-11-20");
	}
	world_done(&w);
}

TEST(clause, c7_3_2_02_pornography_is_blocked) { closed_for_everyone("pornography"); }
TEST(clause, c7_3_2_03_racial_hatred_is_blocked) { closed_for_everyone("racial-hatred"); }

TEST(clause, c7_3_2_05_gaming_is_blocked_and_a_teaching_game_loads)
{
	closed_for_everyone("gaming");
	struct world w;
	world_init(&w, "[rule 1]\nabove = gaming\nallow = lesson.games.test\nreason = Evaluated for lessons.\n");
	ASK(&w, "lesson.games.test", "ks2", "allow teaching:1");
	world_done(&w);
}

TEST(clause, c7_3_2_06_illegal_is_blocked_for_every_role_and_cannot_be_unblocked)
{
	closed_for_everyone("illegal");
	struct world w;
	world_init(&w, "[rule 1]\nallow = illegal.listed.test\nreason = r\n[rule 2]\nscope = group staff\nallow = illegal.listed.test\nreason = r\n");
	world_live(&w, (struct live_record){ .kind = LIVE_ALLOW, .id = 5, .scope = SCOPE_EVERYONE, .host = STR("illegal.listed.test") });
	for (size_t i = 0; i < ARRAY_N(everyone); i++)
		ASK(&w, "illegal.listed.test", everyone[i], "block illegal:illegal");
	world_done(&w);
	CHECK_ERR(world_try(&w, "[group staff]\nopen = illegal\n"), ERR_INVALID);
	world_done(&w);
}

TEST(clause, c7_3_2_08_the_sealed_list_is_blocked_for_all_and_not_told)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct explained x;
	struct world w;
	world_init(&w, "[rule 1]\nallow = sealed.listed.test\nreason = r\n");
	world_live(&w, (struct live_record){ .kind = LIVE_ALLOW, .id = 5, .scope = SCOPE_EVERYONE, .host = STR("sealed.listed.test") });
	for (size_t i = 0; i < ARRAY_N(everyone); i++) {
		CHECK_OK(explain(&a, w.p, STR("http://sealed.listed.test/a"), str_z(everyone[i]), w.now_utc, &x));
		CHECK(x.d.verdict == VERDICT_BLOCK && x.d.sealed && !x.list.n && !x.matched.n);
	}
	world_done(&w);
}

TEST(clause, c11_4_04_listed_address_is_blocked_for_every_role)
{
	struct world w;
	world_init(&w, "");
	ASK(&w, "sealed.listed.test", "staff", "block sealed");
	for (size_t i = 0; i < ARRAY_N(everyone); i++)
		CHECK(world_decide(&w, "http://open.test/sealed/page?x=1", everyone[i]).verdict == VERDICT_BLOCK);
	world_done(&w);
}

TEST(clause, c7_3_1_02_one_address_two_profiles_two_verdicts)
{
	struct world w;
	world_init(&w, "[group ks2]\nblock = video-sharing\n[group staff]\nopen = video-sharing\n");
	ASK(&w, "video-sharing.listed.test", "ks2", "block category:video-sharing");
	ASK(&w, "video-sharing.listed.test", "staff", "allow allowed");
	world_done(&w);
}

TEST(clause, c7_1_15_key_stage_1_without_a_session_is_refused_all_addresses)
{
	struct world w;
	world_init(&w, "");
	static const char *const urls[] = { "www.example.test", "listed-for-ks1.test", "lesson.test/week3", "192.0.2.1" };
	for (size_t i = 0; i < ARRAY_N(urls); i++)
		ASK(&w, urls[i], "ks1:class=4", "block session-needed");
	world_done(&w);
}

TEST(clause, c7_1_16_in_a_session_only_the_listed_addresses_load)
{
	struct world w;
	world_init(&w, "");
	world_live(&w, (struct live_record){ .kind = LIVE_SESSION, .class_id = 4, .person = 3, .walled = true,
		.hosts = { STR("stories.test"), STR("animals.test/farm") }, .n_hosts = 2 });
	ASK(&w, "www.stories.test/one", "ks1:class=4", "allow session-listed");
	ASK(&w, "animals.test/farm/cow", "ks1:class=4", "allow session-listed");
	ASK(&w, "animals.test/zoo", "ks1:class=4", "block session-walled");
	ASK(&w, "listed-for-ks1.test", "ks1:class=4", "block session-walled");
	ASK(&w, "stories.test", "ks1:class=5", "block session-needed");
	CHECK_OK(live_apply(w.live, &(struct live_record){ .kind = LIVE_SESSION_END, .class_id = 4 }, w.now_utc));
	ASK(&w, "stories.test", "ks1:class=4", "block session-needed");
	world_done(&w);
}

TEST(clause, c7_1_07_an_engine_that_was_not_chosen_leads_to_the_chosen_one)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct explained x;
	struct world w;
	world_init(&w, "");
	CHECK_OK(explain(&a, w.p, STR("http://www.wild.test/search?q=cats"), STR("ks2"), w.now_utc, &x));
	CHECK(x.d.verdict == VERDICT_BLOCK && x.d.reason == REASON_SEARCH_TOOL);
	CHECK_STR(x.d.redirect, "https://www.finder.test/");
	world_done(&w);
}

TEST(clause, c7_1_09_only_the_tools_in_the_groups_list_are_reachable)
{
	struct world w;
	world_init(&w, "[safe-search third]\nhost = third.test\n[group ks2]\nsearch = finder third\n");
	ASK(&w, "www.finder.test", "ks2", "allow allowed");
	ASK(&w, "third.test", "ks2", "allow allowed");
	ASK(&w, "www.wild.test", "ks2", "block search-tool:wild");
	world_done(&w);
}

TEST(clause, c7_1_10_learners_reach_the_engine_with_its_safe_mode)
{
	AUTO(arena_done) struct arena a = arena_init();
	struct explained x;
	struct world w;
	world_init(&w, "");
	CHECK_OK(explain(&a, w.p, STR("https://www.finder.test/search?q=x&safe=off"), STR("ks2"), w.now_utc, &x));
	CHECK(x.d.verdict == VERDICT_ALLOW);
	CHECK_STR(x.d.safe_host, "safe.finder.test");
	world_done(&w);
}

TEST(clause, c7_1_11_staff_search_passes_as_it_is)
{
	struct world w;
	world_init(&w, "");
	CHECK(!world_decide(&w, "www.finder.test", "staff").safe_host.n);
	CHECK(world_decide(&w, "www.finder.test", "ks2").safe_host.n);
	world_done(&w);
}

TEST(clause, c7_1_17_key_stage_2_reaches_chosen_tools_and_is_led_away_from_others)
{
	struct world w;
	world_init(&w, "");
	ASK(&w, "finder.test", "ks2", "allow allowed");
	CHECK(world_decide(&w, "www.wild.test", "ks2").redirect.n);
	world_done(&w);
}

TEST(clause, c8_1_03_learners_meet_no_social_media)
{
	struct world w;
	world_init(&w, "");
	ASK(&w, "www.social-media.listed.test", "ks2", "block category:social-media");
	world_done(&w);
}

TEST(clause, c8_1_04_staff_social_media_is_blocked_timed_or_allowed)
{
	struct world w;
	world_init(&w, "[group staff]\nblock = social-media\n");
	ASK(&w, "social-media.listed.test", "staff", "block category:social-media");
	world_done(&w);
	world_init(&w, "[group staff]\nopen = social-media\n");
	ASK(&w, "social-media.listed.test", "staff", "allow allowed");
	world_done(&w);
	world_init(&w, "[group staff]\ntimed = social-media mon-fri 12:30-13:30\n");
	ASK(&w, "social-media.listed.test", "staff", "block timed:social-media");
	CHECK_INT(world_decide(&w, "social-media.listed.test", "staff").until_utc, WORLD_NOON + 1800);
	w.now_utc += 1800;
	ASK(&w, "social-media.listed.test", "staff", "allow allowed");
	w.now_utc += 3600;
	ASK(&w, "social-media.listed.test", "staff", "block timed:social-media");
	world_done(&w);
}

TEST(clause, c5_2_04_a_learners_own_plan_holds_and_ends_on_its_review_day)
{
	struct world w;
	world_init(&w, "[group plan-7]\nlike = ks2\nopen = video-sharing\nblock = chat\nreason = Agreed with the family and the SENCO.\nuntil = 2026-12-18\n");
	ASK(&w, "video-sharing.listed.test", "ks2", "block category:video-sharing");
	ASK(&w, "video-sharing.listed.test", "plan-7", "allow allowed");
	ASK(&w, "gaming.listed.test", "plan-7", "block category:gaming");
	CHECK_OK(time_read_iso(STR("2026-12-18T00:00"), &w.now_utc));
	ASK(&w, "video-sharing.listed.test", "plan-7", "block category:video-sharing");
	world_done(&w);
	CHECK_ERR(world_try(&w, "[group plan-8]\nlike = ks2\nopen = video-sharing\n"), ERR_INVALID);     /* no reason, no day */
	CHECK_INT(w.diag.errors, 2);
	world_done(&w);
}
