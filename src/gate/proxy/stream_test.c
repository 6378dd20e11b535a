#include "gate/proxy/stream.h"

#include <sys/socket.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/test.h"

static void nothing(void *owner, struct stream *s, unsigned what) { }

/* Two ends of a TCP connection over loopback. */
static void tcp_pair(int out[2])
{
	struct sock_addr at;
	int listener;
	CHECK_OK(sock_addr_read(STR("127.0.0.1"), 0, &at));
	CHECK_OK(sock_listen_tcp(&at, 0, &listener));
	CHECK_OK(sock_local(listener, &at));
	CHECK_OK(sock_connect(&at, SOCK_STREAM, &out[0]));
	CHECK_OK(sock_block(listener, true));
	CHECK_OK(sock_accept(listener, &out[1], NULL));
	CHECK(close(listener) == 0);
	CHECK_OK(sock_block(out[1], true));
}

/* What a head and a body of n bytes look like to the other side, however much the kernel takes at once. */
static void head_and_body(size_t n)
{
	struct loop *l = loop_new();
	int fd[2];
	tcp_pair(fd);
	struct stream *s = stream_new(l, fd[0], NULL, nothing, NULL);
	char *body = mem_zero(1, n), *got = mem_zero(1, n + 16);
	for (size_t i = 0; i < n; i++)
		body[i] = (char)('a' + i % 23);
	stream_hold(s, STR("head: "));
	CHECK_INT(stream_pending(s), 6);
	stream_write(s, (struct str){ body, n });
	stream_write(s, STR(" end"));
	for (size_t have = 0; have < n + 10;) {
		ssize_t r = recv(fd[1], got + have, n + 10 - have, MSG_DONTWAIT);
		have += r > 0 ? (size_t)r : 0;
		loop_turn(l);
	}
	CHECK(memcmp(got, "head: ", 6) == 0 && memcmp(got + 6, body, n) == 0 && memcmp(got + 6 + n, " end", 4) == 0);
	CHECK_INT(stream_pending(s), 0);
	mem_free(&body);
	mem_free(&got);
	stream_free(&s);
	CHECK(close(fd[1]) == 0);
	loop_free(&l);
}

TEST(stream, a_head_goes_before_its_body)
{
	head_and_body(1);
	head_and_body(1024);
	head_and_body(3 << 20);
}

TEST(stream, a_reset_is_passed_on_and_an_end_is_an_end)
{
	struct loop *l = loop_new();
	for (int reset = 0; reset < 2; reset++) {
		int fd[2];
		char c;
		tcp_pair(fd);
		struct stream *s = stream_deaf(l, fd[0], nothing, NULL);
		if (reset)
			stream_reset(s);
		stream_free(&s);
		ssize_t got = recv(fd[1], &c, 1, 0);
		CHECK(reset ? got < 0 && errno == ECONNRESET : got == 0);
		CHECK(close(fd[1]) == 0);
	}
	loop_free(&l);
}
