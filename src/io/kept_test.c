#include "io/kept.h"

#include <sys/wait.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/test.h"
#include "io/file.h"

static char paths[2][300];

static void put(size_t i, const char *name, const char *text)
{
	CHECK_OK(path_join(paths[i], sizeof paths[i], test_dir(), name));
	CHECK_OK(file_replace(paths[i], str_z(text), 0600));
}

static struct kept *begin(void)
{
	struct kept *k;
	put(0, "cert.pem", "certificate");
	put(1, "key.pem", "key");
	CHECK_OK(kept_new((const char *const[]){ paths[0], paths[1] }, 2, &k));
	return k;
}

TEST(kept, another_process_sees_what_was_replaced)
{
	struct kept *k = begin();
	unsigned was = kept_number(k);
	int go[2];
	CHECK_INT(pipe(go), 0);
	pid_t pid = fork();
	if (pid == 0) {
		char c;
		AUTO(buf_done) struct buf b = buf_init(1000);
		bool good = read(go[0], &c, 1) == 1 && kept_number(k) != was && kept_read(k, 0, &b) == OK && str_is(buf_str(&b), "another certificate");
		_exit(good ? 0 : 1);
	}
	CHECK(!kept_look(k));
	put(0, "cert.pem", "another certificate");
	CHECK(kept_look(k) && !kept_look(k));
	CHECK_INT(write(go[1], "x", 1), 1);
	int status;
	CHECK(waitpid(pid, &status, 0) == pid && WIFEXITED(status) && WEXITSTATUS(status) == 0);
	kept_free(&k);
}

TEST(kept, a_file_that_is_away_or_empty_changes_nothing_until_it_is_there)
{
	struct kept *k = begin();
	unsigned was = kept_number(k);
	AUTO(buf_done) struct buf b = buf_init(1000);
	CHECK_OK(file_remove(paths[1]));
	CHECK(!kept_look(k));
	put(1, "key.pem", "");
	CHECK(!kept_look(k) && kept_number(k) == was);
	put(1, "key.pem", "another key");
	CHECK(kept_look(k) && kept_number(k) != was);
	CHECK_OK(kept_read(k, 1, &b));
	CHECK_STR(buf_str(&b), "another key");
	kept_free(&k);
	CHECK(kept_new((const char *const[]){ "/nowhere/cert.pem" }, 1, &k) != OK);
}
