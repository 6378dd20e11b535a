#include "io/worker.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "io/file.h"

enum { STEADY_MS = 60000,               /* a worker that lived so long starts again at once */
       SECOND_MS = 1000 };

struct worker { pid_t pid; int64_t started_ms, again_ms, pause_ms; };

struct crew {
	const struct worker_plan *plan;
	struct worker worker[WORKERS_MAX];
	sigset_t old_signals;
	int signals;                    /* signalfd of the parent */
	int ready[2];                   /* pipe: one byte from each worker that serves */
	unsigned serving;
	bool told, stopping, refused;   /* refused: plan->whole, and it could not start */
	int64_t stop_ms;                /* when the stop began */
};

static int ready_fd = -1;               /* in a worker: the pipe's writing end */

void worker_notify(const char *state)
{
	const char *path = getenv("NOTIFY_SOCKET");
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	size_t n = path ? strlen(path) : 0;
	if (n < 2 || n >= sizeof a.sun_path)
		return;
	memcpy(a.sun_path, path, n);
	if (path[0] == '@')
		a.sun_path[0] = '\0';           /* an abstract name */
	AUTO(fd_close) int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return;
	(void)!sendto(fd, state, strlen(state), MSG_NOSIGNAL, (struct sockaddr *)&a,
	              (socklen_t)(offsetof(struct sockaddr_un, sun_path) + n));      /* advice only: nobody depends on it */
}

void worker_ready(void)
{
	if (ready_fd < 0) {
		worker_notify("READY=1");
		return;
	}
	(void)!write(ready_fd, "r", 1);         /* a full or closed pipe: the parent has gone or knows */
	fd_close(&ready_fd);
}

enum err worker_pid_file(const char *run_dir, const char *name)
{
	char path[1024], text[32];
	int fd = -1;
	if ((size_t)snprintf(path, sizeof path, "%s/%s.pid", run_dir, name) >= sizeof path)
		return ERR_LIMIT;
	TRY(file_lock(path, &fd));
	int n = snprintf(text, sizeof text, "%d\n", (int)getpid());
	enum err e = ftruncate(fd, 0) < 0 || fchmod(fd, 0644) < 0 ? err_sys() : fd_write_all(fd, (struct str){ text, (size_t)n });
	if (e != OK)
		fd_close(&fd);
	return e;                               /* fd stays open, and locked, as long as the process */
}

uint64_t worker_files(uint64_t want)
{
	struct rlimit r;
	if (getrlimit(RLIMIT_NOFILE, &r) != 0)
		return 256;                     /* as little as any system gives */
	if (r.rlim_cur < want) {
		r.rlim_cur = r.rlim_max < want ? r.rlim_max : want;
		(void)setrlimit(RLIMIT_NOFILE, &r);      /* what it became is read again */
		(void)getrlimit(RLIMIT_NOFILE, &r);      /* it answered just now */
	}
	return r.rlim_cur;
}

/* --- one worker --- */

static void child(struct crew *c, unsigned index, pid_t parent)
{
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (getppid() != parent)
		_exit(0);                       /* it died meanwhile */
	fd_close(&c->signals);
	fd_close(&c->ready[0]);
	ready_fd = c->ready[1];
	sigprocmask(SIG_SETMASK, &c->old_signals, NULL);
	exit(c->plan->run(c->plan->owner, index));
}

static void start(struct crew *c, unsigned i)
{
	struct worker *w = &c->worker[i];
	pid_t parent = getpid();
	fflush(NULL);
	pid_t pid = fork();
	if (pid == 0)
		child(c, i + 1, parent);
	w->started_ms = clock_mono_ms();
	w->pid = pid > 0 ? pid : 0;
	if (pid < 0)
		w->again_ms = w->started_ms + c->plan->pause_most_ms;
}

/* The pause doubles while a worker keeps dying young. */
static void plan_restart(struct crew *c, struct worker *w, int64_t now)
{
	int64_t first = c->plan->pause_first_ms, most = c->plan->pause_most_ms;
	w->pause_ms = now - w->started_ms >= STEADY_MS || !w->pause_ms ? first : w->pause_ms * 2;
	w->pause_ms = w->pause_ms < most ? w->pause_ms : most;
	w->again_ms = now + w->pause_ms;
}

static void say_end(const struct crew *c, unsigned i, int status, int64_t pause_ms)
{
	if (WIFSIGNALED(status))
		log_line(LOG_FAIL, "worker %s-%u was ended by signal %d; starts again in %lld ms", c->plan->name, i + 1,
		         WTERMSIG(status), (long long)pause_ms);
	else
		log_line(LOG_FAIL, "worker %s-%u ended with code %d; starts again in %lld ms", c->plan->name, i + 1,
		         WEXITSTATUS(status), (long long)pause_ms);
}

static unsigned alive(const struct crew *c)
{
	unsigned n = 0;
	for (unsigned i = 0; i < c->plan->count; i++)
		n += c->worker[i].pid != 0;
	return n;
}

static void signal_all(const struct crew *c, int signo)
{
	for (unsigned i = 0; i < c->plan->count; i++)
		if (c->worker[i].pid)
			kill(c->worker[i].pid, signo);
}

static void stop(struct crew *c)
{
	if (c->stopping)
		return;
	c->stopping = true;
	c->stop_ms = clock_mono_ms();
	worker_notify("STOPPING=1");
	signal_all(c, SIGTERM);
}

static void on_ready(struct crew *c)
{
	char room[WORKERS_MAX];
	ssize_t n = read(c->ready[0], room, sizeof room);
	c->serving += n > 0 ? (unsigned)n : 0;
	if (c->serving < c->plan->count || c->told)
		return;
	c->told = true;
	worker_notify("READY=1");
}

static void reap(struct crew *c)
{
	int status;
	for (unsigned i = 0; i < c->plan->count; i++) {
		struct worker *w = &c->worker[i];
		if (!w->pid || waitpid(w->pid, &status, WNOHANG) != w->pid)
			continue;
		w->pid = 0;
		if (c->stopping)
			continue;
		on_ready(c);
		if (c->plan->whole && !c->told && WIFEXITED(status) && WEXITSTATUS(status)) {
			c->refused = true;
			stop(c);
			continue;
		}
		plan_restart(c, w, clock_mono_ms());
		say_end(c, i, status, w->pause_ms);
	}
}

/* --- the parent --- */

static void on_signals(struct crew *c)
{
	struct signalfd_siginfo s;
	while (read(c->signals, &s, sizeof s) == (ssize_t)sizeof s) {
		if (s.ssi_signo == SIGTERM || s.ssi_signo == SIGINT)
			stop(c);
		else if (s.ssi_signo == SIGCHLD)
			reap(c);
		else
			signal_all(c, (int)s.ssi_signo);
	}
}

/* Starts what is due; gives how long nothing is. */
static int tend(struct crew *c)
{
	int64_t now = clock_mono_ms(), wait = 60000;
	if (c->stopping) {
		if (now - c->stop_ms > WORKER_STOP_MS)
			signal_all(c, SIGKILL);
		return 100;
	}
	for (unsigned i = 0; i < c->plan->count; i++) {
		struct worker *w = &c->worker[i];
		if (!w->pid && w->again_ms <= now)
			start(c, i);
		if (!w->pid)
			wait = w->again_ms - now < wait ? w->again_ms - now : wait;
	}
	return wait < 1 ? 1 : (int)wait;
}

static enum err prepare(struct crew *c)
{
	sigset_t s;
	static const int ours[] = { SIGTERM, SIGINT, SIGCHLD, SIGHUP, SIGUSR1 };
	sigemptyset(&s);
	for (size_t i = 0; i < ARRAY_N(ours); i++)
		sigaddset(&s, ours[i]);
	if (c->plan->run_dir)
		TRY(worker_pid_file(c->plan->run_dir, c->plan->name));
	if (sigprocmask(SIG_BLOCK, &s, &c->old_signals) < 0 || pipe2(c->ready, O_CLOEXEC | O_NONBLOCK) < 0)
		return err_sys();
	c->signals = signalfd(-1, &s, SFD_CLOEXEC | SFD_NONBLOCK);
	return c->signals < 0 ? err_sys() : OK;
}

static void run(struct crew *c)
{
	int64_t looked_ms = 0;
	while (!c->stopping || alive(c)) {
		int wait_ms = tend(c);
		if (c->plan->each_second && wait_ms > SECOND_MS)
			wait_ms = SECOND_MS;
		if (c->plan->each_second && clock_mono_ms() - looked_ms >= SECOND_MS) {
			looked_ms = clock_mono_ms();
			c->plan->each_second(c->plan->owner);
		}
		struct pollfd p[2] = { { .fd = c->signals, .events = POLLIN }, { .fd = c->ready[0], .events = POLLIN } };
		if (poll(p, c->told ? 1 : 2, wait_ms) <= 0)
			continue;
		if (p[1].revents)
			on_ready(c);
		if (p[0].revents)
			on_signals(c);
	}
}

int workers_run(const struct worker_plan *given)
{
	struct worker_plan plan = *given;
	assert(plan.count >= 1 && plan.count <= WORKERS_MAX && plan.run);
	plan.pause_first_ms = plan.pause_first_ms ? plan.pause_first_ms : 100;
	plan.pause_most_ms = plan.pause_most_ms ? plan.pause_most_ms : 800;      /* whatever kills it again and again, it is back within a second */
	struct crew c = { .plan = &plan, .signals = -1, .ready = { -1, -1 } };
	enum err e = prepare(&c);
	if (e != OK)
		log_line(LOG_FAIL, "%s cannot start: %s", plan.name, e == ERR_BUSY ? "it runs already" : err_text(e));
	else
		run(&c);
	fd_close(&c.signals);
	fd_close(&c.ready[0]);
	fd_close(&c.ready[1]);
	return e == OK && !c.refused ? 0 : 1;
}
