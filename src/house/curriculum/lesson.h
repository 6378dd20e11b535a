/* lesson.h - lessons and events: what was planned, what took place, for whom.  Entries of the
 * registers `lesson` and `education-event`; the children (or grown-ups) who were there are the
 * entry's people.  Days are UK midnights in UTC seconds; 0 = none. */
#pragma once
#include "house/curriculum/curriculum.h"
#include "house/store/entry.h"

enum { LESSONS_MAX = 4000, LESSON_CHILDREN_MAX = 500 };

struct lesson {
	int64_t id, version, class_id, on_utc, taught_utc, teacher;     /* class 0: every class of the year */
	int year;
	struct str title, outcomes, state, kind, feedback;
	enum subject subject;
};
/* `id` 0 makes one.  Findings carry the field's name: title outcomes on year. */
enum err lesson_save(struct store *st, const struct act *act, const struct curriculum *c, const struct lesson *in, struct diag *d, int64_t *id);
enum err lesson_get(struct store *st, struct arena *a, int64_t school, int64_t id, struct lesson *out);
/* It took place on that day, with these children.  ERR_STATE: it was dropped. */
enum err lesson_taught(struct store *st, const struct act *act, int64_t id, int64_t day_utc, const int64_t *children, size_t n, struct diag *d);
enum err lesson_drop(struct store *st, const struct act *act, int64_t id, struct diag *d);
enum err lesson_feedback(struct store *st, const struct act *act, int64_t id, struct str text, struct diag *d);
/* Planned for a day in [from, to), or taught in it; dropped ones are left out.  By day. */
enum err lesson_list(struct store *st, struct arena *a, int64_t school, int64_t from, int64_t to, struct lesson **out, size_t *n);
/* Those that this child took part in, newest first (4.5-02). */
enum err lesson_of_child(struct store *st, struct arena *a, int64_t school, int64_t child, struct lesson **out, size_t *n);
/* Who was there. */
enum err lesson_children(struct store *st, struct arena *a, int64_t school, int64_t id, int64_t **out, size_t *n);

struct occasion {
	int64_t id, version, on_utc, leader, content_by, attended;      /* attended -1: not counted */
	struct str title, kind, outcomes, tags, state, visitor, content_checked, evaluation;
	uint32_t audiences;            /* AUDIENCE_BIT */
	bool featured;
};
/* Somebody from outside needs, before the booking, who looked at the content and what at (5.1-19). */
enum err occasion_save(struct store *st, const struct act *act, const struct curriculum *c, const struct occasion *in, struct diag *d, int64_t *id);
enum err occasion_get(struct store *st, struct arena *a, int64_t school, int64_t id, struct occasion *out);
/* It took place.  With somebody from outside the evaluation is required (5.1-19). */
enum err occasion_held(struct store *st, const struct act *act, int64_t id, int64_t attended, struct str evaluation, struct diag *d);
enum err occasion_cancel(struct store *st, const struct act *act, int64_t id, struct diag *d);
enum err occasion_list(struct store *st, struct arena *a, int64_t school, int64_t from, int64_t to, struct occasion **out, size_t *n);
