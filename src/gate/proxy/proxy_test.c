#include "gate/proxy/proxy.h"

#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/test.h"
#include "gate/proxy/answer.h"
#include "gate/proxy/head.h"
#include "gate/scan/reader.h"
#include "gate/scene.h"
#include "wire/http1.h"

/* ---- pure parts ---- */

TEST(reach, inside_addresses_are_closed_unless_opened)
{
	static const struct { const char *a; bool may; } table[] = {
		{ "127.0.0.1", false }, { "10.1.2.3", false }, { "172.16.0.1", false }, { "172.32.0.1", true }, { "192.168.1.1", false },
		{ "100.64.0.1", false }, { "169.254.169.254", false }, { "0.0.0.0", false }, { "224.0.0.1", false }, { "255.255.255.255", false },
		{ "8.8.8.8", true }, { "::1", false }, { "::", false }, { "fe80::1", false }, { "fd00::1", false }, { "ff02::1", false },
		{ "2001:db8::1", false }, { "2002:7f00:1::", false }, { "64:ff9b::7f00:1", false }, { "2a00:1450::1", true }, { "::ffff:10.0.0.1", false },
	};
	for (size_t i = 0; i < ARRAY_N(table); i++) {
		struct addr a;
		CHECK_OK(addr_read(str_z(table[i].a), &a));
		if (reach_may(NULL, a) != table[i].may)
			fail_msg("%s", table[i].a);
	}
	struct reach r = { .n = 1 };
	struct addr a;
	CHECK_OK(prefix_read(STR("127.0.0.0/8"), false, &r.allow[0]));
	CHECK_OK(addr_read(STR("127.9.9.9"), &a));
	CHECK(reach_may(&r, a));
}

TEST(answer, only_the_answer_to_the_question_counts)
{
	uint8_t q[ANSWER_QUERY_MAX];
	size_t n = answer_query(STR("a.test"), false, 0x1234, q);
	struct str query = { (char *)q, n };
	struct answer a = { 0 };
	struct str good = HEX("1234 8180 0001 0001 0000 0000 0161 04 74657374 00 0001 0001 c00c 0001 0001 0000003c 0004 c6336401");
	CHECK_OK(answer_read(good, query, &a));
	CHECK(a.n == 1 && a.ttl == 60 && a.a[0].b[12] == 0xc6);
	CHECK_ERR(answer_read(HEX("1235 8180 0001 0001 0000 0000 0161 04 74657374 00 0001 0001"), query, &a), ERR_SYNTAX);
	CHECK_ERR(answer_read(HEX("1234 8180 0001 0000 0000 0000 0162 04 74657374 00 0001 0001"), query, &a), ERR_SYNTAX);
	CHECK_ERR(answer_read(HEX("1234 8183 0001 0000 0000 0000 0161 04 74657374 00 0001 0001"), query, &a), ERR_ABSENT);
	CHECK_ERR(answer_read(HEX("1234 8182 0001 0000 0000 0000 0161 04 74657374 00 0001 0001"), query, &a), ERR_NET);
	for (size_t cut = 0; cut < good.n; cut++) {
		struct answer b = { 0 };
		(void)(answer_read(str_upto(good, cut), query, &b) == OK);      /* must not read past the end */
		CHECK_INT(b.n, 0);
	}
}

TEST(head, hop_fields_stay_behind_and_lengths_are_our_own)
{
	struct http1 *h = http1_new();
	http1_begin(h, HTTP1_REQUEST);
	struct str in = STR("POST http://a.test/x HTTP/1.1\r\nHost: a.test\r\nProxy-Authorization: Basic x\r\nConnection: X-Secret, Content-Length\r\n"
		"X-Secret: 1\r\nContent-Length: 3\r\nX-Kept: 2\r\n\r\n"), piece;
	enum http1_step step;
	CHECK_OK(http1_next(h, &in, &step, &piece));
	struct url u;
	CHECK_OK(url_read(http1_head(h)->target, &u));
	AUTO(buf_done) struct buf out = buf_init(4096);
	head_request(http1_head(h), &u, NULL, &out);
	CHECK_STR(buf_str(&out), "POST /x HTTP/1.1\r\nHost: a.test\r\nX-Kept: 2\r\nVia: 1.1 gatehouse\r\nContent-Length: 3\r\n\r\n");
	http1_free(&h);
}

TEST(head, trailers_that_frame_route_or_sign_stay_behind)
{
	struct http1 *h = http1_new();
	struct str in = STR("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nDigest: x\r\nTransfer-Encoding: chunked\r\nSet-Cookie: a=b\r\n"
		"Host: b.test\r\nGrpc-Status: 0\r\n\r\n"), piece;
	enum http1_step step;
	http1_begin(h, HTTP1_RESPONSE);
	do
		CHECK_OK(http1_next(h, &in, &step, &piece));
	while (step != HTTP1_DONE);
	AUTO(buf_done) struct buf out = buf_init(4096);
	head_end(h, &out);
	CHECK_STR(buf_str(&out), "0\r\nDigest: x\r\nGrpc-Status: 0\r\n\r\n");
	http1_free(&h);
}

/* ---- the proxy as a process, an origin and a resolver beside it ---- */

static struct { pid_t pid; uint16_t proxy, page, origin, origin6, dns; int origin_fd, origin6_fd, dns_fd; const char *dir; pthread_t threads[3]; } st;

static int listener(const char *address, int type, uint16_t *port)
{
	struct sock_addr a;
	int fd;
	CHECK_OK(sock_addr_read(str_z(address), 0, &a));
	enum err e = type == SOCK_STREAM ? sock_listen_tcp(&a, 0, &fd) : sock_listen_udp(&a, 0, &fd);
	if (e != OK)
		return -1;                          /* no IPv6 here */
	CHECK_OK(sock_local(fd, &a));
	*port = sock_addr_port(&a);
	return fd;
}

static void reply(int fd, const char *text, size_t n)
{
	(void)!send(fd, text, n, MSG_NOSIGNAL);     /* the client may be gone */
}

static void origin_answer(int fd, const struct http1_head *m, struct str body)
{
	AUTO(buf_done) struct buf b = buf_init(8 << 20);
	if (str_is(m->target, "/chunked"))
		buf_z(&b, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n");
	else if (str_is(m->target, "/close"))
		buf_z(&b, "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nuntil the end");
	else if (str_is(m->target, "/big")) {
		buf_z(&b, "HTTP/1.1 200 OK\r\nContent-Length: 3000000\r\n\r\n");
		for (int i = 0; i < 300000; i++)
			buf_z(&b, "0123456789");
	} else if (str_is(m->target, "/bad"))
		buf_z(&b, "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab");
	else if (str_starts(m->target, STR("/html/")))     /* its own address, as a page */
		buf_fmt(&b, "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: %zu\r\n\r\n<p>%.*s</p>", m->target.n + 7, STRF(m->target));
	else {
		AUTO(buf_done) struct buf echo = buf_init(1 << 20);
		buf_fmt(&echo, "%.*s %.*s host=%.*s via=%.*s body=%.*s", STRF(m->method), STRF(m->target), STRF(m->host),
			STRF(http1_field(m, "via")), STRF(body));
		buf_fmt(&b, "HTTP/1.1 200 OK\r\nContent-Length: %zu\r\nX-Up: 1\r\nKeep-Alive: 5\r\n\r\n", echo.n);
		if (!str_is(m->method, "HEAD"))
			buf_add(&b, buf_str(&echo));
	}
	reply(fd, b.p, b.n);
}

static void origin_serve(int fd)
{
	char room[65536];
	struct http1 *h = http1_new();
	AUTO(buf_done) struct buf body = buf_init(1 << 20);
	http1_begin(h, HTTP1_REQUEST);
	ssize_t got;
	while ((got = recv(fd, room, sizeof room, 0)) > 0) {
		struct str in = { room, (size_t)got }, piece;
		enum http1_step step = HTTP1_MORE;
		if (room[0] == 0x16) {                  /* a tunnel: say it back */
			reply(fd, room, (size_t)got);
			continue;
		}
		while (in.n || step == HTTP1_HEAD || step == HTTP1_BODY) {
			if (http1_next(h, &in, &step, &piece) != OK)
				break;
			if (step == HTTP1_BODY)
				buf_add(&body, piece);
			if (step == HTTP1_DONE) {
				bool close = str_is(http1_head(h)->target, "/close");
				origin_answer(fd, http1_head(h), buf_str(&body));
				buf_clear(&body);
				http1_begin(h, HTTP1_REQUEST);
				if (close)
					(void)shutdown(fd, SHUT_RDWR);
			}
		}
	}
	http1_free(&h);
	close(fd);
}

static void *origin_conn(void *p)
{
	origin_serve((int)(intptr_t)p);
	return NULL;
}

static void *origin_run(void *p)
{
	int fd = (int)(intptr_t)p;
	for (;;) {
		struct pollfd f = { fd, POLLIN, 0 };
		pthread_t t;
		(void)poll(&f, 1, -1);
		int got = accept(fd, NULL, NULL);
		if (got >= 0 && pthread_create(&t, NULL, origin_conn, (void *)(intptr_t)got) == 0)
			pthread_detach(t);
	}
	return NULL;
}

/* Every name is 127.0.0.1, but six.test is ::1 and gone.test is not there; inside.test is 10.0.0.1. */
static void *dns_run(void *unused)
{
	for (;;) {
		uint8_t m[512];
		struct pollfd f = { st.dns_fd, POLLIN, 0 };
		struct sockaddr_storage from;
		socklen_t n = sizeof from;
		(void)poll(&f, 1, -1);
		ssize_t got = recvfrom(st.dns_fd, m, 400, 0, (struct sockaddr *)&from, &n);
		if (got < 17)
			continue;
		bool six = m[got - 3] == 28, six_name = memmem(m, (size_t)got, "\3six", 4), gone = memmem(m, (size_t)got, "\4gone", 5);
		bool inside = memmem(m, (size_t)got, "\6inside", 7);
		m[2] |= 0x80;
		m[3] = gone ? 3 : 0;
		size_t at = (size_t)got;
		if (!gone && six == six_name) {
			m[7] = 1;
			memcpy(m + at, six ? "\xc0\x0c\0\x1c\0\1\0\0\0\x3c\0\x10\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\1"
				: inside ? "\xc0\x0c\0\1\0\1\0\0\0\x3c\0\4\x0a\0\0\1" : "\xc0\x0c\0\1\0\1\0\0\0\x3c\0\4\x7f\0\0\1", six ? 28 : 16);
			at += six ? 28 : 16;
		}
		(void)!sendto(st.dns_fd, m, at, 0, (struct sockaddr *)&from, n);
	}
	return NULL;
}

static void on_policy(void *owner)
{
	void **v = owner;
	if (policy_watch_tick(v[0], clock_utc()))
		proxy_policy_changed(v[1]);
	timer_start(v[2], 20);
}

static void run_proxy(int proxy_fd, int page_fd)
{
	static void *v[3];
	struct loop *l = loop_new();
	struct policy_watch *w;
	struct proxy_conf c = { .site = { .gate_name = "gatehouse.home.arpa", .portal_url = "https://portal.test", .school = 1 }, .upstreams = 1,
		.http_ports = { st.origin, st.origin6 }, .connect_ports = { st.origin }, .reach.n = 2, .tap = { &reader_ops, NULL } };
	signal(SIGPIPE, SIG_IGN);
	if (prefix_read(STR("127.0.0.0/8"), false, &c.reach.allow[0]) != OK || prefix_read(STR("::1"), false, &c.reach.allow[1]) != OK)
		_exit(3);
	c.upstream[0] = sock_addr_of((const uint8_t[16]){ [10] = 0xff, 0xff, 127, 0, 0, 1 }, st.dns);
	if (policy_watch_new(st.dir, STR_NONE, STR_NONE, NULL, &w) != OK)
		_exit(4);
	struct proxy *p = proxy_new(l, &c, w, NULL);
	proxy_listen(p, proxy_fd, DOOR_PROXY, NULL);
	proxy_listen(p, page_fd, DOOR_PAGE, NULL);
	v[0] = w;
	v[1] = p;
	v[2] = timer_new(l, on_policy, v);
	on_policy(v);
	loop_run(l);
	_exit(0);
}

static void stop_proxy(void)
{
	if (st.pid > 0)
		kill(st.pid, SIGKILL);
}

static void start(void)
{
	static char dir[512];
	static const char *const signed_in[][2] = { { "127.0.0.1", "ks2" }, { "127.0.2.1", "staff" }, { "127.0.1.1", "ks1" } };
	if (st.pid)
		return;
	snprintf(dir, sizeof dir, "%s/policy", test_dir());
	st.dir = dir;
	scene_policy(st.dir, false, false);
	for (size_t i = 0; i < ARRAY_N(signed_in); i++)
		scene_bind(st.dir, signed_in[i][0], signed_in[i][1], STANDING_CURRENT);
	int proxy_fd = listener("127.0.0.1:0", SOCK_STREAM, &st.proxy), page_fd = listener("127.0.0.1:0", SOCK_STREAM, &st.page);
	st.origin_fd = listener("127.0.0.1:0", SOCK_STREAM, &st.origin);
	st.origin6_fd = listener("[::1]:0", SOCK_STREAM, &st.origin6);
	st.dns_fd = listener("127.0.0.1:0", SOCK_DGRAM, &st.dns);
	st.pid = fork();
	if (!st.pid)
		run_proxy(proxy_fd, page_fd);
	atexit(stop_proxy);
	close(proxy_fd);
	close(page_fd);
	pthread_create(&st.threads[0], NULL, origin_run, (void *)(intptr_t)st.origin_fd);
	if (st.origin6_fd >= 0)
		pthread_create(&st.threads[1], NULL, origin_run, (void *)(intptr_t)st.origin6_fd);
	pthread_create(&st.threads[2], NULL, dns_run, NULL);
}

static int dial_from(const char *source, uint16_t port)
{
	struct sockaddr_in me = { .sin_family = AF_INET }, to = { .sin_family = AF_INET, .sin_port = htons(port) };
	struct addr a;
	struct timeval wait = { .tv_sec = 60 };
	CHECK_OK(addr_read(str_z(source), &a));
	memcpy(&me.sin_addr, a.b + 12, 4);
	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait);
	CHECK(bind(fd, (struct sockaddr *)&me, sizeof me) == 0);
	CHECK(connect(fd, (struct sockaddr *)&to, sizeof to) == 0);
	return fd;
}

/* Reads until the text appears `times` times, or the connection ends. */
static void read_until(int fd, const char *text, int times, struct buf *out)
{
	char room[65536];
	for (;;) {
		struct str rest = buf_str(out);
		int seen = 0;
		ptrdiff_t at;
		while ((at = str_find(rest, str_z(text))) >= 0) {
			seen++;
			rest = str_from(rest, (size_t)at + 1);
		}
		ssize_t got = seen >= times ? 0 : recv(fd, room, sizeof room, 0);
		if (got <= 0)
			return;
		buf_add(out, (struct str){ room, (size_t)got });
	}
}

/* One request ("%P" stands for the origin's port), all of the answer. */
static struct buf talk(const char *source, uint16_t port, const char *request)
{
	AUTO(buf_done) struct buf b = buf_init(1 << 20);
	for (const char *p = request; *p; p++)
		if (p[0] == '%' && (p[1] == 'P' || p[1] == 'S')) {
			buf_fmt(&b, "%u", p[1] == 'P' ? st.origin : st.origin6);
			p++;
		} else {
			buf_byte(&b, *p);
		}
	struct buf out = buf_init(8 << 20);
	int fd = dial_from(source, port);
	reply(fd, b.p, b.n);
	read_until(fd, "no such text", 1, &out);
	close(fd);
	return out;
}

static void expect(const char *source, const char *request, const char *status, const char *text)
{
	start();
	struct buf b = talk(source, st.proxy, request);
	if (!str_starts(buf_str(&b), str_z(status)) || str_find(buf_str(&b), str_z(text)) < 0)
		fail_msg("wanted %s ... %s, got %.*s", status, text, STRF(str_upto(buf_str(&b), 3000)));
	buf_done(&b);
}

#define C "Connection: close\r\n\r\n"

/* Signs somebody in there, and waits until the proxy has read it. */
static void let_on(const char *source, const char *group)
{
	bool known = false;
	scene_bind(st.dir, source, group, STANDING_CURRENT);
	for (int i = 0; i < 3000 && !known; i++) {
		struct buf b = talk(source, st.proxy, "GET http://gatehouse.home.arpa/captive-portal HTTP/1.1\r\nHost: gatehouse.home.arpa\r\n" C);
		known = str_find(buf_str(&b), STR("\"captive\":false")) > 0;
		buf_done(&b);
		usleep(known ? 0 : 10000);
	}
	CHECK(known);
}

TEST(proxy, a_page_comes_through_without_hop_fields)
{
	expect("127.0.0.1", "GET http://open.test:%P/x?y HTTP/1.1\r\nHost: open.test:%P\r\nProxy-Connection: keep-alive\r\n" C,
		"HTTP/1.1 200", "GET /x?y host=open.test:");
	expect("127.0.0.1", "GET http://open.test:%P/ HTTP/1.1\r\nHost: open.test:%P\r\n" C, "HTTP/1.1 200", "via=1.1 gatehouse");
	expect("127.0.0.1", "HEAD http://open.test:%P/ HTTP/1.1\r\nHost: open.test:%P\r\n" C, "HTTP/1.1 200", "X-Up: 1");
	expect("127.0.0.1", "GET http://open.test:%P/ HTTP/1.0\r\n\r\n", "HTTP/1.1 200", "body=");
}

TEST(proxy, bodies_pass_both_ways)
{
	expect("127.0.0.1", "POST http://open.test:%P/e HTTP/1.1\r\nHost: open.test:%P\r\nContent-Length: 5\r\n" C "hello", "HTTP/1.1 200", "body=hello");
	expect("127.0.0.1", "POST http://open.test:%P/e HTTP/1.1\r\nHost: open.test:%P\r\nTransfer-Encoding: chunked\r\n" C "3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n",
		"HTTP/1.1 200", "body=abcde");
	expect("127.0.0.1", "GET http://open.test:%P/chunked HTTP/1.1\r\nHost: open.test:%P\r\n" C, "HTTP/1.1 200", " world\r\n0\r\n\r\n");
	expect("127.0.0.1", "GET http://open.test:%P/close HTTP/1.1\r\nHost: open.test:%P\r\n" C, "HTTP/1.1 200", "until the end");
	expect("127.0.0.1", "GET http://open.test:%P/close HTTP/1.0\r\n\r\n", "HTTP/1.1 200", "until the end");
}

TEST(proxy, pages_and_what_is_typed_are_read_along)
{
	static const char post[] = "POST http://open.test:%%P/e HTTP/1.1\r\nHost: open.test:%%P\r\nContent-Type: %s\r\nContent-Length: %zu\r\n" C "%s";
	static const struct { const char *type, *body, *status, *says; } typed[] = {
		{ "text/plain", "a good word", "HTTP/1.1 200", "body=a good word" }, { "text/plain", "I vanish", "HTTP/1.1 200", "body=I vanish" },
		{ "text/plain", "forbidden", "HTTP/1.1 403", "The words on this page" }, { "application/json", "{\"m\":\"f o r b i d d e n\"}", "HTTP/1.1 403", "The words on this page" },
		{ "application/x-www-form-urlencoded", "a=forbidden", "HTTP/1.1 403", "The words on this page" }, { "image/png", "forbidden", "HTTP/1.1 200", "body=forbidden" },
	};
	expect("127.0.0.1", "GET http://open.test:%P/html/good HTTP/1.1\r\nHost: open.test:%P\r\n" C, "HTTP/1.1 200", "/html/good");
	expect("127.0.0.1", "GET http://open.test:%P/html/forbidden/ HTTP/1.1\r\nHost: open.test:%P\r\n" C, "HTTP/1.1 403", "The words on this page");
	expect("127.0.2.1", "GET http://open.test:%P/html/forbidden/ HTTP/1.1\r\nHost: open.test:%P\r\n" C, "HTTP/1.1 200", "/html/forbidden");
	expect("127.0.0.1", "GET http://help.test:%P/html/forbidden/ HTTP/1.1\r\nHost: help.test:%P\r\n" C, "HTTP/1.1 200", "/html/forbidden");
	for (size_t i = 0; i < ARRAY_N(typed); i++) {
		AUTO(arena_done) struct arena a = arena_init();
		expect("127.0.0.1", arena_fmt(&a, post, typed[i].type, strlen(typed[i].body), typed[i].body).p, typed[i].status, typed[i].says);
	}
	expect("127.0.0.1", "GET http://finder.test:%P/search?safe=off&q=a HTTP/1.1\r\nHost: finder.test:%P\r\n" C, "HTTP/1.1 200", "GET /search?q=a&safe=on host=");
	expect("127.0.2.1", "GET http://finder.test:%P/search?safe=off&q=a HTTP/1.1\r\nHost: finder.test:%P\r\n" C, "HTTP/1.1 200", "GET /search?safe=off&q=a host=");
}

TEST(proxy, a_large_page_waits_for_a_slow_reader)
{
	start();
	char request[200];
	snprintf(request, sizeof request, "GET http://open.test:%u/big HTTP/1.1\r\nHost: open.test:%u\r\nConnection: close\r\n\r\n", st.origin, st.origin);
	int fd = dial_from("127.0.0.1", st.proxy);
	reply(fd, request, strlen(request));
	usleep(300000);                             /* everything between fills up meanwhile */
	AUTO(buf_done) struct buf out = buf_init(8 << 20);
	read_until(fd, "no such text", 1, &out);
	CHECK(out.n > 3000000 && out.n < 3001000);
	close(fd);
}

TEST(proxy, requests_follow_each_other_on_one_connection)
{
	start();
	char request[600];
	int n = snprintf(request, sizeof request, "GET http://open.test:%u/1 HTTP/1.1\r\nHost: open.test:%u\r\n\r\nPOST http://open.test:%u/2 HTTP/1.1\r\n"
		"Host: open.test:%u\r\nContent-Length: 2\r\n\r\nabGET http://blocked.test/ HTTP/1.1\r\nHost: blocked.test\r\n\r\n"
		"GET http://open.test:%u/3 HTTP/1.1\r\nHost: open.test:%u\r\nConnection: close\r\n\r\n", st.origin, st.origin, st.origin, st.origin, st.origin, st.origin);
	int fd = dial_from("127.0.0.1", st.proxy);
	reply(fd, request, (size_t)n);
	AUTO(buf_done) struct buf out = buf_init(1 << 20);
	read_until(fd, "no such text", 1, &out);
	CHECK(str_find(buf_str(&out), STR("GET /1 ")) > 0 && str_find(buf_str(&out), STR("body=ab")) > 0);
	CHECK(str_find(buf_str(&out), STR("HTTP/1.1 403")) > 0 && str_find(buf_str(&out), STR("GET /3 ")) > 0);
	close(fd);
}

TEST(proxy, what_cannot_be_fetched_is_said)
{
	expect("127.0.0.1", "GET http://gone.test:%P/ HTTP/1.1\r\nHost: gone.test:%P\r\n" C, "HTTP/1.1 502", "The page did not come");
	expect("127.0.0.1", "GET http://inside.test:%P/ HTTP/1.1\r\nHost: inside.test:%P\r\n" C, "HTTP/1.1 403", "You may not do this");
	expect("127.0.0.1", "GET http://open.test:%P/bad HTTP/1.1\r\nHost: open.test:%P\r\n" C, "HTTP/1.1 502", "The page did not come");
	expect("127.0.0.1", "GET http://open.test:25/ HTTP/1.1\r\nHost: open.test:25\r\n" C, "HTTP/1.1 403", "not open through the proxy");
	expect("127.0.0.1", "GET http://127.0.0.1:%P/ HTTP/1.1\r\nHost: 127.0.0.1:%P\r\n" C, "HTTP/1.1 403", "not open through the proxy");
	expect("127.0.0.1", "GET /x HTTP/1.1\r\nHost: open.test\r\n" C, "HTTP/1.1 400", "whole addresses");
	expect("127.0.0.1", "GET https://open.test/ HTTP/1.1\r\nHost: open.test\r\n" C, "HTTP/1.1 501", "");
	expect("127.0.0.1", "GET http://open.test/ HTTP/1.1\r\nHost: other.test\r\n" C, "HTTP/1.1 400", "Host contradicts");
}

TEST(proxy, ipv6_origins_are_reached)
{
	start();
	if (st.origin6_fd < 0)
		SKIP("no IPv6 on this machine");
	expect("127.0.0.1", "GET http://six.test:%S/v6 HTTP/1.1\r\nHost: six.test:%S\r\n" C, "HTTP/1.1 200", "GET /v6");
}

TEST(proxy, a_refused_page_is_a_page_and_its_buttons_work_there)
{
	expect("127.0.0.1", "GET http://blocked.test/ HTTP/1.1\r\nHost: blocked.test\r\n" C, "HTTP/1.1 403", "This page is closed at school");
	expect("127.0.0.1", "GET http://www.blocked.test/ HTTP/1.1\r\nHost: www.blocked.test\r\n" C, "HTTP/1.1 403", "Cache-Control: no-store");
	/* "no-referrer" would make browsers send "Origin: null" with our own forms, which are then refused */
	expect("127.0.0.1", "GET http://www.blocked.test/ HTTP/1.1\r\nHost: www.blocked.test\r\n" C, "HTTP/1.1 403", "Referrer-Policy: same-origin\r\n");
	expect("127.0.1.1", "GET http://blocked.test/ HTTP/1.1\r\nHost: blocked.test\r\n" C, "HTTP/1.1 403", "This page is closed</h1>");
	expect("127.0.2.1", "GET http://blocked.test/ HTTP/1.1\r\nHost: blocked.test\r\n" C, "HTTP/1.1 403", "What decided");
	expect("127.0.0.1", "GET http://part.test:%P/games/x HTTP/1.1\r\nHost: part.test:%P\r\n" C, "HTTP/1.1 403", "This page is closed");
	expect("127.0.0.1", "GET http://part.test:%P/a/../g%61mes/x HTTP/1.1\r\nHost: part.test:%P\r\n" C, "HTTP/1.1 403", "This page is closed");
	expect("127.0.0.1", "GET http://part.test:%P/maths HTTP/1.1\r\nHost: part.test:%P\r\n" C, "HTTP/1.1 200", "GET /maths");
	expect("127.0.0.1", "GET http://blocked.test/.well-known/gatehouse/tell HTTP/1.1\r\nHost: blocked.test\r\n" C, "HTTP/1.1 200", "Before you write");
	expect("127.0.0.1", "GET http://open.test:%P/.well-known/gatehouse/tell HTTP/1.1\r\nHost: open.test:%P\r\n" C, "HTTP/1.1 200", "GET /.well-known/gatehouse/tell");
}

TEST(clause, c7_2_03_a_learner_who_has_not_signed_gets_only_the_signing_page)
{
	expect("127.0.0.77", "GET http://open.test:%P/ HTTP/1.1\r\nHost: open.test:%P\r\n" C, "HTTP/1.1 403", "Read and sign the agreement");
	expect("127.0.0.77", "CONNECT open.test:%P HTTP/1.1\r\nHost: open.test:%P\r\n\r\n", "HTTP/1.1 403", "sign in first");
	expect("127.0.0.77", "GET http://gatehouse.home.arpa/tell HTTP/1.1\r\nHost: gatehouse.home.arpa\r\n" C, "HTTP/1.1 200", "Before you write");
	expect("127.0.0.77", "GET http://help.test:%P/ HTTP/1.1\r\nHost: help.test:%P\r\n" C, "HTTP/1.1 200", "host=help.test");
}

TEST(clause, c7_2_04_a_visitor_signs_first_and_the_visit_ends)
{
	expect("127.0.9.9", "GET http://open.test:%P/ HTTP/1.1\r\nHost: open.test:%P\r\n" C, "HTTP/1.1 403", "Read and sign the agreement");
	let_on("127.0.9.9", "guests");
	expect("127.0.9.9", "GET http://open.test:%P/ HTTP/1.1\r\nHost: open.test:%P\r\n" C, "HTTP/1.1 200", "GET /");
}

TEST(clause, c2_06_a_personal_device_on_the_guest_network_gets_the_same_page)
{
	start();
	let_on("127.0.9.8", "guests");
	expect("127.0.9.8", "GET http://blocked.test/ HTTP/1.1\r\nHost: blocked.test\r\n" C, "HTTP/1.1 403", "This page is closed at school");
}

TEST(captive, probes_and_the_api_tell_whether_one_must_sign)
{
	expect("127.0.0.77", "GET http://captive.apple.com/hotspot-detect.html HTTP/1.1\r\nHost: captive.apple.com\r\n" C, "HTTP/1.1 302", "Location: http://gatehouse.home.arpa/sign");
	expect("127.0.0.1", "GET http://captive.apple.com/hotspot-detect.html HTTP/1.1\r\nHost: captive.apple.com\r\n" C, "HTTP/1.1 200", "Success");
	expect("127.0.0.1", "GET http://connectivitycheck.gstatic.com/generate_204 HTTP/1.1\r\nHost: connectivitycheck.gstatic.com\r\n" C, "HTTP/1.1 204", "");
	expect("127.0.0.77", "GET http://gatehouse.home.arpa/captive-portal HTTP/1.1\r\nHost: gatehouse.home.arpa\r\n" C, "HTTP/1.1 200", "\"captive\":true");
	expect("127.0.0.1", "GET http://gatehouse.home.arpa/captive-portal HTTP/1.1\r\nHost: gatehouse.home.arpa\r\n" C, "HTTP/1.1 200", "application/captive+json");
	expect("127.0.0.1", "GET http://gatehouse.home.arpa/captive-portal HTTP/1.1\r\nHost: gatehouse.home.arpa\r\n" C, "HTTP/1.1 200", "\"captive\":false");
}

TEST(page_door, any_host_gets_its_refusal_and_nothing_is_fetched)
{
	start();
	struct buf b = talk("127.0.0.1", st.page, "GET /x HTTP/1.1\r\nHost: blocked.test\r\n" C);
	CHECK(str_starts(buf_str(&b), STR("HTTP/1.1 403")) && str_find(buf_str(&b), STR("This page is closed")) > 0);
	buf_done(&b);
	b = talk("127.0.0.1", st.page, "GET /x HTTP/1.1\r\nHost: open.test:%P\r\n" C);
	CHECK(str_find(buf_str(&b), STR("Please try again")) > 0);
	buf_done(&b);
	b = talk("127.0.0.1", st.page, "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n" C);
	CHECK(str_find(buf_str(&b), STR("This is the gate")) > 0);
	buf_done(&b);
	b = talk("127.0.0.1", st.page, "CONNECT open.test:%P HTTP/1.1\r\nHost: open.test:%P\r\n\r\n");
	CHECK(str_starts(buf_str(&b), STR("HTTP/1.1 400")));
	buf_done(&b);
}

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
	start();
	char request[400];
	int n = snprintf(request, sizeof request, "CONNECT %s:%u HTTP/1.1\r\nHost: %s:%u\r\n\r\n", host, st.origin, host, st.origin);
	int fd = dial_from("127.0.0.1", st.proxy);
	reply(fd, request, (size_t)n);
	AUTO(buf_done) struct buf out = buf_init(1 << 20);
	read_until(fd, "\r\n\r\n", 1, &out);
	if (str_starts(buf_str(&out), STR("HTTP/1.1 200"))) {
		buf_clear(&out);
		reply(fd, first.p, first.n / 2);
		usleep(20000);
		reply(fd, first.p + first.n / 2, first.n - first.n / 2);
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
	start();
	let_on("127.0.0.50", "ks2");
	char request[200];
	int n = snprintf(request, sizeof request, "CONNECT open.test:%u HTTP/1.1\r\nHost: open.test:%u\r\n\r\n", st.origin, st.origin);
	int fd = dial_from("127.0.0.50", st.proxy);
	AUTO(buf_done) struct buf out = buf_init(1 << 20);
	reply(fd, request, (size_t)n);
	read_until(fd, "\r\n\r\n", 1, &out);
	struct str h = hello(&a, "open.test", false);
	reply(fd, h.p, h.n);
	char c[1000];
	CHECK(recv(fd, c, sizeof c, 0) > 0);
	scene_bind(st.dir, "127.0.0.50", "ks2", STANDING_DECLINED);
	ssize_t end = recv(fd, c, sizeof c, 0);
	CHECK(end == 0 || (end < 0 && errno == ECONNRESET));
	close(fd);
}
