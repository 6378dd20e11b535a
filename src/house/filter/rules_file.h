/* rules_file.h - the filter's rules files, watched: a file that somebody edited by hand, added or took away shows as a change that
 * nobody agreed to, with what stood before and what stands now, until leadership agrees or it is put back (7.3.1-07).
 * The first look takes everything as it is. */
#pragma once
#include "house/account/rights.h"
#include "house/store/entry.h"

enum { RULES_FILE_TEXT_MAX = 200000, RULES_FILES_MAX = 500, RULES_FILE_LINES = 200 };

/* A folder (its *.conf) or one file, and how it is called: { "/var/lib/gatehouse/policy.d", "policy.d" }. */
struct rules_place { const char *path, *name; };

/* Compares, keeps what is new, opens tasks for leadership and technical staff, closes those of files that are as agreed again.  Cheap
 * when nothing changed: once a minute.  `found`: changes met in this look. */
enum err rules_files_look(struct store *st, const struct act *act, const struct rules_place *places, size_t n, size_t *found);

struct rules_file { int64_t id, changed_utc; struct str file, agreed, now, why; bool unapproved; };
/* Changed ones first. */
enum err rules_files_list(struct store *st, struct arena *a, int64_t school, struct rules_file **out, size_t *n, size_t *unapproved);
/* Leadership agrees to it as it lies there now; a reason of 3 to 1,000 bytes.  ERR_FORBIDDEN, ERR_STATE: it is agreed already. */
enum err rules_file_agree(struct store *st, const struct act *act, role_set roles, int64_t id, struct str why, struct diag *d);
/* Lines that only one of both has: "- gone" and "+ new", at most RULES_FILE_LINES, in the arena. */
struct str rules_file_difference(struct arena *a, struct str before, struct str after);
