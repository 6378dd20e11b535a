#include "base/frame_rec.h"
#include "base/fuzz.h"

FUZZ(frame_rec, bytes)                       /* what is read is written again byte for byte */
{
	size_t at = 0, before = 0;
	struct rec r;
	while (rec_next(bytes, &at, &r) == OK) {
		uint8_t head[REC_HEAD];
		rec_head(head, r.kind, r.version, r.body);
		FUZZ_CHECK(memcmp(head, bytes.p + before, REC_HEAD) == 0 && at == before + REC_HEAD + r.body.n);
		before = at;
	}
}
