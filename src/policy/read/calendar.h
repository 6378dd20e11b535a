/* calendar.h - local time and school terms, written into the snapshot for 400
 * days, so that the gate needs no calendar or time zone of its own.  A span is
 * minutes of the local week, Monday 00:00 = 0; a span whose end is not after
 * its start runs over the end of the week. */
#pragma once
#include "base/buf.h"
#include "base/str.h"

struct snapshot;

enum { WEEK_MINUTES = 7 * 24 * 60, CALENDAR_DAYS = 400, CALENDAR_OFFSETS_MAX = 64, CALENDAR_TERMS_MAX = 256 };

struct week_span { uint16_t from, to; };        /* [from, to) in minutes of the week */

struct offset { int64_t from_utc; int32_t seconds; };   /* holds from then on */
struct term { int64_t from_utc, to_utc; };              /* [from, to) */

struct calendar {
	int64_t from_utc, to_utc;       /* what it covers */
	struct offset offsets[CALENDAR_OFFSETS_MAX];
	size_t n_offsets;
	struct term terms[CALENDAR_TERMS_MAX];
	size_t n_terms;
};

/* Minute of the local week.  Before or after what it covers the nearest offset holds. */
uint16_t calendar_minute(const struct calendar *c, int64_t utc);
/* Outside what it covers nothing is in term: closed rather than open. */
bool calendar_in_term(const struct calendar *c, int64_t utc);
/* Seconds that local time is ahead of UTC, and the next moment after utc at which that changes; 0 = none known. */
int32_t calendar_offset(const struct calendar *c, int64_t utc);
int64_t calendar_offset_change(const struct calendar *c, int64_t utc);
bool span_has(struct week_span s, uint16_t minute);
/* Seconds until the span next begins or ends. */
int64_t span_change(struct week_span s, uint16_t minute);
/* The next moment after utc at which a term begins or ends; 0 = none known. */
int64_t calendar_term_change(const struct calendar *c, int64_t utc);

/* UK offsets from this moment for CALENDAR_DAYS (terms are added by the compiler). */
void calendar_fill(struct calendar *c, int64_t from_utc);

enum err calendar_read(struct str bytes, struct calendar *out);
void calendar_write(const struct calendar *c, struct buf *out);
enum err calendar_check(const struct snapshot *s, struct str bytes);
