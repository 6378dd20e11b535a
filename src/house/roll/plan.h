/* plan.h - what a roll would change: who joins, moves, changes, leaves, comes back.
 * Nothing is written.  A plan has a digest over all that it would do; it is applied
 * only if the digest is still the same then (apply.h).
 *
 * Who is who: the school's own reference first.  Without one, the same name, and the
 * same date of birth where both sides know it, if exactly one person and one row fit;
 * otherwise the row is refused.  Two children of one name and one birthday are two.
 * Who left comes back as the same person.
 *
 * A directory has a lasting number for each: whoever was linked to it once is known by it, whatever else changes.
 * An adult who is not linked yet is known by their mail address too, or by the name behind a title.
 * Only those who are linked leave because a directory does not name them.
 *
 * Who leaves: pupils who are not in a file of pupils; adults whom a roll brought (they
 * have a reference) and who are not in a file of adults of their kind; whoever the file
 * says has left.  Nobody leaves because their row was refused, nor whoever applies it. */
#pragma once
#include "house/roll/roll.h"
#include "house/store/db.h"

enum roll_what { ROLL_SAME, ROLL_JOINS, ROLL_RETURNS, ROLL_MOVES, ROLL_CHANGES, ROLL_LEAVES, ROLL_WHATS };
const char *roll_what_word(enum roll_what w);      /* "joins" */
const char *roll_what_title(enum roll_what w);     /* "New here" */

struct roll_step {
	enum roll_what what;
	const struct roll_person *row;     /* NULL: leaves because the file does not name them */
	int64_t person;                    /* 0: a new one */
	struct person_in now;              /* as they will be; class_id is not used */
	struct str class;                  /* the name of their class then; "" none */
	struct str was_class, ref, born;
	int64_t leaves_utc;                /* ROLL_LEAVES: 0 = at once */
	bool contacts;                     /* guardians change too */
	struct str text;                   /* "Year 3 to Year 4, class Elm to Oak" */
};

struct roll_class { int64_t id; struct str name, group; int year; bool ended, changed, ends; };    /* id 0: new */

/* What of the roll a file may do.  part: nobody leaves because they are not named; by: who applies it; alone: nobody looked at it,
 * so nobody is known by their name alone. */
struct roll_options { bool part; int64_t by; bool alone; };

struct roll_plan {
	struct roll_step *steps;           /* in the order: joins, returns, moves, changes, leaves, same */
	size_t n;
	int64_t counts[ROLL_WHATS];
	struct roll_class *classes;
	size_t n_classes;
	size_t refused, notes;             /* findings of the rows and of the comparison */
	int64_t pupils, staff;             /* present now */
	int64_t pupils_leave, staff_leave;
	bool asks_again;                   /* more than a tenth of either would leave */
	char digest[65];                   /* hex */
};

/* Findings (refused rows, warnings) are added to `d`. */
enum err roll_plan(struct db *db, struct arena *a, int64_t school, const struct roll *r, const struct roll_options *o,
                   struct diag *d, struct roll_plan *out);
