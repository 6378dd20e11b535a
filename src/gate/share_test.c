#include "base/test.h"
#include "gate/share.h"

struct place { unsigned char from; bool resting; int64_t quiet_ms; };

static struct addr at(unsigned char last)
{
	return (struct addr){ { [10] = 0xff, [11] = 0xff, [12] = 10, [15] = last } };
}

/* Index of who makes room for somebody from `newcomer`, or -1. */
static int victim(unsigned char newcomer, const struct place *v, size_t n)
{
	struct share s;
	share_begin(&s, at(newcomer));
	for (size_t i = 0; i < n; i++)
		share_count(&s, at(v[i].from));
	for (size_t i = 0; i < n; i++)
		share_offer(&s, at(v[i].from), v[i].resting, v[i].quiet_ms, (void *)(uintptr_t)&v[i]);
	const struct place *p = share_victim(&s);
	return p ? (int)(p - v) : -1;
}

TEST(share, the_quietest_that_rests_of_whoever_holds_most_makes_room)
{
	const struct place v[] = { { 1, true, 90000 }, { 2, false, 100 }, { 2, true, 200 }, { 2, true, 300 }, { 2, true, 100 } };
	CHECK_INT(victim(1, v, ARRAY_N(v)), 3);
	CHECK_INT(victim(2, v, ARRAY_N(v)), 3);        /* also for one more of the same address: nobody there is turned away */
}

TEST(share, what_works_goes_only_from_far_too_many_or_when_quiet_for_long)
{
	struct place v[40];
	for (size_t i = 0; i < 40; i++)
		v[i] = (struct place){ 2, false, 1000 + (int64_t)i };
	CHECK_INT(victim(1, v, 40), 39);               /* another address has none yet */
	CHECK_INT(victim(2, v, 40), -1);               /* the school itself is as busy as can be */
	v[7].quiet_ms = SHARE_QUIET_MS;
	CHECK_INT(victim(2, v, 40), 7);
	for (size_t i = 0; i < 20; i++)
		v[i] = (struct place){ 1, false, 1000 };
	CHECK_INT(victim(1, v, 40), -1);               /* two that hold alike do not chase each other */
}

TEST(share, one_that_rests_goes_before_one_that_works)
{
	const struct place v[] = { { 1, false, 900000 }, { 1, true, 1 }, { 3, false, 5 } };
	CHECK_INT(victim(9, v, ARRAY_N(v)), 1);
	CHECK_INT(victim(9, v, 0), -1);
}
