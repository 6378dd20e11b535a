#include "base/mem.h"
#include "gate/proxy/inside.h"
#include "gate/proxy/reap.h"

enum { KEPT_ROOM = 2048 /* of a client, for the next time */ };

/* "Idempotent" and without a body: may be sent again, once, when a kept connection proves dead, or a host that speaks HTTP/2
 * ends it under a request (RFC 9110 9.2.2). */
static bool may_repeat(const struct client *c)
{
	const struct http1_head *m = http1_head(c->in);
	return (c->reused || c->piped) && !c->repeated && !c->answered && !m->has_body && !str_is(m->method, "POST") && !str_is(m->method, "PATCH");
}

void exchange_send(struct client *c, struct stream *up)
{
	c->up = up;
	c->phase = PHASE_EXCHANGE;
	if (!c->resp)
		c->resp = http1_new();
	http1_begin(c->resp, HTTP1_RESPONSE);
	c->no_body = str_is(http1_head(c->in)->method, "HEAD");
	if (c->no_body)
		http1_no_body(c->resp);
	stream_write(up, buf_str(&c->head));
	client_deadline(c, client_wait_ms(c));
}

void exchange_begin(struct client *c)
{
	const struct http1_head *m = http1_head(c->in);
	buf_clear(&c->head);
	buf_clear(&c->kept);
	buf_clear(&c->kept_up);
	c->travelled = c->repeated = false;
	if (c->upgrade)
		talk_begin(c);
	bool read = !c->upgrade && tap_wants(c);
	struct head_extra x = { .usual = c->inner ? 443 : 80, .upgrade = c->upgrade, .bare = c->talk, .plain = read && c->document, .gzip = !c->upgrade && (read || load_watches(c)) };
	judge_restrict(c, &x);
	judge_safe_path(c);
	head_request(m, &c->url, &x, &c->head);
	origin_name(c);
	c->chunk_up = m->chunked;
	if (m->has_body)
		tap_open(c, true);
	origin_go(c, true);
}

static void write_piece(struct stream *s, bool chunk, struct str piece)
{
	char size[24];
	if (!chunk) {
		stream_write(s, piece);
		return;
	}
	int n = snprintf(size, sizeof size, "%zx\r\n", piece.n);
	stream_hold(s, (struct str){ size, (size_t)n });
	stream_hold(s, piece);
	stream_hold(s, STR("\r\n"));                 /* flushed when what was read is used up */
}

static void hold_end(struct stream *s, const struct http1 *m)
{
	AUTO(buf_done) struct buf out = buf_init(2 * HTTP1_TRAILER_MAX);
	head_end(m, &out);
	stream_hold(s, buf_str(&out));
}

/* Behind whatever the page was in the middle of. */
static const char stopped[] = "\"'>--></script></style></textarea></title></noscript></template></select></svg></iframe></table></p></li></ul></main></article></section>"
	"</div></div></div></div></div></div></div></div></div></div></div></div></div></div></div></div></div></div></div></div>"
	"<div role=\"alert\" style=\"position:fixed;top:0;left:0;right:0;bottom:0;z-index:2147483647;overflow:auto;background:#eef4f7;color:#12232e;padding:2em;font:1.3em/1.5 Verdana,sans-serif\">"
	"<h1>This page stops here</h1><p>Some of its words are not for school, so the filter closed the rest. You did nothing wrong.</p>"
	"<p>Go back to the page you came from, or ask a grown-up you trust.</p></div>";

/* Some of the page is seen already: it ends in its own tongue, and says that it was ended. */
static void stop_page(struct client *c)
{
	write_piece(c->s, true, (struct str){ stopped, sizeof stopped - 1 });
	stream_hold(c->s, STR("0\r\n\r\n"));
	stream_flush(c->s);
	client_end(c);
}

/* Somebody who reads along ends it: with a page while nothing has travelled, else in the middle. */
static void cut(struct client *c, enum tap_verdict v, const char *words)
{
	bool page = v != TAP_CUT && (!c->answered || (c->kept.n && !c->travelled));
	stream_free(&c->up);
	tap_close(c);
	load_close(c);
	buf_clear(&c->kept);
	buf_clear(&c->kept_up);
	c->close_down = true;
	c->request_done = false;
	if (!page && v != TAP_CUT && c->page_open && c->answered) {
		stop_page(c);
		return;
	}
	if (!page) {
		client_cut(c);
		return;
	}
	c->answered = false;
	if (c->d.verdict == VERDICT_ALLOW) {            /* else load.c has said why */
		c->d.verdict = VERDICT_BLOCK;
		c->d.reason = v == TAP_UNREAD ? REASON_PAGE_UNREAD : REASON_PAGE_TEXT;
	}
	client_refused(c);
}

/* What was typed waits until it was read, and goes in one piece. */
static void send_kept_up(struct client *c)
{
	if (c->kept_up.n)
		write_piece(c->up, c->chunk_up, buf_str(&c->kept_up));
	buf_clear(&c->kept_up);
}

void exchange_body(struct client *c, struct str piece)
{
	const char *words;
	client_deadline(c, client_wait_ms(c));
	enum tap_verdict v = tap_feed(c, true, piece, false, &words);
	if (v >= TAP_REPLACE) {
		cut(c, v, words);
		return;
	}
	if (v == TAP_HOLD && c->kept_up.n + piece.n <= TAP_HOLD_MAX) {
		buf_add(&c->kept_up, piece);
		return;
	}
	send_kept_up(c);
	write_piece(c->up, c->chunk_up, piece);
	stream_flush(c->up);
}

void exchange_request_done(struct client *c)
{
	const char *words;
	enum tap_verdict v = tap_feed(c, true, STR_NONE, true, &words);
	if (v >= TAP_REPLACE) {
		cut(c, v, words);
		return;
	}
	send_kept_up(c);
	if (c->chunk_up)
		hold_end(c->up, c->in);
	stream_flush(c->up);
}

static void send_kept(struct client *c)
{
	if (!c->kept.n)
		return;
	stream_hold(c->s, buf_str(&c->kept));
	if (c->kept.cap > KEPT_ROOM)
		buf_done(&c->kept);
	buf_clear(&c->kept);
	c->travelled = true;
}

static void keep_piece(struct client *c, struct str piece)
{
	if (c->chunk_down)
		buf_fmt(&c->kept, "%zx\r\n", piece.n);
	buf_add(&c->kept, piece);
	if (c->chunk_down)
		buf_z(&c->kept, "\r\n");
	if (c->kept.n > TAP_HOLD_MAX)
		send_kept(c);
}

static void response_piece(struct client *c, struct str piece)
{
	const char *words;
	enum tap_verdict v = load_feed(c, piece, false, tap_feed(c, false, piece, false, &words));
	if (v >= TAP_REPLACE) {
		cut(c, v, words);
	} else if (v == TAP_HOLD) {
		keep_piece(c, piece);
	} else {
		send_kept(c);
		write_piece(c->s, c->chunk_down, piece);
	}
}

/* The response is complete: the origin's connection is kept when both allow it, and nothing stands behind the
 * response that nobody asked for (RFC 9112 9.2). */
static void finish(struct client *c, bool clean)
{
	const struct http1_head *m = http1_head(c->resp);
	const char *words;
	enum tap_verdict v = load_feed(c, STR_NONE, true, tap_feed(c, false, STR_NONE, true, &words));
	if (v >= TAP_REPLACE) {
		cut(c, v, words);
		return;
	}
	send_kept(c);
	if (c->chunk_down)
		hold_end(c->s, c->resp);
	stream_flush(c->s);
	struct stream *up = TAKE(c->up);
	if (clean && m->keep_alive && !m->until_close && c->request_done && !c->piped)
		pool_give(c->p->pool, buf_str(&c->key), up);
	else
		stream_free(&up);
	client_next(c);
}

/* A whole page that is read travels in chunks, not by its length: so it can end before that and still be whole. */
static bool can_stop(const struct client *c, struct http1_head *m)
{
	struct codings packed;
	struct str type = http1_field(m, "content-type");
	if (!tap_reads(c, false) || m->status != 200 || http1_head(c->in)->minor == 0 || head_codings(m, &packed) != OK || packed.n
	    || !str_ieq(str_upto(type, 9), STR("text/html")))
		return false;
	m->length = -1;
	m->chunked = true;
	m->until_close = false;
	return true;
}

static void response_head(struct client *c)
{
	const struct http1_head *m = http1_head(c->resp), *asked = http1_head(c->in);
	if (m->status / 100 == 1 && (m->status != 100 || asked->minor == 0))
		return;                                 /* nobody here waits for it */
	if (load_refuses(c)) {
		cut(c, TAP_REPLACE, NULL);
		return;
	}
	struct buf *out = &c->p->head;
	bool close;
	if (m->status / 100 != 1 && !c->no_body && m->length != 0 && m->status != 204 && m->status != 304)
		tap_open(c, false);
	struct http1_head said = *m;
	c->page_open = can_stop(c, &said);
	buf_clear(out);
	head_response(&said, asked->minor, asked->keep_alive && !c->close_down, c->no_body, out, &c->chunk_down, &close);
	if (m->status / 100 == 1) {
		stream_hold(c->s, buf_str(out));
		return;
	}
	c->close_down = close;
	c->answered = true;
	if (tap_reads(c, false) || c->load)
		buf_add(&c->kept, buf_str(out));        /* nothing travels before the first verdict */
	else
		stream_hold(c->s, buf_str(out));        /* goes with the body, when that is there */
}

/* An answer that could be read in two ways: its connection is not listened to any more. */
static void doubtful(struct client *c)
{
	stream_free(&c->up);
	client_trouble(c, ERR_NET);
}

/* The connection becomes WebSocket's: both sides are passed on as they come, or read (talk.c).  in: what stood behind the head,
 * in the proxy's own room. */
static void switched(struct client *c, struct str in)
{
	if (c->talk && http1_field(http1_head(c->resp), "sec-websocket-extensions").p) {
		doubtful(c);                            /* none was offered: what follows could not be read */
		return;
	}
	AUTO(buf_done) struct buf out = buf_init(HEAD_OUT_MAX);
	head_switching(http1_head(c->resp), &out);
	c->answered = true;
	tap_close(c);
	stream_hold(c->s, buf_str(&out));
	if (!c->talk)
		stream_hold(c->s, in);
	stream_flush(c->s);
	tunnel_switch(c, in);
}

/* Another response follows an interim one. */
static bool response_done(struct client *c)
{
	if (http1_head(c->resp)->status == 101)
		return false;
	if (http1_head(c->resp)->status / 100 == 1) {
		http1_begin(c->resp, HTTP1_RESPONSE);
		if (c->no_body)
			http1_no_body(c->resp);
		return true;
	}
	return false;
}

static void take_response(struct client *c, struct str in)
{
	enum http1_step step = HTTP1_MORE;
	struct str piece;
	while (c->phase == PHASE_EXCHANGE && (in.n || step == HTTP1_HEAD || step == HTTP1_BODY)) {
		if (http1_next(c->resp, &in, &step, &piece) != OK) {
			doubtful(c);
			return;
		}
		if (step == HTTP1_HEAD && http1_head(c->resp)->status == 101) {
			if (!c->upgrade || !str_ieq(http1_field(http1_head(c->resp), "upgrade"), STR("websocket"))
			    || http1_next(c->resp, &in, &step, &piece) != OK)
				doubtful(c);
			else
				switched(c, in);
			return;
		}
		if (step == HTTP1_HEAD)
			response_head(c);
		else if (step == HTTP1_BODY)
			response_piece(c, piece);
		else if (step == HTTP1_DONE && !response_done(c))
			finish(c, !in.n);
	}
	stream_flush(c->s);
	if (c->phase == PHASE_EXCHANGE && c->up)
		stream_want(c->up, stream_pending(c->s) <= STREAM_HIGH);
}

static void up_ended(struct client *c, enum err e)
{
	if (may_repeat(c)) {
		stream_free(&c->up);
		c->repeated = true;
		origin_go(c, true);
		return;
	}
	bool whole = e == ERR_END && c->answered && http1_eof(c->resp) == OK;
	if (whole) {
		finish(c, false);
		return;
	}
	stream_free(&c->up);
	client_trouble(c, ERR_NET);
}

void exchange_up(void *owner, struct stream *s, unsigned what)
{
	struct client *c = owner;
	struct proxy *p = c->p;
	size_t got;
	if (c->phase == PHASE_TUNNEL) {
		tunnel_up(c, what);
	} else if (c->phase == PHASE_DIAL) {
		if (what & STREAM_OPEN)
			origin_open(c);
		else if (what & STREAM_FAILED)
			origin_untrusted(c);
	} else if (what & STREAM_READABLE) {
		enum err e = stream_read(s, p->scratch, SCRATCH, &got);
		if (e == OK) {
			client_deadline(c, client_wait_ms(c));
			p->counts.bytes_down += got;
			take_response(c, (struct str){ p->scratch, got });
		} else if (e != (enum err)-EAGAIN) {
			up_ended(c, e);
		}
	} else if (what & STREAM_FAILED) {
		up_ended(c, ERR_NET);
	}
	if (c->phase != PHASE_GONE)
		client_pump(c);
	proxy_reap(p);
}

/* The client took what waited for it. */
void exchange_drained(struct client *c)
{
	if (c->phase == PHASE_EXCHANGE && c->up)
		stream_want(c->up, true);
	if (c->phase == PHASE_LINGER)
		client_deadline(c, LINGER_MS);
}
