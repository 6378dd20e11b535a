#include "gate/proxy/stream.h"

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"

enum { KEEP_ROOM = 32 * 1024 /* of an empty queue; more is given back */ };

struct stream {
	int fd;                      /* owned; -1: a pipe's end */
	struct stream *peer;         /* of a pipe; NULL: gone, or no pipe */
	struct tls *tls;             /* owned; NULL: plain */
	struct watch *watch;         /* NULL: a pipe */
	struct timer *kick;          /* calls back without the kernel: TLS bytes waiting in the library, a failed write, a pipe */
	struct buf out;              /* queued */
	size_t out_at;               /* bytes of it already gone */
	stream_fn *fn;
	void *owner;
	bool want, ending, ended, failed;
	bool ended_by_peer;          /* a pipe: the other end said all */
	bool held;                   /* the queue has bytes that wait for company, not for the kernel */
	bool shaking;                /* STREAM_OPEN is still to be told */
	bool reset;                  /* closed in the middle: the other side is told so */
	struct loop *loop;
	unsigned tell;               /* of the next kick */
};

static void on_kick(void *owner);

static bool pipe_end(const struct stream *s)
{
	return s->fd < 0;
}

static void turn(struct stream *s)
{
	if (pipe_end(s))
		return;
	bool write = s->tls ? tls_queued(s->tls) > 0 : s->out.n > s->out_at;
	bool read = s->want || s->shaking;
	watch_want(s->watch, (read ? LOOP_READ : 0u) | (write ? LOOP_WRITE : 0u));
}

static void kick(struct stream *s, unsigned what)
{
	s->tell |= what;
	if (!s->kick)                        /* most never need one */
		s->kick = timer_new(s->loop, on_kick, s);
	timer_start(s->kick, 0);
}

static void fail(struct stream *s)
{
	s->failed = true;
	kick(s, STREAM_FAILED);
}

/* Into the connection; for a pipe nothing: its other end takes it. */
static enum err put(struct stream *s, const char *p, size_t n, size_t *gone)
{
	if (pipe_end(s)) {
		if (s->peer)
			kick(s->peer, STREAM_READABLE);
		return s->peer ? (enum err)-EAGAIN : ERR_NET;
	}
	if (s->tls)
		return tls_write(s->tls, p, n, gone);
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
	if (pipe_end(s)) {
		if (s->peer)
			kick(s->peer, STREAM_READABLE);
		return;
	}
	if (s->tls) {
		tls_bye(s->tls);
		(void)tls_flush(s->tls);             /* the close below it decides */
	}
	(void)shutdown(s->fd, SHUT_WR);              /* may be closed already */
}

static enum err put_queue(struct stream *s)
{
	while (s->out.n > s->out_at) {
		size_t gone = 0;
		enum err e = put(s, s->out.p + s->out_at, s->out.n - s->out_at, &gone);
		s->out_at += gone;
		if (e == (enum err)-EAGAIN)
			break;
		TRY(e);
	}
	if (s->out.n == s->out_at) {
		if (s->out.cap > KEEP_ROOM)
			buf_done(&s->out);
		buf_clear(&s->out);
		s->out_at = 0;
	}
	return s->tls ? tls_flush(s->tls) : OK;
}

/* Writes the queue; true when it has just become empty. */
static bool drain(struct stream *s)
{
	bool had = stream_pending(s) > 0;
	if (put_queue(s) != OK) {
		fail(s);
		return false;
	}
	if (stream_pending(s))
		return false;
	half_close(s);
	return had;
}

/* One step of the handshake; what to tell. */
static unsigned shake(struct stream *s)
{
	enum err e = tls_shake(s->tls);
	if (e != (enum err)-EAGAIN)
		s->shaking = false;
	if (tls_flush(s->tls) != OK)
		e = ERR_NET;
	if (e == (enum err)-EAGAIN)
		return 0;
	s->failed |= e != OK;
	if (e == OK && tls_waiting(s->tls))
		kick(s, STREAM_READABLE);
	return e == OK ? STREAM_OPEN : STREAM_FAILED;
}

static void call(struct stream *s, unsigned tell)
{
	if (s->failed)
		tell = STREAM_FAILED;
	if (!s->want)
		tell &= ~(unsigned)STREAM_READABLE;
	turn(s);
	if (tell)
		s->fn(s->owner, s, tell);
}

static void on_watch(void *owner, int fd, unsigned what)
{
	struct stream *s = owner;
	unsigned tell = what & LOOP_READ ? STREAM_READABLE : 0u;
	if (s->shaking)
		tell = shake(s);
	if ((what & LOOP_WRITE || (s->tls && stream_pending(s))) && !s->failed && drain(s))
		tell |= STREAM_DRAINED;
	call(s, tell);
}

static void on_kick(void *owner)
{
	struct stream *s = owner;
	unsigned tell = s->tell;
	s->tell = 0;
	if (s->shaking && tell)
		tell = shake(s);
	call(s, tell);
}

static struct stream *make(struct loop *l, int fd, bool want, stream_fn *fn, void *owner)
{
	struct stream *s = mem_new(struct stream);
	s->fd = fd;
	s->fn = fn;
	s->owner = owner;
	s->loop = l;
	s->want = want;
	s->out = buf_init(STREAM_QUEUE_MAX);
	return s;
}

static void nobody(void *owner, struct stream *s, unsigned what) { }

void stream_pair(struct loop *l, struct stream *out[2])
{
	for (int i = 0; i < 2; i++)
		out[i] = make(l, -1, true, nobody, NULL);
	out[0]->peer = out[1];
	out[1]->peer = out[0];
}

struct stream *stream_new(struct loop *l, int fd, struct tls_server *tls, stream_fn *fn, void *owner)
{
	assert(l && fd >= 0 && fn);
	struct stream *s = make(l, fd, true, fn, owner);
	if (tls)
		s->tls = tls_new(tls, fd);
	s->watch = watch_new(l, fd, LOOP_READ, on_watch, s);
	return s;
}

struct stream *stream_deaf(struct loop *l, int fd, stream_fn *fn, void *owner)
{
	assert(l && fd >= 0 && fn);
	struct stream *s = make(l, fd, false, fn, owner);
	s->watch = watch_new(l, fd, 0, on_watch, s);
	return s;
}

static void begin_tls(struct stream *s, struct tls *t)
{
	assert(!s->tls && !stream_pending(s) && !s->ending);
	s->tls = t;
	s->shaking = true;
	kick(s, STREAM_READABLE);
}

void stream_front(struct stream *s, struct tls_front *f, struct tls_leaf *leaf, struct str early, bool h2)
{
	begin_tls(s, tls_front_accept(f, leaf, s->fd, early, h2));
}

void stream_remote(struct stream *s, struct tls_remote *r, struct str host, uint16_t port, bool h2)
{
	begin_tls(s, tls_remote_connect(r, s->fd, host, port, h2));
}

struct tls *stream_tls(const struct stream *s)
{
	return s->tls;
}

static void leave_peer(struct stream *s)
{
	if (!s->peer)
		return;
	s->peer->peer = NULL;
	kick(s->peer, s->ended ? STREAM_READABLE : STREAM_FAILED);     /* told even to who does not want to read */
}

void stream_free(struct stream **sp)
{
	struct stream *s = *sp;
	if (!s)
		return;
	leave_peer(s);
	if (s->watch)
		watch_free(&s->watch);
	timer_free(&s->kick);
	tls_free(&s->tls);
	if (s->reset && !pipe_end(s))
		(void)setsockopt(s->fd, SOL_SOCKET, SO_LINGER, &(struct linger){ 1, 0 }, sizeof(struct linger));     /* else it is closed in good order */
	if (!pipe_end(s))
		(void)close(s->fd);                  /* nothing to do about a failure */
	buf_done(&s->out);
	mem_free(sp);
}

void stream_reset(struct stream *s)
{
	s->reset = true;
}

void stream_owner(struct stream *s, stream_fn *fn, void *owner)
{
	s->fn = fn;
	s->owner = owner;
}

/* What the other end wrote; the end of it only when that end said so. */
static enum err pipe_read(struct stream *s, void *p, size_t n, size_t *got)
{
	struct stream *from = s->peer;
	if (!from)
		return s->ended_by_peer ? ERR_END : ERR_NET;
	size_t left = from->held ? 0 : from->out.n - from->out_at;
	if (!left && from->ended) {
		s->ended_by_peer = true;
		return ERR_END;
	}
	if (!left)
		return (enum err)-EAGAIN;
	*got = left < n ? left : n;
	memcpy(p, from->out.p + from->out_at, *got);
	from->out_at += *got;
	kick(left > *got ? s : from, left > *got ? STREAM_READABLE : STREAM_DRAINED);
	if (left == *got) {
		buf_clear(&from->out);
		from->out_at = 0;
		half_close(from);
	}
	return OK;
}

enum err stream_read(struct stream *s, void *p, size_t n, size_t *got)
{
	assert(s && p && n && n < INT32_MAX && got);
	if (s->failed)
		return ERR_NET;
	if (pipe_end(s))
		return pipe_read(s, p, n, got);
	if (s->tls) {
		enum err e = tls_read(s->tls, p, n, got);
		if (tls_queued(s->tls) && tls_flush(s->tls) != OK)
			fail(s);
		if (e == OK && *got == n && tls_waiting(s->tls))
			kick(s, STREAM_READABLE);
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

/* What is queued and these bytes in one go; what does not go is queued. */
static void put_both(struct stream *s, struct str bytes)
{
	size_t queued = s->out.n - s->out_at;
	struct iovec v[2] = { { s->out.p + s->out_at, queued }, { (void *)(uintptr_t)bytes.p, bytes.n } };      /* the kernel only reads it */
	ssize_t got = sendmsg(s->fd, &(struct msghdr){ .msg_iov = v, .msg_iovlen = 2 }, MSG_NOSIGNAL);
	size_t gone = got > 0 ? (size_t)got : 0;
	if (got < 0 && errno != EAGAIN && errno != EINTR) {
		fail(s);
		return;
	}
	if (gone < queued) {
		s->out_at += gone;
		queue(s, bytes);
		return;
	}
	if (s->out.cap > KEEP_ROOM)
		buf_done(&s->out);
	buf_clear(&s->out);
	s->out_at = 0;
	if (gone - queued < bytes.n)
		queue(s, str_from(bytes, gone - queued));
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
	if (s->held && !s->tls && !pipe_end(s) && s->out.n <= KEEP_ROOM) {
		s->held = false;
		put_both(s, bytes);
		turn(s);
		return;
	}
	if (s->held) {
		queue(s, bytes);
		stream_flush(s);
		return;
	}
	if (s->out.n == s->out_at && !pipe_end(s)) {
		size_t gone = 0;
		enum err e = put(s, bytes.p, bytes.n, &gone);
		if (e == OK && s->tls)
			e = tls_flush(s->tls);
		if (e != OK && e != (enum err)-EAGAIN) {
			fail(s);
			return;
		}
		bytes = str_from(bytes, gone);
		if (!bytes.n) {
			turn(s);
			return;
		}
	}
	queue(s, bytes);
	if (pipe_end(s))
		(void)put_queue(s);                  /* tells the other end; whether it is there shows at the next read */
	turn(s);
}

size_t stream_pending(const struct stream *s)
{
	return s->out.n - s->out_at + (s->tls ? tls_queued(s->tls) : 0);
}

void stream_want(struct stream *s, bool read)
{
	if (s->want == read)
		return;
	s->want = read;
	turn(s);
	if (read && (pipe_end(s) || (s->tls && tls_waiting(s->tls))))
		kick(s, STREAM_READABLE);
}

void stream_end(struct stream *s)
{
	stream_flush(s);
	s->ending = true;
	half_close(s);
}

/* Tickets for resumption come when nothing was asked (RFC 8446 4.6.1): they are read, and nothing else may be there. */
bool stream_idle_ok(struct stream *s)
{
	char c;
	size_t got;
	if (s->failed || s->ending || stream_pending(s) || pipe_end(s))
		return false;
	if (s->tls)
		return !s->shaking && tls_read(s->tls, &c, 1, &got) == (enum err)-EAGAIN;
	return recv(s->fd, &c, 1, MSG_PEEK | MSG_DONTWAIT) < 0 && errno == EAGAIN;
}

enum err stream_target(const struct stream *s, enum err (*ask)(int fd, struct sock_addr *out), struct sock_addr *out)
{
	return ask(s->fd, out);
}
