/* time.h - civil dates, and UK local time by its rule (no system zone files:
 * the gate is sandboxed and a school is in one place).  British Summer Time
 * runs from 01:00 UTC on the last Sunday of March to 01:00 UTC on the last
 * Sunday of October (Summer Time Order 2002). */
#pragma once
#include "base/arena.h"

struct civil { int year, month, day, hour, minute, second, weekday; };  /* month 1-12; weekday 0 = Monday */

struct civil time_civil(int64_t utc);                  /* in UTC */
int64_t time_of(struct civil c);                       /* inverse; weekday ignored; fields must be in range */
bool time_valid(struct civil c);
int32_t time_uk_offset(int64_t utc);                   /* seconds east: 0 or 3600 */
struct civil time_uk(int64_t utc);                     /* the same moment on a UK wall clock */
int64_t time_from_uk(struct civil c);                  /* of the repeated hour the first; the skipped hour moves on */
int64_t time_uk_midnight(int64_t utc);                 /* start of that UK day */

struct str time_iso(struct arena *a, int64_t utc);      /* 2026-11-21T09:05:00Z */
struct str time_iso_date(struct arena *a, int64_t utc); /* 2026-11-21, UK day */
struct str time_words(struct arena *a, int64_t utc);    /* 21 November 2026 at 9:05am, UK time */
struct str time_date_words(struct arena *a, int64_t utc);   /* 21 November 2026 */
struct str time_clock_words(struct arena *a, int64_t utc);  /* 9:05am */
/* A date as people write it: 2026-11-21, 21/11/2026, 21/11/26, 21 November 2026, 21 Nov 26.  UK midnight. */
enum err time_read_date(struct str s, int64_t *out_utc);
enum err time_read_iso(struct str s, int64_t *out_utc); /* 2026-11-21T09:05[:00]Z, or without Z: UK time; a date alone too */
