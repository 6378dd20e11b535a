/* times.h - hours of single rules: when a rule of the school holds (`hours`), or when it does not (`except_hours`).  A span that runs past
 * midnight belongs to the day on which it began: Friday 22:00-06:00 is over on Saturday at six, and with `term = only` it is Friday
 * that must be in term. */
#pragma once
#include "base/buf.h"
#include "policy/read/calendar.h"

struct snapshot;
struct rules;

enum { TIMES_MAX = 20000, TIME_TERM_ONLY = 1, TIME_EXCEPT = 2 };

struct rule_time { uint32_t rule; struct week_span span; uint8_t flags; };     /* rule: index in the table of rules */

/* Is the span open at this moment (minute: of the local week, calendar_minute)?  term_only: and did it begin in term? */
bool calendar_span_open(const struct calendar *c, struct week_span s, bool term_only, int64_t utc, uint16_t minute);
/* The next moment after utc at which these hours may change by the clock. */
int64_t calendar_span_until(const struct calendar *c, struct week_span s, bool term_only, int64_t utc, uint16_t minute);

bool times_open(const struct calendar *c, const struct rule_time *v, size_t n, int64_t utc, uint16_t minute);
int64_t times_until(const struct calendar *c, const struct rule_time *v, size_t n, int64_t utc, uint16_t minute);

/* The TIMES section, sorted by rule: gives every rule its slice, in memory that rules_done() frees. */
enum err times_read(struct str bytes, struct rules *rules);
void times_write(const struct rule_time *v, size_t n, struct buf *out);
enum err times_check(const struct snapshot *s, struct str bytes);
