/* glass.h - the break-glass account: for the day when nobody who administers the
 * accounts can sign in.  It has no password.  It is opened with two codes, each kept
 * in an envelope by somebody of a named role, who made it and alone has seen it:
 *
 *   first   the headteacher, or a member of the leadership team
 *   second  the chair of governors, or the designated safeguarding lead
 *
 * Both people open it together, each with their name, password and envelope.  Then: everybody in leadership is
 * told at once; it administers accounts for one hour, and reads no case; whatever is done with it carries
 * "break-glass" in the audit; both codes are spent; a task asks the headteacher to look at what was done and
 * to have new envelopes made.  A code has 100 bits and is kept as a keyed digest. */
#pragma once
#include "house/account/rights.h"
#include "house/account/session.h"
#include "house/store/entry.h"

enum { GLASS_LETTERS = 20, GLASS_TEXT = 24, GLASS_WHY_MAX = 200, GLASS_FIRST = 1, GLASS_SECOND = 2 };    /* "abcde-fghij-kmnpq-rstuv" and the NUL */
#define GLASS_USERNAME "break-glass"

/* Whether these roles keep that envelope; what they are called. */
bool glass_keeps(role_set roles, int half);
const char *glass_keepers(int half);

/* A new code for one half; the one before is void.  act->person 0: at the command line.  ERR_STATE: the other
 * half is this person's: one person alone would hold both. */
enum err glass_make(struct db *db, const struct keys *k, const struct act *act, int half, char code[GLASS_TEXT]);
/* Both at once, or neither: the codes are out only when they are kept.  For the command line (person 0). */
enum err glass_make_both(struct db *db, const struct keys *k, const struct act *act, char code[2][GLASS_TEXT]);

struct glass_half { int64_t person, made_utc; };               /* made_utc 0: there is none */
struct glass_status { bool sealed; struct glass_half half[2]; int64_t openings, opened_utc, until_utc; };    /* of the last opening */
enum err glass_status(struct db *db, int64_t school, struct glass_status *out);

/* Two people who gave their passwords just now, with their envelopes. */
struct glass_key { int64_t person; role_set roles; struct str code; };
struct glass_try { int64_t school; struct glass_key first, second; struct str why; };
/* ERR_FORBIDDEN: the people or a code do not fit, and that is in the audit; ERR_STATE: not sealed.
 * `account`: who the session is for; begin it with HOW_GLASS.  One transaction with everything above. */
enum err glass_open(struct store *st, const struct glass_try *t, int64_t *account);
