/* recovery.h - ten codes on paper for when the passkey and the telephone are lost,
 * and what somebody has set up.  A code has 50 bits, serves once and is kept as a keyed
 * digest; making new ones voids the old.  They are a second step, no factor of their own: a role that needs a second
 * factor is not satisfied by paper alone. */
#pragma once
#include "house/account/throttle.h"
#include "house/store/act.h"
#include "house/store/seal.h"

enum { RECOVERY_CODES = 10, RECOVERY_TEXT = 12 };              /* "abcde-23456" and the NUL */

enum err recovery_make(struct db *db, const struct keys *k, const struct act *act, int64_t person, char codes[RECOVERY_CODES][RECOVERY_TEXT]);
/* ERR_SIGNIN: not one of them, or used before; ERR_BUSY: too many guesses.  Its owner is told.  Spaces, dashes and
 * capital letters do not matter. */
enum err recovery_use(struct db *db, const struct keys *k, const struct account_rules *r, int64_t school, int64_t person, struct str code,
                      const struct place *from);

struct factor_state { bool app; size_t passkeys; int64_t codes; };     /* codes: left on paper */
enum err factor_state(struct db *db, int64_t school, int64_t person, struct factor_state *out);
/* One code in this alphabet: no 0 1 l o, nothing that reads alike.  Also for other things on paper. */
void recovery_letters(char *out, size_t n);
/* The letters of what was typed: lower case, without spaces and dashes; "" when longer than `max`. */
size_t recovery_read(struct str typed, char *out, size_t max);
