/* Several connections of one program, and a program beside it.  POSIX drops all locks of a process on a file as soon as
 * it closes any descriptor of that file (fcntl(2)); a house that opened its own file for a look lost its locks, and
 * whoever closed last elsewhere then took the log away under it. */
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/test.h"
#include "house/store/db.h"
#include "house/store/pagesum.h"

/* Where SQLite keeps the lock that says "somebody reads": 510 bytes after the pending one (https://sqlite.org/fileformat2.html, lock-byte page). */
enum { SHARED_AT = 0x40000002, SHARED_BYTES = 510 };

/* Whether this process holds its lock, as another process sees it. */
static bool locked(const char *path)
{
	int status;
	pid_t child = fork();
	if (child == 0) {
		struct flock l = { .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = SHARED_AT, .l_len = SHARED_BYTES };
		int fd = open(path, O_RDWR | O_CLOEXEC);
		_exit(fd < 0 || fcntl(fd, F_GETLK, &l) != 0 ? 2 : l.l_type == F_UNLCK);
	}
	CHECK(waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) < 2);
	return WEXITSTATUS(status) == 0;
}

TEST(locks, another_connection_or_a_look_at_the_pages_drops_none)
{
	char where[300];
	AUTO(diag_done) struct diag d = diag_init(5);
	struct db *first = NULL, *second = NULL;
	int64_t pages;
	snprintf(where, sizeof where, "sqlite:%s/l.db", test_dir());
	const char *path = where + strlen("sqlite:");
	CHECK_OK(db_open(where, &first));
	CHECK_OK(db_script(first, "CREATE TABLE t (a INTEGER)"));
	CHECK(locked(path));
	CHECK_OK(db_open(where, &second));
	CHECK(locked(path));
	db_free(&second);
	CHECK_OK(db_open_read(where, &second));
	CHECK_OK(pagesum_walk(path, &d, &pages));
	CHECK(locked(path));
	db_free(&second);
	CHECK(locked(path));
	db_free(&first);
	CHECK(!locked(path));
}

static void wait_for(int fd)
{
	char c;
	while (read(fd, &c, 1) < 0)
		;
}

static enum err count_rows(void *n, const struct db_val *v, size_t columns)
{
	*(int64_t *)n = columns ? v[0].i : -1;
	return OK;
}

static int64_t rows(struct db *db)
{
	static const struct db_stmt st = { "count", "", "SELECT count(*) FROM t", -1, true };
	int64_t n = -1;
	CHECK_OK(db_run(db, &st, NULL, 0, count_rows, &n, NULL));
	return n;
}

/* A program that opens the house, writes a row, and goes in good order; begun before this one has a connection.  Its exit code is how many rows it saw. */
static pid_t visitor(const char *where, const int go[2])
{
	pid_t child = fork();
	if (child == 0) {
		struct db *db = NULL;
		wait_for(go[0]);
		int64_t n = db_open(where, &db) == OK && db_script(db, "INSERT INTO t VALUES (1)") == OK ? rows(db) : 99;
		db_free(&db);
		_exit((int)n);
	}
	return child;
}

static int goes(pid_t child, const int go[2])
{
	int status;
	CHECK_INT(write(go[1], "g", 1), 1);
	CHECK(waitpid(child, &status, 0) == child && WIFEXITED(status));
	return WEXITSTATUS(status);
}

TEST(locks, programs_that_come_and_go_and_one_that_stays_see_each_others_rows)
{
	char where[300];
	int first_go[2], second_go[2];
	struct db *one = NULL, *two = NULL;
	snprintf(where, sizeof where, "sqlite:%s/v.db", test_dir());
	CHECK(pipe(first_go) == 0 && pipe(second_go) == 0);
	pid_t first = visitor(where, first_go), second = visitor(where, second_go);
	CHECK_OK(db_open(where, &one));
	CHECK_OK(db_script(one, "CREATE TABLE t (a INTEGER)"));
	CHECK_OK(db_open(where, &two));
	CHECK_INT(goes(first, first_go), 1);
	CHECK_OK(db_script(two, "INSERT INTO t VALUES (2)"));
	CHECK_INT(goes(second, second_go), 3);
	CHECK_INT(rows(one), 3);
	db_free(&one);
	db_free(&two);
	for (int i = 0; i < 2; i++)
		(void)close(first_go[i]), (void)close(second_go[i]);
}
