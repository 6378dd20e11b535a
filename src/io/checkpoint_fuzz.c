#include "base/fuzz.h"
#include "io/signer_ask.h"

FUZZ(checkpoint, bytes)                      /* what is read is written back byte for byte */
{
	struct checkpoint c;
	uint8_t again[CHECKPOINT_BYTES];
	if (checkpoint_read(bytes, &c) != OK)
		return;
	checkpoint_bytes(&c, again);
	FUZZ_CHECK(bytes.n == CHECKPOINT_BYTES && memcmp(again, bytes.p, CHECKPOINT_BYTES) == 0);
}
