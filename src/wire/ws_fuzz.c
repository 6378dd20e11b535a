#include "wire/ws.h"

#include "base/buf.h"
#include "base/fuzz.h"
#include "base/mem.h"

struct sum { uint64_t pieces, bytes, v; bool bad; };

static void count(struct sum *s, enum ws_step step, const struct ws_piece *p)
{
	s->pieces += step == WS_CONTROL || p->ends;
	s->bytes += p->bytes.n;
	for (size_t i = 0; i < p->bytes.n; i++)
		s->v = s->v * 31 + (uint8_t)p->bytes.p[i];
	FUZZ_CHECK(step != WS_CONTROL || (p->bytes.n <= WS_CONTROL_MAX && p->op >= WS_CLOSE));
	FUZZ_CHECK(step != WS_DATA || p->op == WS_TEXT || p->op == WS_BINARY);
}

static struct sum read_in(struct str bytes, bool masked, size_t size)
{
	struct sum s = { 0 };
	struct ws w = ws_begin(masked);
	AUTO(buf_done) struct buf own = buf_init(1 << 20);
	buf_add(&own, bytes);
	for (size_t at = 0; at < own.n && !s.bad; at += size) {
		char *in = own.p + at;
		size_t n = own.n - at < size ? own.n - at : size;
		enum ws_step step = WS_MORE;
		struct ws_piece p;
		do {
			s.bad = ws_next(&w, &in, &n, &step, &p) != OK;
			if (!s.bad && step != WS_MORE)
				count(&s, step, &p);
		} while (!s.bad && (n || step != WS_MORE));
	}
	return s;
}

FUZZ(ws, bytes)                         /* the same however it is cut */
{
	if (!bytes.n)
		return;
	bool masked = bytes.p[0] & 1;
	bytes = str_from(bytes, 1);
	struct sum whole = read_in(bytes, masked, bytes.n + 1), cut = read_in(bytes, masked, 1);
	FUZZ_CHECK(whole.bad == cut.bad && whole.pieces == cut.pieces && whole.bytes == cut.bytes && whole.v == cut.v);
}
