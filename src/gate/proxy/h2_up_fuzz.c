#include "base/fuzz.h"
#include "base/mem.h"
#include "gate/proxy/h2_up.h"

enum { ASKED = 3 };

/* A host says anything at all: what comes out of a request's pipe is the beginning of exactly one answer, or nothing. */
static const char *const asked[ASKED] = { "GET /a HTTP/1.1\r\nHost: a.test\r\nTE: trailers\r\n\r\n", "HEAD / HTTP/1.1\r\nHost: a.test\r\n\r\n",
	"POST /b HTTP/1.1\r\nHost: a.test\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nX: y\r\n\r\n" };
static struct stream *pipes[ASKED];
static struct http1 *said[ASKED];
static bool whole[ASKED], closed;

static void on_gone(void *owner, struct h2_up *u, bool shy)
{
	closed = true;
}

static void begin(size_t i)
{
	http1_begin(said[i], HTTP1_RESPONSE);
	if (i == 1)
		http1_no_body(said[i]);
}

static void on_said(size_t i, struct str in)
{
	enum http1_step step = HTTP1_MORE;
	struct str piece;
	while (in.n || step == HTTP1_HEAD || step == HTTP1_BODY) {
		FUZZ_CHECK(!whole[i]);
		FUZZ_CHECK(http1_next(said[i], &in, &step, &piece) == OK);
		if (step == HTTP1_DONE && http1_head(said[i])->status / 100 == 1)
			begin(i);
		else if (step == HTTP1_DONE)
			whole[i] = true;
	}
}

static void on_answer(void *owner, struct stream *s, unsigned what)
{
	size_t i = (size_t)((struct stream **)owner - pipes), got;
	char room[4096];
	enum err e;
	while (what & STREAM_READABLE && (e = stream_read(s, room, sizeof room, &got)) == OK)
		on_said(i, (struct str){ room, got });
}

static void on_host(void *owner, struct stream *s, unsigned what)
{
	char room[4096];
	size_t got;
	while (what & STREAM_READABLE && stream_read(s, room, sizeof room, &got) == OK) {
	}
}

FUZZ(h2_up, bytes)
{
	struct proxy *p = mem_new(struct proxy);
	struct stream *both[2];
	struct str rest = bytes;
	p->loop = loop_new_fake(1000);
	closed = false;
	stream_pair(p->loop, both);
	stream_owner(both[1], on_host, NULL);
	struct h2_up *u = h2_up_new(p, both[0], on_gone, NULL);
	for (size_t i = 0; i < ASKED; i++) {
		said[i] = http1_new();
		whole[i] = false;
		begin(i);
		pipes[i] = h2_up_open(u);
		stream_owner(pipes[i], on_answer, &pipes[i]);
		stream_write(pipes[i], str_z(asked[i]));
	}
	loop_step(p->loop, 1);
	while (rest.n && !closed) {
		struct str piece = str_upto(rest, rest.n > 200 ? 100 : rest.n);
		stream_write(both[1], piece);
		rest = str_from(rest, piece.n);
		loop_step(p->loop, 1);
	}
	loop_step(p->loop, 1);
	stream_free(&both[1]);
	for (size_t i = 0; i < ASKED; i++)
		stream_free(&pipes[i]);
	loop_step(p->loop, 1);
	if (!closed)
		h2_up_close(u);
	for (size_t i = 0; i < ASKED; i++)
		http1_free(&said[i]);
	loop_free(&p->loop);
	mem_free(&p);
}
