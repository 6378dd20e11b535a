/* keeping_inner.h - between keeping.c and keeping_due.c. */
#pragma once
#include "house/casefile/keeping.h"

/* What keeping_due gives, of one entry (id) or of any (0). */
enum err keeping_find(struct store *st, struct arena *a, int64_t school, const struct reg *r, int64_t now_utc, int64_t id, struct kept_line **out, size_t *n);
