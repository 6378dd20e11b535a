#include "base/fuzz.h"
#include "event/record.h"

FUZZ(event_record, bytes)                    /* what can be read is written and read again, the same */
{
	static uint8_t room[3 * EVENT_BYTES_MAX];
	struct rd r = rd_over(bytes);
	struct rec in = { .kind = rd_u8(&r), .version = 1 }, back;
	in.body = str_from(bytes, 1);
	struct event a, b;
	if (r.bad || event_get(&in, &a) != OK)
		return;
	struct wr w = wr_over(room, sizeof room);
	size_t at = 0;
	FUZZ_CHECK(event_put(&w, &a) == OK);
	FUZZ_CHECK(rec_next((struct str){ (char *)room, wr_len(&w) }, &at, &back) == OK);
	FUZZ_CHECK(event_get(&back, &b) == OK && event_same(&a, &b));
}
