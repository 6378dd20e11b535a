/* rules.h - the school's rules of signing in: defaults, the profile's, and what
 * [portal] of gatehouse.conf changes, each within limits that no school can leave. */
#pragma once
#include <stdint.h>

#include "base/diag.h"

struct library;

struct account_rules {
	int idle_lock_s;               /* 600: locked after this long without a request */
	int session_s;                 /* 43200: the longest session of a grown-up */
	int learner_session_s;         /* 5400 */
	int fresh_s;                   /* 600: a dangerous act asks again after this long without a password or passkey */
	int guesses, guess_window_s;   /* 10 in 300 s: then the account waits */
	bool sign_first;               /* who works here signs the agreement before any page of the house (7.2-02) */
	bool second_factor;            /* asked of roles that read safeguarding text or change rules */
	enum { ROTATION_NONE, ROTATION_TERMLY } rotation;
	int64_t term_start_utc;        /* of a term, for tests; 0: by the profile */
	const struct str *term_starts; /* dates of the profile, borrowed; none: 1 September, 5 January, 15 April */
	size_t n_term_starts;
	const struct library *library; /* whose calendar says when a term began, where terms are entered; borrowed, may be NULL */
	const struct str *words;       /* of this school: town, team, mascot; borrowed from the profile */
	size_t n_words;
};
struct account_rules account_rules_default(void);
/* When the term of `now_utc` began, in UTC; 0: no rotation. */
int64_t account_term_start(const struct account_rules *r, int64_t now_utc);

struct settings;
struct profile;
/* What the profile says: password.rotation, school.term_starts, school.words.  Borrows from it. */
void account_rules_of(const struct profile *profile, struct account_rules *r);
/* Defaults, then the profile's, then [portal]: second_factor, sign_first, idle_lock, session, learner_session, ask_again
 * (each in minutes).  Findings in `d`; `profile` may be NULL. */
enum err account_rules_load(const struct settings *s, const struct profile *profile, struct diag *d, struct account_rules *out);
