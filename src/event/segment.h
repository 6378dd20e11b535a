/* segment.h - the byte layout of a spool segment, shared by its writer and its
 * reader (docs/spool.md).  A segment is a header and then records in the framing
 * of base/frame_rec.h:
 *
 *   SEG_BATCH  u32 first record, u16 records, then a sealed box (crypto_box_seal to
 *              the house's X25519 key) over {u64 gate, u64 sequence, u32 first, event records}
 *   SEG_END    u32 records in the segment, SHA-256 of all bytes before this record
 *
 * The gate, holding only the public key, cannot read what it wrote. */
#pragma once
#include "base/frame_rec.h"

enum { SEG_FORMAT = 1, SEG_HEADER = 136, SEG_WORKER_MAX = 31, SEG_DIGEST = 32,
       SEG_BATCH_HEAD = 6, SEG_INNER_HEAD = 20, SEG_SEAL = 48 /* crypto_box_SEALBYTES */,
       SEG_BATCH_MAX = 64 * 1024 /* bytes of events in one batch */ };
enum seg_kind { SEG_BATCH = 1, SEG_END = 2 };

struct seg_header {
	uint64_t gate;                    /* random name of this gate's folder of spools */
	uint64_t sequence;                /* rises by one a segment */
	int64_t made_ms;
	char worker[SEG_WORKER_MAX + 1];
	uint8_t before[SEG_DIGEST];       /* SHA-256 of the whole segment before; zero for the first */
	uint8_t key_id[8];                /* first bytes of SHA-256 of the public key */
};

void seg_header_put(uint8_t out[SEG_HEADER], const struct seg_header *h);
/* ERR_SYNTAX: shorter than a header; ERR_CORRUPT: magic or checksum; ERR_VERSION. */
enum err seg_header_get(struct str bytes, struct seg_header *out);
/* The sequence number in "0000000311.seg"; ERR_SYNTAX for any other name. */
enum err seg_name_read(struct str name, uint64_t *sequence);
void seg_name(uint64_t sequence, char out[32]);
bool seg_worker_ok(struct str name);      /* a-z 0-9 - only, 1 to SEG_WORKER_MAX */
