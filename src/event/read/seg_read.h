/* seg_read.h - walks the bytes of one segment, frame by frame, and opens the
 * batches.  Pure: bytes in, batches and findings out; no file, no clock.  More
 * bytes may be given later (a segment that is still being written).  Inside event/read. */
#pragma once
#include <sodium.h>

#include "event/read/spool_read.h"

struct seg_keys { uint8_t pub[32], key[32], key_id[8]; };

struct seg_in {
	struct seg_header header;
	size_t at;                        /* byte of the next frame */
	uint32_t records;                 /* the number that the next batch should begin with */
	bool ended;                       /* a fitting end mark was read */
	bool damaged;                     /* something did not fit: the chain will not either */
	bool searching;                   /* looking for the next sound batch after damage */
	crypto_hash_sha256_state digest;  /* of the bytes before `at`, while nothing is damaged */
	/* the batch being read */
	uint8_t *plain;                   /* owned by the reader: room for a batch */
	struct str inner;                 /* its records */
	size_t inner_at;
	uint32_t inner_record, inner_end; /* number of the next record in it; one past the last */
};

enum seg_step {
	SEG_STEP_BATCH,                   /* a batch is open: take its records */
	SEG_STEP_TAIL,                    /* no whole frame follows (yet) */
	SEG_STEP_DONE,                    /* after the end mark */
	SEG_STEP_DAMAGE,                  /* *damage says what; go on stepping */
};

struct seg_damage { enum spool_damage damage; uint64_t offset; uint64_t missing; };

/* Begins with the header.  ERR_SYNTAX: too short yet; ERR_CORRUPT, ERR_VERSION as seg_header_get. */
enum err seg_in_begin(struct seg_in *s, struct str bytes, uint8_t *plain);
/* The next batch; those that end at or before record `skip` are passed over unopened. */
enum seg_step seg_in_step(struct seg_in *s, struct str bytes, uint32_t skip, const struct seg_keys *keys,
                          struct seg_damage *damage);
/* The next record of the open batch: OK; ERR_END: batch used up; ERR_CORRUPT: its inside does not parse. */
enum err seg_in_record(struct seg_in *s, struct rec *out, uint32_t *number);
/* Digest of all bytes before `at`. */
void seg_in_digest(const struct seg_in *s, uint8_t out[SEG_DIGEST]);
