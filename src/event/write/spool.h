/* spool.h - a gate worker appends its events here.  One folder and one writer a
 * worker (a lock keeps a second one out).  Events gather in memory, are sealed to
 * the house's public key in batches, and appended to segments (event/segment.h).
 *
 *  - spool_add() takes no memory and does not wait: the event is in the file
 *    within batch_ms or 64 KiB, on the disk within sync_ms.
 *  - spool_add_durable() returns OK only when the event is on the disk.
 *  - Past three quarters of the quota DROPPABLE kinds go, at the quota or with the
 *    disk full KEEP kinds go; what went is counted (in a file, so the count outlives
 *    a crash) and written as LOST as soon as there is room.
 *  - RESERVE kinds (TELL, ASK, sealed hits) then use a preallocated segment.  When
 *    that is used up too the error comes back, so that the page can say so.
 *
 * Call spool_tick() about four times a second.  Not for threads. */
#pragma once
#include "event/event.h"

struct spool;

struct spool_options {
	uint64_t quota_bytes;       /* of the worker's folder, without the reserve; 0: 256 MiB */
	uint64_t segment_bytes;     /* a new segment after this; 0: 4 MiB */
	uint64_t reserve_bytes;     /* 0: 512 KiB */
	int64_t batch_ms;           /* 0: 500 */
	int64_t sync_ms;            /* 0: 1000 */
};

enum { SPOOL_KEY = 32 };        /* bytes of the X25519 public key */

/* `dir` is P/spool; the folder dir/worker is made.  Finishes what a crash left: a
 * torn tail is cut off, the sequence goes on.  ERR_BUSY: another writer has it. */
enum err spool_open(const char *dir, const char *worker, const uint8_t pub_key[SPOOL_KEY], struct spool **out);
enum err spool_open_with(const char *dir, const char *worker, const uint8_t pub_key[SPOOL_KEY],
                         const struct spool_options *o, struct spool **out);
/* Writes all, ends the segment.  *s may be NULL. */
void spool_close(struct spool **s);

/* OK: taken, or dropped and counted by the rules above.  ERR_LIMIT, ERR_INVALID: the event itself is wrong. */
enum err spool_add(struct spool *s, const struct event *e);
/* -ENOSPC: no room even in the reserve, nothing is kept; other errors: not known to be kept. */
enum err spool_add_durable(struct spool *s, const struct event *e);
/* Writes and syncs what is due at clock_ms(); tries again after a failure; looks whether there is room again. */
enum err spool_tick(struct spool *s, int64_t now_ms);
/* Everything taken so far is on the disk. */
enum err spool_flush(struct spool *s);

struct spool_state {
	uint64_t lost;              /* events dropped and not yet written as LOST */
	uint64_t used_bytes, quota_bytes;
	uint64_t segment; uint32_t record;      /* where the next event goes */
	bool full;                  /* KEEP kinds are being dropped */
	bool reserve_in_use, reserve_ready;
};
struct spool_state spool_state(const struct spool *s);
/* Tests: the next write calls fail with this errno after `bytes` more bytes; 0 ends it. */
void spool_fault(int error, uint64_t bytes);
