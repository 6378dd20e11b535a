/* inside.h - what lessons and events share; nobody else includes it. */
#pragma once
#include "house/curriculum/lesson.h"

struct entry_may curriculum_may(int64_t school);
int64_t curriculum_number(const struct entry *e, const char *field, int64_t otherwise);
int64_t curriculum_day(const struct entry *e, const char *field);
struct str curriculum_date(struct arena *a, int64_t utc);      /* "" for 0 */
struct str curriculum_text(struct str s);                      /* "" for absent */
bool curriculum_knows(const struct curriculum *c, struct str outcomes);
/* Everything that `q` finds, at most LESSONS_MAX. */
enum err curriculum_entries(struct store *st, struct arena *a, int64_t school, struct entry_query q, struct entry **out, size_t *n);
