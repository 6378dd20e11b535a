#include "io/loop.h"

#include <event2/event.h>
#include <signal.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/str.h"
#include "io/file.h"

struct signal_watch { struct event *ev; signal_fn *fn; void *owner; struct signal_watch *next; };

struct name_watch {                      /* a file, watched through its folder */
	struct watch *watch;
	int fd;
	char name[256];
	timer_fn *fn;
	void *owner;
	struct name_watch *next;
};

struct loop {
	struct event_base *base;
	int64_t *seen_ms;                /* owned; the clock as it was first read in the callback that runs, 0: not yet; NULL in a fake loop */
	bool inside;                     /* a callback runs */
	bool fake;
	int64_t fake_ms;                 /* a fake loop's own monotonic clock */
	struct timer *timers;            /* of a fake loop: those that run */
	struct signal_watch *signals;
	struct name_watch *names;
	size_t watches, made_timers;     /* alive; must be 0 when the loop is freed */
};

struct watch {
	struct loop *loop;
	struct event *ev;
	int fd;
	unsigned want;
	watch_fn *fn;
	void *owner;
};

struct timer {
	struct loop *loop;
	struct event *ev;                /* NULL in a fake loop */
	timer_fn *fn;
	void *owner;
	int64_t due_ms;
	bool running;
	struct timer *next;              /* fake: in loop->timers */
};

struct loop *loop_new(void)
{
	struct loop *l = mem_new(struct loop);
	struct event_config *c = event_config_new();
	assert(c);
	event_config_set_flag(c, EVENT_BASE_FLAG_NOLOCK | EVENT_BASE_FLAG_PRECISE_TIMER);
	l->base = event_base_new_with_config(c);
	event_config_free(c);
	assert(l->base);
	l->seen_ms = mem_new(int64_t);
	return l;
}

struct loop *loop_new_fake(int64_t start_ms)
{
	struct loop *l = loop_new();
	l->fake = true;
	l->fake_ms = start_ms;
	clock_fake(start_ms);
	return l;
}

static void signals_free(struct loop *l)
{
	while (l->signals) {
		struct signal_watch *s = l->signals;
		l->signals = s->next;
		event_free(s->ev);
		free(s);
	}
}

static void names_free(struct loop *l)
{
	while (l->names) {
		struct name_watch *n = l->names;
		l->names = n->next;
		watch_free(&n->watch);
		fd_close(&n->fd);
		free(n);
	}
}

void loop_free(struct loop **lp)
{
	struct loop *l = *lp;
	if (!l)
		return;
	signals_free(l);
	names_free(l);
	assert(l->watches == 0 && l->made_timers == 0);
	event_base_free(l->base);
	mem_free(&l->seen_ms);
	if (l->fake)
		clock_fake(0);
	mem_free(lp);
}

void loop_run(struct loop *l)
{
	assert(!l->fake);
	event_base_loop(l->base, EVLOOP_NO_EXIT_ON_EMPTY);
}

void loop_stop(struct loop *l)
{
	event_base_loopbreak(l->base);
}

int64_t loop_ms(const struct loop *l)
{
	if (l->fake)
		return l->fake_ms;
	if (!l->inside)
		return clock_mono_ms();
	if (!*l->seen_ms)
		*l->seen_ms = clock_mono_ms();
	return *l->seen_ms;
}

/* The clock is read once a callback at most; libevent does it in the same way. */
static void enter(struct loop *l)
{
	l->inside = true;
	*l->seen_ms = 0;
}

static void leave(struct loop *l)
{
	l->inside = false;
}

/* The running timer that is due first, none later than `until`. */
static struct timer *first_due(const struct loop *l, int64_t until)
{
	struct timer *best = NULL;
	for (struct timer *t = l->timers; t; t = t->next)
		if (t->due_ms <= until && (!best || t->due_ms < best->due_ms))
			best = t;
	return best;
}

/* Ready fds until nothing more happens; a bound, since a callback may keep one ready for ever. */
static void serve_fds(struct loop *l)
{
	for (int turn = 0; turn < 64; turn++)
		event_base_loop(l->base, EVLOOP_NONBLOCK);
}

void loop_turn(struct loop *l)
{
	if (l->fake)
		loop_step(l, 0);
	else
		event_base_loop(l->base, EVLOOP_NONBLOCK);
}

void loop_step(struct loop *l, int64_t ms)
{
	assert(l->fake && ms >= 0);
	int64_t until = l->fake_ms + ms;
	serve_fds(l);
	for (struct timer *t; (t = first_due(l, until));) {
		int64_t on = t->due_ms > l->fake_ms ? t->due_ms - l->fake_ms : 0;
		l->fake_ms += on;
		clock_step(on);
		timer_stop(t);
		t->fn(t->owner);
		serve_fds(l);
	}
	clock_step(until - l->fake_ms);
	l->fake_ms = until;
}

static void on_fd(evutil_socket_t fd, short what, void *arg)
{
	struct watch *w = arg;
	unsigned ready = (what & EV_READ ? LOOP_READ : 0u) | (what & EV_WRITE ? LOOP_WRITE : 0u);
	struct loop *l = w->loop;                /* the watch may go */
	enter(l);
	w->fn(w->owner, (int)fd, ready & w->want);
	leave(l);
}

struct watch *watch_new(struct loop *l, int fd, unsigned what, watch_fn *fn, void *owner)
{
	assert(fd >= 0 && fn);
	struct watch *w = mem_new(struct watch);
	*w = (struct watch){ .loop = l, .fd = fd, .fn = fn, .owner = owner };
	w->ev = event_new(l->base, fd, 0, on_fd, w);
	assert(w->ev);
	l->watches++;
	watch_want(w, what);
	return w;
}

void watch_want(struct watch *w, unsigned what)
{
	if (w->want == what)
		return;
	short flags = (short)(EV_PERSIST | (what & LOOP_READ ? EV_READ : 0) | (what & LOOP_WRITE ? EV_WRITE : 0));
	event_del(w->ev);
	w->want = what;
	if (!what)
		return;
	int assigned = event_assign(w->ev, w->loop->base, w->fd, flags, on_fd, w);
	int added = event_add(w->ev, NULL);
	assert(assigned == 0 && added == 0);
}

void watch_free(struct watch **wp)
{
	if (!*wp)
		return;
	event_free((*wp)->ev);
	(*wp)->loop->watches--;
	mem_free(wp);
}

static void on_timer(evutil_socket_t fd, short what, void *arg)
{
	struct timer *t = arg;
	struct loop *l = t->loop;
	t->running = false;
	enter(l);
	t->fn(t->owner);
	leave(l);
}

struct timer *timer_new(struct loop *l, timer_fn *fn, void *owner)
{
	struct timer *t = mem_new(struct timer);
	*t = (struct timer){ .loop = l, .fn = fn, .owner = owner };
	if (!l->fake) {
		t->ev = event_new(l->base, -1, 0, on_timer, t);
		assert(t->ev);
	}
	l->made_timers++;
	return t;
}

void timer_start(struct timer *t, int64_t after_ms)
{
	after_ms = after_ms > 0 ? after_ms : 0;
	timer_stop(t);
	t->running = true;
	if (t->loop->fake) {
		t->due_ms = loop_ms(t->loop) + after_ms;
		t->next = t->loop->timers;
		t->loop->timers = t;
		return;
	}
	struct timeval tv = { after_ms / 1000, after_ms % 1000 * 1000 };
	int added = event_add(t->ev, &tv);
	assert(added == 0);
}

void timer_stop(struct timer *t)
{
	if (!t->running)
		return;
	t->running = false;
	if (t->ev) {
		event_del(t->ev);
		return;
	}
	struct timer **at = &t->loop->timers;
	while (*at != t)
		at = &(*at)->next;
	*at = t->next;
}

bool timer_running(const struct timer *t)
{
	return t->running;
}

void timer_free(struct timer **tp)
{
	struct timer *t = *tp;
	if (!t)
		return;
	timer_stop(t);
	if (t->ev)
		event_free(t->ev);
	t->loop->made_timers--;
	mem_free(tp);
}

static void on_signal(evutil_socket_t signo, short what, void *arg)
{
	struct signal_watch *s = arg;
	s->fn(s->owner, (int)signo);
}

void loop_signal(struct loop *l, int signo, signal_fn *fn, void *owner)
{
	struct signal_watch *s = mem_new(struct signal_watch);
	*s = (struct signal_watch){ .fn = fn, .owner = owner, .next = l->signals };
	s->ev = evsignal_new(l->base, signo, on_signal, s);
	int added = s->ev ? event_add(s->ev, NULL) : -1;
	assert(added == 0);
	l->signals = s;
}

static void on_folder(void *owner, int fd, unsigned what)
{
	struct name_watch *n = owner;
	_Alignas(struct inotify_event) char room[4096];
	bool ours = false;
	for (ssize_t got; (got = read(fd, room, sizeof room)) > 0;)
		for (ssize_t at = 0; at < got;) {
			const struct inotify_event *e = (const void *)(room + at);
			ours = ours || (e->mask & IN_Q_OVERFLOW) || (e->len && strcmp(e->name, n->name) == 0);
			at += (ssize_t)(sizeof *e + e->len);
		}
	if (ours)
		n->fn(n->owner);
}

enum err loop_watch_file(struct loop *l, const char *path, timer_fn *fn, void *owner)
{
	char dir[4096];
	struct str whole = str_z(path);
	ptrdiff_t slash = str_rchr(whole, '/');
	struct str name = slash < 0 ? whole : str_from(whole, (size_t)slash + 1);
	if (slash >= (ptrdiff_t)sizeof dir || name.n >= sizeof l->names->name)
		return ERR_LIMIT;
	snprintf(dir, sizeof dir, "%.*s", slash < 0 ? 1 : (int)(slash ? slash : 1), slash < 0 ? "." : path);
	AUTO(fd_close) int fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	if (fd < 0 || inotify_add_watch(fd, dir, IN_MOVED_TO | IN_MODIFY | IN_CREATE | IN_CLOSE_WRITE) < 0)
		return err_sys();
	struct name_watch *n = mem_new(struct name_watch);
	*n = (struct name_watch){ .fd = fd, .fn = fn, .owner = owner, .next = l->names };
	snprintf(n->name, sizeof n->name, "%.*s", STRF(name));
	n->watch = watch_new(l, fd, LOOP_READ, on_folder, n);
	fd = -1;
	l->names = n;
	return OK;
}
