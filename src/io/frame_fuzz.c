#include "base/fuzz.h"
#include "io/frame.h"

FUZZ(frame, bytes)                           /* the same messages, whole or byte by byte */
{
	struct frame_in whole = frame_in_init(64), slow = frame_in_init(64);
	size_t n = 0, m = 0;
	struct str s;
	if (frame_in_feed(&whole, bytes) == OK)
		for (; frame_in_next(&whole, &s); frame_in_drop(&whole))
			n += 1 + s.n;
	for (size_t i = 0; i < bytes.n && frame_in_feed(&slow, (struct str){ bytes.p + i, 1 }) == OK; i++)
		for (; frame_in_next(&slow, &s); frame_in_drop(&slow))
			m += 1 + s.n;
	FUZZ_CHECK(m >= n);
	frame_in_done(&whole);
	frame_in_done(&slow);
}
