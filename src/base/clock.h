/* clock.h - the time, replaceable in tests.  All times are UTC: seconds since
 * 1970 (`_utc`) or milliseconds (`_ms`).  Nothing else in the program asks the
 * system for the time. */
#pragma once
#include <stdint.h>

int64_t clock_utc(void);                 /* seconds */
int64_t clock_ms(void);                  /* milliseconds since 1970 */
int64_t clock_mono_ms(void);             /* for intervals; never set back */
/* Tests: from now on the clock stands at this time; 0 gives the real one back. */
void clock_fake(int64_t ms);
void clock_step(int64_t ms);             /* moves a fake clock on */
