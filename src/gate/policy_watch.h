/* policy_watch.h - the policy that a gate worker decides by now, and what a
 * worker must report about it.  Over policy_source (policy/read): the newest
 * good snapshot of P/policy with the live directives read since.  Shared by the
 * DNS and the proxy workers; each worker has its own (only mapped bytes are shared).
 *
 * Call policy_watch_tick when policy_watch_files says that something was written, and from
 * a timer after policy_watch_wait_ms, between two turns of the loop: what policy_watch_policy hands out is good until the next tick.
 * No policy yet: NULL, and decide(NULL, ...) refuses everything. */
#pragma once
#include "gate/identity/identity.h"
#include "io/loop.h"

enum { POLICY_WATCH_MS = 100, POLICY_OPENING_MS = 2, POLICY_UNKNOWN_EVERY_S = 60 };

struct policy_watch;
struct spool;

/* dir: P/policy.  Keys are 32 bytes or absent, copied.  spool (may be NULL in
 * tests) outlives the watch and receives SNAPSHOT_LOADED, SNAPSHOT_REFUSED and,
 * once a minute, UNKNOWN_COUNT. */
enum err policy_watch_new(const char *dir, struct str sealed_key, struct str token_key, struct spool *spool,
                          struct policy_watch **out);
/* Later snapshots are opened by a helper thread (SANDBOX_THREADS), not in the loop. */
void policy_watch_background(struct policy_watch *w);
void policy_watch_free(struct policy_watch **w);   /* *w may be NULL */
/* Calls fn when a directive is appended or a snapshot published (inotify; before the sandbox).  Where the system
 * has no more watches the timer alone notices, POLICY_WATCH_MS later at the most. */
void policy_watch_files(struct policy_watch *w, struct loop *l, timer_fn *fn, void *owner);
/* How long until the next tick: short while a snapshot is being opened beside the loop. */
int64_t policy_watch_wait_ms(const struct policy_watch *w);
/* The policy_change bits of policy.h: not 0 when cached decisions must be dropped. */
unsigned policy_watch_tick(struct policy_watch *w, int64_t now_utc);
const struct policy *policy_watch_policy(const struct policy_watch *w);
struct identity *policy_watch_identity(const struct policy_watch *w);
