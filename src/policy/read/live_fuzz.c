#include "base/fuzz.h"
#include "policy/read/live.h"

/* Whatever decodes can be folded in, and is written as it was read. */
FUZZ(live, bytes)
{
	struct live *l = live_new();
	struct live_record r;
	size_t used;
	while (live_decode(bytes, &r, &used) == OK) {
		struct buf b = buf_init(65536);
		FUZZ_CHECK(used <= bytes.n && live_valid(&r) == OK);
		FUZZ_CHECK(live_encode(&r, &b) == OK && str_eq(buf_str(&b), str_upto(bytes, used)));
		(void)live_apply(l, &r, 1000);          /* a full table is an answer */
		buf_done(&b);
		bytes = str_from(bytes, used);
	}
	live_free(&l);
}
