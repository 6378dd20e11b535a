#include "base/clock.h"

#include <time.h>

static int64_t fake_ms;

static int64_t read_ms(clockid_t id)
{
	struct timespec t;
	(void)clock_gettime(id, &t);             /* these two clocks always exist */
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

int64_t clock_ms(void)
{
	return fake_ms ? fake_ms : read_ms(CLOCK_REALTIME);
}

int64_t clock_utc(void)
{
	return clock_ms() / 1000;
}

int64_t clock_mono_ms(void)
{
	return fake_ms ? fake_ms : read_ms(CLOCK_MONOTONIC);
}

void clock_fake(int64_t ms)
{
	fake_ms = ms;
}

void clock_step(int64_t ms)
{
	fake_ms += ms;
}
