/* trends.h - concerns about children, counted: by kind, place, year group, time of day, time of the
 * year, kind of risk, how it stands, and whom outside the school we turned to (Prevent and Channel among them), beside the same length of time before (clause 4.2-14).
 *
 * Only what the asker may see is counted, so that nobody learns from a number of a case that is kept from
 * them.  For readers who may not know of single children (governors), trends_suppress takes away what
 * is small, and so much beside it that it cannot be worked out from the totals. */
#pragma once
#include "house/record/record.h"

enum { TREND_SMALL = 5 };                 /* fewer are not shown to governors */
enum { TREND_HIDDEN = -1 };               /* in place of a number */
enum trend_by { TREND_TYPE, TREND_PLACE, TREND_YEAR, TREND_TIME, TREND_SEASON, TREND_RISK, TREND_STATE, TREND_ASKED, TREND_BY };

struct trend_row { struct str word; int64_t n, before; bool rising; };
struct trend { struct str title; struct trend_row *rows; size_t n; bool hidden; };   /* hidden: the whole of it */
struct trends { struct trend by[TREND_BY]; int64_t total, before; };

/* Those reported in [from, upto), and in as long a time before; ERR_LIMIT for more than TREND_DAYS_MAX days. */
enum { TREND_DAYS_MAX = 740 };
enum err record_trends(const struct desk *k, struct arena *a, const struct entry_may *may, int64_t from_utc, int64_t upto_utc,
                       struct trends *out);
/* For readers without the right to single cases; each column by itself. */
void trends_suppress(struct trends *t, int64_t small);
