/* identity.h - which outside identity (issuer and subject) is which person, and attempts on their way.
 * An identity belongs to one person for good, until it is unlinked; nobody can take over somebody
 * else's, and a match is made only when exactly one open account fits. */
#pragma once
#include "house/account/people.h"
#include "house/outside/judge.h"

enum { TRY_S = 600, TRIES_MAX = 2000, TRY_TOKEN_TEXT = 44 };

/* What the school decided; in its settings. */
enum identity_first { FIRST_NOBODY, FIRST_LEARNERS, FIRST_EVERYBODY };
struct identity_rules {
	enum identity_first first;         /* whom a first sign-in may link by itself; default FIRST_NOBODY */
	bool second_counts;            /* a second factor given at the provider counts here; default no */
};
enum err identity_rules_get(struct db *db, int64_t school, struct identity_rules *out);
enum err identity_rules_set(struct db *db, const struct act *act, const struct identity_rules *r);

/* Who this is.  OK: *out, linked now or before.  ERR_ABSENT: nobody yet (it waits for an administrator);
 * ERR_FORBIDDEN: they left, or their account is closed.  `why`: a sentence for either. */
enum err identity_person(struct db *db, struct arena *a, int64_t school, const struct rights *rights, const struct provider *p,
                     const struct outsider *o, struct person *out, const char **why);
/* Of somebody's own will, or by an administrator.  ERR_EXISTS: it is somebody else's, or they have another one of
 * that issuer.  Adults are told when one is linked to their account or taken from it. */
enum err identity_add(struct db *db, const struct act *act, struct str provider, const struct outsider *o, int64_t person);
enum err identity_drop(struct db *db, const struct act *act, int64_t person, int64_t id);

struct identity { int64_t id, made_utc, made_by, seen_utc; struct str provider, issuer, shown; };
enum err identity_list(struct db *db, struct arena *a, int64_t school, int64_t person, struct identity **out, size_t *n);
struct waiting { int64_t id, seen_utc; struct str provider, issuer, subject, shown, why; };
enum err identity_waiting(struct db *db, struct arena *a, int64_t school, struct waiting **out, size_t *n);
/* An administrator says who a waiting one is; person 0: nobody, forget it. */
enum err identity_settle(struct db *db, const struct act *act, int64_t waiting, int64_t person);

/* An attempt.  The three tokens go: state to the provider and back, browser into a cookie, verifier never out. */
struct attempt {
	char state[TRY_TOKEN_TEXT], browser[TRY_TOKEN_TEXT], nonce[TRY_TOKEN_TEXT], verifier[TRY_TOKEN_TEXT], challenge[TRY_TOKEN_TEXT];
};
/* `person`: who links their own account; 0: somebody signs in.  ERR_BUSY: too many are on their way. */
enum err attempt_begin(struct db *db, int64_t school, struct str provider, int64_t person, struct str next, struct attempt *out);
struct attempt_back { struct str nonce, verifier, next; int64_t person; };
/* Takes it, once.  ERR_STALE: used, too old, another browser's or another provider's; `why` says which. */
enum err attempt_take(struct db *db, struct arena *a, int64_t school, struct str provider, struct str state, struct str browser,
                      struct attempt_back *out, const char **why);

/* For the audit: somebody was refused. */
enum err identity_note(struct db *db, int64_t school, int64_t person, const char *why);
