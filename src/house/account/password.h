/* password.h - passwords: argon2id hashes, strength by zxcvbn with a sentence
 * that says the mend, and how often somebody may guess.  Length beats symbols: a
 * long phrase of one case is welcome (7.5.1-08, -09).  The judge also knows the words of
 * data/words, the school's own (its name, town, classes, who teaches) and the person's.  Where the
 * profile asks for a change each term (7.5.1-10), a password from before the term is changed at the next
 * sign-in; the last few are not taken again, nor one that only counts on. */
#pragma once
#include "base/diag.h"
#include "house/account/people.h"
#include "house/account/rules.h"
#include "house/account/throttle.h"
#include "house/store/seal.h"
#include "wire/addr.h"

enum { PASSWORD_MAX = 200, PASSWORD_MIN_STAFF = 10, PASSWORD_MIN_LEARNER = 6, PASSWORD_KEPT = 4, PASSWORD_VARIANTS = 10 };      /* kept: earlier ones */

/* Refuses with a sentence in `d` (field "password"): too short, common, made of the person's own names. */
enum err password_check(enum person_kind kind, struct str password, const struct str *own_words, size_t n, struct diag *d);
/* Sets it; ends the person's other sessions; the audit says by whom.  `must_change`: at the next sign-in. */
enum err password_set(struct db *db, const struct act *act, int64_t person, struct str password, bool must_change, struct diag *d);
/* A person's own change.  `old`: as it was typed just now (absent: unknown).  Besides password_check: not one of the last few,
 * and not the last one with other digits, case or signs around it.  At most 15 argon2 runs. */
enum err password_renew(struct db *db, const struct account_rules *r, const struct act *act, int64_t person, struct str old,
                        struct str fresh, struct diag *d);
/* Whether only digits, case or signs differ. */
bool password_alike(struct str a, struct str b);
/* The words that the judge knows of a school and a person, in the arena. */
enum err password_words(struct db *db, struct arena *a, const struct account_rules *r /* or NULL */, const struct person *p,
                        const struct str **out, size_t *n);
/* Passwords that a changed one may stand for, "otter8" for "otter9"; at most `max` in `out`. */
size_t password_variants(struct arena *a, struct str fresh, struct str *out, size_t max);
/* A phrase of four plain words with digits, for handing out once. */
struct str password_suggest(struct arena *a);

/* One guess.  OK: right.  ERR_SIGNIN: wrong, or nobody by that name (the same time is taken, the same is said).
 * ERR_BUSY: too many guesses; `wait_s` says how long (throttle.h). */
struct guess { int64_t person; bool must_change; int wait_s; };
enum err password_guess_from(struct db *db, const struct account_rules *r, int64_t school, struct str username,
                             struct str password, const struct place *from, struct guess *out);
/* The same from a browser that carries nothing. */
enum err password_guess(struct db *db, const struct account_rules *r, int64_t school, struct str username,
                        struct str password, struct addr peer, struct guess *out);

/* The second factor: RFC 6238, SHA-1, 6 digits, 30 s, one step of tolerance, no code twice. */
enum { FACTOR_SECRET_TEXT = 33 };
void factor_new(char secret[FACTOR_SECRET_TEXT]);              /* base32 */
bool factor_fits(const char *secret, struct str code, int64_t now_utc, int64_t *step);
/* Kept sealed under the school's keys. */
enum err factor_set(struct db *db, const struct keys *k, const struct act *act, int64_t person, const char *secret);
/* The codes from a telephone alone. */
enum err factor_remove(struct db *db, const struct act *act, int64_t person);
/* Everything: codes from a telephone, passkeys, codes on paper; known browsers are forgotten. */
enum err factor_clear(struct db *db, const struct act *act, int64_t person);    /* by an administrator, for a lost telephone; audited */
/* Throttled as passwords are, in buckets of their own. */
enum err factor_check(struct db *db, const struct keys *k, const struct account_rules *r, int64_t school, int64_t person, struct str code,
                      const struct place *from);
