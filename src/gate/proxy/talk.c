/* WebSocket, read: messages pass frame by frame (wire/ws.h), texts by way of who reads along (tap.h).
 *
 * What travels on is framed anew: each piece of a message as it comes, so that nothing waits for the rest of a long frame and a
 * Close can be said between two pieces.  That is allowed where no extension was agreed (RFC 6455 5.4), which is why none
 * is offered to the host.  What is typed waits for the end of its message, TAP_HOLD_MAX bytes at most; controls do not wait. */
#include "base/mem.h"
#include "base/rnd.h"
#include "gate/proxy/inside.h"
#include "wire/ws.h"

enum { FRAMES_MAX = 2 * SCRATCH + 4 * TAP_HOLD_MAX };

struct side {
	struct ws ws;
	void *tap;                      /* owned; NULL: not read */
	struct buf kept;                /* of a text that waits */
	bool gone;                      /* some of the message at hand has travelled */
};

struct talk {
	struct side side[2];            /* [0] what the host says, [1] what the client says */
	bool over;
};

void talk_begin(struct client *c)
{
	talk_close(c);
	void *down = tap_talk(c, false), *up = tap_talk(c, true);
	if (!down && !up)
		return;
	c->talk = mem_new(struct talk);
	c->talk->side[0] = (struct side){ .ws = ws_begin(false), .tap = down, .kept = buf_init(2 * TAP_HOLD_MAX) };
	c->talk->side[1] = (struct side){ .ws = ws_begin(true), .tap = up, .kept = buf_init(2 * TAP_HOLD_MAX) };
}

void talk_close(struct client *c)
{
	for (int i = 0; c->talk && i < 2; i++) {
		struct side *s = &c->talk->side[i];
		if (s->tap)
			c->p->conf.tap.ops->close(s->tap);
		buf_wipe(&s->kept);
	}
	mem_free(&c->talk);
}

bool talk_over(const struct client *c)
{
	return c->talk && c->talk->over;
}

/* ---- frames */

/* A client's frames are masked, each with a key of its own (RFC 6455 5.3). */
static void put_frame(struct buf *out, bool up, enum ws_op op, bool fin, struct str bytes)
{
	uint8_t mask[WS_MASK], at = 0;
	char head[WS_HEAD_MAX];
	if (up)
		rnd_bytes(mask, sizeof mask);
	buf_add(out, (struct str){ head, ws_head(op, fin, bytes.n, up ? mask : NULL, head) });
	size_t from = out->n;
	buf_add(out, bytes);
	if (up && out->n == from + bytes.n && bytes.n)
		ws_mask(out->p + from, bytes.n, mask, &at);
}

static void put_piece(struct side *s, struct buf *out, bool up, enum ws_op op, bool fin, struct str bytes)
{
	put_frame(out, up, s->gone ? WS_GO_ON : op, fin, bytes);
	s->gone = !fin;
}

static struct stream *other(const struct client *c, bool up)
{
	return up ? c->up : c->s;
}

/* ---- the end by us */

/* To whom no Close went yet. */
static void bid_farewell(struct client *c, bool up, uint16_t code, struct str why)
{
	AUTO(buf_done) struct buf out = buf_init(WS_HEAD_MAX + WS_CONTROL_MAX), text = buf_init(WS_CONTROL_MAX);
	if (!c->talk->side[up].ws.closed) {
		buf_byte(&text, (char)(code >> 8));
		buf_byte(&text, (char)(code & 0xff));
		buf_add(&text, why);
		put_frame(&out, up, WS_CLOSE, true, buf_str(&text));
		stream_hold(other(c, up), buf_str(&out));
	}
	stream_flush(other(c, up));
	stream_end(other(c, up));
}

/* The host is not told why. */
static void finish(struct client *c, uint16_t code, struct str why)
{
	c->talk->over = true;
	buf_wipe(&c->talk->side[1].kept);
	c->talk->side[1].kept = buf_init(2 * TAP_HOLD_MAX);
	bid_farewell(c, false, code, why);
	bid_farewell(c, true, code, STR_NONE);
	client_deadline(c, LINGER_MS);
}

/* ---- messages */

/* False when the connection ends here. */
static bool take_text(struct client *c, bool up, const struct ws_piece *m, struct buf *out)
{
	struct side *s = &c->talk->side[up];
	const char *words = NULL;
	enum tap_verdict v = s->tap && m->op == WS_TEXT ? c->p->conf.tap.ops->feed(s->tap, m->bytes, m->ends, &words) : TAP_PASS;
	if (v >= TAP_REPLACE)
		return false;
	if (v == TAP_HOLD && s->kept.n + m->bytes.n <= TAP_HOLD_MAX) {
		buf_add(&s->kept, m->bytes);
		return true;
	}
	if (s->kept.n) {
		buf_add(&s->kept, m->bytes);            /* fits: each is TAP_HOLD_MAX at most */
		put_piece(s, out, up, m->op, m->ends, buf_str(&s->kept));
		buf_clear(&s->kept);
	} else {
		put_piece(s, out, up, m->op, m->ends, m->bytes);
	}
	return true;
}

void talk_take(struct client *c, bool up, char *p, size_t n)
{
	struct side *s = &c->talk->side[up];
	AUTO(buf_done) struct buf out = buf_init(FRAMES_MAX);
	enum ws_step step = WS_MORE;
	struct ws_piece m;
	uint16_t code = 0;
	while (!code && !c->talk->over && (n || step != WS_MORE)) {
		if (ws_next(&s->ws, &p, &n, &step, &m) != OK)
			code = WS_CODE_WRONG;
		else if (step == WS_CONTROL)
			put_frame(&out, up, m.op, true, m.bytes);
		else if (step == WS_DATA && !take_text(c, up, &m, &out))
			code = WS_CODE_POLICY;
	}
	stream_write(other(c, up), buf_str(&out));
	if (code)
		finish(c, code, code == WS_CODE_POLICY ? STR("Closed by the school's filter: words that are not for school.") : STR_NONE);
}
