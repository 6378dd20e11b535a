/* matrix.h - where the filter was tried, as a table for people: a row for each network and group that there is, a place for the filter's own
 * asking and one for each kind of device.  What there should be comes from the policy (each network with the group it gets), from what the
 * filter really saw (other groups met in a network, coverage_seen.h) and from the register of devices (kinds in use for a group). */
#pragma once
#include "house/filter/cell.h"
#include "policy/read/policy.h"

enum { MATRIX_ROWS_MAX = 400, MATRIX_PLACES = 7 /* the filter, then CELL_KINDS */ };
enum matrix_state { MATRIX_NONE /* no such device here */, MATRIX_PASSED, MATRIX_FAILED, MATRIX_STALE, MATRIX_WANTED /* never looked at */ };
struct matrix_place { enum matrix_state state; const struct cell *cell; /* NULL: none */ };
struct matrix_row { struct str network, group; bool of_policy; struct matrix_place at[MATRIX_PLACES]; size_t red; };
struct matrix { struct matrix_row *v; size_t n, places, red; };

/* p may be NULL: no policy yet.  Rows with red places first. */
enum err matrix_read(struct store *st, struct arena *a, int64_t school, const struct policy *p, int64_t now_utc, int64_t period_days, struct matrix *out);
const char *matrix_place_word(size_t i);       /* "filter", "ipad" */
