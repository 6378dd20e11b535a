/* policy_watch.h - the policy that a gate worker decides by now: the newest good
 * snapshot of P/policy with the live directives read since.  Shared by the DNS
 * and the proxy workers; each worker has one of its own (only the mapped bytes
 * are shared).
 *
 * policy_watch_tick looks whether `current` points to another snapshot and reads
 * what was appended to live.log.  Call it from a timer every POLICY_WATCH_MS,
 * between two turns of the loop: pointers handed out by policy_watch_policy and
 * policy_watch_identity are good until the next tick only.  A snapshot is checked
 * whole before it is believed; a bad one is refused, reported (SNAPSHOT_REFUSED)
 * and the last good one stays.  No policy at all yet: policy_watch_policy is NULL
 * and everything must be refused. */
#pragma once
#include "event/write/spool.h"
#include "gate/identity/identity.h"
#include "policy/decide/decide.h"

enum { POLICY_WATCH_MS = 200 };

struct policy_watch;

/* dir: P/policy.  spool (may be NULL in tests) outlives the watch and receives
 * SNAPSHOT_LOADED, SNAPSHOT_REFUSED and, once a minute, UNKNOWN_COUNT. */
void policy_watch_new(const char *dir, struct spool *spool, struct policy_watch **out);
void policy_watch_free(struct policy_watch **w);   /* *w may be NULL */

/* True when something changed: another snapshot, or a directive (caches of
 * decisions must then be dropped). */
bool policy_watch_tick(struct policy_watch *w, int64_t now_utc);

const struct policy *policy_watch_policy(const struct policy_watch *w);
struct identity *policy_watch_identity(const struct policy_watch *w);
uint64_t policy_watch_generation(const struct policy_watch *w);    /* 0: none yet */
