/* attempt.h - the attempts report of an audit (7.2-06, 7.2-07): which pupils tried to reach what is closed, since the audit before, and
 * what was done about each.  Where names are not kept there is nobody on it.  For the safeguarding lead and the deputies alone;
 * the audit (data/duties, `clear = attempt open`) cannot be closed while one of them has no response. */
#pragma once
#include "house/account/rights.h"
#include "house/duty/turn.h"

enum {
	ATTEMPT_LEAST = 3,             /* refused pages of categories that are merely closed; one of a sensitive category is enough */
	ATTEMPT_DAYS = 56,             /* how far back the first audit looks */
	ATTEMPT_WORDS_MAX = 2000, ATTEMPTS_LISTED = 500,
};

/* Draws up the report of the audit that is open, or adds what came since; idempotent.  `categories`: the file of data/.
 * OK, and nobody: no audit is open.  `added` may be NULL. */
enum err attempt_collect(const struct duty_desk *k, struct db *activity, const char *categories, const struct act *act, int64_t now_utc, size_t *added);

struct attempt { int64_t id, subject, newest_utc, answered_by, answered_utc; struct str seen, response, words; bool open; };
/* Those that wait first, then what was answered, newest first.  ERR_FORBIDDEN: neither lead nor deputy. */
enum err attempt_list(struct store *st, struct arena *a, int64_t school, int64_t person, role_set roles, struct attempt **out, size_t *n, int64_t *open);
/* `response`: a choice of the register; ERR_INVALID with findings on "response" or "words". */
enum err attempt_answer(struct store *st, const struct act *act, role_set roles, int64_t id, struct str response, struct str words, struct diag *d);
