/* verify_run.h - checks everything of a house that can be checked, printing as it goes:
 * file pages, the database's own check, audit, versions, sealed texts, checkpoints. */
#pragma once
#include "base/diag.h"

struct verify_opts {
	const char *database;              /* as in the settings */
	const char *public_key;            /* path of signer.pub; absent file: signatures are not checked, and it is said */
	const char *const *copies;         /* paths of checkpoints kept outside */
	size_t n_copies;
};
/* Findings to d; an error when it could not be walked to the end. */
enum err verify_run(const struct verify_opts *o, struct diag *d);
