/* challenge.h - whoever was challenged, and who broke a rule for visitors: a line
 * from any member of staff (9.4-04), told at once to those whom the profile names (9.4-05);
 * and what leadership opens to a visitor on the learning platform (7.10-17, 7.10-18). */
#pragma once
#include "house/procedure/library.h"
#include "house/store/entry.h"

struct challenge_in { struct str kind, where, who, what, outcome; };
/* A breach, and a stranger with whom it was not settled, is told at once to the roles of `visitor_device.recipients`
 * (library NULL: the headteacher).  Findings carry the field's name. */
enum err challenge_write(struct store *st, const struct library *l, const struct act *act, const struct challenge_in *in, struct diag *d, int64_t *id);
enum err challenge_close(struct store *st, const struct act *act, int64_t id, struct str came, struct diag *d);

/* ERR_FORBIDDEN unless act->person is of the leadership team or the headteacher; a finding when it has neither purpose nor
 * end.  Without an end of its own it ends with the visit. */
struct visit_invite { struct str platform, focus; int64_t until_utc; };
enum err visit_invite(struct db *db, const struct act *act, int64_t visit, const struct visit_invite *in, struct diag *d);
/* Invitations that hold now, "Platform: for what, until when". */
enum err visit_invitations(struct db *db, struct arena *a, int64_t school, int64_t person, struct str **out, size_t *n);
