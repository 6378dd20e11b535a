/* worker.h - a program of N worker processes and one parent that does nothing
 * but start them, start them again with a growing pause, and stop them.  The
 * parent tells systemd that it is ready when every worker has said so. */
#pragma once
#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

enum { WORKERS_MAX = 64, WORKER_STOP_MS = 5000 };

struct worker_plan {
	const char *name;               /* "dns": of the pid file run/NAME.pid, the log, and worker names dns-1 ... */
	unsigned count;                 /* 1 to WORKERS_MAX */
	const char *run_dir;            /* for the pid file; NULL: none */
	/* The worker.  index from 1; calls worker_ready() once it serves; returns on SIGTERM; gives the exit code. */
	int (*run)(void *owner, unsigned index);
	void *owner;
	bool whole;                     /* one that ends with a code before it ever served is a start that failed: all ends, with code 1 */
	void (*each_second)(void *owner);        /* in the parent; NULL: nothing */
	int64_t pause_first_ms, pause_most_ms;   /* before starting a dead worker again; 0: 100 and 800 */
};

/* Runs until SIGTERM or SIGINT; SIGHUP and SIGUSR1 are passed on to the workers.  Gives the exit code for main. */
int workers_run(const struct worker_plan *p);
/* Asks the system for this many open files a process (before workers_run); gives how many there are, which may be fewer. */
uint64_t worker_files(uint64_t want);
/* Called in a worker (or in a program without workers): it serves now. */
void worker_ready(void);
/* sd_notify without its library: "READY=1", "STOPPING=1", "WATCHDOG=1".  Nothing without $NOTIFY_SOCKET. */
void worker_notify(const char *state);
/* Writes run_dir/NAME.pid under a lock that lasts as long as the process; ERR_BUSY: it runs already. */
enum err worker_pid_file(const char *run_dir, const char *name);
