/* activity.h - whose activity somebody may open, for the pages about it.
 * Pupils: who holds `activity-named`.  Staff: the headteacher, and the
 * headteacher's own the chair of governors; nobody ever their own. */
#pragma once
#include "house/store/activity.h"
#include "house/web/web.h"

/* ERR_ABSENT when there is nobody whom this person may ask about.  Either `person` or `class_id` is not 0. */
enum err activity_may(struct page_ctx *c, int64_t person, int64_t class_id, struct str *name);
/* "21 November 2026", or "21 November 2026 to 23 November 2026"; upto is not included. */
struct str activity_days(struct arena *a, int64_t from_utc, int64_t upto_utc);
