#include "base/clock.h"
#include "house/keeper/duties.h"
#include "house/keeper/home.h"
#include "house/task/task.h"

static size_t told(struct home *h, enum role r)
{
	struct task *v;
	size_t n, k = 0;
	int64_t total;
	CHECK_OK(task_list(&h->k->store, &h->a, 1, &(struct task_query){ .which = TASK_OPEN, .roles = ROLE_BIT(r), .kind = "logging", .limit = 50 }, &v, &n, &total));
	for (size_t i = 0; i < n; i++)
		k += str_find(v[i].title, STR("Logging has stopped")) >= 0;
	return k;
}

TEST(clause, c4_1_07_when_logging_stops_the_lead_and_technical_staff_hear_within_the_minutes)
{
	for (int turn = 0; turn < 2; turn++) {
		clock_fake(time_from_uk((struct civil){ .year = 2026, .month = 11, .day = 23, .hour = 10 }) * 1000);
		AUTO(home_end) struct home h = home_of_profile(turn ? "primary" : "junior");
		int64_t minutes = profile_number(&h.k->library->profile, "monitoring.silence_minutes", 0);
		CHECK(minutes > 0 && minutes <= 60);
		h.k->ingested_ms = clock_ms();                          /* the spool was read just now; from here on it is not */
		clock_step((minutes - 1) * 60000);
		keeper_duties(h.k);
		CHECK(told(&h, ROLE_DSL) == 0 && told(&h, ROLE_TECHNICIAN) == 0);
		clock_step(60000);
		keeper_duties(h.k);
		CHECK(told(&h, ROLE_DSL) == 1 && told(&h, ROLE_TECHNICIAN) == 1);
		clock_step(600000);
		keeper_duties(h.k);                                     /* once for each stop */
		CHECK(told(&h, ROLE_DSL) == 1 && told(&h, ROLE_TECHNICIAN) == 1);
		h.k->ingested_ms = clock_ms();                          /* it is read again, and stops again */
		clock_step(minutes * 60000);
		keeper_duties(h.k);
		CHECK(told(&h, ROLE_DSL) == 2 && told(&h, ROLE_TECHNICIAN) == 2);
	}
	clock_fake(0);
}
