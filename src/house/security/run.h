/* run.h - one run of the security check, for the keeper's job and the command: rights and rules are read, the folders of [check] folders
 * are looked through, then everything is looked at and kept. */
#pragma once
#include "house/security/check.h"

struct security_ask {
	struct settings *settings;
	struct store *store;
	struct db *activity;           /* NULL: none */
	const struct library *library;
	const char *data_dir;
	bool walk;                     /* see check.h */
};
enum err security_run(const struct security_ask *ask, const struct act *act, struct arena *a, struct diag *d, struct check_run *out);
