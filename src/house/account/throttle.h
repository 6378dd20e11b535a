/* throttle.h - how often somebody may guess a password or a code: `guesses` times
 * in `guess_window_s`, counted in one of these buckets.
 *
 *   browser   a browser in which this account was signed in to before carries a cookie; its guesses are counted
 *             by themselves.  So nobody can keep the safeguarding lead out of her own laptop by guessing elsewhere.
 *   account   every other browser, wherever it is: all of them together.
 *   address   besides, guesses at accounts that were never signed in to from there: password spraying.  An outside
 *             address has 10 of them, and one more for each person who was signed in there in the last two weeks (at
 *             most 300): so a school behind one address is not shut out by its children's mistakes.  Addresses of a
 *             school's own network (RFC 1918, RFC 4193, loopback) have 300.
 *
 * The first two wait until the window has passed without a guess, so that no window holds more than the limit; the
 * address's begins anew.  A right answer gives its guess back.  A guess is counted before it is judged: a hundred at
 * once are a hundred.  Names that do not exist are counted the same, so that nothing tells them apart.  Passkeys are not guessed:
 * signing in by one is never throttled.  Cybersecurity standards for schools (DfE): 10 guesses in 5 minutes. */
#pragma once
#include "house/account/rules.h"
#include "house/store/db.h"
#include "wire/addr.h"

enum { THROTTLE_ADDRESS_MAX = 300, THROTTLE_PLACE_DAYS = 14, BROWSER_KEEP_DAYS = 180 };

/* Where somebody guesses from. */
struct place { struct addr peer; struct str browser; };        /* browser: the cookie's text; absent: none */

/* A guess that was counted.  In the arena. */
struct turn { int64_t school; struct str key, bucket, address; };       /* address: absent when that one was not counted */

/* `name`: the folded sign-in name; `what`: "" for passwords, "code " for codes, which have buckets of their own.
 * ERR_BUSY: wait_s says how long. */
enum err throttle_take(struct db *db, struct arena *a, const struct account_rules *r, int64_t school, const char *what, struct str name,
                       const struct place *from, struct turn *out, int *wait_s);
/* It was right. */
enum err throttle_right(struct db *db, const struct turn *t);

/* Whether an address is of a school's own network. */
bool throttle_own_network(struct addr x);
/* Signed in at this browser and address: from now on known for 180 days.  `first`: this person was never
 * seen in this browser, but in others. */
enum err browser_remember(struct db *db, int64_t school, int64_t person, const struct place *at, bool *first);
