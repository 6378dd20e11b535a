#include "base/fuzz.h"
#include "base/mem.h"
#include "gate/proxy/h2_head.h"

/* Lines "name\tvalue\n": what becomes a request is exactly one request, whatever stands in the fields. */
FUZZ(h2_head, bytes)
{
	struct h2_head h = h2_head_init();
	struct str rest = bytes, line, name;
	AUTO(buf_done) struct buf out = buf_init(2 * HTTP1_HEAD_MAX + HTTP1_TARGET_MAX);
	bool chunk, body = bytes.n & 1;
	while (str_next(&rest, '\n', &line)) {
		if (!str_next(&line, '\t', &name))
			continue;
		h2_head_add(&h, name, line);
	}
	if (h2_head_request(&h, body, &out, &chunk) == OK) {
		struct http1 *p = http1_new();
		struct str in = buf_str(&out), piece;
		enum http1_step step = HTTP1_MORE;
		http1_begin(p, HTTP1_REQUEST);
		enum err e = http1_next(p, &in, &step, &piece);
		if (e == OK && step == HTTP1_HEAD) {
			FUZZ_CHECK(str_ieq(http1_head(p)->method, buf_str(&h.method)) && str_eq(http1_head(p)->target, buf_str(&h.path)));
			FUZZ_CHECK(http1_head(p)->chunked == chunk);
			bool none = !http1_head(p)->has_body;
			FUZZ_CHECK(http1_next(p, &in, &step, &piece) != OK || !none || (step == HTTP1_DONE && !in.n));
		}
		http1_free(&p);
	}
	h2_head_done(&h);
}
