/* training.h - who has had which training, when, and what is due: the matrix of people and modules.
 *
 * A person needs a module when it is for them (kind, roles) and the profile has it.  It falls due `within_days` after they
 * joined or were given the role, and again each `months` after they had it.  What counts as had is measured or
 * reported, and says which: read here with a receipt, scanned at the door, listed by the leader, a course with its
 * leader's confirmation.  Nothing here keeps anybody from their work: what is overdue is red, and told.
 * Who may call what is the page's to check.  Days are UK midnights in UTC seconds; 0 = none. */
#pragma once
#include "house/procedure/library.h"
#include "house/store/entry.h"
#include "house/training/module.h"

enum { TRAINING_SOON_DAYS = 42, TRAINING_PEOPLE_MAX = 5000, TRAINING_ITEMS_MAX = 100, TRAINING_COVERED_MAX = 2000 };

/* For one piece of work: the modules of this school with the intervals in force.  Borrows what it is made of. */
struct training {
	struct store *store;
	const struct library *library;
	struct arena *a;
	int64_t school;
	struct modules modules;        /* those that the profile has, and the school's own */
	struct interval *intervals;    /* of each module */
	int64_t begun_utc;             /* since when the program keeps training; 0: not yet */
};
/* months 0: once.  confirmed: the profile or the school said it.  held: the choice was longer than the policy allows. */
struct interval { int months; bool confirmed, held; };
enum err training_open(struct store *st, const struct library *l, struct arena *a, int64_t school, struct training *out);
size_t training_module(const struct training *t, struct str id);               /* its place; modules.n: none */

/* ---- people ---- */

struct training_person {
	int64_t id, joined_utc;
	enum { TRAINING_STAFF, TRAINING_VOLUNTEER, TRAINING_GOVERNOR, TRAINING_OTHER } kind;
	struct str name, sort_name, kind_word;
	role_set roles;
	const struct training_role { enum role role; int64_t from_utc; } *held;
	size_t n_held;
};
/* By name.  Those for whom there is no module at all are left out. */
enum err training_people(const struct training *t, struct training_person **out, size_t *n);
bool training_for(const struct training *t, size_t module, const struct training_person *p);

/* ---- the matrix ---- */

#define STAND_TABLE(X) \
	X(STAND_NONE,    "",         "not asked of them",       "grey") \
	X(STAND_NEW,     "new",      "to do",                   "blue") \
	X(STAND_GAP,     "gap",      "gap: never had it",       "red") \
	X(STAND_DONE,    "done",     "done",                    "green") \
	X(STAND_SOON,    "soon",     "soon due again",          "yellow") \
	X(STAND_EXPIRED, "expired",  "out of date",             "red")
enum stand_state {
#define STAND_ENUM_(name, word, title, colour) name,
	STAND_TABLE(STAND_ENUM_)
#undef STAND_ENUM_
	N_STANDS
};
const char *stand_word(enum stand_state s);
const char *stand_title(enum stand_state s);
const char *stand_colour(enum stand_state s);
struct stand { enum stand_state state; int64_t last_utc, due_utc; };
static inline bool stand_open(struct stand n) { return n.state == STAND_NEW || n.state == STAND_GAP || n.state == STAND_SOON || n.state == STAND_EXPIRED; }
static inline bool stand_red(struct stand n) { return n.state == STAND_GAP || n.state == STAND_EXPIRED; }

struct matrix { struct training_person *people; size_t n; struct stand *cells; };      /* cells[person * modules.n + module] */
static inline struct stand matrix_at(const struct training *t, const struct matrix *m, size_t person, size_t module) { return m->cells[person * t->modules.n + module]; }
/* Everybody, as of `now`; person: that one alone (0: all). */
enum err matrix_load(const struct training *t, int64_t person, int64_t now_utc, struct matrix *out);

/* ---- one person's record ---- */

#define HOW_TABLE(X) \
	X(HOW_SCANNED,   "scanned",   "scanned the code at the door",           true) \
	X(HOW_LISTED,    "listed",    "on the leader's list",                   false) \
	X(HOW_COURSE,    "course",    "a course of their own, confirmed",       false) \
	X(HOW_INDUCTION, "induction", "induction, signed by both",              false) \
	X(HOW_READ,      "read",      "read here, with a receipt",              true)
const char *training_how(struct str word, bool *measured);      /* words; "" unknown */
struct training_row { int64_t id, person, on_utc, source, made_utc, made_by; struct str module, how; };      /* id 0: a receipt */
enum err training_of(const struct training *t, int64_t person, struct training_row **out, size_t *n);
enum err training_row_get(const struct training *t, int64_t id, struct training_row *out);
/* The title of a module, also of one that there is no longer. */
struct str training_title(const struct training *t, struct str module);

/* Counts without names, for each module: governors. */
struct training_count { int64_t asked, done, soon, red; };
struct training_count matrix_count(const struct training *t, const struct matrix *m, size_t module);

/* ---- the procedures, read (5.3-18) ---- */

/* The digest of the procedures in force: any change of their words asks everybody again. */
void training_procedures(const struct library *l, uint8_t digest[32]);

/* ---- what the school chose ---- */

/* One line for each setting: those modules that share it. */
struct training_setting {
	struct str key, title, why;
	int months, policy, longest;           /* months in force before any holding to `longest`; policy: without a choice */
	bool confirmed, chosen, bi_annual;     /* bi_annual: the policy's word can mean two things (twice a year, every two years) */
	int64_t by, at_utc;
};
enum err training_settings(const struct training *t, struct training_setting **out, size_t *n);
/* ERR_INVALID with a sentence: longer than the policy allows. */
enum err training_set(const struct training *t, const struct act *act, struct str key, int months, struct str why, struct diag *d);

/* How often children and parents have a session (5.3-08).  Until the school chose what "bi-annual" means (B-20): once a
 * year, not confirmed. */
#define TRAINING_SESSIONS "sessions"
enum { TRAINING_SESSIONS_MONTHS = 12 };
int training_sessions_months(const struct training *t, bool *confirmed);
/* For which of learners and parents the policy promises them, when the last one was held and when the next is due. */
struct session_due { struct str audience; int64_t last_utc, due_utc; };
enum err training_sessions_due(const struct training *t, int64_t now_utc, struct session_due out[2], size_t *n);

/* ---- by the clock ---- */

/* Opens inductions and tasks, closes what is done, tells of what is overdue.  Once a minute by the keeper; idempotent. */
enum err training_tick(struct store *st, const struct library *l, int64_t school, int64_t now_utc);
