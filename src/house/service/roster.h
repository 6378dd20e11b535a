/* roster.h - the accounts of a platform, as its own list has them, beside the people who are here (7.10-03), and its
 * administrators beside those whom the register names (7.9.2-07).  Nothing is kept: it is a look. */
#pragma once
#include "house/service/service.h"

enum { ROSTER_ROWS_MAX = 5000 };
struct roster_line { long row; struct str account, says; };
struct roster { struct roster_line *lines; size_t n, accounts, matched; };
/* CSV with a heading; of its columns name, email, username (any of them) and role count.  A line for each account that matches nobody who
 * is here as staff, learner or parent, and for each administrator whom `service` does not name. */
enum err roster_compare(struct store *st, struct arena *a, int64_t school, const struct entry *service, struct str csv, struct diag *d, struct roster *out);
