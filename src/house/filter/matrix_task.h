/* matrix_task.h - places of the matrix that were not tried in their time are red there; and whoever looks after the filter has one
 * task for all of them, which closes itself when each was tried again (field A3). */
#pragma once
#include "house/filter/matrix.h"

/* What the matrix shows now.  *stale (may be NULL): how many. */
enum err matrix_task(struct store *st, const struct act *act, const struct matrix *m, int64_t now_utc, size_t *stale);
