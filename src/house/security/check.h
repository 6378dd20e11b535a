/* check.h - a security check of this installation: each weakness in plain words with the mend (4.1-08, 4.4-03, 7.5-01).
 * What can be measured is measured; what only people know is asked for (register security-measure).  Every run is kept, dated; what
 * is new since the last one can be told; a red one opens a task; leadership may accept a risk until a day (register security-risk). */
#pragma once
#include "house/account/rules.h"
#include "house/evidence/evidence.h"
#include "io/settings.h"

/*        id              title                                    what is looked after, for the list */
#define CHECK_TABLE(X) \
	X(KEYS,         "keys",         "Keys") \
	X(STORE,        "store",        "Where the records lie") \
	X(BARRIER,      "barrier",      "The gate and the records") \
	X(SANDBOX,      "sandbox",      "The gate's own fence") \
	X(CERTIFICATE,  "certificate",  "Certificates") \
	X(ADDRESS,      "address",      "The portal's address") \
	X(PASSWORDS,    "passwords",    "Default passwords") \
	X(FACTORS,      "second-step",  "Second step at sign-in") \
	X(GLASS,        "break-glass",  "Break-glass account") \
	X(SESSIONS,     "sessions",     "Locking and signing out") \
	X(POWERS,       "powers",       "Who holds powerful roles") \
	X(LEAVERS,      "leavers",      "People who left") \
	X(BACKUP,       "backup",       "Backup") \
	X(AUDIT,        "audit",        "The records are as they were written") \
	X(SIGNER,       "signer",       "Signed checkpoints") \
	X(UPDATES,      "updates",      "Updates of this computer") \
	X(LISTS,        "lists",        "Age of the filter's lists") \
	X(SEALED,       "sealed",       "Sealed lists") \
	X(DISK,         "disk",         "Room on the disk") \
	X(CLOCK,        "clock",        "The clock") \
	X(PORTS,        "ports",        "Open ports") \
	X(MAIL,         "mail",         "Mail that is sent") \
	X(FILES,        "files",        "Files on the network") \
	X(WEBSITE,      "website",      "The school's website")
enum check_id {
#define CHECK_ENUM_(id, word, title) CHECK_##id,
	CHECK_TABLE(CHECK_ENUM_)
#undef CHECK_ENUM_
	N_CHECKS
};
const char *check_word(enum check_id id);
const char *check_title(enum check_id id);
enum err check_read(struct str word, enum check_id *out);

/* What is looked at.  Borrowed. */
struct check_place {
	struct settings *settings;
	const struct account_rules *rules;
	const struct rights *rights;
	const struct library *library;
	struct store *store;
	struct db *activity;           /* NULL: none */
	const char *root;              /* of the computer: "" */
	int64_t school, now_utc;
	bool walk;                     /* walk the audit too, which may take minutes; else what the last walk said */
};

struct check_item {
	enum check_id id;
	enum status status, was;       /* was: in the run before; STATUS_NONE: none, or nothing to judge */
	int64_t since_utc;             /* has had this status since */
	int64_t accepted_until_utc;    /* red, and leadership accepted it until then; 0 no */
	struct str says, mend;         /* mend absent: nothing to mend */
};
struct check_run { int64_t id, at_utc, before_utc; struct check_item v[N_CHECKS]; size_t n; };       /* before: of the run that it is compared with; 0 none */

/* Looks at everything, keeps it, opens tasks for what is red.  One transaction for the keeping. */
enum err check_now(struct check_place *p, const struct act *act, struct arena *a, struct check_run *out);
/* Kept runs, newest first (which 0 the newest); ERR_ABSENT: there is none. */
enum err check_kept(struct store *st, struct arena *a, int64_t school, int64_t which, struct check_run *out);
enum err check_runs(struct store *st, struct arena *a, int64_t school, struct check_run *out, size_t max, size_t *n);

/* ---- inside: what measures (check_machine.c, check_house.c) ---- */
struct check_list { struct check_item *v; size_t n; struct arena *a; };
void check_add(struct check_list *l, enum check_id id, enum status s, struct str says, const char *mend);
enum err check_machine(struct check_place *p, struct check_list *l);
enum err check_house(struct check_place *p, struct check_list *l);
/* A setting of [check] in gatehouse.conf; absent: STR_NONE.  docs/settings.md lists them. */
struct str check_setting(const struct check_place *p, const char *key);
