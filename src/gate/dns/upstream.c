#include "gate/dns/upstream.h"

#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"

struct line {
	int fd;                                 /* -1: none */
	uint32_t serial;                        /* changes when it closes */
	bool tcp;
	struct upstream *up;
	struct watch *watch;
	struct buf out, in;                     /* TCP */
};

struct upstream {
	struct loop *loop;                      /* borrowed */
	struct resolver *resolver;
	size_t n;
	struct sock_addr server[FORWARD_SERVERS];
	struct line line[FORWARD_FLIGHTS];
};

struct upstream *upstream_new(struct loop *l, const struct sock_addr *servers, size_t n)
{
	struct upstream *u = mem_new(struct upstream);
	assert(n <= FORWARD_SERVERS);
	u->loop = l;
	u->n = n;
	memcpy(u->server, servers, n * sizeof *servers);
	for (size_t i = 0; i < FORWARD_FLIGHTS; i++) {
		u->line[i].fd = -1;
		u->line[i].up = u;
	}
	return u;
}

void upstream_bind(struct upstream *u, struct resolver *r) { u->resolver = r; }

void upstream_close(void *up, uint32_t flight)
{
	struct line *x = &((struct upstream *)up)->line[flight];
	if (x->fd < 0)
		return;
	watch_free(&x->watch);
	close(x->fd);
	x->fd = -1;
	x->serial++;
	buf_done(&x->out);
	buf_done(&x->in);
}

void upstream_free(struct upstream **u)
{
	for (uint32_t i = 0; *u && i < FORWARD_FLIGHTS; i++)
		upstream_close(*u, i);
	mem_free(u);
}

static uint32_t flight_of(const struct line *x) { return (uint32_t)(x - x->up->line); }

/* Until nothing more comes, or what came ended the flight. */
static void hear_udp(struct line *x)
{
	uint8_t room[4096];
	uint32_t serial = x->serial;
	while (x->serial == serial) {
		ssize_t n = recv(x->fd, room, sizeof room, MSG_DONTWAIT);
		if (n < 0 && errno != EAGAIN)
			resolver_broke(x->up->resolver, flight_of(x));      /* ICMP: nobody there */
		if (n < 0)
			return;
		resolver_heard(x->up->resolver, flight_of(x), (struct str){ (char *)room, (size_t)n });
	}
}

static bool flush(struct line *x)
{
	while (x->out.n) {
		ssize_t n = send(x->fd, x->out.p, x->out.n, MSG_DONTWAIT | MSG_NOSIGNAL);
		if (n < 0)
			return errno == EAGAIN;
		buf_cut(&x->out, (size_t)n);
	}
	watch_want(x->watch, LOOP_READ);
	return true;
}

static bool hear_tcp(struct line *x)
{
	char room[4096];
	ssize_t n = recv(x->fd, room, sizeof room, MSG_DONTWAIT);
	if (n < 0 && errno == EAGAIN)
		return true;
	if (n <= 0)
		return false;
	buf_add(&x->in, (struct str){ room, (size_t)n });
	struct str in = buf_str(&x->in);
	size_t want = in.n < 2 ? 2 : 2 + ((size_t)(uint8_t)in.p[0] << 8 | (uint8_t)in.p[1]);
	if (in.n < want || want == 2)
		return buf_ok(&x->in) == OK;
	struct buf whole = x->in;                   /* the flight may end, and close this line */
	x->in = buf_init(2 + DNS_MSG_MAX);
	resolver_heard(x->up->resolver, flight_of(x), (struct str){ whole.p + 2, want - 2 });
	buf_done(&whole);
	return true;
}

static void ready(void *owner, int fd, unsigned what)
{
	struct line *x = owner;
	(void)fd;
	if (!x->tcp) {
		hear_udp(x);
		return;
	}
	bool well = what & LOOP_WRITE ? sock_error(x->fd) == OK && flush(x) : true;
	if (well && what & LOOP_READ) {
		uint32_t serial = x->serial;
		well = hear_tcp(x) || x->serial != serial;
	}
	if (!well)
		resolver_broke(x->up->resolver, flight_of(x));
}

static bool send_tcp(struct line *x, struct str bytes)
{
	char length[2] = { (char)(bytes.n >> 8), (char)bytes.n };
	x->in = buf_init(2 + DNS_MSG_MAX);
	x->out = buf_init(2 + FORWARD_QUERY_MAX);
	buf_add(&x->out, (struct str){ length, 2 });
	buf_add(&x->out, bytes);
	watch_want(x->watch, LOOP_READ | LOOP_WRITE);
	return true;
}

bool upstream_send(void *up, uint32_t flight, unsigned server, bool tcp, struct str bytes)
{
	struct upstream *u = up;
	struct line *x = &u->line[flight];
	int fd;
	upstream_close(u, flight);
	if (sock_connect(&u->server[server], tcp ? SOCK_STREAM : SOCK_DGRAM, &fd) != OK)
		return false;
	x->fd = fd;
	x->tcp = tcp;
	x->watch = watch_new(u->loop, fd, LOOP_READ, ready, x);
	if (tcp)
		return send_tcp(x, bytes);
	if (send(fd, bytes.p, bytes.n, MSG_DONTWAIT | MSG_NOSIGNAL) == (ssize_t)bytes.n)
		return true;
	upstream_close(u, flight);
	return false;
}
