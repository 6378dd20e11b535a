/* Somebody stands in while a deputy is away: whoever was named for those days hears what the deputy would have heard. */
#include "house/record/town.h"

static int64_t uk(int day, int hour, int minute) { return time_from_uk((struct civil){ .year = 2026, .month = 9, .day = day, .hour = hour, .minute = minute }); }

static void tick_at(struct town *t, int64_t when)
{
	size_t n;
	clock_fake(when * 1000);
	CHECK_OK(record_tick(&t->k, t->fx->school, &n));
}

/* The deputy's own appointment ends; for some days somebody covers it. */
static void deputy_away(struct town *t, enum who stands_in, int64_t from, int64_t until)
{
	struct appointment_in in = { .person = t->person[stands_in], .role = ROLE_DEPUTY, .from_utc = from, .until_utc = until, .cover_of = t->person[DEPUTY],
		.trained_utc = clock_utc() - 86400 };
	CHECK_OK(appointment_put(t->fx->db, &t->act, &in));
}

static struct entry_may may_now(struct town *t, enum who w)
{
	role_set roles = 0;
	CHECK_OK(role_held(t->fx->db, t->fx->school, t->person[w], clock_utc(), &roles));
	return record_may(t->fx->school, t->person[w], roles);
}

static bool reads(struct town *t, enum who w, int64_t id)
{
	struct entry_may m = may_now(t, w);
	struct case_view v;
	enum err e = record_view(&t->k, &t->a, &m, id, &v);
	CHECK(e == OK || e == ERR_ABSENT);
	return e == OK && !v.limited;
}

TEST(cover, whoever_stands_in_is_told_when_it_goes_up_and_reads_it_in_that_time_alone)
{
	ON_EACH_ENGINE(fx) {
		struct town t;
		open_town(&t, &fx, "primary");
		deputy_away(&t, TECH, uk(14, 0, 0), uk(16, 0, 0));
		struct report r = worry(&t);
		r.danger = true;
		int64_t id = send(&t, &r).id;
		CHECK_INT(waiting(&t, TECH, "escalated"), 0);
		CHECK(reads(&t, TECH, id));
		tick_at(&t, uk(14, 9, 16));
		CHECK_INT(waiting(&t, TECH, "escalated"), 1);
		CHECK_INT(waiting(&t, DEPUTY, "escalated"), 1);       /* still a deputy: the mail waits for them */
		clock_fake(uk(16, 9, 0) * 1000);
		CHECK(!reads(&t, TECH, id));                          /* it ends by itself */
		close_town(&t);
	}
}

TEST(cover, before_and_after_those_days_nobody_else_is_told)
{
	ON_EACH_ENGINE(fx) {
		struct town t;
		open_town(&t, &fx, "junior");
		deputy_away(&t, TECH, uk(21, 0, 0), uk(23, 0, 0));
		struct report r = worry(&t);
		r.danger = true;
		send(&t, &r);
		tick_at(&t, uk(14, 9, 16));
		CHECK_INT(waiting(&t, TECH, NULL), 0);
		clock_fake(uk(23, 9, 0) * 1000);
		r.subject = t.person[OTHER_LEARNER];
		send(&t, &r);
		tick_at(&t, uk(23, 9, 16));
		CHECK_INT(waiting(&t, TECH, NULL), 0);
		close_town(&t);
	}
}

TEST(cover, whom_a_child_keeps_out_stays_out_while_standing_in)
{
	ON_EACH_ENGINE(fx) {
		struct town t;
		open_town(&t, &fx, "primary");
		deputy_away(&t, TEACHER, uk(14, 0, 0), uk(16, 0, 0));
		struct report r = worry(&t);
		r.danger = true;
		r.barred[r.n_barred++] = t.person[TEACHER];
		int64_t id = send(&t, &r).id;
		tick_at(&t, uk(14, 9, 16));
		CHECK_INT(waiting(&t, TEACHER, NULL), 0);
		CHECK_INT(waiting(&t, DEPUTY, "escalated"), 1);
		CHECK(!reads(&t, TEACHER, id));
		close_town(&t);
	}
}
