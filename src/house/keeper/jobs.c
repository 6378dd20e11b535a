#include "house/keeper/jobs.h"

#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"

extern char **environ;

struct job {
	const char *name;
	int64_t every_ms, most_ms;
	int64_t due_ms;                /* monotonic; 0: not due */
	int64_t began_ms;
	pid_t pid;                     /* 0: does not run */
};

static const struct job kinds[] = {
#define JOB_ROW_(n, every, most) { .name = #n, .every_ms = (every) * 1000LL, .most_ms = (most) * 1000LL },
	JOB_TABLE(JOB_ROW_)
#undef JOB_ROW_
};
enum { N_JOBS = ARRAY_N(kinds) };

struct keeper_jobs {
	struct job job[N_JOBS];
	char *prefix, *data_dir;
	bool started;
};

struct keeper_jobs *keeper_jobs_new(const char *prefix, const char *data_dir)
{
	struct keeper_jobs *j = mem_new(struct keeper_jobs);
	memcpy(j->job, kinds, sizeof kinds);
	j->prefix = mem_strdup(prefix);
	j->data_dir = mem_strdup(data_dir);
	return j;
}

void keeper_jobs_free(struct keeper_jobs **j)
{
	if (!*j)
		return;
	for (size_t i = 0; i < N_JOBS; i++)
		if ((*j)->job[i].pid > 0) {
			(void)kill((*j)->job[i].pid, SIGTERM);          /* it may be gone already */
			(void)waitpid((*j)->job[i].pid, NULL, 0);
		}
	mem_free(&(*j)->prefix);
	mem_free(&(*j)->data_dir);
	mem_free(j);
}

enum err keeper_jobs_ask(struct keeper_jobs *j, const char *name)
{
	for (size_t i = 0; i < N_JOBS; i++)
		if (strcmp(j->job[i].name, name) == 0) {
			j->job[i].due_ms = 1;
			return OK;
		}
	return ERR_ABSENT;
}

static void start(struct keeper_jobs *j, struct job *job, int64_t now)
{
	char self[] = "/proc/self/exe";
	char *argv[] = { self, (char[]){ "--prefix" }, j->prefix, (char[]){ "--data" }, j->data_dir, (char[]){ "--job" },
		mem_strdup(job->name), NULL };
	int e = posix_spawn(&job->pid, self, NULL, NULL, argv, environ);
	mem_free(&argv[6]);
	if (e) {
		job->pid = 0;
		log_line(LOG_FAIL, "starting the job %s: %s", job->name, strerror(e));
	}
	job->began_ms = now;
	job->due_ms = job->every_ms ? now + job->every_ms : 0;
}

/* Whether it ended, and well. */
static bool collect(struct job *job, int64_t now)
{
	int status;
	pid_t got = waitpid(job->pid, &status, WNOHANG);
	if (got == 0 && now - job->began_ms > job->most_ms) {
		log_line(LOG_FAIL, "the job %s takes too long and is ended", job->name);
		(void)kill(job->pid, SIGKILL);                           /* collected in the next turn */
	}
	if (got == 0)
		return false;
	job->pid = 0;
	if (got < 0) {
		log_line(LOG_FAIL, "nothing is known of how the job %s ended: %s", job->name, strerror(errno));
		return false;
	}
	bool well = WIFEXITED(status) && WEXITSTATUS(status) == 0;
	if (!well)
		log_line(LOG_FAIL, "the job %s ended badly (%d)", job->name, status);
	return well;
}

/* The first round is spread, so that a start is not a stampede. */
static void first_round(struct keeper_jobs *j, int64_t now)
{
	for (size_t i = 0; i < N_JOBS; i++)
		if (j->job[i].every_ms && !j->job[i].due_ms)
			j->job[i].due_ms = now + 5000 + (int64_t)i * 5000;
	j->started = true;
}

bool keeper_jobs_tick(struct keeper_jobs *j, int64_t now)
{
	bool published = false;
	if (!j->started)
		first_round(j, now);
	for (size_t i = 0; i < N_JOBS; i++) {
		struct job *job = &j->job[i];
		if (job->pid && collect(job, now))
			published |= strcmp(job->name, "publish") == 0;
		if (!job->pid && job->due_ms && job->due_ms <= now)
			start(j, job, now);
	}
	return published;
}
