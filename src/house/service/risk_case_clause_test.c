/* Risk assessments inside a case: none closes without (11.2-16, 11.3-12, 11.8-05). */
#include "house/procedure/play.h"

static void waits_for_the_assessment(const char *procedure)
{
	struct play g;
	const int64_t children[] = { 7 };
	EACH_PROFILE(g, procedure) {
		g.facts.learners = children;
		g.facts.n_learners = 1;
		given(&g, "safeguarding", NULL);
		CHECK(mandatory(&g, "risk") && must_say(&g, "risk", "assessment"));
		CHECK(state(&g, "agency-check") == STATE_WAITING || state(&g, "agency-check") == STATE_LOCKED);
		given(&g, "risk", NULL);
		g.entries[g.facts.n - 1].about = 7;
		CHECK(!mandatory(&g, "risk") && state(&g, "agency-check") == STATE_OPEN);
	}
}

TEST(clause, c11_2_16_no_referral_step_and_no_end_without_the_risk_assessment) { waits_for_the_assessment("sexting"); }
TEST(clause, c11_3_12_no_end_without_the_risk_assessment) { waits_for_the_assessment("csae"); }

TEST(clause, c11_8_05_where_somebody_exploits_the_child_the_toolkits_result_is_needed)
{
	struct play g;
	EACH_PROFILE(g, "cybercrime") {
		given(&g, "safeguarding", NULL);
		given(&g, "part", "involved");
		given(&g, "exploited", "no");
		CHECK(!mandatory(&g, "cre-toolkit"));
		play_done(&g);
		play_open(&g, profiles[i_], "cybercrime");
		given(&g, "safeguarding", NULL);
		given(&g, "part", "involved");
		given(&g, "exploited", "yes");
		CHECK(mandatory(&g, "cre-toolkit") && must_say(&g, "cre-toolkit", "result"));
		given(&g, "cre-toolkit", NULL);
		CHECK(!mandatory(&g, "cre-toolkit"));
	}
}
