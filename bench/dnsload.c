/* dnsload - asks a DNS server as fast as it answers, or at a pace, and says how long answers took and how much
 * processor time the server spent on each.  Loopback only.
 *
 *   dnsload -p PORT -f NAMES [-s SECONDS] [-w OUTSTANDING] [-r PER_SECOND] [-c PID[,PID...]] [-1]
 *
 * NAMES: one name a line, all asked for A.  -1: each name once (to warm a cache).  Prints key=value words. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "spent.h"

enum { BATCH = 32, IDS = 65536, QUERY_MAX = 300, BUCKETS = 64 * 32 };
static const uint64_t LOST_NS = 300000000;

struct query { uint32_t at; uint16_t n; };

static struct {
	uint8_t *bytes;                         /* all queries, one after the other */
	struct query *v;
	size_t n, cap, used, room;
} names;

static struct {
	uint64_t sent_ns[IDS];                  /* 0: not under way */
	uint64_t sent, heard, lost, blocked, nxdomain, other, histogram[BUCKETS];
	size_t next_name, under_way;
	uint16_t next_id;
} st;

static uint64_t now_ns(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

/* ---- names ---- */

static void room_for_one(void)
{
	if (names.n == names.cap && !(names.v = realloc(names.v, (names.cap = names.cap ? 2 * names.cap : 1024) * sizeof *names.v)))
		abort();
	if (names.room - names.used < QUERY_MAX && !(names.bytes = realloc(names.bytes, names.room = names.room ? 2 * names.room : 1 << 20)))
		abort();
}

static void add_name(const char *line)
{
	static const uint8_t head[12] = { 0, 0, 1, 0, 0, 1 };
	room_for_one();
	uint8_t *q = names.bytes + names.used, *p = q + 12;
	memcpy(q, head, 12);
	while (*line && *line != '\n' && *line != ' ') {
		size_t n = strcspn(line, ". \n");
		if (!n || n > 63 || p + n + 6 > q + QUERY_MAX)
			return;
		*p++ = (uint8_t)n;
		memcpy(p, line, n);
		p += n;
		line += n + (line[n] == '.');
	}
	memcpy(p, "\0\0\1\0\1", 5);
	names.v[names.n++] = (struct query){ (uint32_t)names.used, (uint16_t)(p + 5 - q) };
	names.used += (size_t)(p + 5 - q);
}

static bool read_names(const char *path)
{
	char line[512];
	FILE *f = fopen(path, "r");
	while (f && fgets(line, sizeof line, f))
		add_name(line);
	if (f)
		fclose(f);
	return names.n;
}

/* ---- asking and hearing ---- */

/* Log-linear: 32 steps a power of two of nanoseconds. */
static size_t bucket(uint64_t ns)
{
	if (ns < 32)
		return ns;
	unsigned e = 63u - (unsigned)__builtin_clzll(ns);
	return (e - 4) * 32 + (ns >> (e - 5) & 31);
}

static double bucket_us(size_t i)
{
	return (i < 32 ? (double)i : (double)((32 + i % 32) << (i / 32 - 1))) / 1000;
}

static void send_some(int fd, size_t want, uint64_t now)
{
	static uint8_t room[BATCH][QUERY_MAX];
	struct mmsghdr m[BATCH] = { 0 };
	struct iovec v[BATCH];
	for (size_t i = 0; i < want; i++) {
		const struct query *q = &names.v[st.next_name++ % names.n];
		while (st.sent_ns[st.next_id])
			st.next_id++;
		memcpy(room[i], names.bytes + q->at, q->n);
		room[i][0] = (uint8_t)(st.next_id >> 8);
		room[i][1] = (uint8_t)st.next_id;
		st.sent_ns[st.next_id++] = now;
		v[i] = (struct iovec){ room[i], q->n };
		m[i].msg_hdr = (struct msghdr){ .msg_iov = &v[i], .msg_iovlen = 1 };
	}
	int k = sendmmsg(fd, m, (unsigned)want, 0);
	for (size_t i = k < 0 ? 0 : (size_t)k; i < want; i++) {         /* not taken: as if never asked */
		st.sent_ns[room[i][0] << 8 | room[i][1]] = 0;
		st.next_name--;
	}
	st.sent += k < 0 ? 0 : (uint64_t)k;
	st.under_way += k < 0 ? 0 : (size_t)k;
}

static void count(const uint8_t *p, size_t n, uint64_t now)
{
	unsigned id = (unsigned)p[0] << 8 | p[1], rcode = p[3] & 15;
	if (!st.sent_ns[id])
		return;
	st.histogram[bucket(now - st.sent_ns[id])]++;
	st.sent_ns[id] = 0;
	st.under_way--;
	st.heard++;
	st.nxdomain += rcode == 3;
	st.other += rcode && rcode != 3;
	/* The answerer behind the servers says 192.0.2.1 to everything: any other address is a block page's. */
	st.blocked += !rcode && (!p[7] || n < 16 || memcmp(p + n - 4, "\xc0\0\2\1", 4) != 0);
}

static bool hear_some(int fd)
{
	static uint8_t room[BATCH][1500];
	struct mmsghdr m[BATCH] = { 0 };
	struct iovec v[BATCH];
	for (int i = 0; i < BATCH; i++) {
		v[i] = (struct iovec){ room[i], sizeof room[i] };
		m[i].msg_hdr = (struct msghdr){ .msg_iov = &v[i], .msg_iovlen = 1 };
	}
	int k = recvmmsg(fd, m, BATCH, MSG_DONTWAIT, NULL);
	uint64_t now = now_ns();
	for (int i = 0; i < k; i++)
		if (m[i].msg_len >= 12)
			count(room[i], m[i].msg_len, now);
	return k > 0;
}

static void forget_lost(uint64_t now)
{
	for (size_t i = 0; i < IDS; i++)
		if (st.sent_ns[i] && now - st.sent_ns[i] > LOST_NS) {
			st.sent_ns[i] = 0;
			st.under_way--;
			st.lost++;
		}
}

struct plan { double seconds, rate; size_t window; bool once; };

static size_t due(const struct plan *p, uint64_t start, uint64_t now)
{
	size_t want;
	if (p->rate > 0) {
		double owed = (double)(now - start) / 1e9 * p->rate - (double)st.sent;
		want = owed < 1 ? 0 : (size_t)owed;
	} else {
		want = p->window - (st.under_way < p->window ? st.under_way : p->window);
		want = want < 8 && st.under_way ? 0 : want;
	}
	if (p->once && want > names.n - st.next_name)
		want = names.n - st.next_name;
	return want > BATCH ? BATCH : want;
}

static uint64_t run(int fd, const struct plan *p)
{
	uint64_t start = now_ns(), end = start + (uint64_t)(p->seconds * 1e9), looked = start;
	if (p->once)
		end = start + 120 * 1000000000ull;      /* a server that does not answer at all does not hold us for ever */
	for (uint64_t now = start; now < end && (!p->once || st.next_name < names.n || st.under_way); now = now_ns()) {
		size_t want = due(p, start, now);
		if (want)
			send_some(fd, want, now);
		if (!hear_some(fd) && !want) {
			struct pollfd f = { fd, POLLIN, 0 };
			struct timespec wait = { 0, p->rate > 0 ? 20000 : 20000000 };
			ppoll(&f, 1, &wait, NULL);
		}
		if (now - looked > LOST_NS) {
			forget_lost(now);
			looked = now;
		}
	}
	return now_ns() - start;
}

static double percentile(double part)
{
	uint64_t seen = 0;
	for (size_t i = 0; i < BUCKETS; i++)
		if ((seen += st.histogram[i]) && (double)seen >= part * (double)st.heard)
			return bucket_us(i);
	return 0;
}

static int connect_to(const char *port)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons((uint16_t)strtoul(port, NULL, 10)), .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0), room = 4 << 20;
	setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &room, sizeof room);
	return connect(fd, (struct sockaddr *)&to, sizeof to) == 0 ? fd : -1;
}

int main(int argc, char **argv)
{
	struct plan plan = { .seconds = 2, .window = 200 };
	const char *port = "53", *file = NULL, *pids = NULL;
	for (int c; (c = getopt(argc, argv, "p:f:s:w:r:c:1")) != -1;)
		switch (c) {
		case 'p': port = optarg; break;
		case 'f': file = optarg; break;
		case 's': plan.seconds = strtod(optarg, NULL); break;
		case 'w': plan.window = strtoul(optarg, NULL, 10); break;
		case 'r': plan.rate = strtod(optarg, NULL); break;
		case 'c': pids = optarg; break;
		case '1': plan.once = true; break;
		default: return 2;
		}
	int fd = connect_to(port);
	if (fd < 0 || !file || !read_names(file) || !plan.window || plan.window > IDS / 2) {
		fprintf(stderr, "dnsload: no server, no names, or nothing to do\n");
		return 1;
	}
	double cpu = pids ? spent_s(pids) : 0;
	double seconds = (double)run(fd, &plan) / 1e9;
	cpu = pids ? spent_s(pids) - cpu : 0;
	printf("qps=%.0f sent=%lu heard=%lu lost=%lu blocked=%lu nxdomain=%lu other=%lu p50_us=%.1f p95_us=%.1f p99_us=%.1f cpu_us=%.3f\n",
	       (double)st.heard / seconds, st.sent, st.heard, st.lost, st.blocked, st.nxdomain, st.other,
	       percentile(.5), percentile(.95), percentile(.99), st.heard ? cpu * 1e6 / (double)st.heard : 0);
	return 0;
}
