/* gatehouse-keeper: options, the directive socket, the clock.  Everything else
 * is house/keeper. */
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "house/keeper/keeper.h"
#include "io/file.h"
#include "io/frame.h"
#include "io/sock.h"
#include "io/worker.h"

enum { TURN_MS = 200, ANSWER_MS = 1000, QUESTION_MAX = 64 * 1024 };

struct server { struct keeper *k; struct timer *timer; };

static void answer(struct keeper *k, int fd, struct str question)
{
	json_error_t where;
	json_t *in = json_loadb(question.p, question.n, JSON_REJECT_DUPLICATES, &where);
	json_t *out = keeper_directive(k, in);
	char *text = json_dumps(out, JSON_COMPACT);
	enum err e = frame_send(fd, str_z(text), ANSWER_MS);
	if (e != OK)
		log_line(LOG_WARN, "answering a directive: %s", err_text(e));
	free(text);
	json_decref(out);
	json_decref(in);
}

/* Only the portal's own user (or root, who can do anything anyway) may ask. */
static bool portal(const struct keeper *k, int fd)
{
	uid_t uid;
	pid_t pid;
	return sock_peer(fd, &uid, &pid) == OK && (uid == geteuid() || uid == 0 || uid == k->portal_uid);
}

static void on_directive(void *owner, int listener, unsigned what)
{
	struct server *s = owner;
	AUTO(fd_close) int fd = -1;
	AUTO(buf_done) struct buf question = buf_init(QUESTION_MAX);
	if (sock_accept(listener, &fd, NULL) != OK)
		return;
	if (!portal(s->k, fd)) {
		log_line(LOG_WARN, "somebody other than the portal asked for a directive and was turned away");
		return;
	}
	if (frame_recv(fd, &question, ANSWER_MS) == OK)
		answer(s->k, fd, buf_str(&question));
}

static void on_time(void *owner)
{
	struct server *s = owner;
	keeper_tick(s->k, clock_mono_ms());
	timer_start(s->timer, TURN_MS);
}

static void on_stop(void *owner, int signo)
{
	loop_stop(((struct server *)owner)->k->loop);
}

static enum err serve(struct keeper *k)
{
	AUTO(fd_close) int listener = -1;
	struct server s = { .k = k };
	TRY(worker_pid_file(settings_path(&k->settings, "run"), "keeper"));
	TRY(sock_listen_unix(settings_path(&k->settings, "run/directive.sock"), 0660, &listener));
	k->loop = loop_new();
	struct watch *w = watch_new(k->loop, listener, LOOP_READ, on_directive, &s);
	s.timer = timer_new(k->loop, on_time, &s);
	timer_start(s.timer, 1);
	loop_signal(k->loop, SIGTERM, on_stop, &s);
	loop_signal(k->loop, SIGINT, on_stop, &s);
	worker_ready();
	loop_run(k->loop);
	timer_free(&s.timer);
	watch_free(&w);
	loop_free(&k->loop);
	return OK;
}

static int complain(const struct diag *d, const char *doing, enum err e)
{
	AUTO(buf_done) struct buf b = buf_init(64 * 1024);
	diag_print(d, &b);
	if (b.n)
		fprintf(stderr, "%.*s", STRF(buf_str(&b)));
	log_line(LOG_FAIL, "%s: %s", doing, err_text(e));
	return 1;
}

struct place { const char *prefix, *data; };

/* The one that keeps; its parent starts it again when it dies. */
static int run(void *owner, unsigned index)
{
	const struct place *at = owner;
	AUTO(diag_done) struct diag d = diag_init(50);
	AUTO(keeper_free) struct keeper *k = NULL;
	(void)index;
	enum err e = keeper_open(at->prefix, at->data, &d, &k);
	if (e == OK)
		e = serve(k);
	return e == OK ? 0 : complain(&d, "keeping the house", e);
}

int main(int argc, char **argv)
{
	const char *prefix = "/var/lib/gatehouse", *data = "/usr/share/gatehouse/data", *job = NULL;
	static const struct option options[] = { { "prefix", 1, 0, 'p' }, { "data", 1, 0, 'd' }, { "job", 1, 0, 'j' }, { 0 } };
	for (int c; (c = getopt_long(argc, argv, "", options, NULL)) != -1;)
		switch (c) {
		case 'p': prefix = optarg; break;
		case 'd': data = optarg; break;
		case 'j': job = optarg; break;
		default: fputs("usage: gatehouse-keeper [--prefix P] [--data DIR] [--job NAME]\n", stderr); return 2;
		}
	log_name(job ? job : "keeper");
	signal(SIGPIPE, SIG_IGN);
	AUTO(diag_done) struct diag d = diag_init(50);
	if (job) {
		enum err e = keeper_job(prefix, data, job);
		return e == OK ? 0 : complain(&d, "running the job", e);
	}
	struct place at = { prefix, data };
	return workers_run(&(struct worker_plan){ .name = "keeper", .count = 1, .whole = true, .run = run, .owner = &at });
}
