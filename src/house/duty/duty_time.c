/* When a duty falls due. */
#include "base/mem.h"
#include "house/duty/duty.h"

enum { DAY = 86400, MONDAY_S = 4 * DAY /* 5 January 1970 was a Monday */ };

static int64_t day_after(int64_t midnight, int n) { return time_uk_midnight(midnight + (int64_t)n * DAY + DAY / 2); }
static int64_t close_of(const struct calendar *c, int64_t midnight) { return midnight + (int64_t)c->close_minute * 60; }

static void week(struct arena *a, int n, int64_t utc, struct duty_time *t)
{
	int64_t monday = day_after(time_uk_midnight(utc), -time_uk(utc).weekday);
	int64_t nth = (monday + DAY / 2 - MONDAY_S) / (7 * DAY);
	monday = day_after(monday, -7 * (int)(nth % n));
	*t = (struct duty_time){ .key = arena_fmt(a, "%.*s", STRF(time_iso_date(a, monday + DAY / 2))), .from_utc = monday, .to_utc = day_after(monday, 7 * n) };
}

static void month(struct arena *a, int n, int64_t utc, struct duty_time *t)
{
	struct civil now = time_uk(utc);
	int since = (now.month + 3) % 12, first = since - since % n;               /* months since September */
	int year = calendar_school_year(utc), from = first + 8, to = from + n;      /* from January of that year, 0-based */
	*t = (struct duty_time){ .from_utc = calendar_day(year + from / 12, from % 12 + 1, 1), .to_utc = calendar_day(year + to / 12, to % 12 + 1, 1) };
	t->key = arena_fmt(a, "%d-%02d", year + from / 12, from % 12 + 1);
}

static void year(struct arena *a, int n, int64_t utc, struct duty_time *t)
{
	int y = calendar_school_year(utc), first = y - y % n;
	*t = (struct duty_time){ .key = arena_fmt(a, "%d", first), .from_utc = calendar_day(first, 9, 1), .to_utc = calendar_day(first + n, 9, 1) };
}

static void term(struct arena *a, const struct calendar *c, int64_t utc, struct duty_time *t)
{
	struct season_span s = calendar_season(c, utc);
	*t = (struct duty_time){ .key = arena_fmt(a, "%d-%s", s.year, season_word(s.season)), .from_utc = s.from_utc, .to_utc = s.to_utc };
}

static void half(struct arena *a, const struct calendar *c, int64_t utc, struct duty_time *t)
{
	struct season_half h = calendar_half(c, utc);
	*t = (struct duty_time){ .key = arena_fmt(a, "%d-%s-%d", h.of.year, season_word(h.of.season), h.half), .from_utc = h.from_utc, .to_utc = h.to_utc };
}

static bool any_school_day(const struct calendar *c, const struct duty_time *t)
{
	for (int64_t day = t->from_utc + DAY / 2; day < t->to_utc; day += DAY)
		if (calendar_is_school_day(c, day))
			return true;
	return false;
}

/* A day of the year, brought forward to one on which somebody works. */
static int64_t by_day(const struct duty *d, const struct calendar *c, const struct duty_time *t)
{
	int y = time_uk(t->from_utc + DAY / 2).year;
	int64_t at = calendar_day(y, d->by_month, d->by_day);
	if (at < t->from_utc)
		at = calendar_day(y + 1, d->by_month, d->by_day);
	return close_of(c, calendar_last_school_day(c, t->from_utc, day_after(at, 1)));
}

static bool periodic(const struct duty *d, struct duty_every e, const struct calendar *c, struct arena *a, int64_t utc, struct duty_time *t)
{
	int n = e.n > 0 ? e.n : 1;
	switch (e.unit) {
	case EVERY_WEEK:  week(a, n, utc, t); break;
	case EVERY_MONTH: month(a, n, utc, t); break;
	case EVERY_HALF:  half(a, c, utc, t); break;
	case EVERY_TERM:  term(a, c, utc, t); break;
	case EVERY_YEAR:  year(a, n, utc, t); break;
	default: return false;
	}
	if (!any_school_day(c, t))
		return false;
	t->due_utc = d->by_month && e.unit == EVERY_YEAR ? by_day(d, c, t) : close_of(c, calendar_last_school_day(c, t->from_utc, t->to_utc));
	return true;
}

/* A day of each school year. */
static bool dated(const struct duty *d, const struct calendar *c, struct arena *a, int64_t utc, struct duty_time *t)
{
	year(a, 1, utc, t);
	int y = calendar_school_year(utc);
	if (d->on == ON_SAFER_INTERNET_DAY)
		t->due_utc = close_of(c, calendar_safer_internet_day(y + 1));
	else if (d->on == ON_FIRST_INSET) {
		int64_t inset = calendar_first_inset(c, t->from_utc, t->to_utc);
		/* None is entered: the first days of the year, so that it is not forgotten. */
		t->due_utc = close_of(c, inset ? inset : calendar_first_open(c, t->from_utc));
	} else
		return false;
	return true;
}

bool duty_time_at(const struct duty *d, struct duty_every every, const struct calendar *c, struct arena *a, int64_t utc, struct duty_time *out)
{
	*out = (struct duty_time){ 0 };
	bool is = d->on == ON_PERIOD ? periodic(d, every, c, a, utc, out) : dated(d, c, a, utc, out);
	if (!is)
		return false;
	/* What comes every week or month is open from the start of it; the rest so long before that it can be done in time. */
	bool often = d->on == ON_PERIOD && duty_every_days(every) <= 31;
	int64_t opens = out->due_utc - (int64_t)d->amber_days * DAY;
	out->opens_utc = often || opens < out->from_utc ? out->from_utc : opens;
	return true;
}
