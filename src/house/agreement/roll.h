/* roll.h - where everybody stands with their agreement, in one reading, and who is
 * reminded of it (5.4-08).
 *
 * A reminder goes out a week after the last one until the person has signed: to the
 * person; for a learner to the teachers of the class and to those who may be told
 * about the child (house/family: never to somebody who is barred).  Whoever declined is
 * not reminded, and visitors sign at the desk.  Each reminder is an entry of the
 * register `agreement-reminder`. */
#pragma once
#include "house/agreement/agreement_store.h"

enum { ROLL_MAX = 20000, REMIND_DAYS = 7 };

struct roll_row {
	struct person p;
	struct str audience, class_name;
	enum standing standing;
	bool in_force;                 /* there is an agreement for them at all */
	struct agreement_signature last;
	int64_t grace_until_utc;
};
/* Everybody who is here now, by name. */
enum err agreement_roll(struct store *st, struct arena *a, int64_t school, int64_t now_utc, struct roll_row **out, size_t *n);
/* Whether somebody is asked to sign: nothing of theirs counts, or only for the days of grace. */
static inline bool roll_waits(const struct roll_row *r) { return r->in_force && (r->standing == STANDING_UNSIGNED || r->standing == STANDING_GRACE); }

/* Reminds those who are due; `n` = how many people were reminded about. */
enum err agreement_remind(struct store *st, int64_t school, int64_t now_utc, size_t *n);
struct reminder { int64_t person, at_utc; struct str audience, told; };      /* told: "Mr A. (teacher), Mrs B. (family)" */
enum err agreement_reminders(struct store *st, struct arena *a, int64_t school, int64_t person /* 0 = all */, int64_t offset, int64_t limit,
                             struct reminder **out, size_t *n, int64_t *total);
