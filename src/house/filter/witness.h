/* witness.h - real devices as witnesses that the filter holds where they are: somebody opens /safe on one (gate/page/safe.h).  What counts is
 * what the gate itself heard within a minute, never what the browser says:
 *
 *   the page was opened from an address;
 *   each test name of that showing (its number stands in the name) was refused by the gate: by its name server to the same address,
 *   or by its proxy; and the refusal's page came back to that address.
 *
 * Which kind of device it was, a pupil or guest cannot say: the register of devices does (a field of the device's entry), or the word that
 * somebody who looks after the filter made for it (register filter-witness), which counts once and for an hour.  Without either
 * nothing is kept.  The network is that of the address, the group the one that the gate decided by.  So an ordinary child can make
 * no place green: the gate would have to refuse the names there, which is what green means. */
#pragma once
#include "event/event.h"
#include "house/filter/cell.h"
#include "policy/read/policy.h"

enum { WITNESS_MAX = 256 /* showings at once; more are left out */, WITNESS_S = 60, WITNESS_CODE_S = 3600, WITNESS_CODE = 8, WITNESS_ROOM = 65, WITNESS_AT_TEXT = 300 };

struct witness_watch;
struct witness_watch *witness_watch_new(void);
void witness_watch_free(struct witness_watch **w);
/* One event of the gate; cheap.  runs: what the device runs by the register, or NULL. */
void witness_watch_event(struct witness_watch *w, const struct event *e, const char *runs);
/* Showings whose minute is over, or that are whole: kept as cells.  p: the policy in force, for its networks; NULL: nothing is kept yet. */
enum err witness_watch_flush(struct witness_watch *w, struct store *st, const struct act *act, const struct policy *p, int64_t now_utc);
/* There is something to keep now.  Showings that nobody vouched for go here: they fill no table for long. */
bool witness_watch_ready(struct witness_watch *w, int64_t now_utc);

/* A new word for a device of this kind. */
enum err witness_code(struct store *st, const struct act *act, struct str device, struct str network, int64_t now_utc, int64_t *id);
