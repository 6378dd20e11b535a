/* seg_write.h - the file side of the spool: one segment at a time, batches
 * appended and sealed, a new segment when asked, and one preallocated file
 * ("reserve") that becomes a segment when the disk is full.  Inside event/write. */
#pragma once
#include <sodium.h>

#include "event/segment.h"

enum { SEG_PATH = 1024 };

struct seg_out {
	char dir[SEG_PATH];                   /* the worker's folder */
	struct seg_header next;               /* of the segment to be started next */
	uint8_t pub_key[32];
	uint64_t reserve_bytes;
	int fd;                               /* -1: no segment open */
	uint64_t sequence;                    /* of the open segment */
	int64_t made_ms;
	uint64_t bytes;                       /* written to it */
	uint32_t records;
	crypto_hash_sha256_state digest;      /* of those bytes */
	bool in_reserve;                      /* the open segment is the preallocated one */
	bool reserve_ready;                   /* the file "reserve" stands by */
	bool dirty;                           /* bytes not yet synced */
	uint8_t frame[REC_HEAD + SEG_BATCH_HEAD + SEG_SEAL + SEG_INNER_HEAD + SEG_BATCH_MAX];
};

/* Looks at the folder, mends what a crash left, and sets `next`.  *used: bytes of all segments. */
enum err seg_out_open(struct seg_out *o, const char *dir, const char *worker, uint64_t gate,
                      const uint8_t pub_key[32], uint64_t reserve_bytes, uint64_t *used);
/* Seals and appends; starts a segment when none is open.  `plain` has SEG_INNER_HEAD bytes of room in
 * front of the records (filled in here).  On failure nothing counts as written. */
enum err seg_out_batch(struct seg_out *o, uint8_t *plain, size_t plain_n, uint16_t records, int64_t now_ms);
enum err seg_out_sync(struct seg_out *o);
/* Leaves the open segment with an end mark (without one when there is no room: the chain covers it). */
void seg_out_end(struct seg_out *o);
/* Goes on in the preallocated segment.  ERR_ABSENT: there is none. */
enum err seg_out_use_reserve(struct seg_out *o, int64_t now_ms);
/* Makes the reserve again when it is gone. */
enum err seg_out_make_reserve(struct seg_out *o);
/* Starts an ordinary segment now, to see whether there is room. */
enum err seg_out_start(struct seg_out *o, int64_t now_ms);
/* Sum of the segments' bytes, less what the reserve set aside. */
enum err seg_out_used(const struct seg_out *o, uint64_t *used);
