/* spool_read.h - the house walks a worker's spool, segment by segment, record by
 * record, from where it stood.  Every byte is foreign: each checksum, the chain
 * of digests, the numbering and the seal are checked, and what does not fit is
 * reported with its place and never believed.
 *
 * To resume, keep the cursor that spool_reader_cursor() gives in the same
 * transaction as the events.  An event's own name is (gate, worker, segment,
 * record), which never comes twice. */
#pragma once
#include "base/arena.h"
#include "event/event.h"
#include "event/segment.h"

struct spool_cursor {
	uint64_t gate;                        /* 0: take the first that is there */
	char worker[SEG_WORKER_MAX + 1];
	uint64_t segment;                     /* 0: from the oldest segment */
	uint32_t record;                      /* the record that comes next */
};

/*        damage      what it means, for people */
#define SPOOL_DAMAGE_TABLE(X) \
	X(HEADER,    "the segment's header does not fit its checksum, its name or its folder") \
	X(RECORD,    "bytes in the middle of the segment do not fit their checksum") \
	X(ORDER,     "records are out of order, doubled or missing inside the segment") \
	X(SEAL,      "a batch was not sealed for this place in the spool") \
	X(CUT,       "the segment ends before its end mark") \
	X(END,       "the end mark does not fit what stands before it") \
	X(CHAIN,     "the segment was changed after the next one began") \
	X(GAP,       "segments are missing") \
	X(BACK,      "the spool is shorter than what was already read") \
	X(GATE,      "the spool belongs to another gate than before") \
	X(EVENT,     "a record cannot be read as an event")

enum spool_damage {
	SPOOL_FINE = 0,
#define SPOOL_DAMAGE_ENUM_(name, text) SPOOL_BAD_##name,
	SPOOL_DAMAGE_TABLE(SPOOL_DAMAGE_ENUM_)
#undef SPOOL_DAMAGE_ENUM_
};

struct spool_finding {
	enum spool_damage damage;
	struct spool_cursor at;               /* the first record that is in doubt */
	uint64_t offset;                      /* byte in the segment where the doubt begins */
	uint64_t missing;                     /* segments (GAP) or records known to be gone; 0: not known */
	const char *text;                     /* sentence, static */
};

struct spool_reader;

/* `dir` is P/spool.  pub/key: the house's X25519 pair (32 bytes each), copied and wiped on free. */
enum err spool_reader_open(const char *dir, const uint8_t pub[32], const uint8_t key[32],
                           const struct spool_cursor *from, struct spool_reader **out);
void spool_reader_free(struct spool_reader **r);

/* The next event; its texts last until the next call.  `at` (may be NULL) gets its name.
 *   ERR_END      nothing more just now; call again later
 *   ERR_CORRUPT  damage: see spool_reader_finding; the reader has moved past it, call again
 *   ERR_CRYPTO   sealed for another key: the reader stays before it (spool_reader_skip passes over) */
enum err spool_reader_next(struct spool_reader *r, struct event *out, struct spool_cursor *at);
const struct spool_finding *spool_reader_finding(const struct spool_reader *r);   /* of the last ERR_CORRUPT */
void spool_reader_skip(struct spool_reader *r);
void spool_reader_cursor(const struct spool_reader *r, struct spool_cursor *out);  /* what comes next */

/* Names of the worker folders under dir, sorted, in the arena. */
enum err spool_workers(struct arena *a, const char *dir, struct str **names, size_t *n);
/* Removes segments before the cursor's; never the newest. */
enum err spool_discard_before(const char *dir, const struct spool_cursor *c, size_t *removed);
/* Makes an X25519 pair for a new house. */
void spool_key_make(uint8_t pub[32], uint8_t key[32]);
