/* sandbox.h - a program names its rights, then runs.  seccomp allows the calls
 * that the rights need and no others; Landlock, where the kernel has it, limits
 * the paths; no_new_privs is set; a program started by root becomes the user named.
 * Open listeners, the lock and the log before entering.
 *
 *	struct sandbox s = { .rights = SANDBOX_CLIENTS | SANDBOX_READ_POLICY | SANDBOX_OWN_SPOOL,
 *	                     .policy = "P/policy", .spool = "P/spool/dns-1", .user = "gh-gate" };
 *	TRY(sandbox_enter(&s, NULL)); */
#pragma once
#include "base/str.h"

/* SANDBOX_TABLE: the right, and what it is for. */
#define SANDBOX_TABLE(X) \
	X(CLIENTS,     "answer on sockets that are open already") \
	X(UPSTREAM,    "open connections and datagram sockets to other hosts") \
	X(LISTEN,      "open new listening sockets") \
	X(READ_POLICY, "read the policy folder") \
	X(OWN_SPOOL,   "write the worker's own spool folder") \
	X(UNIX_ASK,    "connect to unix sockets in the run folder") \
	X(OWN_STATE,   "read and replace files in one folder of its own") \
	X(THREADS,     "start threads") \
	X(READ_MORE,   "read the paths listed in more[]")

enum sandbox_right {
#define SANDBOX_BIT_(name, text) SANDBOX_BIT_##name,
	SANDBOX_TABLE(SANDBOX_BIT_)
#undef SANDBOX_BIT_
#define SANDBOX_ENUM_(name, text) SANDBOX_##name = 1 << SANDBOX_BIT_##name,
	SANDBOX_TABLE(SANDBOX_ENUM_)
#undef SANDBOX_ENUM_
};

enum sandbox_mode {
	SANDBOX_BEST,         /* what the kernel refuses is logged as a warning, and the program runs */
	SANDBOX_REQUIRED,     /* the program does not run without seccomp; Landlock where the kernel knows it */
	SANDBOX_OFF,          /* only no_new_privs and the change of user; for a debugger */
};

enum { SANDBOX_MORE = 12 };

struct sandbox {
	unsigned rights;                /* enum sandbox_right, or-ed */
	enum sandbox_mode mode;
	const char *policy, *spool, *run, *state;     /* folders; only those that the rights need */
	const char *more[SANDBOX_MORE]; /* read-only, with SANDBOX_READ_MORE */
	const char *user;               /* becomes this user when started by root; NULL: stays */
};

struct sandbox_report { bool seccomp, landlock, user; int landlock_abi; };

/* After this there is no way back.  `out` may be NULL. */
enum err sandbox_enter(const struct sandbox *s, struct sandbox_report *out);
const char *sandbox_right_text(enum sandbox_right r);
