/* calendar.h - the school's one calendar: hours of the day, terms, days it is closed, INSET
 * days.  Procedures, reports, rights, duties and the filter all ask it.  Pure values; what
 * the office enters stands in house/duty/year.h.
 *
 * Where terms are entered, a day between the first and the last of them is a school day only
 * in a term; before the first, and in a gap of more than GAP_DAYS (a term that nobody
 * has entered yet), every weekday that is not closed counts.  After a term that ends in July the
 * school is closed until September. */
#pragma once
#include "base/time.h"

struct day_range { int64_t from_utc, to_utc; };     /* UK midnights; `to` is the first day after */
struct school_term { int64_t from_utc, to_utc; struct str name; };     /* likewise; the name as the school writes it */

struct calendar {
	uint8_t weekdays;                 /* bit 0 = Monday */
	int open_minute, close_minute;    /* of the UK day */
	const struct day_range *closed;   /* holidays, INSET days, closures; sorted or not; owned by whoever made the calendar */
	size_t n_closed;
	const struct day_range *inset;    /* staff are in, children are not: in `closed` too; by day */
	size_t n_inset;
	const struct school_term *terms;  /* by day, without overlap */
	size_t n_terms;
};

/* Monday to Friday, 8:30 to 16:00, no holidays, no terms. */
struct calendar calendar_plain(void);
bool calendar_is_school_day(const struct calendar *c, int64_t utc);
bool calendar_is_inset(const struct calendar *c, int64_t utc);
bool calendar_in_hours(const struct calendar *c, int64_t utc);
/* `utc` itself in school hours, else when school next opens: when somebody is there to read it. */
int64_t calendar_next_moment(const struct calendar *c, int64_t utc);
/* The end of this school day if it has not passed, else of the next one (searches 400 days). */
int64_t calendar_day_end(const struct calendar *c, int64_t utc);
/* The end of the n-th school day after the day of `utc`; n = 0 is calendar_day_end. */
int64_t calendar_days_on(const struct calendar *c, int64_t utc, int n);
/* `minutes` of school hours after `utc`: outside hours the clock starts when school opens. */
int64_t calendar_minutes_on(const struct calendar *c, int64_t utc, int minutes);

/* The entered term that holds `utc`; NULL: a holiday, or not entered. */
const struct school_term *calendar_term_of(const struct calendar *c, int64_t utc);

/* ---- parts of the school year; they follow one another without a gap, so that each moment has one ---- */

enum season { SEASON_AUTUMN, SEASON_SPRING, SEASON_SUMMER };
const char *season_word(enum season s);                /* "autumn" */
/* A season: from the first day of its first entered term to the day before the next season begins.  Where nothing is
 * entered: from 1 September, 5 January, 15 April. */
struct season_span { enum season season; int year /* in which it begins */; int64_t from_utc, to_utc; };
struct season_span calendar_season(const struct calendar *c, int64_t utc);
/* The same in two halves: at the longest closing inside it or the gap between its entered terms; without any, in the middle. */
struct season_half { struct season_span of; int half /* 1, 2 */; int64_t from_utc, to_utc; };
struct season_half calendar_half(const struct calendar *c, int64_t utc);
/* The last school day before `to`, for "by the end of term"; `to` - 1 day when there is none. */
int64_t calendar_last_school_day(const struct calendar *c, int64_t from, int64_t to);
/* The first INSET day in [from, to): its midnight; 0 = none is entered. */
int64_t calendar_first_inset(const struct calendar *c, int64_t from, int64_t to);
/* The first school day or INSET day on or after `utc`. */
int64_t calendar_first_open(const struct calendar *c, int64_t utc);
/* 2026 for September 2026 to August 2027. */
int calendar_school_year(int64_t utc);
/* UK midnight of a date; the day is brought into its month (31 June is the 30th). */
int64_t calendar_day(int year, int month, int day);
/* Safer Internet Day, "the second day of the second week of the second month": the Tuesday of the second
 * week, Monday to Sunday, that has working days of February; always from the 5th to the 11th.  It was the 6th in
 * 2024 and the 11th in 2020 and 2025, so it is not simply the second Tuesday.  UK midnight. */
int64_t calendar_safer_internet_day(int year);
