/* Each test enters a sandbox in a child and tries what must not be possible. */
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/test.h"
#include "io/file.h"
#include "io/sandbox.h"
#include "io/sock.h"

/* Runs fn in a child; its exit code, or 100 + signal. */
static int in_child(int (*fn)(void *), void *arg)
{
	fflush(NULL);
	pid_t child = fork();
	if (child == 0)
		_exit(fn(arg));
	int status;
	CHECK(waitpid(child, &status, 0) == child);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 100 + WTERMSIG(status);
}

struct place { char own[256], outside[256], file[512], own_file[512]; struct sock_addr at; int listener; };

static struct place place_new(void)
{
	struct place p;
	snprintf(p.own, sizeof p.own, "%s", test_dir());
	snprintf(p.outside, sizeof p.outside, "%s", test_dir());
	snprintf(p.file, sizeof p.file, "%s/secret", p.outside);
	snprintf(p.own_file, sizeof p.own_file, "%s/mine", p.own);
	CHECK_OK(file_create(p.file, STR("secret"), 0644));
	CHECK_OK(file_create(p.own_file, STR("mine"), 0644));
	CHECK_OK(sock_addr_read(STR("127.0.0.1:0"), 0, &p.at));
	CHECK_OK(sock_listen_tcp(&p.at, 0, &p.listener));
	CHECK_OK(sock_local(p.listener, &p.at));
	return p;
}

enum { FINE = 0, NOT_ENTERED = 50 };

/* The signer's kind of program: its state folder and nothing else. */
static int only_own_folder(void *arg)
{
	struct place *p = arg;
	struct sandbox_report r;
	struct sandbox s = { .rights = SANDBOX_CLIENTS | SANDBOX_OWN_STATE, .mode = SANDBOX_REQUIRED, .state = p->own };
	uint8_t got[4];
	int fd;
	if (sandbox_enter(&s, &r) != OK || !r.seccomp)
		return NOT_ENTERED;
	if (file_read_exact(p->own_file, got, 4) != OK || file_replace(p->own_file, STR("new"), 0600) != OK)
		return 1;
	if (r.landlock && (fd = open(p->file, O_RDONLY)) >= 0)
		return 2;
	if (r.landlock && (fd = open(p->file, O_WRONLY)) >= 0)
		return 3;
	if (sock_connect(&p->at, SOCK_STREAM, &fd) != (enum err)-EPERM)
		return 4;
	execl("/bin/true", "true", (char *)NULL);
	if (errno != EPERM)
		return 5;
	return FINE;
}

TEST(sandbox, a_program_with_one_folder_reaches_no_file_outside_no_network_and_no_program)
{
	struct place p = place_new();
	CHECK_INT(in_child(only_own_folder, &p), FINE);
	fd_close(&p.listener);
}

static int no_files_at_all(void *arg)
{
	struct place *p = arg;
	struct sandbox s = { .rights = SANDBOX_CLIENTS | SANDBOX_UPSTREAM, .mode = SANDBOX_REQUIRED };
	struct sandbox_report r;
	int fd = -1;
	if (sandbox_enter(&s, &r) != OK)
		return NOT_ENTERED;
	if (sock_connect(&p->at, SOCK_STREAM, &fd) != OK)
		return 1;
	struct sock_addr un;
	if (sock_addr_read(STR("/tmp/none.sock"), 0, &un) != OK || sock_connect(&un, SOCK_STREAM, &fd) != (enum err)-EPERM)
		return 2;
	if (r.landlock && open(p->file, O_RDONLY) >= 0)
		return 3;
	if (prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) != 1 && errno != EPERM)
		return 4;
	return FINE;
}

TEST(sandbox, the_right_to_connect_out_gives_no_unix_sockets_and_no_files)
{
	struct place p = place_new();
	CHECK_INT(in_child(no_files_at_all, &p), FINE);
	fd_close(&p.listener);
}

static int reader_of_policy(void *arg)
{
	struct place *p = arg;
	struct sandbox s = { .rights = SANDBOX_READ_POLICY, .mode = SANDBOX_REQUIRED, .policy = p->own };
	struct sandbox_report r;
	uint8_t got[4];
	if (sandbox_enter(&s, &r) != OK)
		return NOT_ENTERED;
	if (file_read_exact(p->own_file, got, 4) != OK)
		return 1;
	if (file_replace(p->own_file, STR("x"), 0600) == OK || file_append(p->own_file, STR("x"), 0600) == OK)
		return r.landlock ? 2 : FINE;        /* sanitized builds: seccomp leaves open() alone for the leak check */
	return unlink(p->own_file) == 0 ? 3 : FINE;
}

TEST(sandbox, a_reader_of_the_policy_cannot_change_it)
{
	struct place p = place_new();
	CHECK_INT(in_child(reader_of_policy, &p), FINE);
	fd_close(&p.listener);
}

static int becomes_nobody(void *arg)
{
	struct place *p = arg;
	struct sandbox s = { .rights = SANDBOX_READ_POLICY, .mode = SANDBOX_REQUIRED, .policy = p->own, .user = "nobody" };
	struct sandbox_report r;
	if (sandbox_enter(&s, &r) != OK)
		return NOT_ENTERED;
	return !r.user ? 1 : geteuid() == 0 || getuid() == 0 || getgid() == 0 ? 2 : FINE;
}

TEST(sandbox, started_by_root_it_becomes_the_user_for_good)
{
	struct place p = place_new();
	if (geteuid() == 0)
		CHECK_INT(in_child(becomes_nobody, &p), FINE);
	fd_close(&p.listener);
	if (geteuid() != 0)
		SKIP("only root can become somebody else");
}

static int unknown_user(void *arg)
{
	struct sandbox s = { .mode = *(enum sandbox_mode *)arg, .user = "no-such-user-here" };
	return sandbox_enter(&s, NULL) == OK ? FINE : 1;
}

TEST(sandbox, what_cannot_be_had_ends_the_start_only_when_required)
{
	enum sandbox_mode required = SANDBOX_REQUIRED, best = SANDBOX_BEST;
	if (geteuid() != 0)
		SKIP("only root can become somebody else");
	CHECK_INT(in_child(unknown_user, &required), 1);
	CHECK_INT(in_child(unknown_user, &best), FINE);
}

TEST(sandbox, every_right_has_its_sentence)
{
	CHECK_STR(str_z(sandbox_right_text(SANDBOX_UPSTREAM)), "open connections and datagram sockets to other hosts");
	CHECK(sandbox_right_text(SANDBOX_READ_MORE)[0]);
}

/* The whole way out, with the leak check of sanitized builds, which has to work inside. */
static int leaves_by_exit(void *arg)
{
	struct place *p = arg;
	struct sandbox s = { .rights = SANDBOX_CLIENTS | SANDBOX_OWN_STATE, .mode = SANDBOX_REQUIRED, .state = p->own };
	if (sandbox_enter(&s, NULL) != OK)
		return NOT_ENTERED;
	exit(FINE);
}

TEST(sandbox, a_program_inside_ends_in_order)
{
	struct place p = place_new();
	CHECK_INT(in_child(leaves_by_exit, &p), FINE);
	fd_close(&p.listener);
}
