/* invite.h - a code that serves once, with which a grown-up sets a password of their
 * own: so nobody who looks after accounts ever knows another's password.  Kept as a keyed
 * hash, two days.  The person is told where they are signed in, at the next sign-in, and by
 * mail; the old password serves until the code is used, so that asking for a code shuts nobody out. */
#pragma once
#include "house/account/password.h"

enum { INVITE_TEXT = 15, INVITE_S = 2 * 86400 };       /* "K7QM-2XFD-9RTV": 58 bits */

/* A new code; earlier ones of this person end. */
enum err invite_make(struct db *db, const struct keys *k, const struct act *act, int64_t person, char code[INVITE_TEXT]);
/* Sets the password.  ERR_SIGNIN: wrong, used, too old, or nobody by that name (told alike); ERR_BUSY: too many tries;
 * ERR_INVALID with a finding: the password will not do, and the code still serves. */
enum err invite_use(struct db *db, const struct keys *k, const struct account_rules *r, int64_t school, struct str username, struct str code,
                    struct str password, const struct place *from, struct diag *d);
