/* publish.h - from sources to the policy that runs: reads the shipped defaults,
 * the profile and the school's own files, takes over the compiled lists, writes
 * a snapshot, asks every `expect` line of it, and only then points `current` at
 * it.  Nothing is published while there is one error in the diag. */
#pragma once
#include "base/diag.h"
#include "policy/read/policy.h"

struct policy_opts {
	const char *data;               /* data/ of the installation: data/policy/base/ and data/policy/PROFILE/ */
	const char *profile;            /* "junior" or "primary" */
	const char *local;              /* P/policy.d; NULL or missing: none */
	const char *phrases;            /* P/phrases.d: a school's own phrases; NULL or missing: none */
	const char *lists;              /* P/lists/lists.snap */
	const char *dir;                /* P/policy */
	struct str sealed_key;          /* 32 bytes; absent: sealed lists are not asked by the self-test */
	int64_t now_utc;
	struct str extra;               /* one more source (the house's own rules), conf text; may be absent */
};

struct policy_built {
	uint64_t generation;
	size_t groups, rules, expects;
	char digest[65];                /* SHA-256 of all sources, in hex: the same as META policy.digest */
};

/* Compiles and asks the expect lines, publishing nothing; uses a file in dir that it removes.
 * ERR_INVALID when the diag has errors. */
enum err policy_check(const struct policy_opts *o, struct diag *d, struct policy_built *out);
/* The same, and makes it the policy that runs. */
enum err policy_publish(const struct policy_opts *o, struct diag *d, struct policy_built *out);
