#include "gate/identity/ticket.h"

#include <unistd.h>

#include "base/mem.h"
#include "io/frame.h"
#include "io/sock.h"

struct waiting { uint64_t id; ticket_fn *fn; void *owner; };

struct tickets {
	struct loop *loop;
	const char *path;
	struct waiting waiting[TICKETS_WAITING];   /* in the order asked; the first n */
	size_t n;
	uint64_t ids;
	int fd;
	struct watch *watch;
	struct timer *timer;                       /* of the oldest question */
	struct frame_in in;
	struct buf out;
};

static void on_late(void *owner);

struct tickets *tickets_new(struct loop *l, const char *socket_path)
{
	struct tickets *t = mem_new(struct tickets);
	t->loop = l;
	t->path = socket_path;
	t->fd = -1;
	t->in = frame_in_init(TICKET_ANSWER_MAX);
	t->out = buf_init(TICKETS_WAITING * (TICKET_QUESTION_MAX + 8));
	t->timer = timer_new(l, on_late, t);
	return t;
}

static void hang_up(struct tickets *t)
{
	watch_free(&t->watch);
	if (t->fd >= 0)
		(void)close(t->fd);                /* a unix socket */
	t->fd = -1;
	frame_in_done(&t->in);
	t->in = frame_in_init(TICKET_ANSWER_MAX);
	buf_clear(&t->out);
	timer_stop(t->timer);
}

void tickets_free(struct tickets **tp)
{
	struct tickets *t = *tp;
	if (!t)
		return;
	hang_up(t);
	timer_free(&t->timer);
	frame_in_done(&t->in);
	buf_wipe(&t->out);
	mem_free(tp);
}

/* It goes before its fn is called, which may ask again. */
static void answer_first(struct tickets *t, enum err e, const struct ticket_answer *a)
{
	struct waiting w = t->waiting[0];
	t->n--;
	memmove(t->waiting, t->waiting + 1, t->n * sizeof *t->waiting);
	if (w.fn)
		w.fn(w.owner, e, a);
}

static void fail_all(struct tickets *t, enum err e)
{
	hang_up(t);
	for (size_t n = t->n; n && t->n; n--)
		answer_first(t, e, NULL);
}

static void on_late(void *owner) { fail_all(owner, ERR_TIMEOUT); }

static void put_waiting(struct tickets *t)
{
	ssize_t gone = t->out.n ? write(t->fd, t->out.p, t->out.n) : 0;
	if (gone > 0)
		buf_cut(&t->out, (size_t)gone);
	watch_want(t->watch, LOOP_READ | (t->out.n ? LOOP_WRITE : 0u));
}

static void take(struct tickets *t, struct str bytes)
{
	struct ticket_answer a;
	enum err e = ticket_answer_read(bytes, &a);
	timer_start(t->timer, TICKET_WAIT_MS);
	answer_first(t, e == OK ? OK : ERR_NET, e == OK ? &a : NULL);
}

static void on_answer(void *owner, int fd, unsigned what)
{
	struct tickets *t = owner;
	char room[4096];
	struct str message;
	put_waiting(t);
	if (!(what & LOOP_READ))
		return;
	ssize_t n = read(fd, room, sizeof room);
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0 || frame_in_feed(&t->in, (struct str){ room, (size_t)n }) != OK) {
		fail_all(t, ERR_NET);
		return;
	}
	while (t->n && t->fd >= 0 && frame_in_next(&t->in, &message)) {
		take(t, message);
		if (t->fd >= 0)
			frame_in_drop(&t->in);
	}
	if (!t->n)
		timer_stop(t->timer);
}

static enum err dial(struct tickets *t)
{
	struct sock_addr to;
	if (t->fd >= 0)
		return OK;
	TRY(sock_addr_unix(str_z(t->path), &to));
	if (sock_connect(&to, SOCK_STREAM, &t->fd) != OK) {
		t->fd = -1;
		return ERR_NET;
	}
	t->watch = watch_new(t->loop, t->fd, LOOP_READ | LOOP_WRITE, on_answer, t);
	return OK;
}

static enum err put_question(struct tickets *t, struct str token)
{
	AUTO(buf_wipe) struct buf q = buf_init(TICKET_QUESTION_MAX);
	if (t->n == TICKETS_WAITING)
		return ERR_BUSY;
	ticket_question_put(token, &q);
	TRY(buf_ok(&q));
	TRY(dial(t));
	frame_put(&t->out, buf_str(&q));
	watch_want(t->watch, LOOP_READ | LOOP_WRITE);
	if (!t->n)
		timer_start(t->timer, TICKET_WAIT_MS);
	return OK;
}

void tickets_ask(struct tickets *t, struct str token, ticket_fn *fn, void *owner, uint64_t *wait)
{
	*wait = 0;
	enum err e = put_question(t, token);
	if (e != OK) {
		fn(owner, e, NULL);
		return;
	}
	t->waiting[t->n++] = (struct waiting){ *wait = ++t->ids, fn, owner };
}

void tickets_forget(struct tickets *t, uint64_t wait)
{
	for (size_t i = 0; wait && i < t->n; i++)
		if (t->waiting[i].id == wait)
			t->waiting[i].fn = NULL;
}
