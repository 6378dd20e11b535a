#include "io/sandbox.h"

#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/hash.h"
#include "base/log.h"
#include "base/mem.h"
#include "io/landlock.h"

#if defined(__SANITIZE_ADDRESS__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED 1
#endif
#endif
#ifndef SANITIZED
#define SANITIZED 0
#endif

static const char *const texts[] = {
#define ROW_(name, text) [SANDBOX_BIT_##name] = text,
	SANDBOX_TABLE(ROW_)
#undef ROW_
};

const char *sandbox_right_text(enum sandbox_right r)
{
	for (size_t i = 0; i < ARRAY_N(texts); i++)
		if ((unsigned)r == 1u << i)
			return texts[i];
	return "";
}

/* --- which system calls a right needs --- */

enum { ALWAYS = 0, READS = SANDBOX_READ_POLICY | SANDBOX_READ_MORE | SANDBOX_OWN_SPOOL | SANDBOX_OWN_STATE,
       WRITES = SANDBOX_OWN_SPOOL | SANDBOX_OWN_STATE,
       TALKS = SANDBOX_CLIENTS | SANDBOX_UPSTREAM | SANDBOX_LISTEN | SANDBOX_UNIX_ASK };

/* Any of the rights gives all of the calls; no right: every program has them. */
static const struct { unsigned rights; const char *const *calls; } allowed[] = {
	{ ALWAYS, (const char *const[]){
		"read", "write", "readv", "writev", "pread64", "pwrite64", "close", "close_range", "lseek", "fstat", "newfstatat", "statx",
		"stat", "lstat", "access", "faccessat", "faccessat2", "poll", "ppoll", "select", "pselect6", "epoll_create1", "epoll_ctl",
		"epoll_wait", "epoll_pwait", "epoll_pwait2", "eventfd2", "timerfd_create", "timerfd_settime", "timerfd_gettime", "signalfd4",
		"pipe2", "socketpair", "brk", "munmap", "mremap", "madvise", "rt_sigaction", "rt_sigprocmask", "rt_sigreturn",
		"rt_sigtimedwait", "sigaltstack", "exit", "exit_group", "futex", "nanosleep", "clock_nanosleep", "clock_gettime",
		"clock_getres", "gettimeofday", "time", "getrandom", "getpid", "gettid", "getppid", "getuid", "geteuid", "getgid",
		"getegid", "tgkill", "rseq", "set_robust_list", "sched_yield", "sched_getaffinity", "restart_syscall", "dup", "dup2", "dup3",
		"fcntl", "ioctl", "getrlimit", "uname", "sysinfo", "membarrier", "inotify_init1", "inotify_add_watch", "inotify_rm_watch",
		"umask", "getcwd", NULL } },
	{ TALKS, (const char *const[]){
		"accept", "accept4", "recvfrom", "recvmsg", "recvmmsg", "sendto", "sendmsg", "sendmmsg", "shutdown", "getsockopt",
		"setsockopt", "getsockname", "getpeername", "splice", "sendfile", NULL } },
	{ SANDBOX_UPSTREAM | SANDBOX_UNIX_ASK, (const char *const[]){ "connect", NULL } },
	{ SANDBOX_UPSTREAM | SANDBOX_LISTEN, (const char *const[]){ "bind", NULL } },
	{ SANDBOX_LISTEN, (const char *const[]){ "listen", "unlink", "chmod", NULL } },
	{ READS, (const char *const[]){ "readlink", "readlinkat", "getdents64", "fadvise64", "readahead", NULL } },
	{ WRITES, (const char *const[]){
		"open", "openat", "creat", "rename", "renameat", "renameat2", "unlink", "unlinkat", "link", "linkat", "mkdir", "mkdirat", "ftruncate",
		"fallocate", "fsync", "fdatasync", "sync_file_range", "msync", "flock", "fchmod", "chmod", NULL } },
	{ SANDBOX_THREADS, (const char *const[]){ "set_tid_address", "sched_setaffinity", "sched_getparam", "sched_getscheduler", NULL } },
};

/* What the leak check of the sanitizers needs, in builds that have them. */
static const char *const sanitizer_calls[] = { "open", "openat", "readlink", "readlinkat", "getdents", "getdents64", "clone", "wait4", "ptrace",
	"process_vm_readv", "prctl", "mprotect", "mmap", "set_tid_address", "kill", "arch_prctl", "prlimit64", NULL };

static enum err allow(scmp_filter_ctx f, const char *name)
{
	int nr = seccomp_syscall_resolve_name(name);
	if (nr == __NR_SCMP_ERROR)
		return OK;                           /* not on this machine */
	int e = seccomp_rule_add(f, SCMP_ACT_ALLOW, nr, 0);
	return e == 0 || e == -EEXIST ? OK : (enum err)e;
}

static enum err allow_all(scmp_filter_ctx f, const char *const *names)
{
	for (; *names; names++)
		TRY(allow(f, *names));
	return OK;
}

static enum err allow_if(scmp_filter_ctx f, int nr, struct scmp_arg_cmp c)
{
	int e = seccomp_rule_add_array(f, SCMP_ACT_ALLOW, nr, 1, &c);
	return e == 0 || e == -EEXIST ? OK : (enum err)e;
}

/* New sockets only of the families that the rights name. */
static enum err allow_sockets(scmp_filter_ctx f, unsigned rights)
{
	int nr = SCMP_SYS(socket);
	if (rights & (SANDBOX_UPSTREAM | SANDBOX_LISTEN)) {
		TRY(allow_if(f, nr, SCMP_A0(SCMP_CMP_EQ, AF_INET)));
		TRY(allow_if(f, nr, SCMP_A0(SCMP_CMP_EQ, AF_INET6)));
	}
	if (rights & SANDBOX_UNIX_ASK)
		TRY(allow_if(f, nr, SCMP_A0(SCMP_CMP_EQ, AF_UNIX)));
	return OK;
}

/* Reading alone opens without any flag that writes or makes. */
static enum err allow_reading(scmp_filter_ctx f)
{
	unsigned writes = O_WRONLY | O_RDWR | O_CREAT | O_TRUNC | O_APPEND;
	TRY(allow_if(f, SCMP_SYS(openat), SCMP_A2(SCMP_CMP_MASKED_EQ, writes, 0)));
	return allow_if(f, SCMP_SYS(open), SCMP_A1(SCMP_CMP_MASKED_EQ, writes, 0));
}

/* Memory, but none that code can be put into. */
static enum err allow_memory(scmp_filter_ctx f)
{
	TRY(allow_if(f, SCMP_SYS(mmap), SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0)));
	TRY(allow_if(f, SCMP_SYS(mprotect), SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0)));
	return allow_if(f, SCMP_SYS(prlimit64), SCMP_A2(SCMP_CMP_EQ, 0));       /* asking, not setting */
}

static enum err allow_threads(scmp_filter_ctx f)
{
	unsigned thread = 0x00010000;                                           /* CLONE_THREAD */
	TRY(allow_if(f, SCMP_SYS(clone), SCMP_A0(SCMP_CMP_MASKED_EQ, thread, thread)));
	int e = seccomp_rule_add(f, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0);  /* its flags cannot be seen: use clone */
	return e == 0 ? OK : (enum err)e;
}

static enum err build(scmp_filter_ctx f, unsigned rights)
{
	for (size_t i = 0; i < ARRAY_N(allowed); i++)
		if (!allowed[i].rights || allowed[i].rights & rights)
			TRY(allow_all(f, allowed[i].calls));
	TRY(allow_sockets(f, rights));
	if (rights & READS && !(rights & WRITES) && !SANITIZED)
		TRY(allow_reading(f));
	if (rights & SANDBOX_THREADS)
		TRY(allow_threads(f));
	return SANITIZED ? allow_all(f, sanitizer_calls) : allow_memory(f);
}

static void filter_done(scmp_filter_ctx *f)
{
	if (*f)
		seccomp_release(*f);
}

static enum err enter_seccomp(unsigned rights)
{
	AUTO(filter_done) scmp_filter_ctx f = seccomp_init(SCMP_ACT_ERRNO(EPERM));
	if (!f)
		return ERR_UNSUPPORTED;
	TRY(build(f, rights));
	int e = seccomp_load(f);
	return e == 0 ? OK : (enum err)e;
}

/* --- paths --- */

static enum err enter_landlock(const struct sandbox *s, int *abi)
{
	struct landlock l;
	TRY(landlock_begin(&l));
	*abi = l.abi;
	enum err e = OK;
	if (e == OK && s->rights & SANDBOX_READ_POLICY && s->policy)
		e = landlock_path(&l, s->policy, LANDLOCK_READ);
	if (e == OK && s->rights & SANDBOX_OWN_SPOOL && s->spool)
		e = landlock_path(&l, s->spool, LANDLOCK_WRITE);
	if (e == OK && s->rights & SANDBOX_OWN_STATE && s->state)
		e = landlock_path(&l, s->state, LANDLOCK_WRITE);
	for (size_t i = 0; e == OK && s->rights & SANDBOX_READ_MORE && i < SANDBOX_MORE && s->more[i]; i++)
		e = landlock_path(&l, s->more[i], LANDLOCK_READ);
	if (e == OK && SANITIZED)
		e = landlock_path(&l, "/proc", LANDLOCK_READ);
	if (e == OK && s->rights & (SANDBOX_UPSTREAM | SANDBOX_LISTEN))
		l.net_free = true;
	return landlock_end(&l, e);
}

/* --- the user --- */

static enum err become(const char *user)
{
	struct passwd *p = getpwnam(user);
	if (!p)
		return ERR_ABSENT;
	if (initgroups(user, p->pw_gid) < 0 || setgid(p->pw_gid) < 0 || setuid(p->pw_uid) < 0)
		return err_sys();
	return p->pw_uid == 0 || setuid(0) < 0 ? OK : ERR_STATE;     /* there must be no way back */
}

/* What failed is said; in `required` mode it ends the start. */
static enum err settle(const struct sandbox *s, const char *what, enum err e, bool may_lack)
{
	if (e == OK)
		return OK;
	log_line(LOG_WARN, "sandbox: %s cannot be had here: %s", what, err_text(e));
	return s->mode == SANDBOX_REQUIRED && !may_lack ? e : OK;
}

enum err sandbox_enter(const struct sandbox *s, struct sandbox_report *out)
{
	struct sandbox_report r = { 0 };
	hash_ready();
	if (s->user && geteuid() == 0) {
		enum err e = become(s->user);
		r.user = e == OK;
		TRY(settle(s, "the change of user", e, false));
	}
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return err_sys();
	if (s->mode != SANDBOX_OFF) {
		enum err e = enter_landlock(s, &r.landlock_abi);
		r.landlock = e == OK;
		TRY(settle(s, "Landlock (limits by path)", e, e == ERR_UNSUPPORTED));
		e = enter_seccomp(s->rights);
		r.seccomp = e == OK;
		TRY(settle(s, "seccomp (limits by system call)", e, false));
	}
	if (out)
		*out = r;
	return OK;
}
