/* calendar.h - when the school is in session, for clocks that run in school
 * time: a weekly timetable in UK time and the days it is closed.  Pure values. */
#pragma once
#include "base/time.h"

struct day_range { int64_t from_utc, to_utc; };     /* UK midnights; `to` is the first day after */

struct calendar {
	uint8_t weekdays;                 /* bit 0 = Monday */
	int open_minute, close_minute;    /* of the UK day */
	const struct day_range *closed;   /* sorted or not; owned by whoever made the calendar */
	size_t n_closed;
};

/* Monday to Friday, 8:30 to 16:00, no holidays. */
struct calendar calendar_plain(void);
bool calendar_is_school_day(const struct calendar *c, int64_t utc);
bool calendar_in_hours(const struct calendar *c, int64_t utc);
/* The end of this school day if it has not passed, else of the next one (searches 400 days). */
int64_t calendar_day_end(const struct calendar *c, int64_t utc);
/* The end of the n-th school day after the day of `utc`; n = 0 is calendar_day_end. */
int64_t calendar_days_on(const struct calendar *c, int64_t utc, int n);
/* `minutes` of school hours after `utc`: outside hours the clock starts when school opens. */
int64_t calendar_minutes_on(const struct calendar *c, int64_t utc, int minutes);
