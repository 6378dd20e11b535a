#include "base/fuzz.h"
#include "wire/http1.h"

/* Steps and body bytes of a stream of messages, fed `size` bytes at a time. */
static void walk(struct str bytes, size_t size, enum http1_kind kind, uint64_t out[2])
{
	struct http1 *h = http1_new();
	http1_begin(h, kind);
	bool good = true;
	while (bytes.n && good) {
		struct str in = str_upto(bytes, size), piece;
		bytes = str_from(bytes, size);
		enum http1_step step;
		do {
			good = http1_next(h, &in, &step, &piece) == OK;
			if (good && step != HTTP1_MORE && step != HTTP1_BODY)
				out[0]++;
			if (good && step == HTTP1_BODY)
				out[1] += piece.n;
			if (good && step == HTTP1_DONE)
				http1_begin(h, kind);
		} while (good && (in.n || step == HTTP1_HEAD || step == HTTP1_BODY));
	}
	out[0] += good ? 1000000 : 0;
	http1_free(&h);
}

FUZZ(http1, bytes)                       /* the same however it is cut */
{
	if (!bytes.n)
		return;
	enum http1_kind kind = bytes.p[0] & 1 ? HTTP1_RESPONSE : HTTP1_REQUEST;
	bytes = str_from(bytes, 1);
	uint64_t whole[2] = { 0 }, cut[2] = { 0 };
	walk(bytes, bytes.n ? bytes.n : 1, kind, whole);
	walk(bytes, 1, kind, cut);
	FUZZ_CHECK(whole[0] == cut[0] && (whole[1] == cut[1] || whole[0] < 1000000));
}
