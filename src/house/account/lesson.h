/* lesson.h - a class's opened time on the internet (register class-session), as
 * the ways of signing in need it: which classes have one now, who opened it, until when. */
#pragma once
#include "house/store/entry.h"

struct lesson {
	int64_t id, version, class_id, teacher, opened_utc, until_utc;
	bool alone;                    /* a child who signs in on a second device is signed out of the first */
	struct str hosts;              /* one a line, as the teacher wrote them; "" any of the group's */
	struct str outcome;            /* what it is for; "" not said */
};
/* ERR_ABSENT: the class has none now. */
enum err lesson_of(struct store *st, struct arena *a, int64_t school, int64_t class_id, struct lesson *out);
/* All that are open now, one a class. */
enum err lesson_all(struct store *st, struct arena *a, int64_t school, struct lesson **out, size_t *n);
/* Whether a device at this address may be the class's: an address range of the class holds it, or the class has none. */
struct addr;
bool lesson_here(struct db *db, int64_t school, int64_t class_id, const struct addr *peer);
