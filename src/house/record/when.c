#include "house/record/when.h"

#include "base/mem.h"

static bool number(struct str s, int max, int *out)
{
	uint64_t v;
	if (!s.n || s.n > 2 || str_u64(s, &v) != OK || v > (uint64_t)max)
		return false;
	*out = (int)v;
	return true;
}

/* "10:30", "10.30", "9am", "3.15pm": minutes of the day, or -1. */
static int minutes_of(struct str s)
{
	int hour, minute = 0;
	bool am = s.n > 2 && str_ieq(str_from(s, s.n - 2), STR("am")), pm = s.n > 2 && str_ieq(str_from(s, s.n - 2), STR("pm"));
	if (am || pm)
		s = str_trim(str_upto(s, s.n - 2));
	ptrdiff_t at = str_chr(s, ':') >= 0 ? str_chr(s, ':') : str_chr(s, '.');
	struct str left = at < 0 ? s : str_upto(s, (size_t)at), right = at < 0 ? STR_NONE : str_from(s, (size_t)at + 1);
	if ((at < 0 && !am && !pm) || !number(left, 23, &hour) || (at >= 0 && (right.n != 2 || !number(right, 59, &minute))))
		return -1;
	if ((am || pm) && (hour < 1 || hour > 12))
		return -1;
	if (am || pm)
		hour = hour % 12 + (pm ? 12 : 0);
	return hour * 60 + minute;
}

static enum err day_of(struct str s, int64_t now, int64_t *out)
{
	s = str_trim(s);
	if (s.n > 2 && str_ieq(str_from(s, s.n - 2), STR("at")) && s.p[s.n - 3] == ' ')
		s = str_trim(str_upto(s, s.n - 2));
	else if (str_ieq(s, STR("at")))
		s = STR_NONE;
	if (s.n && s.p[s.n - 1] == ',')
		s = str_trim(str_upto(s, s.n - 1));
	if (!s.n || str_ieq(s, STR("today"))) {
		*out = time_uk_midnight(now);
		return OK;
	}
	if (str_ieq(s, STR("yesterday"))) {
		*out = time_uk_midnight(time_uk_midnight(now) - 3600);
		return OK;
	}
	return time_read_date(s, out);
}

/* Where the time of day begins: the last word, or the last two when the last is am or pm alone. */
static size_t time_at(struct str s)
{
	ptrdiff_t last = str_rchr(s, ' ');
	size_t at = last < 0 ? 0 : (size_t)last + 1;
	struct str word = str_from(s, at);
	if (last > 0 && (str_ieq(word, STR("am")) || str_ieq(word, STR("pm")))) {
		ptrdiff_t before = str_rchr(str_trim(str_upto(s, (size_t)last)), ' ');
		at = before < 0 ? 0 : (size_t)before + 1;
	}
	return at;
}

enum err when_read(struct str s, int64_t now_utc, int64_t *out_utc)
{
	int64_t day, exact;
	s = str_trim(s);
	if (!s.n || s.n > 60)
		return ERR_SYNTAX;
	size_t at = time_at(s);
	int minutes = minutes_of(str_from(s, at));
	if (minutes < 0 && time_read_iso(s, &exact) == OK) {
		*out_utc = exact;
		return OK;
	}
	if (day_of(minutes < 0 ? s : str_upto(s, at), now_utc, &day) != OK)
		return ERR_SYNTAX;
	if (minutes < 0) {
		*out_utc = day;
		return OK;
	}
	struct civil c = time_uk(day);
	c.hour = minutes / 60;
	c.minute = minutes % 60;
	*out_utc = time_from_uk(c);
	return OK;
}
