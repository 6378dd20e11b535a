/* access_review.h - once a term somebody looks at everybody who holds a role, a grant or
 * anything else that reaches further than a class, and says keep, change or end (7.5.1-04).
 * A task of the lead DSL with a line for each; whoever left and still has something open
 * stands first.  Nobody answers for themselves: the head, a deputy or the chair does.
 * Ends of roles with high rights go to a second person (second.h).
 *
 * Terms begin as the office entered them; where it has not, on the first school day from 1 September,
 * 1 January and 15 April on. */
#pragma once
#include "house/account/second.h"
#include "house/procedure/calendar.h"
#include "house/task/task.h"

enum { ACCESS_REVIEW_DUE_S = 21 * 86400 };
#define ACCESS_REVIEW "access-review"

/* "access-review-2026-autumn": of the term of that day; "" before its first school day has come. */
struct str access_review_key(struct arena *a, const struct calendar *c, int64_t utc);
/* Opens this term's review if it is not open or done yet. */
enum err access_review_open(struct store *st, const struct act *act, const struct calendar *c, int64_t now_utc, bool *opened);
/* What was answered "end" is ended, or proposed where rights are high; before the task is done. */
enum err access_review_act(struct store *st, const struct act *act, int64_t task, struct diag *d, size_t *proposed);

/* For the report: counts without names. */
struct access_review_sum { int64_t keep, change, end, left; };
enum err access_review_count(struct store *st, struct arena *a, int64_t school, int64_t task, struct access_review_sum *out);
