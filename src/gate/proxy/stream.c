#include "gate/proxy/stream.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"

struct stream {
	int fd;                      /* owned */
	struct tls *tls;             /* owned; NULL: plain */
	struct watch *watch;
	struct timer *kick;          /* calls back without the kernel: TLS bytes waiting in the library, a failed write */
	struct buf out;              /* queued */
	size_t out_at;               /* bytes of it already gone */
	stream_fn *fn;
	void *owner;
	bool want, ending, ended, failed;
	bool held;                   /* the queue has bytes that wait for company, not for the kernel */
	bool tls_wants_write;        /* the library needs the socket writable before it goes on */
};

static void turn(struct stream *s)
{
	bool write = s->out.n > s->out_at || s->tls_wants_write;
	watch_want(s->watch, (s->want ? LOOP_READ : 0u) | (write ? LOOP_WRITE : 0u));
}

static void fail(struct stream *s)
{
	s->failed = true;
	timer_start(s->kick, 0);
}

static enum err put(struct stream *s, const char *p, size_t n, size_t *gone)
{
	if (s->tls)
		return tls_write(s->tls, p, n, gone, &s->tls_wants_write);
	ssize_t got = send(s->fd, p, n, MSG_NOSIGNAL);
	if (got < 0)
		return errno == EAGAIN || errno == EINTR ? (enum err)-EAGAIN : ERR_NET;
	*gone = (size_t)got;
	return OK;
}

static void half_close(struct stream *s)
{
	if (!s->ending || s->ended || stream_pending(s))
		return;
	s->ended = true;
	if (s->tls)
		tls_bye(s->tls);
	(void)shutdown(s->fd, SHUT_WR);              /* may be closed already */
}

/* Writes the queue; true when it has just become empty. */
static bool drain(struct stream *s)
{
	bool had = stream_pending(s) > 0;
	while (stream_pending(s)) {
		size_t gone;
		enum err e = put(s, s->out.p + s->out_at, stream_pending(s), &gone);
		if (e == (enum err)-EAGAIN)
			break;
		if (e != OK) {
			fail(s);
			return false;
		}
		s->out_at += gone;
	}
	if (stream_pending(s))
		return false;
	buf_clear(&s->out);
	s->out_at = 0;
	half_close(s);
	return had;
}

static void on_watch(void *owner, int fd, unsigned what)
{
	struct stream *s = owner;
	unsigned tell = what & LOOP_READ ? STREAM_READABLE : 0u;
	if (s->tls_wants_write && what & LOOP_WRITE) {
		s->tls_wants_write = false;
		tell |= STREAM_READABLE;
	}
	if (what & LOOP_WRITE && drain(s))
		tell |= STREAM_DRAINED;
	if (s->failed)
		tell = STREAM_FAILED;
	if (!s->want)
		tell &= ~(unsigned)STREAM_READABLE;
	turn(s);
	if (tell)
		s->fn(s->owner, s, tell);
}

static void on_kick(void *owner)
{
	struct stream *s = owner;
	if (s->failed)
		s->fn(s->owner, s, STREAM_FAILED);
	else if (s->want)
		s->fn(s->owner, s, STREAM_READABLE);
}

struct stream *stream_new(struct loop *l, int fd, struct tls_server *tls, stream_fn *fn, void *owner)
{
	assert(l && fd >= 0 && fn);
	struct stream *s = mem_new(struct stream);
	int one = 1;
	(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);      /* fails on unix sockets of tests only */
	s->fd = fd;
	s->fn = fn;
	s->owner = owner;
	s->want = true;
	s->out = buf_init(STREAM_QUEUE_MAX);
	if (tls)
		s->tls = tls_new(tls, fd);
	s->kick = timer_new(l, on_kick, s);
	s->watch = watch_new(l, fd, LOOP_READ, on_watch, s);
	return s;
}

void stream_free(struct stream **sp)
{
	struct stream *s = *sp;
	if (!s)
		return;
	watch_free(&s->watch);
	timer_free(&s->kick);
	tls_free(&s->tls);
	(void)close(s->fd);                          /* nothing to do about a failure */
	buf_done(&s->out);
	mem_free(sp);
}

void stream_owner(struct stream *s, stream_fn *fn, void *owner)
{
	s->fn = fn;
	s->owner = owner;
}

enum err stream_read(struct stream *s, void *p, size_t n, size_t *got)
{
	assert(s && p && n && n < INT32_MAX && got);
	if (s->failed)
		return ERR_NET;
	if (s->tls) {
		enum err e = tls_read(s->tls, p, n, got, &s->tls_wants_write);
		if (s->tls_wants_write)
			turn(s);
		return e;
	}
	ssize_t r = recv(s->fd, p, n, 0);
	if (r < 0)
		return errno == EAGAIN || errno == EINTR ? (enum err)-EAGAIN : ERR_NET;
	*got = (size_t)r;
	return r ? OK : ERR_END;
}

static void queue(struct stream *s, struct str bytes)
{
	if (s->out_at) {
		buf_cut(&s->out, s->out_at);
		s->out_at = 0;
	}
	buf_add(&s->out, bytes);
	if (s->out.over)
		fail(s);
}

void stream_hold(struct stream *s, struct str bytes)
{
	assert(s);
	if (s->failed || s->ending || !bytes.n)
		return;
	queue(s, bytes);
	s->held = true;
}

void stream_flush(struct stream *s)
{
	assert(s);
	if (!s->held)
		return;
	s->held = false;
	if (!s->failed)
		(void)drain(s);                      /* whoever writes sees for itself what is still pending */
	turn(s);
}

void stream_write(struct stream *s, struct str bytes)
{
	assert(s);
	if (s->failed || s->ending || !bytes.n)
		return;
	if (s->held) {
		queue(s, bytes);
		stream_flush(s);
		return;
	}
	if (!stream_pending(s)) {
		size_t gone = 0;
		enum err e = put(s, bytes.p, bytes.n, &gone);
		if (e != OK && e != (enum err)-EAGAIN) {
			fail(s);
			return;
		}
		bytes = str_from(bytes, gone);
		if (!bytes.n)
			return;
	}
	queue(s, bytes);
	turn(s);
}

size_t stream_pending(const struct stream *s)
{
	return s->out.n - s->out_at;
}

void stream_want(struct stream *s, bool read)
{
	if (s->want == read)
		return;
	s->want = read;
	turn(s);
	if (read && s->tls && tls_waiting(s->tls))
		timer_start(s->kick, 0);
}

void stream_end(struct stream *s)
{
	stream_flush(s);
	s->ending = true;
	half_close(s);
}

bool stream_idle_ok(const struct stream *s)
{
	char c;
	if (s->failed || s->ending || stream_pending(s))
		return false;
	return recv(s->fd, &c, 1, MSG_PEEK | MSG_DONTWAIT) < 0 && errno == EAGAIN;
}

enum err stream_target(const struct stream *s, enum err (*ask)(int fd, struct sock_addr *out), struct sock_addr *out)
{
	return ask(s->fd, out);
}

const struct tls *stream_tls(const struct stream *s)
{
	return s->tls;
}
