#include "ticket/serve.h"

#include <signal.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "io/file.h"
#include "io/frame.h"
#include "io/loop.h"
#include "io/sock.h"

enum { GUESTS = 80, QUIET_MS = 10000 /* between two words in the log about what is not believed */ };

struct guest { struct ticket_serve *serve; int fd; struct watch *watch; struct frame_in in; };      /* serve NULL: free */

struct ticket_serve {
	struct accept *accept;             /* borrowed */
	uid_t may;
	struct loop *loop;
	int fd;
	struct watch *watch;
	int64_t said_ms[N_TICKET_CODE];
	struct guest guest[GUESTS];
};

static void goodbye(struct guest *g)
{
	watch_free(&g->watch);
	frame_in_done(&g->in);
	fd_close(&g->fd);
	g->serve = NULL;
}

static void tell(struct ticket_serve *s, enum ticket_code code)
{
	int64_t now = loop_ms(s->loop);
	if (code == TICKET_OK || (s->said_ms[code] && now - s->said_ms[code] < QUIET_MS))
		return;
	s->said_ms[code] = now;
	log_line(LOG_WARN, "a Kerberos ticket did not count: %s", ticket_code_words(code));
}

static enum err answer(struct guest *g, struct str question)
{
	AUTO(buf_done) struct buf a = buf_init(TICKET_ANSWER_MAX), b = buf_init(TICKET_ANSWER_MAX + 8);
	char room[TICKET_LOGIN_MAX + 1];
	struct str token;
	struct ticket_answer out = { .code = TICKET_SYNTAX };
	if (ticket_question_read(question, &token) == OK)
		out = accept_token(g->serve->accept, token, room);
	tell(g->serve, out.code);
	ticket_answer_put(&out, &a);
	frame_put(&b, buf_str(&a));
	return fd_write_all(g->fd, buf_str(&b));     /* some hundred bytes: who does not read them is sent away */
}

static void on_guest(void *owner, int fd, unsigned what)
{
	struct guest *g = owner;
	char room[16384];
	struct str question;
	(void)what;
	ssize_t n = read(fd, room, sizeof room);
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	bool good = n > 0 && frame_in_feed(&g->in, (struct str){ room, (size_t)n }) == OK;
	while (good && frame_in_next(&g->in, &question)) {
		good = answer(g, question) == OK;
		frame_in_drop(&g->in);
	}
	if (!good)
		goodbye(g);
}

static bool welcome(const struct ticket_serve *s, int fd)
{
	uid_t uid;
	return sock_peer(fd, &uid, NULL) == OK && (uid == 0 || uid == geteuid() || uid == s->may);
}

static void on_knock(void *owner, int listener, unsigned what)
{
	struct ticket_serve *s = owner;
	int fd;
	(void)what;
	if (sock_accept(listener, &fd, NULL) != OK)
		return;
	struct guest *g = NULL;
	for (size_t i = 0; i < GUESTS && !g && welcome(s, fd); i++)
		if (!s->guest[i].serve)
			g = &s->guest[i];
	if (!g) {
		fd_close(&fd);
		return;
	}
	*g = (struct guest){ .serve = s, .fd = fd, .in = frame_in_init(TICKET_QUESTION_MAX) };
	g->watch = watch_new(s->loop, fd, LOOP_READ, on_guest, g);
}

static void on_end(void *owner, int signo)
{
	(void)signo;
	loop_stop(((struct ticket_serve *)owner)->loop);
}

enum err ticket_serve_open(const char *path, uid_t may, struct accept *a, struct ticket_serve **out)
{
	int fd;
	TRY(sock_listen_unix(path, 0666, &fd));      /* who may is asked of the kernel: welcome() */
	struct ticket_serve *s = mem_new(struct ticket_serve);
	*s = (struct ticket_serve){ .accept = a, .may = may, .fd = fd, .loop = loop_new() };
	s->watch = watch_new(s->loop, fd, LOOP_READ, on_knock, s);
	loop_signal(s->loop, SIGTERM, on_end, s);
	loop_signal(s->loop, SIGINT, on_end, s);
	*out = s;
	return OK;
}

void ticket_serve_free(struct ticket_serve **sp)
{
	struct ticket_serve *s = *sp;
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

void ticket_serve_run(struct ticket_serve *s) { loop_run(s->loop); }
