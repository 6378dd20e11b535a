/* live_write.h - the one writer of P/policy/live.log (the keeper).  A record is
 * on the disk when live_log_add() returns, and in the gate at its next look.
 * The log is compacted into a new file, renamed over the old one, when it has
 * grown; the gate then reads the new one from its start, in one step. */
#pragma once
#include "policy/read/live.h"

enum { LIVE_LOG_COMPACT_BYTES = 4 * 1024 * 1024 };

struct live_log;
/* Takes the lock (ERR_BUSY: another writer), cuts off a torn tail.  *damaged: a
 * record in the middle did not fit; the log up to it is kept, the rest is set
 * aside as live.log.bad, for the caller to report. */
enum err live_log_open(const char *dir, struct live_log **out, bool *damaged);
void live_log_close(struct live_log **l);
/* Appended and synced.  ERR_SYNTAX: the record says nothing sensible; nothing is written. */
enum err live_log_add(struct live_log *l, const struct live_record *r);
/* Several, one sync. */
enum err live_log_add_all(struct live_log *l, const struct live_record *v, size_t n);
/* Writes anew what still holds at this time. */
enum err live_log_compact(struct live_log *l, int64_t now_utc);
uint64_t live_log_bytes(const struct live_log *l);
