/* tlsload - opens HTTPS pages through a proxy and says what that cost the proxy.
 * usage: tlsload MODE PROXY-PORT ORIGIN-PORT ROOTS.pem PATH SECONDS THREADS PID[,PID...]
 *
 *   connect  a connection, CONNECT, the answer, and gone
 *   new      a host that nobody asked for before, every time: a whole handshake on both sides
 *   known    twenty hosts by turns, a new connection each time, nothing resumed by the client
 *   bulk     one connection a thread, PATH again and again
 *
 * Certificates are verified against ROOTS (the school's, or the origin's for a tunnel).  Each PID is measured with its
 * children.  Prints words like ops=1 rps=1 bad=0 bytes=1 cpu_us=1 (of the processes, an operation). */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <openssl/ssl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "spent.h"

enum { ROOM = 256 * 1024, HOSTS_KNOWN = 20 };
static struct { const char *mode, *path; int proxy, origin; } plan;
static SSL_CTX *ctx;
static atomic_ullong ops, bad, bytes, hosts;
static atomic_bool over;

static int64_t now_ns(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static int dial(const char *host)
{
	char text[600];
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons((uint16_t)plan.proxy), .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	struct timeval wait = { .tv_sec = 10 };
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait);
	int n = snprintf(text, sizeof text, "CONNECT %s:%d HTTP/1.1\r\nHost: %s:%d\r\n\r\n", host, plan.origin, host, plan.origin);
	if (connect(fd, (struct sockaddr *)&to, sizeof to) || send(fd, text, (size_t)n, 0) != n) {
		close(fd);
		return -1;
	}
	size_t got = 0;
	while (got < sizeof text - 1 && !memmem(text, got, "\r\n\r\n", 4)) {
		ssize_t r = recv(fd, text + got, 1, 0);       /* nothing past the answer: TLS follows */
		if (r <= 0)
			break;
		got += (size_t)r;
	}
	if (got < 12 || memcmp(text + 9, "200", 3)) {
		close(fd);
		return -1;
	}
	return fd;
}

static bool page(SSL *ssl, const char *host, char *room)
{
	int n = snprintf(room, ROOM, "GET %s HTTP/1.1\r\nHost: %s:%d\r\nAccept: image/png\r\n\r\n", plan.path, host, plan.origin);
	long long left = -1;
	size_t got = 0;
	if (SSL_write(ssl, room, n) != n)
		return false;
	while (left < 0) {
		int r = SSL_read(ssl, room + got, (int)(ROOM - 1 - got));
		if (r <= 0)
			return false;
		got += (size_t)r;
		room[got] = 0;
		char *end = strstr(room, "\r\n\r\n"), *length = strcasestr(room, "content-length: ");
		if (end && length && length < end)
			left = strtoll(length + 16, NULL, 10) - (long long)(got - (size_t)(end + 4 - room));
		else if (end || got == ROOM - 1)
			return false;
	}
	if (memcmp(room + 9, "200", 3))
		return false;
	atomic_fetch_add(&bytes, got);
	while (left > 0) {
		int r = SSL_read(ssl, room, ROOM);
		if (r <= 0)
			return false;
		left -= r;
		atomic_fetch_add(&bytes, (size_t)r);
	}
	return left == 0;
}

static SSL *secure(int fd, const char *host)
{
	SSL *ssl = SSL_new(ctx);
	SSL_set_fd(ssl, fd);
	SSL_set_tlsext_host_name(ssl, host);
	SSL_set1_host(ssl, host);
	if (SSL_connect(ssl) == 1)
		return ssl;
	SSL_free(ssl);
	return NULL;
}

static void *run(void *seed)
{
	bool connects = !strcmp(plan.mode, "connect"), bulk = !strcmp(plan.mode, "bulk"), fresh = !strcmp(plan.mode, "new");
	char *room = malloc(ROOM), host[64];
	while (!atomic_load(&over)) {
		unsigned long long n = atomic_fetch_add(&hosts, 1);
		snprintf(host, sizeof host, "h%llu.bench.test", fresh ? n + (unsigned long long)getpid() * 100000ULL : n % HOSTS_KNOWN);
		int fd = dial(host);
		bool good = fd >= 0;
		SSL *ssl = good && !connects ? secure(fd, host) : NULL;
		good = good && (connects || ssl);
		do {
			good = good && (connects || page(ssl, host, room));
			atomic_fetch_add(good ? &ops : &bad, 1);
		} while (bulk && good && !atomic_load(&over));
		SSL_free(ssl);
		if (fd >= 0)
			close(fd);
	}
	free(room);
	return seed;
}

int main(int argc, char **argv)
{
	if (argc != 9)
		return 2;
	plan.mode = argv[1];
	plan.proxy = atoi(argv[2]);
	plan.origin = atoi(argv[3]);
	plan.path = argv[5];
	int threads = atoi(argv[7]);
	pthread_t t[64];
	ctx = SSL_CTX_new(TLS_client_method());
	SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_OFF);
	SSL_CTX_set_verify(ctx, SSL_VERIFY_PEER, NULL);
	if (SSL_CTX_load_verify_file(ctx, argv[4]) != 1 || threads < 1 || threads > 64)
		return 2;
	double cpu = spent_s(argv[8]);
	int64_t from = now_ns();
	for (int i = 0; i < threads; i++)
		pthread_create(&t[i], NULL, run, NULL);
	usleep((useconds_t)(atof(argv[6]) * 1e6));
	atomic_store(&over, true);
	for (int i = 0; i < threads; i++)
		pthread_join(t[i], NULL);
	double seconds = (double)(now_ns() - from) / 1e9, n = (double)atomic_load(&ops);
	cpu = spent_s(argv[8]) - cpu;
	printf("ops=%.0f rps=%.1f bad=%llu bytes=%llu cpu_us=%.2f\n", n, n / seconds, atomic_load(&bad), atomic_load(&bytes), n ? cpu * 1e6 / n : 0);
	return 0;
}
