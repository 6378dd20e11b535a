#include "base/time.h"

static const char *const months[] = { "January", "February", "March", "April", "May", "June", "July",
	"August", "September", "October", "November", "December" };

static int month_days(int year, int month)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
	return days[month - 1] + (month == 2 && leap);
}

/* Days since 1970-01-01 of a proleptic Gregorian date: years begin in March,
 * so that the leap day is the last of its year. */
static int64_t days_of(int year, int month, int day)
{
	int64_t y = month > 2 ? year : year - 1;
	int64_t era = (y >= 0 ? y : y - 399) / 400;
	int64_t yoe = y - era * 400;
	int64_t doy = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
	return era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719468;
}

static void date_of(int64_t days, struct civil *c)
{
	int64_t z = days + 719468;
	int64_t era = (z >= 0 ? z : z - 146096) / 146097;
	int64_t doe = z - era * 146097;
	int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	int64_t mp = (5 * doy + 2) / 153;
	c->day = (int)(doy - (153 * mp + 2) / 5 + 1);
	c->month = (int)(mp < 10 ? mp + 3 : mp - 9);
	c->year = (int)(yoe + era * 400 + (c->month <= 2));
}

static int64_t floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

struct civil time_civil(int64_t utc)
{
	struct civil c;
	int64_t days = floor_div(utc, 86400), rest = utc - days * 86400;
	date_of(days, &c);
	c.hour = (int)(rest / 3600);
	c.minute = (int)(rest / 60 % 60);
	c.second = (int)(rest % 60);
	c.weekday = (int)((days % 7 + 7 + 3) % 7);       /* 1970-01-01 was a Thursday */
	return c;
}

bool time_valid(struct civil c)
{
	return c.year >= 1900 && c.year <= 2999 && c.month >= 1 && c.month <= 12 && c.day >= 1 &&
	       c.day <= month_days(c.year, c.month) && c.hour >= 0 && c.hour < 24 && c.minute >= 0 &&
	       c.minute < 60 && c.second >= 0 && c.second < 60;
}

int64_t time_of(struct civil c)
{
	return days_of(c.year, c.month, c.day) * 86400 + c.hour * 3600 + c.minute * 60 + c.second;
}

/* 01:00 UTC on the last Sunday of that month (March or October: 31 days). */
static int64_t last_sunday(int year, int month)
{
	int64_t days = days_of(year, month, 31);
	int weekday = (int)((days % 7 + 7 + 3) % 7);
	return (days - (weekday + 1) % 7) * 86400 + 3600;
}

int32_t time_uk_offset(int64_t utc)
{
	int year = time_civil(utc).year;
	return utc >= last_sunday(year, 3) && utc < last_sunday(year, 10) ? 3600 : 0;
}

struct civil time_uk(int64_t utc)
{
	return time_civil(utc + time_uk_offset(utc));
}

int64_t time_from_uk(struct civil c)
{
	int64_t wall = time_of(c);
	return time_uk_offset(wall - 3600) ? wall - 3600 : wall;
}

int64_t time_uk_midnight(int64_t utc)
{
	struct civil c = time_uk(utc);
	c.hour = c.minute = c.second = 0;
	return time_from_uk(c);
}

struct str time_iso(struct arena *a, int64_t utc)
{
	struct civil c = time_civil(utc);
	return arena_fmt(a, "%04d-%02d-%02dT%02d:%02d:%02dZ", c.year, c.month, c.day, c.hour, c.minute, c.second);
}

struct str time_iso_date(struct arena *a, int64_t utc)
{
	struct civil c = time_uk(utc);
	return arena_fmt(a, "%04d-%02d-%02d", c.year, c.month, c.day);
}

struct str time_date_words(struct arena *a, int64_t utc)
{
	struct civil c = time_uk(utc);
	return arena_fmt(a, "%d %s %d", c.day, months[c.month - 1], c.year);
}

struct str time_clock_words(struct arena *a, int64_t utc)
{
	struct civil c = time_uk(utc);
	if (c.hour == 12 && c.minute == 0)
		return STR("midday");
	if (c.hour == 0 && c.minute == 0)
		return STR("midnight");
	return arena_fmt(a, "%d:%02d%s", c.hour % 12 ? c.hour % 12 : 12, c.minute, c.hour < 12 ? "am" : "pm");
}

struct str time_words(struct arena *a, int64_t utc)
{
	return arena_fmt(a, "%.*s at %.*s", STRF(time_date_words(a, utc)), STRF(time_clock_words(a, utc)));
}

static enum err month_by_name(struct str s, int *out)
{
	for (int i = 0; s.n >= 3 && i < 12; i++)
		if (s.n <= strlen(months[i]) && str_ieq(s, (struct str){ months[i], s.n })) {
			*out = i + 1;
			return OK;
		}
	return ERR_SYNTAX;
}

static enum err number(struct str s, size_t most, int *out)
{
	uint64_t v;
	if (!s.n || s.n > most)
		return ERR_SYNTAX;
	TRY(str_u64(s, &v));
	*out = (int)v;
	return OK;
}

/* Splits at any of the separators into exactly three pieces. */
static bool three(struct str s, char sep, struct str out[3])
{
	int n = 0;
	for (struct str piece; n < 4 && str_next(&s, sep, &piece);)
		if (piece.n || sep != ' ') {
			if (n < 3)
				out[n] = piece;
			n++;
		}
	return n == 3;
}

static enum err date_fields(struct str s, struct civil *c)
{
	struct str p[3];
	struct str year;
	if (three(s, '-', p) && p[0].n == 4) {
		TRY(number(p[1], 2, &c->month));
		TRY(number(p[2], 2, &c->day));
		year = p[0];
	} else if (three(s, '/', p) || three(s, '.', p) || three(s, '-', p)) {
		TRY(number(p[0], 2, &c->day));
		TRY(number(p[1], 2, &c->month));
		year = p[2];
	} else if (three(s, ' ', p)) {
		TRY(number(p[0], 2, &c->day));
		TRY(month_by_name(p[1], &c->month));
		year = p[2];
	} else
		return ERR_SYNTAX;
	TRY(number(year, 4, &c->year));
	if (year.n == 2)
		c->year += 2000;
	return time_valid(*c) ? OK : ERR_SYNTAX;
}

enum err time_read_date(struct str s, int64_t *out_utc)
{
	struct civil c = { 0 };
	TRY(date_fields(str_trim(s), &c));
	*out_utc = time_from_uk(c);
	return OK;
}

enum err time_read_iso(struct str s, int64_t *out_utc)
{
	s = str_trim(s);
	struct civil c = { 0 };
	ptrdiff_t at = str_chr(s, 'T');
	if (at < 0 && str_chr(s, ':') > 0)
		at = str_rchr(s, ' ');       /* as people write it: 2026-09-14 10:30 */
	TRY(date_fields(at < 0 ? s : str_upto(s, (size_t)at), &c));
	bool zulu = str_ends(s, STR("Z"));
	if (at >= 0) {
		struct str clock = str_from(s, (size_t)at + 1), piece;
		clock.n -= zulu;
		int *fields[] = { &c.hour, &c.minute, &c.second };
		size_t i = 0;
		for (; str_next(&clock, ':', &piece); i++)
			TRY(i < 3 ? number(piece, 2, fields[i]) : ERR_SYNTAX);
		if (i < 2 || !time_valid(c))
			return ERR_SYNTAX;
	}
	*out_utc = zulu && at >= 0 ? time_of(c) : time_from_uk(c);
	return OK;
}
