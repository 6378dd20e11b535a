#include "sign/serve.h"

#include <signal.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "io/file.h"
#include "io/frame.h"
#include "io/loop.h"
#include "io/sock.h"

enum { HOUSE_GUESTS = 32, GUESTS = 160, GUEST_WAIT_MS = 5000 };
static_assert((int)CHECKPOINT_BYTES <= CA_QUESTION_MAX, "both kinds fit");

struct guest {                          /* one connection */
	struct serve *serve;            /* NULL: the place is free */
	int fd;
	bool gate;                      /* came in where certificates are asked for */
	struct watch *watch;
	struct timer *timer;            /* nobody of the house stays longer than GUEST_WAIT_MS */
	struct frame_in in;
};

struct serve {
	struct serve_plan plan;
	struct signer *signer;          /* not owned */
	struct ca *ca;                  /* not owned */
	struct loop *loop;
	int fd, leaf_fd;                /* listening; leaf_fd -1: none */
	struct watch *watch, *leaf_watch;
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

static void answer_checkpoint(struct guest *g, struct str question, struct buf *b)
{
	uint8_t out[SIGNER_ANSWER];
	size_t n = signer_answer(g->serve->signer, question, out);
	if (out[0] == SIGNER_STALE)
		log_line(LOG_WARN, "refused to sign: an older or another history of a school was shown");
	if (out[0] == SIGNER_FAILED)
		log_line(LOG_FAIL, "cannot write the signer's memory: nothing is signed");
	buf_add(b, (struct str){ (char *)out, n });
}

static enum err answer(struct guest *g, struct str question)
{
	AUTO(buf_done) struct buf a = buf_init(CA_ANSWER_MAX), b = buf_init(CA_ANSWER_MAX + 8);
	if (g->gate || (g->serve->ca && str_starts(question, STR("GHCA"))))
		ca_answer(g->serve->ca, question, g->gate, &a);
	else
		answer_checkpoint(g, question, &a);
	frame_put(&b, buf_str(&a));
	return fd_write_all(g->fd, buf_str(&b));     /* fits the socket's buffer; a guest who does not read is sent away */
}

/* A gate's connection stays; whoever comes from the house has one question. */
static void on_guest(void *owner, int fd, unsigned what)
{
	struct guest *g = owner;
	char room[4096];
	struct str question;
	(void)what;
	ssize_t n = read(fd, room, sizeof room);
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0 || frame_in_feed(&g->in, (struct str){ room, (size_t)n }) != OK) {
		goodbye(g);
		return;
	}
	while (frame_in_next(&g->in, &question)) {
		if (answer(g, question) != OK || !g->gate) {
			goodbye(g);
			return;
		}
		frame_in_drop(&g->in);
	}
}

static bool welcome(const struct serve *s, int fd, bool gate)
{
	uid_t uid;
	const uid_t *may = gate ? s->plan.may_leaf : s->plan.may;
	size_t n = gate ? s->plan.may_leaf_n : s->plan.may_n;
	if (sock_peer(fd, &uid, NULL) != OK)
		return false;
	for (size_t i = 0; i < n; i++)
		if (may[i] == uid)
			return true;
	return uid == 0 || uid == geteuid();
}

/* The house has places of its own: whatever the gates do, checkpoints are signed. */
static struct guest *free_place(struct serve *s, bool gate)
{
	for (size_t i = gate ? HOUSE_GUESTS : 0; i < (gate ? GUESTS : HOUSE_GUESTS); i++)
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
	bool gate = listener == s->leaf_fd;
	struct guest *g = welcome(s, fd, gate) ? free_place(s, gate) : NULL;
	if (!g) {
		fd_close(&fd);
		return;
	}
	*g = (struct guest){ .serve = s, .fd = fd, .gate = gate, .in = frame_in_init(CA_QUESTION_MAX) };
	g->watch = watch_new(s->loop, fd, LOOP_READ, on_guest, g);
	g->timer = timer_new(s->loop, on_time, g);
	if (!gate)
		timer_start(g->timer, GUEST_WAIT_MS);
}

static void on_end(void *owner, int signo)
{
	(void)signo;
	loop_stop(((struct serve *)owner)->loop);
}

enum err serve_open(const struct serve_plan *p, struct signer *signer, struct ca *ca, struct serve **out)
{
	AUTO(fd_close) int fd = -1, leaf_fd = -1;
	TRY(sock_listen_unix(p->socket_path, 0660, &fd));
	if (p->leaf_path)
		TRY(sock_listen_unix(p->leaf_path, 0666, &leaf_fd));     /* who may is asked of the kernel: welcome() */
	struct serve *s = mem_new(struct serve);
	*s = (struct serve){ .plan = *p, .signer = signer, .ca = ca, .fd = fd, .leaf_fd = leaf_fd };
	s->loop = loop_new();
	s->watch = watch_new(s->loop, fd, LOOP_READ, on_knock, s);
	if (leaf_fd >= 0)
		s->leaf_watch = watch_new(s->loop, leaf_fd, LOOP_READ, on_knock, s);
	fd = leaf_fd = -1;
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
	if (s->leaf_watch)
		watch_free(&s->leaf_watch);
	loop_free(&s->loop);
	fd_close(&s->fd);
	fd_close(&s->leaf_fd);
	mem_free(sp);
}

void serve_run(struct serve *s)
{
	loop_run(s->loop);
}
