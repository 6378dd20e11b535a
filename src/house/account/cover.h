/* cover.h - taking a class that one does not teach (register class-cover): anybody
 * who may open lessons may, for a reason that is kept and shown to those who teach the
 * class; until the end of the day.  Supply teachers need it, and so does a sudden illness. */
#pragma once
#include "house/store/entry.h"

enum { COVER_WHY_MAX = 200 };
struct cover { int64_t person, from_utc, until_utc; struct str why; };

bool cover_holds(struct store *st, int64_t school, int64_t class_id, int64_t person);
/* Until midnight, UK time. */
enum err cover_take(struct store *st, const struct act *act, int64_t class_id, struct str why, struct diag *d);
/* Newest first, made since then. */
enum err cover_list(struct store *st, struct arena *a, int64_t school, int64_t class_id, int64_t since_utc, struct cover **out, size_t *n);
