#include "io/landlock.h"

#include <fcntl.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/mem.h"
#include "io/file.h"

/* Numbers of the kernel's interface (Documentation/userspace-api/landlock.rst); Debian's headers may be older
 * than its kernel. */
enum { NR_CREATE = 444, NR_ADD = 445, NR_RESTRICT = 446, CREATE_VERSION = 1, RULE_PATH = 1, ABI_REFER = 2, ABI_TRUNCATE = 3,
       ABI_NET = 4, ABI_SCOPE = 6 };

enum {
	FS_EXECUTE = 1 << 0, FS_WRITE_FILE = 1 << 1, FS_READ_FILE = 1 << 2, FS_READ_DIR = 1 << 3, FS_REMOVE_DIR = 1 << 4,
	FS_REMOVE_FILE = 1 << 5, FS_MAKE_DIR = 1 << 7, FS_MAKE_REG = 1 << 8, FS_REFER = 1 << 13,
	FS_TRUNCATE = 1 << 14,
	FS_FIRST = (1 << 13) - 1,               /* all of version 1 */
	FS_ON_FILES = FS_EXECUTE | FS_WRITE_FILE | FS_READ_FILE | FS_TRUNCATE,
};
enum { NET_ALL = 3, SCOPE_ABSTRACT_SOCKETS = 1 };

struct ruleset { uint64_t fs, net, scoped; };
struct path_rule { uint64_t access; int32_t fd; } __attribute__((packed));

static uint64_t known_fs(int abi)
{
	return FS_FIRST | (abi >= ABI_REFER ? FS_REFER : 0) | (abi >= ABI_TRUNCATE ? FS_TRUNCATE : 0);
}

enum err landlock_begin(struct landlock *l)
{
	long abi = syscall(NR_CREATE, NULL, 0, CREATE_VERSION);
	if (abi < 1)
		return ERR_UNSUPPORTED;
	*l = (struct landlock){ .fd = -1, .abi = (int)abi };
	return OK;
}

/* The ruleset is made when the first path (or the end) needs it. */
static enum err make_ruleset(struct landlock *l)
{
	struct ruleset r = { .fs = known_fs(l->abi), .scoped = SCOPE_ABSTRACT_SOCKETS };
	if (l->fd >= 0)
		return OK;
	size_t size = l->abi >= ABI_SCOPE ? 24 : l->abi >= ABI_NET ? 16 : 8;
	l->fd = (int)syscall(NR_CREATE, &r, size, 0);
	return l->fd < 0 ? err_sys() : OK;
}

enum err landlock_path(struct landlock *l, const char *path, enum landlock_access a)
{
	struct stat st;
	TRY(make_ruleset(l));
	AUTO(fd_close) int fd = open(path, O_PATH | O_CLOEXEC);
	if (fd < 0)
		return errno == ENOENT ? OK : err_sys();
	if (fstat(fd, &st) < 0)
		return err_sys();
	uint64_t want = FS_READ_FILE | FS_READ_DIR;
	if (a == LANDLOCK_WRITE)
		want |= FS_WRITE_FILE | FS_REMOVE_FILE | FS_MAKE_REG | FS_MAKE_DIR | FS_TRUNCATE;
	want &= known_fs(l->abi) & (S_ISDIR(st.st_mode) ? ~UINT64_C(0) : (uint64_t)FS_ON_FILES);
	struct path_rule rule = { want, fd };
	return syscall(NR_ADD, l->fd, RULE_PATH, &rule, 0) < 0 ? err_sys() : OK;
}

/* TCP is a ruleset of its own: which program has it is known at the end only. */
static enum err restrict_net(const struct landlock *l)
{
	struct ruleset r = { .net = NET_ALL };
	if (l->net_free || l->abi < ABI_NET)
		return OK;
	AUTO(fd_close) int fd = (int)syscall(NR_CREATE, &r, 16, 0);
	return fd < 0 || syscall(NR_RESTRICT, fd, 0) < 0 ? err_sys() : OK;
}

enum err landlock_end(struct landlock *l, enum err e)
{
	if (e == OK)
		e = make_ruleset(l);
	if (e == OK && syscall(NR_RESTRICT, l->fd, 0) < 0)
		e = err_sys();
	fd_close(&l->fd);
	return e == OK ? restrict_net(l) : e;
}
