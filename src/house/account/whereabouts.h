/* whereabouts.h - where learners are signed in now, by class: for the teacher, who
 * sees one child on two devices (7.5.1-12) and may end a sign-in.  Signing in by card
 * ends with the lesson. */
#pragma once
#include "house/account/people.h"
#include "house/account/session.h"

struct whereabout {
	int64_t id, person, class_id, lesson, at_utc, seen_utc;
	struct str name, how;          /* how: password outside pictures code */
	struct addr peer;
	bool twice;                    /* this child is signed in at another address as well */
};
/* Notes a sign-in of a learner that has just begun.  lesson 0: by password. */
enum err whereabouts_note(struct db *db, const struct person *p, const struct session *s, int64_t lesson, const char *how);
/* Who of a class is signed in now; class 0: the person's own.  Oldest first within a child. */
enum err whereabouts_of_class(struct db *db, struct arena *a, int64_t school, int64_t class_id, struct whereabout **out, size_t *n);
enum err whereabouts_of_person(struct db *db, struct arena *a, int64_t school, int64_t person, struct whereabout **out, size_t *n);
/* Ends one of a class; `out` says whose and where, for the gate.  ERR_ABSENT: it has ended already, or is of another class. */
enum err whereabouts_end(struct db *db, struct arena *a, const struct act *act, int64_t class_id, int64_t id, struct whereabout *out);
/* Ends what began by card in a lesson of the class; who that was. */
enum err whereabouts_end_lesson(struct db *db, struct arena *a, const struct act *act, int64_t class_id, int64_t **people, size_t *n);
/* A sign-in ends at the latest then. */
enum err whereabouts_until(struct db *db, struct session *s, int64_t until_utc);
