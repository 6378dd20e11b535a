#include "gate/proxy/stage.h"

#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/test.h"
#include "gate/proxy/proxy.h"
#include "gate/scan/reader.h"
#include "gate/scene.h"
#include "wire/http1.h"

struct stage st;
static pthread_t threads[3];
static int origin_fd, origin6_fd, dns_fd;

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

void stage_send(int fd, const char *text, size_t n)
{
	(void)!send(fd, text, n, MSG_NOSIGNAL);     /* the client may be gone */
}

static void origin_answer(int fd, const struct http1_head *m, const struct http1 *h, struct str body)
{
	const struct http1_field *tail;
	size_t n_tail = http1_trailers(h, &tail);
	AUTO(buf_done) struct buf b = buf_init(8 << 20);
	if (str_is(m->target, "/chunked"))
		buf_z(&b, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n");
	else if (str_is(m->target, "/ws"))
		buf_fmt(&b, "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nX-Offered: [%.*s]\r\n\r\n\x81\x07welcome", STRF(http1_field(m, "sec-websocket-extensions")));
	else if (str_is(m->target, "/torn")) {             /* its second half when somebody has seen the first */
		buf_z(&b, "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 300\r\n\r\n<title>Torn</title><div hidden>the first half ");
		stage_send(fd, b.p, b.n);
		buf_clear(&b);
		(void)sem_wait(&st.seen);
		buf_fmt(&b, "%-200s", " and then a forbidden word, and more of it");
	} else if (str_is(m->target, "/close"))
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
		for (size_t i = 0; i < n_tail; i++)
			buf_fmt(&echo, " tail:%.*s=%.*s", STRF(tail[i].name), STRF(tail[i].value));
		buf_fmt(&b, "HTTP/1.1 200 OK\r\nContent-Length: %zu\r\nX-Up: 1\r\nKeep-Alive: 5\r\n\r\n", echo.n);
		if (!str_is(m->method, "HEAD"))
			buf_add(&b, buf_str(&echo));
	}
	stage_send(fd, b.p, b.n);
}

static void origin_serve(int fd)
{
	char room[65536];
	struct http1 *h = http1_new();
	AUTO(buf_done) struct buf body = buf_init(1 << 20);
	http1_begin(h, HTTP1_REQUEST);
	ssize_t got;
	bool switched = false;
	while ((got = recv(fd, room, sizeof room, 0)) > 0) {
		struct str in = { room, (size_t)got }, piece;
		enum http1_step step = HTTP1_MORE;
		if (switched) {                         /* WebSocket: each portion is answered with a text */
			stage_send(fd, "\x81\x05heard", 7);
			continue;
		}
		if (room[0] == 0x16) {                  /* a tunnel: say it back */
			stage_send(fd, room, (size_t)got);
			continue;
		}
		while (in.n || step == HTTP1_HEAD || step == HTTP1_BODY) {
			if (http1_next(h, &in, &step, &piece) != OK)
				break;
			if (step == HTTP1_BODY)
				buf_add(&body, piece);
			if (step == HTTP1_DONE) {
				bool close = str_is(http1_head(h)->target, "/close");
				switched = str_is(http1_head(h)->target, "/ws");
				origin_answer(fd, http1_head(h), h, buf_str(&body));
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
		struct pollfd f = { dns_fd, POLLIN, 0 };
		struct sockaddr_storage from;
		socklen_t n = sizeof from;
		(void)poll(&f, 1, -1);
		ssize_t got = recvfrom(dns_fd, m, 400, 0, (struct sockaddr *)&from, &n);
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
		(void)!sendto(dns_fd, m, at, 0, (struct sockaddr *)&from, n);
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

void stage_start(void)
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
	origin_fd = listener("127.0.0.1:0", SOCK_STREAM, &st.origin);
	origin6_fd = listener("[::1]:0", SOCK_STREAM, &st.origin6);
	dns_fd = listener("127.0.0.1:0", SOCK_DGRAM, &st.dns);
	CHECK(sem_init(&st.seen, 0, 0) == 0);
	st.pid = fork();
	if (!st.pid)
		run_proxy(proxy_fd, page_fd);
	atexit(stop_proxy);
	close(proxy_fd);
	close(page_fd);
	pthread_create(&threads[0], NULL, origin_run, (void *)(intptr_t)origin_fd);
	if (origin6_fd >= 0)
		pthread_create(&threads[1], NULL, origin_run, (void *)(intptr_t)origin6_fd);
	pthread_create(&threads[2], NULL, dns_run, NULL);
}

int stage_dial(const char *source, uint16_t port)
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
void stage_until(int fd, const char *text, int times, struct buf *out)
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
struct buf stage_talk(const char *source, uint16_t port, const char *request)
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
	int fd = stage_dial(source, port);
	stage_send(fd, b.p, b.n);
	stage_until(fd, "no such text", 1, &out);
	close(fd);
	return out;
}

void stage_expect(const char *source, const char *request, const char *status, const char *text)
{
	stage_start();
	struct buf b = stage_talk(source, st.proxy, request);
	if (!str_starts(buf_str(&b), str_z(status)) || str_find(buf_str(&b), str_z(text)) < 0)
		fail_msg("wanted %s ... %s, got %.*s", status, text, STRF(str_upto(buf_str(&b), 3000)));
	buf_done(&b);
}

/* Signs somebody in there, and waits until the proxy has read it. */
void stage_let_on(const char *source, const char *group)
{
	bool known = false;
	scene_bind(st.dir, source, group, STANDING_CURRENT);
	for (int i = 0; i < 3000 && !known; i++) {
		struct buf b = stage_talk(source, st.proxy, "GET http://gatehouse.home.arpa/captive-portal HTTP/1.1\r\nHost: gatehouse.home.arpa\r\n" C);
		known = str_find(buf_str(&b), STR("\"captive\":false")) > 0;
		buf_done(&b);
		usleep(known ? 0 : 10000);
	}
	CHECK(known);
}
