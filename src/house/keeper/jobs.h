/* jobs.h - slow or risky work in processes of its own: this program again, with
 * --job NAME.  One of a name at a time; one that takes too long is ended. */
#pragma once
#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

/* JOB_TABLE: name, every so many seconds (0: only when asked), longest run in seconds */
#define JOB_TABLE(X) \
	X(publish,    86400, 600) \
	X(fetch,      36000, 3600) \
	X(notify,     20,    300) \
	X(trial,      0,     900) \
	X(overblock,  0,     300) \
	X(sealed,     0,     1800) \
	X(mailbox,    60,    300) \
	X(checkpoint, 3600,  60) \
	X(retain,     86400, 3600) \
	X(remind,     86400, 600) \
	X(check,      86400, 3600) \
	X(links,      86400, 1800) \
	X(people,     7200,  300)

struct keeper_jobs;
struct keeper_jobs *keeper_jobs_new(const char *prefix, const char *data_dir);
void keeper_jobs_free(struct keeper_jobs **j);     /* ends what runs */
/* OK also when it runs already: it will run once more after that. */
enum err keeper_jobs_ask(struct keeper_jobs *j, const char *name);
/* Starts what is due, collects what ended.  Returns whether a publish ended well since the last call. */
bool keeper_jobs_tick(struct keeper_jobs *j, int64_t mono_ms);
