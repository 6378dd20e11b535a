#include "base/fuzz.h"
#include "base/mem.h"
#include "gate/proxy/h2_head.h"

static void add_lines(struct h2_head *h, struct str rest)
{
	struct str line, name;
	while (str_next(&rest, '\n', &line))
		if (str_next(&line, '\t', &name))
			h2_head_add(h, name, line);
}

/* What becomes an answer is exactly one, and as long as was said. */
static void answer(struct str bytes)
{
	struct h2_head h = h2_head_init(true);
	AUTO(buf_done) struct buf out = buf_init(2 * HTTP1_HEAD_MAX);
	bool chunk, head = bytes.n & 1, last = bytes.n & 2;
	int status;
	add_lines(&h, bytes);
	if (h2_head_answer(&h, head, last, &out, &chunk, &status) == OK) {
		struct http1 *p = http1_new();
		struct str in = buf_str(&out), piece;
		enum http1_step step;
		http1_begin(p, HTTP1_RESPONSE);
		if (head)
			http1_no_body(p);
		FUZZ_CHECK(http1_next(p, &in, &step, &piece) == OK && step == HTTP1_HEAD && !in.n);
		FUZZ_CHECK(http1_head(p)->status == status && http1_head(p)->chunked == chunk && !http1_head(p)->until_close);
		if (last)
			FUZZ_CHECK(http1_next(p, &in, &step, &piece) == OK && step == HTTP1_DONE);
		http1_free(&p);
	}
	h2_head_done(&h);
}

/* Lines "name\tvalue\n", after "!" those of an answer: what becomes a request is exactly one request, whatever stands in the fields. */
FUZZ(h2_head, bytes)
{
	if (bytes.n && bytes.p[0] == '!') {
		answer(str_from(bytes, 1));
		return;
	}
	struct h2_head h = h2_head_init(false);
	AUTO(buf_done) struct buf out = buf_init(2 * HTTP1_HEAD_MAX + HTTP1_TARGET_MAX);
	bool chunk, body = bytes.n & 1;
	add_lines(&h, bytes);
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
