/* sync.h - a directory (directory.h) and the roll, again and again.  The first time a person looks at what would change and agrees
 * (pages /directory and /roll); from then on the keeper applies it by itself, as long as
 *   - the settings of the directory are those that were agreed to (their shape),
 *   - no more leave than the profile's directory.leavers_percent of the pupils, or of the staff (SYNC_LEAST always may),
 *   - an administrator and a safeguarding lead stay.
 * Otherwise nothing is applied and a task asks an administrator to look.  Each run stands in register roll-sync, without names; one that
 * says just what the one before said the same day is not written twice. */
#pragma once
#include "house/procedure/library.h"
#include "house/roll/apply.h"

enum { SYNC_LEAST = 3 };

/* Never renumber the words: they are kept. */
#define SYNC_OUTCOME_TABLE(X) \
	X(SYNC_SAME,    "same",    "Nothing changed") \
	X(SYNC_APPLIED, "applied", "Applied") \
	X(SYNC_ASKS,    "asks",    "Waits for somebody to look") \
	X(SYNC_FAILED,  "failed",  "Did not work")
enum sync_outcome {
#define SYNC_ENUM_(name, word, title) name,
	SYNC_OUTCOME_TABLE(SYNC_ENUM_)
#undef SYNC_ENUM_
	SYNC_OUTCOMES
};
const char *sync_title(struct str word);           /* "" for none */

struct sync_state { bool agreed, stopped; struct str shape; };
enum err sync_state_get(struct db *db, struct arena *a, int64_t school, struct str source, struct sync_state *out);
/* Somebody looked at what these settings bring, and agreed: from now on by itself. */
enum err sync_agree(struct db *db, const struct act *act, struct str source, struct str shape);
/* No longer by itself, until somebody looks and agrees again. */
enum err sync_stop(struct db *db, const struct act *act, struct str source);

/* "2 new, 1 left": what a plan changes, without what it does not. */
struct str sync_numbers(struct arena *a, const struct roll_plan *p);
struct sync_said { enum sync_outcome outcome; struct str text; struct roll_plan plan; struct roll_done done; };
/* One run of the keeper over what the directory answered.  A directory that refuses, or brings too much, is an outcome and no error.
 * ERR_STATE: nobody agreed yet, or it is stopped. */
enum err sync_run(struct store *st, struct arena *a, const struct act *act, const struct library *lib, struct str source, struct str bytes, struct sync_said *out);
/* Writes an outcome down; opens the task when it needs somebody and the last one did not. */
enum err sync_note(struct store *st, struct arena *a, const struct act *act, struct str source, enum sync_outcome outcome, struct str text);
