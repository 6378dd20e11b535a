/* CONNECT: the hello that must fit, and tunnels that close with the policy. */
#include <sys/socket.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/test.h"
#include "gate/proxy/stage.h"
#include "gate/scene.h"

/* A hello with this name, or none. */
static struct str hello(struct arena *a, const char *name, bool ech)
{
	struct buf ext = buf_init(1000), h = buf_init(1000);
	size_t n = strlen(name);
	if (n)
		buf_add(&ext, arena_fmt(a, "%c%c%c%c%c%c%c%c%c%s", 0, 0, 0, (int)n + 5, 0, (int)n + 3, 0, 0, (int)n, name));
	if (ech)
		buf_add(&ext, (struct str){ "\xfe\x0d\0\1\0", 5 });
	size_t body = 2 + 32 + 1 + 4 + 2 + 2 + ext.n;
	buf_add(&h, (struct str){ "\x16\x03\x01\0", 4 });
	buf_byte(&h, (char)(body + 4));
	buf_add(&h, (struct str){ "\x01\0\0", 3 });
	buf_byte(&h, (char)body);
	buf_add(&h, (struct str){ "\x03\x03", 2 });
	for (int i = 0; i < 32; i++)
		buf_byte(&h, 'r');
	buf_add(&h, (struct str){ "\0\0\2\x13\1\1\0\0", 8 });
	buf_byte(&h, (char)ext.n);
	buf_add(&h, buf_str(&ext));
	struct str out = arena_str(a, buf_str(&h));
	buf_done(&ext);
	buf_done(&h);
	return out;
}

/* Whether the tunnel carries this hello to the origin and back. */
static bool tunnel(const char *host, struct str first)
{
	stage_start();
	char request[400];
	int n = snprintf(request, sizeof request, "CONNECT %s:%u HTTP/1.1\r\nHost: %s:%u\r\n\r\n", host, st.origin, host, st.origin);
	int fd = stage_dial("127.0.0.1", st.proxy);
	stage_send(fd, request, (size_t)n);
	AUTO(buf_done) struct buf out = buf_init(1 << 20);
	stage_until(fd, "\r\n\r\n", 1, &out);
	if (str_starts(buf_str(&out), STR("HTTP/1.1 200"))) {
		buf_clear(&out);
		stage_send(fd, first.p, first.n / 2);
		usleep(20000);
		stage_send(fd, first.p + first.n / 2, first.n - first.n / 2);
		char c[1000];
		size_t have = 0;
		ssize_t got;
		while (have < first.n && (got = recv(fd, c, sizeof c, 0)) > 0)
			have += (size_t)got;
		close(fd);
		return have == first.n;
	}
	close(fd);
	return false;
}

TEST(connect, the_name_in_the_hello_must_be_the_name_asked_for)
{
	AUTO(arena_done) struct arena a = arena_init();
	CHECK(tunnel("open.test", hello(&a, "open.test", false)));
	CHECK(tunnel("open.test", hello(&a, "OPEN.test", false)));
	CHECK(tunnel("open.test", hello(&a, "open.test", true)));
	CHECK(!tunnel("open.test", hello(&a, "blocked.test", false)));
	CHECK(!tunnel("open.test", hello(&a, "www.open.test", false)));
	CHECK(!tunnel("open.test", hello(&a, "", false)));
	CHECK(!tunnel("open.test", hello(&a, "public.test", true)));
	CHECK(!tunnel("open.test", STR("SSH-2.0-tunnel\r\nxxxxxxxxxxxxxx")));
	CHECK(!tunnel("blocked.test", hello(&a, "blocked.test", false)));
	CHECK(!tunnel("127.0.0.1", hello(&a, "", false)));
}

TEST(connect, an_open_tunnel_closes_when_the_policy_closes_it)
{
	AUTO(arena_done) struct arena a = arena_init();
	stage_start();
	stage_let_on("127.0.0.50", "ks2");
	char request[200];
	int n = snprintf(request, sizeof request, "CONNECT open.test:%u HTTP/1.1\r\nHost: open.test:%u\r\n\r\n", st.origin, st.origin);
	int fd = stage_dial("127.0.0.50", st.proxy);
	AUTO(buf_done) struct buf out = buf_init(1 << 20);
	stage_send(fd, request, (size_t)n);
	stage_until(fd, "\r\n\r\n", 1, &out);
	struct str h = hello(&a, "open.test", false);
	stage_send(fd, h.p, h.n);
	char c[1000];
	CHECK(recv(fd, c, sizeof c, 0) > 0);
	scene_bind(st.dir, "127.0.0.50", "ks2", STANDING_DECLINED);
	ssize_t end = recv(fd, c, sizeof c, 0);
	CHECK(end == 0 || (end < 0 && errno == ECONNRESET));
	close(fd);
}
