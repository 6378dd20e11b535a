#include "io/worker.h"

#include <signal.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/test.h"
#include "io/file.h"
#include "io/sock.h"

static void nap(long ms)
{
	nanosleep(&(struct timespec){ .tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000 }, NULL);
}

static const char *dir;
static volatile sig_atomic_t asked;

static void on_term(int signo)
{
	asked = signo;
}

static void mark(const char *what, unsigned index)
{
	char path[512], text[64];
	snprintf(path, sizeof path, "%s/%s-%u", dir, what, index);
	int n = snprintf(text, sizeof text, "%d\n", (int)getpid());
	if (file_append(path, (struct str){ text, (size_t)n }, 0600) != OK)
		_exit(9);
}

/* Serves until asked to stop. */
static int serve(void *owner, unsigned index)
{
	(void)owner;
	signal(SIGTERM, on_term);
	mark("started", index);
	worker_ready();
	while (!asked)
		nap(2);
	mark("stopped", index);
	return 0;
}

static size_t lines(const char *what, unsigned index, long *last)
{
	char path[512];
	AUTO(buf_done) struct buf b = buf_init(65536);
	snprintf(path, sizeof path, "%s/%s-%u", dir, what, index);
	if (file_read(path, &b) != OK)
		return 0;
	size_t n = 0;
	for (struct str rest = buf_str(&b), line; str_next(&rest, '\n', &line);) {
		int64_t v;
		if (line.n == 0 || str_i64(line, &v) != OK)
			continue;
		*last = (long)v;
		n++;
	}
	return n;
}

static size_t wait_lines(const char *what, unsigned index, size_t n, long *last)
{
	for (int i = 0; i < 12000 && lines(what, index, last) < n; i++)
		nap(5);
	return lines(what, index, last);
}

static pid_t crew_start(unsigned count, int (*fn)(void *, unsigned))
{
	struct worker_plan p = { .name = "demo", .count = count, .run_dir = dir, .run = fn, .pause_first_ms = 20, .pause_most_ms = 80 };
	fflush(NULL);
	pid_t pid = fork();
	if (pid == 0)
		_exit(workers_run(&p));
	return pid;
}

TEST(worker, tells_that_it_is_ready_restarts_the_dead_and_stops_in_order)
{
	dir = test_dir();
	char notify[100], said[64] = "";
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	snprintf(notify, sizeof notify, "%s/n", dir);
	snprintf(a.sun_path, sizeof a.sun_path, "%s", notify);
	AUTO(fd_close) int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	CHECK(bind(fd, (struct sockaddr *)&a, sizeof a) == 0);
	setenv("NOTIFY_SOCKET", notify, 1);
	pid_t crew = crew_start(2, serve);
	unsetenv("NOTIFY_SOCKET");
	CHECK(recv(fd, said, sizeof said - 1, 0) > 0);
	CHECK_STR(str_z(said), "READY=1");
	long pid = 0, again = 0;
	CHECK_INT(wait_lines("started", 1, 1, &pid), 1);
	kill((pid_t)pid, SIGKILL);
	CHECK_INT(wait_lines("started", 1, 2, &again), 2);
	CHECK(again != pid);
	kill(crew, SIGTERM);
	int status;
	CHECK(waitpid(crew, &status, 0) == crew && WIFEXITED(status) && WEXITSTATUS(status) == 0);
	CHECK(lines("stopped", 1, &pid) == 1 && lines("stopped", 2, &pid) == 1);
}

static int dies_at_once(void *owner, unsigned index)
{
	(void)owner;
	mark("started", index);
	return 3;
}

TEST(worker, one_that_dies_young_is_started_less_and_less_often)
{
	dir = test_dir();
	long pid;
	int64_t began = clock_mono_ms();
	pid_t crew = crew_start(1, dies_at_once);
	CHECK(wait_lines("started", 1, 6, &pid) >= 6);
	CHECK(clock_mono_ms() - began >= 20 + 40 + 80 + 80 + 80 - 5);
	kill(crew, SIGTERM);
	int status;
	CHECK(waitpid(crew, &status, 0) == crew && WIFEXITED(status));
}

TEST(worker, a_second_one_with_the_same_pid_file_does_not_start)
{
	dir = test_dir();
	long pid;
	int status;
	pid_t crew = crew_start(1, serve);
	CHECK_INT(wait_lines("started", 1, 1, &pid), 1);
	pid_t second = crew_start(1, serve);
	CHECK(waitpid(second, &status, 0) == second && WIFEXITED(status) && WEXITSTATUS(status) == 1);
	kill(crew, SIGTERM);
	CHECK(waitpid(crew, &status, 0) == crew);
}

TEST(worker, workers_go_when_their_parent_is_killed)
{
	dir = test_dir();
	long pid;
	int status;
	pid_t crew = crew_start(1, serve);
	CHECK_INT(wait_lines("started", 1, 1, &pid), 1);
	kill(crew, SIGKILL);
	CHECK(waitpid(crew, &status, 0) == crew);
	CHECK_INT(wait_lines("stopped", 1, 1, &pid), 1);
}

/* Cannot start, as with settings that are wrong. */
static int cannot(void *owner, unsigned index)
{
	(void)owner, (void)index;
	return 7;
}

TEST(worker, a_whole_that_cannot_start_ends_and_is_not_tried_again)
{
	int status;
	fflush(NULL);
	pid_t pid = fork();
	if (pid == 0)
		_exit(workers_run(&(struct worker_plan){ .name = "whole", .count = 1, .whole = true, .run = cannot }));
	CHECK(waitpid(pid, &status, 0) == pid && WIFEXITED(status) && WEXITSTATUS(status) == 1);
}
