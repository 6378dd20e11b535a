/* HTTP/2 with a host: heads, and what is left when the process ends.  The host's frames are written by hand. */
#include "gate/proxy/h2_up.h"

#include "base/test.h"
#include "gate/proxy/h2_head.h"

static struct str request_of(struct h2_head *h, struct buf *out, bool *chunk)
{
	h2_head_add(h, STR(":method"), STR("POST"));
	h2_head_add(h, STR(":scheme"), STR("https"));
	h2_head_add(h, STR(":authority"), STR("a.test"));
	h2_head_add(h, STR(":path"), STR("/"));
	h2_head_add(h, STR("content-length"), STR("3"));
	CHECK_OK(h2_head_request(h, true, out, chunk));
	return buf_str(out);
}

TEST(h2_head, a_length_travels_unless_trailers_are_announced_behind_it)
{
	AUTO(buf_done) struct buf out = buf_init(4096);
	struct h2_head h = h2_head_init(false);
	bool chunk;
	int status;
	CHECK(str_find(request_of(&h, &out, &chunk), STR("Content-Length: 3\r\n")) > 0 && !chunk);
	h2_head_done(&h);
	buf_clear(&out);
	h = h2_head_init(true);
	h2_head_add(&h, STR(":status"), STR("200"));
	h2_head_add(&h, STR("content-length"), STR("4"));
	h2_head_add(&h, STR("trailer"), STR("x-sum"));
	CHECK_OK(h2_head_answer(&h, false, false, &out, &chunk, &status));
	CHECK(chunk);
	CHECK_STR(buf_str(&out), "HTTP/1.1 200 \r\ntrailer: x-sum\r\nTransfer-Encoding: chunked\r\n\r\n");
	buf_clear(&out);
	CHECK_OK(h2_head_answer(&h, true, true, &out, &chunk, &status));                /* HEAD: no body, so no trailers */
	CHECK(!chunk && str_find(buf_str(&out), STR("Content-Length: 4")) > 0);
	h2_head_done(&h);
}

TEST(h2_head, extended_connect_is_refused_so_that_browsers_take_http1_for_it)
{
	AUTO(buf_done) struct buf out = buf_init(4096);
	struct h2_head h = h2_head_init(false);
	bool chunk;
	static const char *const said[][2] = { { ":method", "CONNECT" }, { ":protocol", "websocket" }, { ":scheme", "https" }, { ":path", "/chat" }, { ":authority", "a.test" } };
	for (size_t i = 0; i < ARRAY_N(said); i++)
		h2_head_add(&h, str_z(said[i][0]), str_z(said[i][1]));
	CHECK_ERR(h2_head_request(&h, true, &out, &chunk), ERR_SYNTAX);
	h2_head_done(&h);
}

static size_t gone;
static void on_gone(void *owner, struct h2_up *u, bool shy) { gone++; }
static void nobody(void *owner, struct stream *s, unsigned what) { }

/* The leak checker counts what is left: one request is answered whole and not yet read, one half, one not at all. */
TEST(h2_up, requests_in_flight_are_let_go_when_the_process_ends)
{
	for (int closed_before = 0; closed_before < 2; closed_before++) {
		struct proxy *p = mem_new(struct proxy);
		struct stream *both[2], *pipes[3];
		p->loop = loop_new_fake(1000);
		gone = 0;
		stream_pair(p->loop, both);
		stream_owner(both[1], nobody, NULL);
		struct h2_up *u = h2_up_new(p, both[0], on_gone, NULL);
		for (size_t i = 0; i < ARRAY_N(pipes); i++) {
			pipes[i] = h2_up_open(u);
			stream_write(pipes[i], STR("GET / HTTP/1.1\r\nHost: a.test\r\n\r\n"));
		}
		loop_step(p->loop, 1);
		stream_write(both[1], HEX("000000 04 00 00000000"  "000001 01 05 00000001 88"  "000001 01 04 00000003 88  000002 00 00 00000003 6162"));
		loop_step(p->loop, 1);
		if (closed_before)
			h2_up_close(u);
		for (size_t i = 0; i < ARRAY_N(pipes); i++)
			stream_free(&pipes[i]);
		h2_up_end(p);
		CHECK_INT(gone, 1);
		CHECK(!p->ups);
		stream_free(&both[1]);
		loop_free(&p->loop);
		mem_free(&p);
	}
}
