/* loop.h - one event loop a process, over libevent, which nobody else includes.
 * A fake loop has its own clock: scenarios step it (loop_step) and never wait.
 * Callbacks may free their own watch or timer.  Not for threads. */
#pragma once
#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

struct loop;
struct watch;                    /* an fd being watched; does not own the fd */
struct timer;                    /* fires once; start it again for more */

enum { LOOP_READ = 1, LOOP_WRITE = 2 };

typedef void watch_fn(void *owner, int fd, unsigned what);      /* what: LOOP_READ | LOOP_WRITE */
typedef void timer_fn(void *owner);
typedef void signal_fn(void *owner, int signo);

struct loop *loop_new(void);
struct loop *loop_new_fake(int64_t start_ms);      /* also sets clock_fake() */
void loop_free(struct loop **l);                   /* watches and timers must be gone */

void loop_run(struct loop *l);                     /* until loop_stop */
void loop_stop(struct loop *l);                    /* after this turn */
void loop_turn(struct loop *l);                    /* what is ready now, without waiting */
void loop_step(struct loop *l, int64_t ms);        /* fake only: time passes, timers fire in order, fds are served */
int64_t loop_ms(const struct loop *l);             /* monotonic */

struct watch *watch_new(struct loop *l, int fd, unsigned what, watch_fn *fn, void *owner);
void watch_want(struct watch *w, unsigned what);   /* 0: nothing for now */
void watch_free(struct watch **w);

struct timer *timer_new(struct loop *l, timer_fn *fn, void *owner);
void timer_start(struct timer *t, int64_t after_ms);     /* replaces an earlier start */
void timer_stop(struct timer *t);
bool timer_running(const struct timer *t);
void timer_free(struct timer **t);

/* Calls fn in the loop when the signal comes.  Lasts as long as the loop. */
void loop_signal(struct loop *l, int signo, signal_fn *fn, void *owner);
/* Calls fn when the file is replaced, appended to or appears (inotify on its folder).  Lasts as long as the loop. */
enum err loop_watch_file(struct loop *l, const char *path, timer_fn *fn, void *owner);
