/* people.h - who there is: people of every kind, their roles by date, their
 * classes.  Nobody is ever deleted: they leave.  Names and usernames are text of
 * at most PERSON_NAME_MAX bytes.  All writes are one transaction with an audit
 * record, and say who and why. */
#pragma once
#include "base/arena.h"
#include "base/diag.h"
#include "house/account/rights.h"
#include "house/store/act.h"
#include "house/store/db.h"

enum { PERSON_NAME_MAX = 100, USERNAME_MAX = 40, YEAR_NONE = -1, YEAR_RECEPTION = 0, YEAR_LAST = 6 };

/* Never renumber.        number word          title */
#define KIND_TABLE(X) \
	X(KIND_LEARNER,    1, "learner",    "Pupil") \
	X(KIND_STAFF,      2, "staff",      "Member of staff") \
	X(KIND_GOVERNOR,   3, "governor",   "Governor") \
	X(KIND_VOLUNTEER,  4, "volunteer",  "Volunteer") \
	X(KIND_CONTRACTOR, 5, "contractor", "Contractor") \
	X(KIND_VISITOR,    6, "visitor",    "Visitor") \
	X(KIND_SUPPLY,     7, "supply",     "Supply teacher") \
	X(KIND_PARENT,     8, "parent",     "Parent or carer")
enum person_kind {
#define KIND_ENUM_(name, number, word, title) name = number,
	KIND_TABLE(KIND_ENUM_)
#undef KIND_ENUM_
};
const char *kind_word(enum person_kind k);
const char *kind_title(enum person_kind k);
enum err kind_read(struct str word, enum person_kind *out);

struct person {
	int64_t id, school;
	enum person_kind kind;
	struct str name;               /* as shown */
	struct str username;           /* unique in the school, lower case; absent: cannot sign in (yet) */
	int year;                      /* learners: 0 = Reception, 1 to 6; else YEAR_NONE */
	struct str group;              /* of the filter: "ks2", "staff", "plan-7"; absent: person_group() tells it by kind and year */
	struct str email;              /* for notices that something waits; absent: none */
	int64_t class_id;              /* learners: their class now; 0 none */
	int64_t joined_utc, left_utc;  /* left: 0 while here; may lie ahead */
	role_set roles;                /* held now */
	bool has_password, has_factor; /* a second factor is set up */
};

struct person_in {
	enum person_kind kind;
	struct str name, username, group, email;
	int year;                      /* learners: 0 to 6; others YEAR_NONE */
	int64_t class_id;
	int64_t until_utc;             /* visitors, supply, contractors: required by kind; 0 = open */
};
/* What person_add and person_change ask of it, without writing: findings (file = field's name) and ERR_INVALID. */
enum err person_check(const struct person_in *in, struct diag *d);
/* Checks everything, collecting findings (file = field's name): ERR_INVALID; username taken: ERR_EXISTS with a finding. */
enum err person_add(struct db *db, const struct act *act, const struct person_in *in, struct diag *d, int64_t *id);
enum err person_change(struct db *db, const struct act *act, int64_t id, const struct person_in *in, struct diag *d);
/* Ends access at that moment (0 = now): sessions end, roles end, a binding of an address is given back. */
enum err person_leave(struct db *db, const struct act *act, int64_t id, int64_t at_utc);
/* Takes a leaving back, or one that lies ahead: the same id and sign-in name, no password, only the role that everybody of
 * their kind has.  ERR_STATE: they never left. */
enum err person_return(struct db *db, const struct act *act, int64_t id);
enum err person_get(struct db *db, struct arena *a, int64_t school, int64_t id, struct person *out);
enum err person_by_username(struct db *db, struct arena *a, int64_t school, struct str username, struct person *out);
/* The filter's group: as set, else by kind and year: early-years ks1 ks2 staff governors guests. */
const char *person_group(const struct person *p);
const char *year_title(int year);              /* "Reception", "Year 4"; "" for YEAR_NONE */
/* A name to print; "somebody" when unknown.  Never fails. */
struct str person_name(struct db *db, struct arena *a, int64_t school, int64_t id);

struct person_query {
	struct str words;              /* part of name or username; absent: any */
	enum person_kind kind;         /* 0 = any */
	int64_t class_id;              /* 0 = any */
	bool by_year;                  /* only this year: */
	int year;
	bool with_left;
	bool only_left;
	int64_t offset, limit;         /* limit 0 = 50 */
};
/* A LIKE pattern (ESCAPE '!') that finds these letters anywhere in what is folded; all for absent. */
struct str person_like(struct arena *a, struct str words);
enum err person_list(struct db *db, struct arena *a, int64_t school, const struct person_query *q,
                     struct person **out, size_t *n, int64_t *total);
/* Everybody who holds a role now. */
enum err person_of_role(struct db *db, struct arena *a, int64_t school, enum role r, struct person **out, size_t *n);
/* A username that is free, made of a grown-up's name: "tansy.testerley", then ".2".  A learner's: account/username.h. */
enum err person_suggest_username(struct db *db, struct arena *a, int64_t school, struct str name, struct str *out);

/* Roles, by date.  Exactly one person is lead DSL: a second is ERR_EXISTS with a finding. */
enum err role_give(struct db *db, const struct act *act, int64_t person, enum role r, int64_t from_utc, int64_t until_utc, struct diag *d);
enum err role_end(struct db *db, const struct act *act, int64_t person, enum role r, int64_t at_utc);
enum err role_held(struct db *db, int64_t school, int64_t person, int64_t at_utc, role_set *out);
struct appointment {
	int64_t id, person, from_utc, until_utc, given_by;
	enum role role;
	struct str name;
	int64_t cover_of;              /* the person they stand in for; 0 = an appointment of their own */
	int64_t trained_utc, confirmed_by, ended_by;
	struct str why, duties, ended_why;
};
enum err role_history(struct db *db, struct arena *a, int64_t school, int64_t person /* 0 = all */, struct appointment **out, size_t *n);

/* What each person has been given access to, since when, until when (7.2-01); never deleted. */
struct grant { int64_t id, person, from_utc, until_utc, given_by; struct str name, what, why; };
/* Ends one grant now. */
enum err grant_end(struct db *db, const struct act *act, int64_t person, int64_t id);
enum err grant_list(struct db *db, struct arena *a, int64_t school, int64_t person /* 0 = all */, struct grant **out, size_t *n);

/* Classes. */
struct school_class { int64_t id; struct str name, group; int year; int64_t learners; };
/* The filter's group of a class: as set, else by its year. */
const char *class_group(const struct school_class *k);
enum err class_add(struct db *db, const struct act *act, struct str name, int year, struct str group, struct diag *d, int64_t *id);
enum err class_get(struct db *db, struct arena *a, int64_t school, int64_t id, struct school_class *out);
enum err class_list(struct db *db, struct arena *a, int64_t school, struct school_class **out, size_t *n);
/* A member of staff of a class (teaches it), or no longer. */
enum err class_staff_set(struct db *db, const struct act *act, int64_t class_id, int64_t person, bool on);
enum err class_of_staff(struct db *db, struct arena *a, int64_t school, int64_t person, struct school_class **out, size_t *n);
bool class_has_staff(struct db *db, int64_t school, int64_t class_id, int64_t person);
/* A child's family: parents see their own children only. */
enum err family_set(struct db *db, const struct act *act, int64_t parent, int64_t child, bool on);
enum err family_children(struct db *db, struct arena *a, int64_t school, int64_t parent, struct person **out, size_t *n);
enum err family_parents(struct db *db, struct arena *a, int64_t school, int64_t child, struct person **out, size_t *n);
