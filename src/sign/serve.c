#include "sign/serve.h"

#include <signal.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "io/file.h"
#include "io/frame.h"
#include "io/loop.h"
#include "io/sock.h"

enum { GUESTS = 32, GUEST_WAIT_MS = 5000, QUESTION_MAX = CHECKPOINT_BYTES };

struct guest {                          /* one connection */
	struct serve *serve;            /* NULL: the place is free */
	int fd;
	struct watch *watch;
	struct timer *timer;            /* nobody stays longer than GUEST_WAIT_MS */
	struct frame_in in;
};

struct serve {
	struct serve_plan plan;
	struct signer *signer;          /* not owned */
	struct loop *loop;
	int fd;
	struct watch *watch;
	struct guest guest[GUESTS];
};

static void goodbye(struct guest *g)
{
	watch_free(&g->watch);
	timer_free(&g->timer);
	frame_in_done(&g->in);
	fd_close(&g->fd);
	g->serve = NULL;
}

static void on_time(void *owner)
{
	goodbye(owner);
}

static void answer(struct guest *g, struct str question)
{
	uint8_t out[SIGNER_ANSWER];
	AUTO(buf_done) struct buf b = buf_init(SIGNER_ANSWER + 8);
	size_t n = signer_answer(g->serve->signer, question, out);
	if (out[0] == SIGNER_STALE)
		log_line(LOG_WARN, "refused to sign: an older or another history of a school was shown");
	if (out[0] == SIGNER_FAILED)
		log_line(LOG_FAIL, "cannot write the signer's memory: nothing is signed");
	frame_put(&b, (struct str){ (char *)out, n });
	(void)fd_write_all(g->fd, buf_str(&b));      /* fits the socket's buffer; a guest who left has no answer */
}

static void on_guest(void *owner, int fd, unsigned what)
{
	struct guest *g = owner;
	char room[256];
	struct str question;
	(void)what;
	ssize_t n = read(fd, room, sizeof room);
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0 || frame_in_feed(&g->in, (struct str){ room, (size_t)n }) != OK) {
		goodbye(g);
		return;
	}
	if (!frame_in_next(&g->in, &question))
		return;
	answer(g, question);
	goodbye(g);
}

static bool welcome(const struct serve *s, int fd)
{
	uid_t uid;
	if (sock_peer(fd, &uid, NULL) != OK)
		return false;
	for (size_t i = 0; i < s->plan.may_n; i++)
		if (s->plan.may[i] == uid)
			return true;
	return uid == 0 || uid == geteuid();
}

static struct guest *free_place(struct serve *s)
{
	for (size_t i = 0; i < GUESTS; i++)
		if (!s->guest[i].serve)
			return &s->guest[i];
	return NULL;
}

static void on_knock(void *owner, int listener, unsigned what)
{
	struct serve *s = owner;
	int fd;
	(void)what;
	if (sock_accept(listener, &fd, NULL) != OK)
		return;
	struct guest *g = welcome(s, fd) ? free_place(s) : NULL;
	if (!g) {
		fd_close(&fd);
		return;
	}
	*g = (struct guest){ .serve = s, .fd = fd, .in = frame_in_init(QUESTION_MAX) };
	g->watch = watch_new(s->loop, fd, LOOP_READ, on_guest, g);
	g->timer = timer_new(s->loop, on_time, g);
	timer_start(g->timer, GUEST_WAIT_MS);
}

static void on_end(void *owner, int signo)
{
	(void)signo;
	loop_stop(((struct serve *)owner)->loop);
}

enum err serve_open(const struct serve_plan *p, struct signer *signer, struct serve **out)
{
	int fd = -1;
	TRY(sock_listen_unix(p->socket_path, 0660, &fd));
	struct serve *s = mem_new(struct serve);
	*s = (struct serve){ .plan = *p, .signer = signer, .fd = fd };
	s->loop = loop_new();
	s->watch = watch_new(s->loop, fd, LOOP_READ, on_knock, s);
	loop_signal(s->loop, SIGTERM, on_end, s);
	loop_signal(s->loop, SIGINT, on_end, s);
	*out = s;
	return OK;
}

void serve_free(struct serve **sp)
{
	struct serve *s = *sp;
	if (!s)
		return;
	for (size_t i = 0; i < GUESTS; i++)
		if (s->guest[i].serve)
			goodbye(&s->guest[i]);
	watch_free(&s->watch);
	loop_free(&s->loop);
	fd_close(&s->fd);
	mem_free(sp);
}

void serve_run(struct serve *s)
{
	loop_run(s->loop);
}
