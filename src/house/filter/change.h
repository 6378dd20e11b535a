/* change.h - a change of the filter on its way (7.3.1-05 to -07): proposed,
 * assessed by technical staff and by the teaching side, agreed by leadership,
 * in force, ended.  Two different people assess and a third agrees; nothing that
 * lets more through is in force before that.  What only stops a site may be in
 * force at once, for STOP_DAYS, while it goes the same way.
 *
 * Entries of the register `filter-change`; the keeper makes rules of those whose
 * state is `live` and whose end has not come.  Each step is a version and an audit
 * record.  Rights are the caller's to check; who is whom is checked here. */
#pragma once
#include "house/store/entry.h"

enum { STOP_DAYS = 7 };

struct change_in {
	struct str host, path;         /* host in normal form; path may be absent */
	struct str change;             /* allow, block, category */
	struct str group, purpose, risk;
	int64_t request;               /* the request that led to it; 0 = none */
};
enum err change_propose(struct store *st, struct arena *a, const struct act *act, const struct change_in *in, struct diag *d, int64_t *id);

enum change_side { SIDE_TECHNICAL, SIDE_EDUCATIONAL };

/* What a change is waiting for: 0 = nothing more. */
enum change_wait { WAIT_TECHNICAL = 1, WAIT_EDUCATIONAL = 2, WAIT_CONSENT = 4 };
uint32_t change_waits(const struct entry *e);         /* bits; an ended one waits for nothing */
bool change_weakens(const struct entry *e);
/* In force now: live, and its end has not come. */
bool change_in_force(const struct entry *e, int64_t now_utc);

/* All take the entry as it was read (its version is checked) and answer ERR_STATE when the step does
 * not fit, ERR_EXISTS when this person has had another part in it already. */
enum err change_assess(struct store *st, struct arena *a, const struct act *act, const struct entry_may *may, const struct entry *e,
                       enum change_side side, struct str found, struct diag *d);
/* Leadership agrees, and it is in force. */
enum err change_consent(struct store *st, struct arena *a, const struct act *act, const struct entry_may *may, const struct entry *e, struct diag *d);
/* Stops a site at once, for STOP_DAYS. */
enum err change_stop_now(struct store *st, struct arena *a, const struct act *act, const struct entry_may *may, const struct entry *e, struct diag *d);
enum change_close { CLOSE_REFUSED, CLOSE_WITHDRAWN, CLOSE_ENDED };
enum err change_close(struct store *st, struct arena *a, const struct act *act, const struct entry_may *may, const struct entry *e,
                      enum change_close how, struct diag *d);
