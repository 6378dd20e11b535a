#include "gate/dns/tcp.h"

#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"
#include "gate/share.h"
#include "io/file.h"

enum { LISTENERS = 8, OUT_HARD_MAX = TCP_OUT_MAX + 2 + DNS_MSG_MAX };

struct conn {
	int fd;                                 /* -1: free */
	uint32_t serial;                        /* of its place, so that a late answer finds nobody else */
	struct tcp *tcp;
	struct watch *watch;
	struct addr addr;
	int64_t last_ms;                        /* of the last question or answer */
	size_t in_n, owed;                      /* owed: answers that are still awaited */
	bool said_all;
	struct buf out;                         /* owned; waits to be taken */
	uint8_t in[2 + TCP_QUERY_MAX];
};

struct tcp {
	struct loop *loop;
	struct resolver *resolver;              /* borrowed, like the loop */
	size_t listeners, count;
	int listen_fd[LISTENERS];
	struct watch *listen[LISTENERS];
	struct conn conn[TCP_CONNS];
};

static void hang_up(struct conn *c)
{
	watch_free(&c->watch);
	close(c->fd);
	c->fd = -1;
	c->serial++;
	c->in_n = 0;
	buf_done(&c->out);
	c->tcp->count--;
}

static void want(struct conn *c)
{
	watch_want(c->watch, (c->out.n ? LOOP_WRITE : 0u) | (c->out.n < TCP_OUT_MAX && !c->said_all ? LOOP_READ : 0u));
}

static void put(struct conn *c, struct str bytes)
{
	char length[2] = { (char)(bytes.n >> 8), (char)bytes.n };
	buf_add(&c->out, (struct str){ length, 2 });
	buf_add(&c->out, bytes);
}

/* False: it is gone. */
static bool flush(struct conn *c)
{
	while (c->out.n) {
		ssize_t n = send(c->fd, c->out.p, c->out.n, MSG_DONTWAIT | MSG_NOSIGNAL);
		if (n < 0 && errno == EAGAIN)
			break;
		if (n <= 0 || buf_ok(&c->out) != OK) {
			hang_up(c);
			return false;
		}
		buf_cut(&c->out, (size_t)n);
	}
	if (c->said_all && !c->owed && !c->out.n) {
		hang_up(c);
		return false;
	}
	want(c);
	return true;
}

static void ask(struct conn *c, struct str query)
{
	static uint8_t out[DNS_MSG_MAX];
	struct dns_from from = { .addr = c->addr, .tcp = true, .conn = (uint32_t)(c - c->tcp->conn), .serial = c->serial };
	c->last_ms = loop_ms(c->tcp->loop);
	size_t n = resolver_ask(c->tcp->resolver, &from, query, out, sizeof out);
	c->owed += !n;
	if (n)
		put(c, (struct str){ (char *)out, n });
}

/* Whole questions at the front; false: nonsense. */
static bool take(struct conn *c)
{
	size_t at = 0;
	while (c->in_n - at >= 2 && c->out.n < TCP_OUT_MAX) {
		size_t n = (size_t)c->in[at] << 8 | c->in[at + 1];
		if (n < DNS_HEADER || n > TCP_QUERY_MAX)
			return false;
		if (c->in_n - at < 2 + n)
			break;
		ask(c, (struct str){ (char *)c->in + at + 2, n });
		at += 2 + n;
	}
	memmove(c->in, c->in + at, c->in_n - at);
	c->in_n -= at;
	return true;
}

static bool hear(struct conn *c)
{
	ssize_t n = recv(c->fd, c->in + c->in_n, sizeof c->in - c->in_n, MSG_DONTWAIT);
	if (n < 0 && errno == EAGAIN)
		return true;
	if (n == 0 && c->owed)                      /* half closed: what was asked is still answered */
		c->said_all = true;
	else if (n <= 0)
		return false;
	c->in_n += (size_t)n;
	return true;
}

static void ready(void *owner, int fd, unsigned what)
{
	struct conn *c = owner;
	(void)fd;
	resolver_now(c->tcp->resolver);
	if ((what & LOOP_READ && !hear(c)) || !take(c)) {
		hang_up(c);
		return;
	}
	(void)flush(c);
}

static struct conn *place_for(struct tcp *t, struct addr from)
{
	for (size_t i = 0; t->count < TCP_CONNS && i < TCP_CONNS; i++)
		if (t->conn[i].fd < 0)
			return &t->conn[i];
	struct share s;
	share_begin(&s, from);
	for (size_t i = 0; i < TCP_CONNS; i++)
		share_count(&s, t->conn[i].addr);
	for (size_t i = 0; i < TCP_CONNS; i++)
		share_offer(&s, t->conn[i].addr, !t->conn[i].owed, loop_ms(t->loop) - t->conn[i].last_ms, &t->conn[i]);
	struct conn *c = share_victim(&s);
	if (c)
		hang_up(c);
	return c;
}

static void welcome(struct tcp *t, int fd, const struct sock_addr *peer)
{
	struct addr from;
	sock_addr_bytes(peer, from.b);
	struct conn *c = place_for(t, from);
	if (!c) {
		close(fd);                          /* RFC 7766 6.2.3: clients come again */
		return;
	}
	c->fd = fd;
	c->addr = from;
	c->in_n = c->owed = 0;
	c->said_all = false;
	c->out = buf_init(OUT_HARD_MAX);
	c->last_ms = loop_ms(t->loop);
	c->watch = watch_new(t->loop, fd, LOOP_READ, ready, c);
	t->count++;
}

static void knock(void *owner, int listen_fd, unsigned what)
{
	struct sock_addr peer;
	int fd;
	(void)what;
	for (int i = 0; i < 16 && sock_accept(listen_fd, &fd, &peer) == OK; i++)
		welcome(owner, fd, &peer);
}

struct tcp *tcp_new(struct loop *l, struct resolver *r)
{
	struct tcp *t = mem_new(struct tcp);
	t->loop = l;
	t->resolver = r;
	for (size_t i = 0; i < TCP_CONNS; i++) {
		t->conn[i].fd = -1;
		t->conn[i].tcp = t;
	}
	return t;
}

enum err tcp_listen(struct tcp *t, const struct sock_addr *at)
{
	int fd;
	if (t->listeners == LISTENERS)
		return ERR_LIMIT;
	TRY(sock_listen_tcp(at, SOCK_SHARE, &fd));
	t->listen_fd[t->listeners] = fd;
	t->listen[t->listeners++] = watch_new(t->loop, fd, LOOP_READ, knock, t);
	return OK;
}

void tcp_free(struct tcp **t)
{
	for (size_t i = 0; *t && i < TCP_CONNS; i++)
		if ((*t)->conn[i].fd >= 0)
			hang_up(&(*t)->conn[i]);
	for (size_t i = 0; *t && i < (*t)->listeners; i++) {
		watch_free(&(*t)->listen[i]);
		close((*t)->listen_fd[i]);
	}
	mem_free(t);
}

void tcp_reply(struct tcp *t, const struct dns_from *to, struct str bytes)
{
	struct conn *c = &t->conn[to->conn];
	if (c->fd < 0 || c->serial != to->serial)
		return;
	c->last_ms = loop_ms(t->loop);
	c->owed -= c->owed > 0;
	put(c, bytes);
	if (flush(c) && c->in_n && !take(c))        /* what waited for room */
		hang_up(c);
}

void tcp_tick(struct tcp *t)
{
	int64_t now = loop_ms(t->loop);
	for (size_t i = 0; t->count && i < TCP_CONNS; i++)
		if (t->conn[i].fd >= 0 && now - t->conn[i].last_ms >= TCP_IDLE_MS)
			hang_up(&t->conn[i]);
}

size_t tcp_count(const struct tcp *t) { return t->count; }
