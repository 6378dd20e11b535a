/* What the register of services may open and what it may not. */
#include "policy/compile/policy_world.h"

#define HOUSE \
	"[service service-1]\nhold = quiz.test\nreason = r\n[service service-1-ks2]\nopen = quiz.test\nscope = group ks2\nreason = r\n" \
	"[service service-2]\nhold = waiting.test sub.quiz.test\nreason = r\n" \
	"[service service-3]\nhold = old.test\nreason = r\n[service service-3-use]\nin-use = old.test\nreason = r\nuntil = 2026-12-24\n"

TEST(service_rules, held_for_everyone_but_those_who_were_assessed)
{
	struct world w;
	CHECK_OK(world_house(&w, "", HOUSE));
	ASK(&w, "quiz.test", "ks2", "allow service:service-1-ks2");
	ASK(&w, "www.quiz.test/a", "ks2", "allow service:service-1-ks2");
	ASK(&w, "quiz.test", "staff", "block service-held:service-1");
	ASK(&w, "sub.quiz.test", "ks2", "block service-held:service-2");
	ASK(&w, "waiting.test", "staff", "block service-held:service-2");
	ASK(&w, "old.test", "staff", "allow allowed");
	ASK(&w, "old.test", "ks1:session", "block walled");
	w.now_utc += 40 * 86400;
	ASK(&w, "old.test", "staff", "block service-held:service-3");
	world_done(&w);
}

TEST(service_rules, nothing_that_staff_open_opens_it_and_what_they_close_stays_closed)
{
	struct world w;
	CHECK_OK(world_house(&w, "[rule 1]\nallow = waiting.test\nreason = r\n[rule 2]\nscope = group staff\nallow = waiting.test\nreason = r\n"
	                         "[rule 3]\nblock = quiz.test\nscope = group ks2\nreason = r\n", HOUSE));
	world_live(&w, (struct live_record){ .kind = LIVE_ALLOW, .id = 5, .scope = SCOPE_CLASS, .class_id = 4, .host = STR("waiting.test") });
	world_live(&w, (struct live_record){ .kind = LIVE_SESSION, .class_id = 4, .person = 3, .walled = true, .hosts = { STR("waiting.test") }, .n_hosts = 1 });
	ASK(&w, "waiting.test", "ks2:class=4", "block service-held:service-2");
	ASK(&w, "waiting.test", "staff", "block service-held:service-2");
	ASK(&w, "quiz.test", "ks2", "block rule-blocked:3");
	world_done(&w);
}

TEST(service_rules, signatures_lift_what_may_be_lifted_and_nothing_else)
{
	static const char *const never[] = { "pornography", "racial-hatred", "extremism", "gaming", "illegal", "sealed", "gambling" };
	AUTO(arena_done) struct arena a = arena_init();
	AUTO(buf_done) struct buf house = buf_init(4000);
	struct world w;
	buf_z(&house, "[service held]\nhold = social-media.listed.test\nreason = r\n[service s]\nopen = social-media.listed.test");
	for (size_t i = 0; i < sizeof never / sizeof *never; i++)
		buf_fmt(&house, " %s.listed.test", never[i]);
	buf_z(&house, "\nscope = group ks2\nreason = r\n");
	CHECK_OK(world_house(&w, "", arena_str(&a, buf_str(&house)).p));
	ASK(&w, "social-media.listed.test", "ks2", "allow service:s");
	ASK(&w, "social-media.listed.test", "staff", "block service-held:held");
	for (size_t i = 0; i < sizeof never / sizeof *never; i++)
		CHECK(world_decide(&w, arena_fmt(&a, "http://%s.listed.test/", never[i]).p, "ks2").verdict == VERDICT_BLOCK);
	world_done(&w);
}

TEST(service_rules, a_wall_is_opened_for_its_own_group_only_and_never_a_walled_lesson)
{
	struct world w;
	CHECK_OK(world_house(&w, "", "[service s]\nhold = story.test\nreason = r\n[service s1]\nopen = story.test\nscope = group ks1\nreason = r\n"));
	ASK(&w, "story.test", "ks1:session", "allow service:s1");
	ASK(&w, "story.test", "ks1", "block session-needed");
	ASK(&w, "story.test", "ks2", "block service-held:s");
	world_live(&w, (struct live_record){ .kind = LIVE_SESSION, .class_id = 4, .person = 3, .walled = true, .hosts = { STR("other.test") }, .n_hosts = 1 });
	ASK(&w, "story.test", "ks1:class=4", "block session-walled");
	world_done(&w);
}

TEST(service_rules, no_file_opens_a_service)
{
	struct world w;
	CHECK_ERR(world_house(&w, "[service s]\nopen = waiting.test\nreason = r\n", HOUSE), ERR_INVALID);
	world_done(&w);
}

TEST(clause, c7_1_08_a_chosen_search_tool_waits_for_its_assessment)
{
	struct world w;
	CHECK_OK(world_house(&w, "", "[text service]\nsearch = assessed\n"));
	ASK(&w, "www.finder.test", "ks2", "block service-held:finder");
	ASK(&w, "www.finder.test", "staff", "allow allowed");
	world_done(&w);
	CHECK_OK(world_house(&w, "", "[text service]\nsearch = assessed\n[service s]\nhold = finder.test\nreason = r\n"
	                             "[service s2]\nopen = finder.test\nscope = group ks2\nreason = r\n"));
	CHECK(world_decide(&w, "http://www.finder.test/", "ks2").verdict == VERDICT_ALLOW);
	CHECK(world_decide(&w, "http://www.wild.test/", "ks2").reason == REASON_SEARCH_TOOL);
	world_done(&w);
}
