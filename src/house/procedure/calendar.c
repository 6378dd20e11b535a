#include "house/procedure/calendar.h"

enum { DAY = 86400, HORIZON_DAYS = 400, GAP_DAYS = 63 };

struct calendar calendar_plain(void)
{
	return (struct calendar){ .weekdays = 0x1f, .open_minute = 8 * 60 + 30, .close_minute = 16 * 60 };
}

const struct school_term *calendar_term_of(const struct calendar *c, int64_t utc)
{
	for (size_t i = 0; i < c->n_terms; i++)
		if (utc >= c->terms[i].from_utc && utc < c->terms[i].to_utc)
			return &c->terms[i];
	return NULL;
}

/* A day outside every entered term: whether what is entered says that it is a holiday. */
static bool between_terms(const struct calendar *c, int64_t utc)
{
	const struct school_term *before = NULL, *after = NULL;
	for (size_t i = 0; i < c->n_terms; i++)
		if (c->terms[i].to_utc <= utc)
			before = &c->terms[i];
		else if (!after)
			after = &c->terms[i];
	if (!before)
		return false;
	if (after && after->from_utc - before->to_utc <= (int64_t)GAP_DAYS * DAY)
		return true;
	struct civil end = time_uk(before->to_utc - DAY / 2);
	return end.month == 7 && utc < calendar_day(end.year, 9, 1);
}

static bool in_ranges(const struct day_range *r, size_t n, int64_t utc)
{
	for (size_t i = 0; i < n; i++)
		if (utc >= r[i].from_utc && utc < r[i].to_utc)
			return true;
	return false;
}

bool calendar_is_school_day(const struct calendar *c, int64_t utc)
{
	if (!(c->weekdays & 1u << time_uk(utc).weekday) || in_ranges(c->closed, c->n_closed, utc))
		return false;
	return calendar_term_of(c, utc) || !between_terms(c, utc);
}

bool calendar_is_inset(const struct calendar *c, int64_t utc) { return in_ranges(c->inset, c->n_inset, utc); }

static int minute_of_day(int64_t utc)
{
	struct civil t = time_uk(utc);
	return t.hour * 60 + t.minute;
}

bool calendar_in_hours(const struct calendar *c, int64_t utc)
{
	int m = minute_of_day(utc);
	return calendar_is_school_day(c, utc) && m >= c->open_minute && m < c->close_minute;
}

/* A wall-clock minute of the UK day that holds `utc`. */
static int64_t at_minute(int64_t utc, int minute)
{
	struct civil t = time_uk(utc);
	t.hour = minute / 60;
	t.minute = minute % 60;
	t.second = 0;
	return time_from_uk(t);
}

/* Noon of the next UK day: safe from both changes of the clocks. */
static int64_t next_noon(int64_t utc)
{
	return at_minute(at_minute(utc, 12 * 60) + DAY, 12 * 60);
}

static int64_t next_school_noon(const struct calendar *c, int64_t utc)
{
	int64_t day = next_noon(utc);
	for (int i = 0; i < HORIZON_DAYS && !calendar_is_school_day(c, day); i++)
		day = next_noon(day);
	return day;
}

int64_t calendar_day_end(const struct calendar *c, int64_t utc)
{
	if (calendar_is_school_day(c, utc) && minute_of_day(utc) < c->close_minute)
		return at_minute(utc, c->close_minute);
	return at_minute(next_school_noon(c, utc), c->close_minute);
}

int64_t calendar_days_on(const struct calendar *c, int64_t utc, int n)
{
	if (n <= 0)
		return calendar_day_end(c, utc);
	int64_t day = utc;
	for (int i = 0; i < n; i++)
		day = next_school_noon(c, day);
	return at_minute(day, c->close_minute);
}

int64_t calendar_next_moment(const struct calendar *c, int64_t utc)
{
	if (calendar_in_hours(c, utc))
		return utc;
	if (calendar_is_school_day(c, utc) && minute_of_day(utc) < c->open_minute)
		return at_minute(utc, c->open_minute);
	return at_minute(next_school_noon(c, utc), c->open_minute);
}

int64_t calendar_minutes_on(const struct calendar *c, int64_t utc, int minutes)
{
	int64_t at = utc, left = (int64_t)minutes * 60;
	for (int i = 0; i < HORIZON_DAYS; i++) {
		if (!calendar_is_school_day(c, at) || minute_of_day(at) >= c->close_minute) {
			at = at_minute(next_school_noon(c, at), c->open_minute);
			continue;
		}
		if (minute_of_day(at) < c->open_minute)
			at = at_minute(at, c->open_minute);
		int64_t end = at_minute(at, c->close_minute);
		if (at + left <= end)
			return at + left;
		left -= end - at;
		at = end;
	}
	return at;
}
