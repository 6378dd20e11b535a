#include "io/guests.h"

#include <unistd.h>

#include "base/mem.h"
#include "io/file.h"
#include "io/frame.h"
#include "io/sock.h"

enum { ROOM = 16384 };

struct guest {                         /* one connection */
	struct guests *all;            /* NULL: the place is free */
	int fd;
	struct watch *watch;
	struct timer *timer;           /* NULL: nobody hurries them */
	struct frame_in in;
};

struct guests { struct guests_plan plan; struct loop *loop; int fd; struct watch *watch; struct guest *guest; };

static void goodbye(struct guest *g)
{
	watch_free(&g->watch);
	if (g->timer)
		timer_free(&g->timer);
	frame_in_done(&g->in);
	fd_close(&g->fd);
	g->all = NULL;
}

static void on_time(void *owner) { goodbye(owner); }

/* It fits the socket's buffer. */
static enum err answer(struct guest *g, struct str question)
{
	const struct guests_plan *p = &g->all->plan;
	AUTO(buf_wipe) struct buf a = buf_init(p->answer_max), b = buf_init(p->answer_max + 8);
	p->answer(p->owner, question, &a);
	TRY(buf_ok(&a));
	frame_put(&b, buf_str(&a));
	return fd_write_all(g->fd, buf_str(&b));
}

static bool all_answered(struct guest *g)
{
	struct str question;
	while (frame_in_next(&g->in, &question)) {
		if (answer(g, question) != OK || g->all->plan.once)
			return false;
		frame_in_drop(&g->in);
	}
	return true;
}

static void on_guest(void *owner, int fd, unsigned what)
{
	struct guest *g = owner;
	char room[ROOM];
	(void)what;
	ssize_t n = read(fd, room, sizeof room);
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	bool good = n > 0 && frame_in_feed(&g->in, (struct str){ room, (size_t)n }) == OK && all_answered(g);
	mem_wipe(room, sizeof room);
	if (!good)
		goodbye(g);
}

static bool welcome(const struct guests_plan *p, int fd)
{
	uid_t uid;
	if (sock_peer(fd, &uid, NULL) != OK)
		return false;
	for (size_t i = 0; i < p->may_n; i++)
		if (p->may[i] == uid)
			return true;
	return uid == 0 || uid == geteuid();
}

static struct guest *free_place(struct guests *s)
{
	for (size_t i = 0; i < s->plan.places; i++)
		if (!s->guest[i].all)
			return &s->guest[i];
	return NULL;
}

static void on_knock(void *owner, int listener, unsigned what)
{
	struct guests *s = owner;
	int fd;
	(void)what;
	if (sock_accept(listener, &fd, NULL) != OK)
		return;
	struct guest *g = welcome(&s->plan, fd) ? free_place(s) : NULL;
	if (!g) {
		fd_close(&fd);
		return;
	}
	*g = (struct guest){ .all = s, .fd = fd, .in = frame_in_init(s->plan.question_max) };
	g->watch = watch_new(s->loop, fd, LOOP_READ, on_guest, g);
	if (!s->plan.wait_ms)
		return;
	g->timer = timer_new(s->loop, on_time, g);
	timer_start(g->timer, s->plan.wait_ms);
}

enum err guests_open(struct loop *l, const struct guests_plan *p, struct guests **out)
{
	int fd;
	assert(p->may_n <= GUESTS_MAY && p->places && p->answer);
	TRY(sock_listen_unix(p->path, p->mode, &fd));
	struct guests *s = mem_new(struct guests);
	*s = (struct guests){ .plan = *p, .loop = l, .fd = fd, .guest = mem_array(struct guest, p->places) };
	s->watch = watch_new(l, fd, LOOP_READ, on_knock, s);
	*out = s;
	return OK;
}

void guests_free(struct guests **sp)
{
	struct guests *s = *sp;
	if (!s)
		return;
	for (size_t i = 0; i < s->plan.places; i++)
		if (s->guest[i].all)
			goodbye(&s->guest[i]);
	watch_free(&s->watch);
	fd_close(&s->fd);
	mem_free(&s->guest);
	mem_free(sp);
}
