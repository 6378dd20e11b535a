#include "house/service/service.h"

#include "base/time.h"
#include "house/service/kit.h"
#include "house/service/gatekit.h"

TEST(service, wanted_assessed_signed_open_lapsed_closed)
{
	ON_EACH_ENGINE(fx) {
		struct service_kit k = service_kit(&fx);
		struct entry e;
		bool opened;
		int64_t id = kit_wanted(&k, "Quizzle", "curriculum", "https://www.quiz.test/start\nquiz.test"), draft;
		CHECK_OK(service_get(&k.st, &k.a, k.act.school, id, &e));
		CHECK_STR(entry_value(&e, "hosts"), "quiz.test\n");
		struct str policy = kit_policy(&k);
		CHECK(str_find(policy, STR("hold = quiz.test")) > 0 && str_find(policy, STR("open =")) < 0);
		CHECK_ERR(assess_sign(&k.st, &k.act, &e, SIDE_EDUCATOR, &k.d, &opened), ERR_ABSENT);
		CHECK_OK(kit_assess(&k, &e, "ks2", "1 December 2026", &draft));
		CHECK_OK(kit_sign(&k, id, k.teacher, SIDE_EDUCATOR, &opened));
		CHECK(!opened);
		CHECK_ERR(kit_sign(&k, id, k.teacher, SIDE_TECHNICIAN, &opened), ERR_EXISTS);
		CHECK_OK(kit_sign(&k, id, k.technician, SIDE_TECHNICIAN, &opened));
		CHECK(!opened && str_find(kit_policy(&k), STR("open =")) < 0);
		CHECK_OK(kit_sign(&k, id, k.head, SIDE_LEADER, &opened));
		CHECK(opened);
		policy = kit_policy(&k);
		CHECK(str_find(policy, STR("open = quiz.test\nscope = group ks2\n")) > 0 && str_find(policy, STR("until = 2026-12-16T00:00:00Z")) > 0);
		clock_fake(time_from_uk((struct civil){ .year = 2026, .month = 12, .day = 16, .hour = 9 }) * 1000);
		CHECK(str_find(kit_policy(&k), STR("open =")) < 0);
		size_t closed = 0;
		CHECK_OK(service_tick(&k.st, k.act.school, clock_utc(), &closed));
		CHECK_INT(closed, 1);
		CHECK_OK(service_tick(&k.st, k.act.school, clock_utc(), &closed));
		CHECK_INT(closed, 0);
		service_kit_done(&k);
	}
}

/* The policy of the register decides at the gate's own code: assessed for key stage 2, it opens there and nowhere else, and the
 * snapshot itself closes it when its time is over. */
TEST(service, what_was_signed_opens_in_the_gates_own_decision_for_that_group_only)
{
	ON_EACH_ENGINE(fx) {
		struct service_kit k = service_kit(&fx);
		struct gatekit *w;
		bool opened;
		int64_t id = kit_wanted(&k, "Quizzle", "curriculum", "quiz.test");
		CHECK_OK(kit_signed(&k, id, "ks2", "1 December 2026", &opened));
		w = gatekit_new("[rule 1]\nallow = quiz.test\nreason = r\n", kit_policy(&k).p);
		CHECK_STR(str_z(gatekit_ask(w, "quiz.test", "ks2")), "allow rule-allowed:1");
		CHECK_STR(str_z(gatekit_ask(w, "quiz.test", "staff")), "block service-held:service-1");
		CHECK_STR(str_z(gatekit_ask(w, "quiz.test", "ks1:session")), "block service-held:service-1");
		gatekit_at(w, time_from_uk((struct civil){ .year = 2026, .month = 12, .day = 16 }));
		CHECK_STR(str_z(gatekit_ask(w, "quiz.test", "ks2")), "block service-held:service-1");
		gatekit_free(&w);
		service_kit_done(&k);
	}
}

TEST(service, a_change_after_the_signatures_opens_nothing_and_is_shown)
{
	ON_EACH_ENGINE(fx) {
		struct service_kit k = service_kit(&fx);
		struct entry e;
		struct service_now now;
		bool opened;
		int64_t id = kit_wanted(&k, "Quizzle", "curriculum", "quiz.test");
		CHECK_OK(kit_signed(&k, id, "ks2", "1 June 2027", &opened));
		CHECK_OK(service_get(&k.st, &k.a, k.act.school, id, &e));
		struct entry_field f[] = { { STR("hosts"), STR("quiz.test chat.quiz-more.test") }, { STR("name"), STR("Quizzle") } };
		CHECK_OK(service_change(&k.st, &k.act, &e, &(struct service_in){ f, 2, false }, &k.d));
		CHECK_OK(service_get(&k.st, &k.a, k.act.school, id, &e));
		CHECK_OK(service_now(&k.st, &k.a, k.act.school, &e, clock_utc(), &now));
		CHECK(now.changed);
		struct str policy = kit_policy(&k);
		CHECK(str_find(policy, STR("hold = quiz.test chat.quiz-more.test")) > 0 && str_find(policy, STR("open = quiz.test\n")) > 0);
		/* a technician frees no name; leadership may */
		f[0].value = STR("quiz.test");
		CHECK_ERR(service_change(&k.st, &k.act, &e, &(struct service_in){ f, 2, false }, &k.d), ERR_INVALID);
		CHECK(service_move(&k.st, &k.act, &e, "mistake", false, &k.d) != OK);
		CHECK_ERR(service_move(&k.st, &k.act, &e, "assessed", true, &k.d), ERR_FORBIDDEN);
		CHECK_OK(service_change(&k.st, &k.act, &e, &(struct service_in){ f, 2, true }, &k.d));
		service_kit_done(&k);
	}
}

TEST(service, a_draft_that_changes_loses_its_signatures_and_a_high_risk_is_not_signed)
{
	ON_EACH_ENGINE(fx) {
		struct service_kit k = service_kit(&fx);
		struct entry e, draft;
		bool opened;
		int64_t id = kit_wanted(&k, "Quizzle", "ai", "quiz.test"), d;
		CHECK_OK(service_get(&k.st, &k.a, k.act.school, id, &e));
		CHECK_OK(kit_assess(&k, &e, "ks2", "1 June 2027", &d));
		CHECK_OK(kit_sign(&k, id, k.teacher, SIDE_EDUCATOR, &opened));
		CHECK_OK(kit_assess(&k, &e, "ks2 staff", "1 June 2027", &d));
		CHECK_OK(assess_draft(&k.st, &k.a, k.act.school, id, &draft));
		CHECK(!entry_value(&draft, "educator").n);
		struct entry_field high[] = { { STR("likelihood"), STR("3") }, { STR("impact"), STR("3") } };
		CHECK_OK(assess_save(&k.st, &k.act, &e, high, 2, &k.d, &d));
		CHECK_ERR(kit_sign(&k, id, k.teacher, SIDE_EDUCATOR, &opened), ERR_STATE);
		struct entry_field far[] = { { STR("review"), STR("1 June 2029") } };
		CHECK(assess_save(&k.st, &k.act, &e, far, 1, &k.d, &d) != OK);
		service_kit_done(&k);
	}
}

TEST(service, one_name_belongs_to_one_service_and_nonsense_is_said)
{
	ON_EACH_ENGINE(fx) {
		struct service_kit k = service_kit(&fx);
		int64_t id = kit_wanted(&k, "Quizzle", "curriculum", "quiz.test");
		CHECK(id > 0);
		static const char *const bad[] = { "quiz.test", "co.uk", "10.0.0.1", "not a site" };
		for (size_t i = 0; i < ARRAY_N(bad); i++) {
			struct entry_field f[] = { { STR("name"), STR("X") }, { STR("kind"), STR("other") }, { STR("purpose"), STR("p") }, { STR("hosts"), str_z(bad[i]) } };
			CHECK_ERR(service_add(&k.st, &k.act, "wanted", &(struct service_in){ f, 4, false }, &k.d, &id), ERR_INVALID);
		}
		service_kit_done(&k);
	}
}

TEST(service, a_spreadsheet_comes_in_as_in_use_all_or_nothing)
{
	ON_EACH_ENGINE(fx) {
		struct service_kit k = service_kit(&fx);
		struct service_import got;
		struct str csv = STR("Name,Website,Kind,What for\nReadalong,readalong.test,curriculum,reading\n\"Sum, Sum\",sums.test,,\n");
		CHECK_OK(service_csv(&k.st, &k.act, csv, STR("1 March 2027"), true, &k.d, &got));
		CHECK_INT(got.added, 2);
		CHECK(str_find(kit_policy(&k), STR("readalong")) < 0);
		CHECK_OK(service_csv(&k.st, &k.act, csv, STR("1 March 2027"), false, &k.d, &got));
		CHECK(str_find(kit_policy(&k), STR("in-use = readalong.test\n")) > 0 && str_find(kit_policy(&k), STR("until = 2027-03-16T00:00:00Z")) > 0);
		CHECK_OK(service_csv(&k.st, &k.act, csv, STR("1 March 2027"), false, &k.d, &got));
		CHECK(got.known == 2 && !got.added);
		CHECK_ERR(service_csv(&k.st, &k.act, STR("Name,Website\nOne,one.test\nTwo,nonsense nonsense\n"), STR("1 March 2027"), false, &k.d, &got), ERR_INVALID);
		CHECK(str_find(kit_policy(&k), STR("one.test")) < 0);
		CHECK(service_csv(&k.st, &k.act, STR("Colour\nred\n"), STR("1 March 2027"), false, &k.d, &got) != OK);
		service_kit_done(&k);
	}
}

TEST(service, the_register_begins_with_what_the_filter_lets_through)
{
	ON_EACH_ENGINE(fx) {
		struct service_kit k = service_kit(&fx);
		struct gatekit *w;
		size_t n;
		w = gatekit_new("[rule puzzles]\nabove = gaming\nallow = lesson.games.test\nreason = r\n", "");
				CHECK_OK(service_begin(&k.st, k.act.school, gatekit_current(w), clock_utc(), &n));
		CHECK_INT(n, 3);
		CHECK_OK(service_begin(&k.st, k.act.school, gatekit_current(w), clock_utc(), &n));
		CHECK_INT(n, 0);
		gatekit_free(&w);
		struct str policy = kit_policy(&k);
		CHECK(str_find(policy, STR("in-use = lesson.games.test\n")) > 0 && str_find(policy, STR("search = assessed")) > 0);
		w = gatekit_new("[rule puzzles]\nabove = gaming\nallow = lesson.games.test\nreason = r\n", policy.p);
		CHECK_STR(str_z(gatekit_ask(w, "lesson.games.test", "ks2")), "allow teaching:puzzles");
		CHECK(strncmp(gatekit_ask(w, "www.finder.test", "ks2"), "allow ", 6) == 0);
		gatekit_free(&w);
		service_kit_done(&k);
	}
}
