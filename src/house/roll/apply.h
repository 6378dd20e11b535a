/* apply.h - a plan that was looked at becomes true, in one transaction: all of it or
 * nothing.  It is made again inside the transaction; when it is not the one that was
 * looked at, nothing is written and ERR_STALE says so.
 *
 * New pupils and staff get a sign-in name and no password.  Whoever leaves loses access
 * at once (people.h: person_leave), their records stay, and tasks open for platforms
 * outside (account/leaver.h).  Adults who are new, or back, are asked to read in the same
 * transaction (5.4-07): with parental responsibility, a mail address, and the agreement between home and school in force.
 * The audit holds one record of the whole with the digest of the
 * file, beside one for each person. */
#pragma once
#include "house/account/leaver.h"
#include "house/roll/plan.h"
#include "house/store/entry.h"

struct roll_applying {
	const char *digest;                /* of the plan that was looked at */
	int64_t typed;                     /* how many leave in all, as somebody typed it; needed when the plan asks again */
	struct str file;                   /* its name, for the history */
	const uint8_t *file_digest;        /* 32 bytes */
	const struct platforms *platforms; /* where leavers have accounts outside; NULL: no tasks */
	void (*progress)(void *ctx, size_t done, size_t total);    /* may be NULL */
	void *ctx;
};
struct roll_done {
	int64_t entry;                     /* of register roll-import; 0: nothing was to be done */
	int64_t adults;                    /* contacts that are new */
	int64_t invited;                   /* of them, those whom a mail with their own link is due to */
	int64_t barred;                    /* contacts that the file newly keeps from being told */
	int64_t tasks;                     /* opened for platforms outside */
	int64_t *moved;                    /* people whose place at the gate changes: movers, leavers; in the arena */
	size_t n_moved;
};
/* ERR_STALE: something changed since; ERR_INVALID: the number of leavers was not typed, or not right (a finding). */
enum err roll_apply(struct store *st, struct arena *a, const struct act *act, const struct roll *r, const struct roll_options *o,
                    const struct roll_applying *how, struct diag *d, struct roll_plan *plan, struct roll_done *out);
