/* httpload - asks an HTTP proxy as fast as it answers and says what that cost the proxy.
 * usage: httpload get|connect PROXY-PORT ORIGIN-PORT PATH HOSTS SECONDS CONNECTIONS PID [ACCEPT]
 *
 *   get       whole addresses over kept connections, one request outstanding on each
 *   connect   a connection, CONNECT, the answer, and gone
 *   HOSTS     a file of names, taken in turn;  PID: the proxy, measured with its children
 *   ACCEPT    the Accept field: with text/html the request counts as a page somebody opened
 * One thread, one poll; loopback only.  Prints words like rps=1 ok=1 refused=0 bad=0 p50_us=1 p95_us=1 cpu_us=1. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "spent.h"

enum { CONNECTIONS_MAX = 256, ROOM = 65536, HOSTS_MAX = 1000000, TIMES = 4000000 };

struct conn {
	int fd;
	size_t got, want;            /* bytes of the answer; want: 0 until its head is whole */
	int status;
	bool used, close;
	int64_t at_ns;
	char in[ROOM];
};

static struct { bool connect; int proxy, origin; const char *path, *accept; } plan;
static char **hosts;
static size_t hosts_n, host_at, ok, refused, bad;
static uint32_t *times;          /* ns / 10 of each answer */
static size_t times_n;
static int poll_fd;

static int64_t now_ns(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

/* ---- one connection ---- */

static void watch(struct conn *c, int op)
{
	struct epoll_event e = { .events = EPOLLIN, .data.ptr = c };
	(void)epoll_ctl(poll_fd, op, c->fd, &e);
}

static void hang_up(struct conn *c)
{
	struct linger gone = { 1, 0 };       /* no TIME_WAIT: thousands a second */
	if (c->fd < 0)
		return;
	setsockopt(c->fd, SOL_SOCKET, SO_LINGER, &gone, sizeof gone);
	close(c->fd);
	c->fd = -1;
}

static bool dial(struct conn *c)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons((uint16_t)plan.proxy), .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int one = 1;
	c->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	c->used = false;
	setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
	if (connect(c->fd, (struct sockaddr *)&to, sizeof to)) {
		hang_up(c);
		return false;
	}
	watch(c, EPOLL_CTL_ADD);
	return true;
}

static void ask(struct conn *c)
{
	char out[2048];
	const char *host = hosts[host_at++ % hosts_n];
	if (c->fd < 0 && !dial(c)) {
		perror("cannot reach the proxy");
		exit(1);
	}
	int n = plan.connect
		? snprintf(out, sizeof out, "CONNECT %s:%d HTTP/1.1\r\nHost: %s:%d\r\n\r\n", host, plan.origin, host, plan.origin)
		: snprintf(out, sizeof out, "GET http://%s:%d%s HTTP/1.1\r\nHost: %s:%d\r\nUser-Agent: bench\r\nReferer: http://%s:%d/\r\nAccept: %s\r\n\r\n",
		           host, plan.origin, plan.path, host, plan.origin, host, plan.origin, plan.accept);
	c->got = c->want = 0;
	c->at_ns = now_ns();
	if (send(c->fd, out, (size_t)n, MSG_NOSIGNAL) != n)
		bad += !c->used;
}

static void read_head(struct conn *c)
{
	c->in[c->got] = 0;
	char *end = strstr(c->in, "\r\n\r\n");
	if (!end)
		return;
	c->status = atoi(c->in + 9);
	size_t head = (size_t)(end + 4 - c->in);
	char *length = strcasestr(c->in, "\r\nContent-Length:"), *shut = strcasestr(c->in, "\r\nConnection: close");
	c->close = shut && shut < end;
	bool opened = plan.connect && c->status == 200;
	c->want = head + (opened || !length || length > end ? 0 : strtoul(length + 17, NULL, 10));
}

static void answered(struct conn *c)
{
	ok += c->status == 200;
	refused += c->status == 403 || c->status == 302;
	bad += c->status != 200 && c->status != 403 && c->status != 302;
	if (times_n < TIMES)
		times[times_n++] = (uint32_t)((now_ns() - c->at_ns) / 10);
	c->used = true;
	if (plan.connect || c->close)
		hang_up(c);
	ask(c);
}

/* Only the head is kept when a body is larger than the room. */
static void on_readable(struct conn *c)
{
	size_t at = c->got < ROOM / 2 ? c->got : ROOM / 2;
	ssize_t n = recv(c->fd, c->in + at, ROOM - 1 - at, MSG_DONTWAIT);
	if (n < 0 && errno == EAGAIN)
		return;
	if (n <= 0) {                           /* a kept connection may be closed between two requests */
		bad += !c->used;
		hang_up(c);
		ask(c);
		return;
	}
	c->got += (size_t)n;
	if (!c->want)
		read_head(c);
	if (c->want && c->got >= c->want)
		answered(c);
}

static void read_hosts(const char *path)
{
	char line[512];
	FILE *f = fopen(path, "r");
	hosts = calloc(HOSTS_MAX, sizeof *hosts);
	while (f && hosts_n < HOSTS_MAX && fgets(line, sizeof line, f)) {
		line[strcspn(line, "\r\n")] = 0;
		if (*line)
			hosts[hosts_n++] = strdup(line);
	}
	if (!hosts_n) {
		fprintf(stderr, "no hosts in %s\n", path);
		exit(2);
	}
	fclose(f);
}

static int by_size(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
	return (x > y) - (x < y);
}

static double percentile(double share)
{
	return times_n ? times[(size_t)((double)(times_n - 1) * share)] / 100.0 : 0;
}

static void run(size_t connections, double seconds)
{
	static struct conn c[CONNECTIONS_MAX];
	int64_t end = now_ns() + (int64_t)(seconds * 1e9);
	for (size_t i = 0; i < connections; i++) {
		c[i].fd = -1;
		ask(&c[i]);
	}
	while (now_ns() < end) {
		struct epoll_event e[64];
		int n = epoll_wait(poll_fd, e, 64, 100);
		for (int i = 0; i < n; i++)
			on_readable(e[i].data.ptr);
	}
	for (size_t i = 0; i < connections; i++)
		hang_up(&c[i]);
}

int main(int argc, char **argv)
{
	if (argc < 9)
		return 2;
	plan.connect = strcmp(argv[1], "connect") == 0;
	plan.proxy = atoi(argv[2]);
	plan.origin = atoi(argv[3]);
	plan.path = argv[4];
	plan.accept = argc > 9 ? argv[9] : "*/*";
	read_hosts(argv[5]);
	double seconds = atof(argv[6]);
	size_t connections = strtoul(argv[7], NULL, 10);
	const char *pid = argv[8];
	if (!connections || connections > CONNECTIONS_MAX || seconds <= 0)
		return 2;
	times = calloc(TIMES, sizeof *times);
	poll_fd = epoll_create1(0);
	double cpu = spent_s(pid);
	int64_t began = now_ns();
	run(connections, seconds);
	double took = (double)(now_ns() - began) / 1e9, answers = (double)(ok + refused);
	cpu = spent_s(pid) - cpu;
	qsort(times, times_n, sizeof *times, by_size);
	printf("rps=%.0f ok=%zu refused=%zu bad=%zu p50_us=%.1f p95_us=%.1f cpu_us=%.2f\n", answers / took, ok, refused, bad,
	       percentile(.5), percentile(.95), answers > 0 ? cpu * 1e6 / answers : 0);
	return answers > 0 ? 0 : 1;
}
