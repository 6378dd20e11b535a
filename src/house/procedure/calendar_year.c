/* Parts of the school year, and days that are computed. */
#include "base/mem.h"
#include "house/procedure/calendar.h"

enum { DAY = 86400 };

int64_t calendar_day(int year, int month, int day)
{
	struct civil c = { .year = year, .month = month, .day = day };
	while (c.day > 28 && !time_valid(c))
		c.day--;
	return time_from_uk(c);
}

int calendar_school_year(int64_t utc)
{
	struct civil t = time_uk(utc);
	return t.month >= 9 ? t.year : t.year - 1;
}

int64_t calendar_safer_internet_day(int year)
{
	int64_t fifth = calendar_day(year, 2, 5);
	return calendar_day(year, 2, 5 + (8 - time_uk(fifth).weekday) % 7);      /* Tuesday is weekday 1 */
}

const char *season_word(enum season s)
{
	static const char *const words[] = { "autumn", "spring", "summer" };
	return words[s];
}

/* By the month in which a term begins. */
static enum season season_of(int64_t from)
{
	int month = time_uk(from + DAY / 2).month;
	return month >= 8 ? SEASON_AUTUMN : month <= 3 ? SEASON_SPRING : SEASON_SUMMER;
}

static int64_t usual(int school_year, enum season s)
{
	static const struct { int year, month, day; } at[] = { { 0, 9, 1 }, { 1, 1, 5 }, { 1, 4, 15 } };
	return calendar_day(school_year + at[s].year, at[s].month, at[s].day);
}

/* The school year that a term beginning on this day belongs to: from 1 August on the new one. */
static int year_of_start(int64_t from)
{
	struct civil t = time_uk(from + DAY / 2);
	return t.month >= 8 ? t.year : t.year - 1;
}

static int64_t season_start(const struct calendar *c, int school_year, enum season s)
{
	for (size_t i = 0; i < c->n_terms; i++)
		if (season_of(c->terms[i].from_utc) == s && year_of_start(c->terms[i].from_utc) == school_year)
			return c->terms[i].from_utc;
	return usual(school_year, s);
}

struct season_span calendar_season(const struct calendar *c, int64_t utc)
{
	int first = time_uk(utc).year - 2;
	struct season_span at = { 0 };
	for (int i = 0; i < 12; i++) {
		int64_t from = season_start(c, first + i / 3, (enum season)(i % 3));
		if (from > utc) {
			at.to_utc = from;
			return at;
		}
		at = (struct season_span){ (enum season)(i % 3), time_uk(from + DAY / 2).year, from, 0 };
	}
	return at;
}

/* Where its second half begins. */
static int64_t middle(const struct calendar *c, const struct season_span *s)
{
	int64_t best = 0, longest = 2 * DAY;            /* one INSET day or a bank holiday is no half-term */
	for (size_t i = 0; i + 1 < c->n_terms; i++)
		if (c->terms[i].from_utc >= s->from_utc && c->terms[i + 1].to_utc <= s->to_utc)
			return c->terms[i + 1].from_utc;
	for (size_t i = 0; i < c->n_closed; i++)
		if (c->closed[i].from_utc > s->from_utc && c->closed[i].to_utc < s->to_utc && c->closed[i].to_utc - c->closed[i].from_utc > longest &&
		    calendar_term_of(c, c->closed[i].from_utc)) {
			best = c->closed[i].to_utc;
			longest = c->closed[i].to_utc - c->closed[i].from_utc;
		}
	return best ? best : time_uk_midnight(s->from_utc + (s->to_utc - s->from_utc) / 2 + DAY / 2);
}

struct season_half calendar_half(const struct calendar *c, int64_t utc)
{
	struct season_span s = calendar_season(c, utc);
	int64_t mid = middle(c, &s);
	if (utc < mid)
		return (struct season_half){ s, 1, s.from_utc, mid };
	return (struct season_half){ s, 2, mid, s.to_utc };
}

/* Noon, a day on or back: safe from both changes of the clocks. */
static int64_t noon(int64_t utc) { return time_uk_midnight(utc) + DAY / 2; }

int64_t calendar_last_school_day(const struct calendar *c, int64_t from, int64_t to)
{
	for (int64_t day = noon(to - DAY); day >= from; day = noon(day - DAY))
		if (calendar_is_school_day(c, day))
			return time_uk_midnight(day);
	return time_uk_midnight(to - DAY / 2);
}

int64_t calendar_first_inset(const struct calendar *c, int64_t from, int64_t to)
{
	for (size_t i = 0; i < c->n_inset; i++)
		if (c->inset[i].to_utc > from && c->inset[i].from_utc < to)
			return c->inset[i].from_utc > from ? c->inset[i].from_utc : time_uk_midnight(from);
	return 0;
}

int64_t calendar_first_open(const struct calendar *c, int64_t utc)
{
	int64_t day = noon(utc);
	for (int i = 0; i < 400 && !calendar_is_school_day(c, day) && !calendar_is_inset(c, day); i++)
		day = noon(day + DAY);
	return time_uk_midnight(day);
}
