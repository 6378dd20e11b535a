/* second.h - changes of rights need a second person: one proposes, another confirms.
 * Neither is the person whose rights change, whoever confirms holds a role that data/roles.conf
 * marks `confirms` (head, lead DSL, deputy, chair of governors), and a proposal that
 * nobody answers lapses after SECOND_DAYS.  No telephone is needed: the second person does it
 * signed in, at any desk, at another time.
 *
 * First days: as long as nobody else in the school could confirm, a change takes effect at once;
 * it is kept as confirmed by nobody and stands in the next access review.  The command line (a school's
 * first load, with the machine's own rights) needs no second person and is in the audit.
 *
 * Entries of the register `rights-change`.  What a change does when it is confirmed stands in
 * SECOND_TABLE (second_do.c); it happens in the same transaction. */
#pragma once
#include "house/account/rights.h"
#include "house/store/entry.h"

enum { SECOND_DAYS = 14 };

/*        name                  word             what runs when it is confirmed */
#define SECOND_TABLE(X) \
	X(SECOND_ROLE_GIVE,     "role-give",     second_role_give) \
	X(SECOND_ROLE_END,      "role-end",      second_role_end) \
	X(SECOND_FACTOR_CLEAR,  "factor-clear",  second_factor_clear)
enum second_what {
#define SECOND_ENUM_(name, word, fn) name,
	SECOND_TABLE(SECOND_ENUM_)
#undef SECOND_ENUM_
	SECOND_N
};

struct second_in {
	enum second_what what;
	int64_t about;                 /* whose rights change */
	struct str title;              /* "Mrs Ada Example becomes deputy safeguarding lead": at most 300 bytes */
	struct str terms;              /* "key = value" lines for what runs; absent: none */
	struct str why;                /* required */
};

struct second {
	int64_t id, version;
	enum second_what what;
	struct str state;              /* waiting confirmed refused withdrawn expired */
	struct str title, terms, why, note;
	int64_t about, by, opened_utc, until_utc, decided_by, decided_utc;   /* decided_by 0: nobody was there to */
};
typedef enum err second_fn(struct store *st, const struct act *act, const struct second *s, struct diag *d);
#define SECOND_PROTO_(name, word, fn) second_fn fn;
SECOND_TABLE(SECOND_PROTO_)
#undef SECOND_PROTO_
/* A value of the terms; STR_NONE. */
struct str second_term(const struct second *s, const char *key);

/* Keeps the proposal and tells those who may confirm.  `at_once`: nobody could, so it has taken effect.
 * ERR_EXISTS: the same already waits.  Findings of what would run come back now, not at the confirmation. */
enum err second_propose(struct store *st, const struct act *act, const struct second_in *in, struct diag *d, int64_t *id, bool *at_once);
/* Whether this person may confirm or refuse it. */
bool second_may(const struct second *s, int64_t person, role_set roles);
/* `roles`: of act->person.  ERR_FORBIDDEN, ERR_STATE (decided, lapsed); what ran may fail: nothing is then changed. */
enum err second_confirm(struct store *st, const struct act *act, role_set roles, int64_t id, struct str note, struct diag *d);
enum err second_refuse(struct store *st, const struct act *act, role_set roles, int64_t id, struct str note, struct diag *d);
enum err second_withdraw(struct store *st, const struct act *act, int64_t id);       /* the proposer only */
/* Lapses what waited too long; `n` = how many. */
enum err second_lapse(struct store *st, int64_t school, int64_t now_utc, size_t *n);

enum err second_get(struct store *st, struct arena *a, int64_t school, int64_t id, struct second *out);
enum err second_list(struct store *st, struct arena *a, int64_t school, bool waiting, int64_t offset, int64_t limit,
                     struct second **out, size_t *n, int64_t *total);
/* Of one person, waiting: shown on their page. */
enum err second_of(struct store *st, struct arena *a, int64_t school, int64_t about, struct second **out, size_t *n);
