/* signer_ask.h - the door to gatehouse-signer, which alone holds the key of the
 * audit's checkpoints.  One question, one answer over P/run/signer.sock. */
#pragma once
#include "base/str.h"

enum { CHECKPOINT_DIGEST = 32, CHECKPOINT_SIGNATURE = 64, CHECKPOINT_KEY = 32, CHECKPOINT_BYTES = 64 };

/* What is signed: "this school's audit had this head at this number at this time". */
struct checkpoint {
	int64_t school;                       /* > 0 */
	uint64_t sequence;                    /* number of the last audit row */
	uint8_t head[CHECKPOINT_DIGEST];      /* its digest */
	int64_t at_utc;                       /* filled in by the signer's own clock */
};

/* The exact bytes that the signature covers (also the message on the socket). */
void checkpoint_bytes(const struct checkpoint *c, uint8_t out[CHECKPOINT_BYTES]);
enum err checkpoint_read(struct str bytes, struct checkpoint *out);

/* Asks the signer; fills c->at_utc and the signature.  ERR_NET: it does not run; ERR_STALE: it has
 * signed a later sequence, or another head at this one; ERR_BUSY: asked too often. */
enum err signer_ask(const char *socket_path, struct checkpoint *c, uint8_t signature[CHECKPOINT_SIGNATURE]);
/* OK or ERR_CRYPTO. */
enum err checkpoint_verify(const struct checkpoint *c, const uint8_t signature[CHECKPOINT_SIGNATURE],
                           const uint8_t pub[CHECKPOINT_KEY]);
/* A new pair for a new house: `key` is the 64 bytes of P/keys/signer.key, `pub` those of signer.pub. */
void checkpoint_key_make(uint8_t pub[CHECKPOINT_KEY], uint8_t key[64]);
