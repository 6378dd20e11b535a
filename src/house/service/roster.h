/* roster.h - the accounts of a platform, as its own list has them, beside the people who are here (7.10-03), and its
 * administrators beside those whom the register names (7.9.2-07).  Kept of it are the administrators who are not named: the
 * next access review has a line for each. */
#pragma once
#include "house/service/service.h"

enum { ROSTER_ROWS_MAX = 5000 };
struct roster_line { long row; struct str account, says; bool admin; };      /* admin: administers it and is not named */
struct roster { struct roster_line *lines; size_t n, accounts, matched; };
/* CSV with a heading; of its columns name, email, username (any of them) and role count.  A line for each account that matches nobody who
 * is here as staff, learner or parent, and for each administrator whom `service` does not name. */
enum err roster_compare(struct store *st, struct arena *a, int64_t school, const struct entry *service, struct str csv, struct diag *d, struct roster *out);
/* What was found stands with the service until the next look: field `other-admins`, a name a line. */
enum err roster_keep(struct store *st, const struct act *act, const struct entry *service, const struct roster *r, struct diag *d);
