/* taught.h - the lesson on safe and responsible use that comes before a pupil is let on (5.1-02, 7.2-03): one entry of the register
 * lesson-taught a pupil.  Without one the gate treats them as somebody who has not signed. */
#pragma once
#include "house/store/entry.h"

/* The UK day of the lesson, latest first; absent: none that has been held.  Entries made by mistake do not count. */
enum err taught_on(struct store *st, struct arena *a, int64_t school, int64_t person, int64_t now_utc, struct str *out);
/* Records the lesson for those who have none yet, all in one transaction.  `by`: who taught it.  A day ahead: ERR_STATE.  *n: new entries. */
enum err taught_record(struct store *st, struct arena *a, const struct act *act, const int64_t *people, size_t n_people, int64_t by, int64_t on_utc, size_t *n);
