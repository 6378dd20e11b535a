#include "io/frame.h"

#include <poll.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/rd.h"
#include "io/file.h"
#include "io/sock.h"

enum { LENGTH = 4 };

static void length_put(uint8_t out[LENGTH], size_t n)
{
	for (size_t i = 0; i < LENGTH; i++)
		out[i] = (uint8_t)(n >> (8 * i));
}

static size_t length_get(const char *p)
{
	struct rd r = rd_over((struct str){ p, LENGTH });
	return rd_u32le(&r);
}

static enum err wait_for(int fd, short what, int64_t until_ms)
{
	struct pollfd p = { .fd = fd, .events = what };
	int64_t left = until_ms - clock_mono_ms();
	if (left <= 0)
		return ERR_TIMEOUT;
	int n = poll(&p, 1, left > 60000 ? 60000 : (int)left);
	return n < 0 && errno != EINTR ? err_sys() : OK;
}

static bool again(void)
{
	return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
}

static enum err send_all(int fd, struct str s, int64_t until_ms)
{
	while (s.n) {
		TRY(wait_for(fd, POLLOUT, until_ms));
		ssize_t n = send(fd, s.p, s.n, MSG_NOSIGNAL | MSG_DONTWAIT);
		if (n < 0 && !again())
			return errno == EPIPE || errno == ECONNRESET ? ERR_NET : err_sys();
		if (n > 0)
			s = str_from(s, (size_t)n);
	}
	return OK;
}

/* Exactly n bytes; ERR_END when it is closed before the first of them. */
static enum err recv_all(int fd, char *p, size_t n, int64_t until_ms)
{
	for (size_t have = 0; have < n;) {
		TRY(wait_for(fd, POLLIN, until_ms));
		ssize_t got = recv(fd, p + have, n - have, MSG_DONTWAIT);
		if (got == 0 || (got < 0 && errno == ECONNRESET))
			return have ? ERR_NET : ERR_END;
		if (got < 0 && !again())
			return err_sys();
		have += got > 0 ? (size_t)got : 0;
	}
	return OK;
}

enum err frame_send(int fd, struct str message, int64_t wait_ms)
{
	if (message.n > FRAME_MAX)
		return ERR_LIMIT;
	int64_t until = clock_mono_ms() + wait_ms;
	uint8_t head[LENGTH];
	length_put(head, message.n);
	TRY(send_all(fd, (struct str){ (char *)head, LENGTH }, until));
	return send_all(fd, message, until);
}

enum err frame_recv(int fd, struct buf *out, int64_t wait_ms)
{
	char head[LENGTH], room[4096];
	int64_t until = clock_mono_ms() + wait_ms;
	buf_clear(out);
	TRY(recv_all(fd, head, LENGTH, until));
	size_t left = length_get(head);
	if (left > out->max || left > FRAME_MAX)
		return ERR_LIMIT;
	while (left) {
		size_t n = left < sizeof room ? left : sizeof room;
		enum err e = recv_all(fd, room, n, until);
		TRY(e == ERR_END ? ERR_NET : e);
		buf_add(out, (struct str){ room, n });
		left -= n;
	}
	return buf_ok(out);
}

enum err frame_ask(const char *path, struct str question, struct buf *answer, int64_t wait_ms)
{
	struct sock_addr a;
	AUTO(fd_close) int fd = -1;
	TRY(sock_addr_unix(str_z(path), &a));
	if (sock_connect(&a, SOCK_STREAM, &fd) != OK)
		return ERR_NET;
	TRY(frame_send(fd, question, wait_ms));
	enum err e = frame_recv(fd, answer, wait_ms);
	return e == ERR_END ? ERR_NET : e;
}

struct frame_in frame_in_init(size_t max)
{
	max = max < FRAME_MAX ? max : FRAME_MAX;
	return (struct frame_in){ .bytes = buf_init(2 * (max + LENGTH) + 65536), .max = max };
}

void frame_in_done(struct frame_in *f)
{
	buf_done(&f->bytes);
}

/* Whether the message in front is longer than allowed. */
static bool too_long(const struct frame_in *f)
{
	return f->bytes.n >= LENGTH && length_get(f->bytes.p) > f->max;
}

enum err frame_in_feed(struct frame_in *f, struct str came)
{
	buf_add(&f->bytes, came);
	TRY(buf_ok(&f->bytes));
	return too_long(f) ? ERR_LIMIT : OK;
}

bool frame_in_next(const struct frame_in *f, struct str *out)
{
	if (f->bytes.n < LENGTH || too_long(f))
		return false;
	size_t n = length_get(f->bytes.p);
	if (f->bytes.n - LENGTH < n)
		return false;
	*out = (struct str){ f->bytes.p + LENGTH, n };
	return true;
}

void frame_in_drop(struct frame_in *f)
{
	struct str m;
	bool whole = frame_in_next(f, &m);
	assert(whole);
	buf_cut(&f->bytes, LENGTH + m.n);
}

bool frame_in_empty(const struct frame_in *f)
{
	return f->bytes.n == 0;
}

void frame_put(struct buf *out, struct str message)
{
	uint8_t head[LENGTH];
	assert(message.n <= FRAME_MAX);
	length_put(head, message.n);
	buf_add(out, (struct str){ (char *)head, LENGTH });
	buf_add(out, message);
}
