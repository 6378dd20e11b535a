/* entry.h - the one store of registers, cases and signatures.  An entry belongs to
 * a register (data/registers), has numbered versions that are never changed or
 * removed, index values to find it by, people it concerns, and sealed fields where
 * its register says so.  Each write is one transaction with its audit record. */
#pragma once
#include "base/diag.h"
#include "house/register/register.h"
#include "house/store/act.h"
#include "house/store/seal.h"

/* What every function here needs; borrowed, one per thread (the db is). */
struct store {
	struct db *db;
	const struct keys *keys;
	const struct registers *registers;
};

/* Who may see an entry at all.  Kept with it as a number: never renumber. */
#define ENTRY_CLASS_TABLE(X) \
	X(GENERAL,  1, "the school's working registers") \
	X(PERSONAL, 2, "about one person, theirs to read: agreements, consents") \
	X(CHILD,    3, "safeguarding of a child") \
	X(STAFF,    4, "an allegation against somebody who works here: the headteacher") \
	X(CHAIR,    5, "an allegation against the headteacher: the chair of governors")
enum entry_class {
#define ENTRY_CLASS_ENUM_(name, number, text) ENTRY_##name = number,
	ENTRY_CLASS_TABLE(ENTRY_CLASS_ENUM_)
#undef ENTRY_CLASS_ENUM_
};
#define ENTRY_BIT(class) (1u << (class))

/* How a person stands to an entry.  Never renumber. */
enum entry_as {
	ENTRY_SUBJECT = 1,         /* it is about them: they never see it, unless `may` says subject_reads */
	ENTRY_AUTHOR = 2,          /* raised it */
	ENTRY_ASSIGNED = 3,        /* works on it */
	ENTRY_BARRED = 4,          /* must not see it (a child said so, a conflict of interest) */
	ENTRY_INVOLVED = 5,        /* named in it: no right follows */
};
struct entry_person { int64_t person; enum entry_as as; };

/* What the asker may see.  Required everywhere; applied inside the statement, before anything is
 * found or counted.  An entry that may not be seen is ERR_ABSENT, like one that is not there. */
struct entry_may {
	int64_t school, person;    /* who asks */
	uint32_t classes;          /* ENTRY_BIT of the classes read whole */
	uint32_t own;              /* classes of which only entries raised by or assigned to them are read */
	uint32_t subject_reads;    /* classes whose subject may read what is about them */
};

struct entry_field { struct str name, value; };    /* values are text; see register.h for the types */

/* An entry as given. */
struct entry_in {
	const char *reg;           /* the register's id */
	enum entry_class class;    /* 0 = the register's own */
	const char *state;         /* "" or a word of the register's `states`; NULL = unchanged, or the first one */
	int64_t parent;            /* an entry that this belongs to; 0 = none */
	const struct entry_field *fields;
	size_t n_fields;
	const struct entry_person *people;     /* added to those that are there */
	size_t n_people;
};

/* Checks every field against the register, collecting findings (file = the field's name): ERR_INVALID. */
enum err entry_check(const struct registers *r, const struct entry_in *in, struct diag *d);
/* ERR_EXISTS, with a finding: another entry has what may stand in one only (unique, key). */
enum err entry_create(struct store *st, const struct act *act, const struct entry_in *in, struct diag *d, int64_t *id);
/* A new version.  Fields not given keep their value.  ERR_STALE when the entry's version is no longer `seen`. */
enum err entry_update(struct store *st, const struct act *act, const struct entry_may *may, int64_t id, int64_t seen,
                      const struct entry_in *in, struct diag *d);
/* What two people disposed of (the certificate `disposal`, which is done by now): what the entry and those under it said in the open goes,
 * the keys of what they said sealed too, and what they were found by.  Numbers, stages, who and when stay, and so do the digests.  One of a register with pages
 * ends in REG_ERASED.  Cannot be taken back.  ERR_FORBIDDEN: the certificate is not done. */
enum err entry_erase(struct store *st, const struct act *act, int64_t id, int64_t disposal);
/* Takes a person out of an entry (unassign); subjects and the barred stay. */
enum err entry_release(struct store *st, const struct act *act, const struct entry_may *may, int64_t id,
                       int64_t person, enum entry_as as);

struct entry {
	int64_t id, number, version, parent, key;   /* number: counts within the register and school */
	int64_t made_utc, changed_utc;     /* changed: time of this version */
	int64_t made_by, changed_by;
	struct str reg, state, why;        /* why: of this version */
	enum entry_class class;
	bool destroyed;                    /* its key was destroyed: sealed fields are absent, for ever */
	struct entry_field *fields;        /* sealed ones opened; in the register's order */
	size_t n_fields;
	struct entry_person *people;       /* with entry_get only */
	size_t n_people;
	struct entry_field *former;        /* what the register no longer asks; kept */
	size_t n_former;
};
/* version 0 = the newest. */
enum err entry_get(struct store *st, struct arena *a, const struct entry_may *may, int64_t id, int64_t version,
                   struct entry *out);
struct str entry_value(const struct entry *e, const char *field);      /* absent when not filled */
/* A field that holds a number (or an id), a moment (UTC seconds); 0 when not filled or nothing of the kind. */
int64_t entry_i64(const struct entry *e, const char *field);
int64_t entry_utc(const struct entry *e, const char *field);
/* Every version, oldest first, whole. */
enum err entry_history(struct store *st, struct arena *a, const struct entry_may *may, int64_t id,
                       struct entry **out, size_t *n);

enum entry_op { ENTRY_IS = 1, ENTRY_FROM, ENTRY_UPTO, ENTRY_STARTS };  /* numbers and dates: is, from (>=), upto (<=) */
struct entry_where { const char *key; enum entry_op op; int64_t i; struct str s; };   /* of an indexed field */

enum { ENTRY_PAGE_MAX = 500, ENTRY_WHERE_MAX = 8, ENTRY_STATES_MAX = 8 };
enum { ENTRY_ENOUGH = 100000, ENTRY_ENOUGH_FOUND = 10000 };      /* for `enough`: nobody turns more pages of a register, or of a search */
struct entry_query {
	const char *reg;                   /* NULL = all registers */
	const char *states[ENTRY_STATES_MAX];      /* any of these; none = all */
	int64_t parent;                    /* 0 = any */
	int64_t about;                     /* a person who is subject or involved; 0 = any */
	int64_t author, assigned;          /* 0 = any */
	struct entry_where where[ENTRY_WHERE_MAX];
	size_t n_where;
	struct str words;                  /* in sealed or plain text, all of them; absent = any */
	int64_t from_utc, upto_utc;        /* made; 0 = open */
	const char *order_by;              /* an indexed field; NULL = newest first */
	bool ascending;
	int64_t offset, limit;             /* limit 0 = 50; at most ENTRY_PAGE_MAX */
	bool bare;                         /* without fields: faster, for counts and ids */
	int64_t enough;                    /* for a list that is looked at: the total is counted no further than this; 0 = exact */
};
/* Entries without a value in the field of order_by come last, whichever way. */
struct entry_page { struct entry *entries; size_t n; int64_t total; };
enum err entry_list(struct store *st, struct arena *a, const struct entry_may *may, const struct entry_query *q,
                    struct entry_page *out);
/* The first of what the query finds; ERR_ABSENT when there is none. */
enum err entry_first(struct store *st, struct arena *a, const struct entry_may *may, const struct entry_query *q, struct entry *out);
/* For a register whose file asks for more to be found by: makes the index rows of its entries numbered above `after` again, `most` of them.
 * *upto: the last one; *n: how many, 0 = none are left. */
enum err entry_index_again(struct store *st, int64_t school, const struct reg *r, int64_t after, int64_t most, int64_t *upto, size_t *n);
/* The count alone. */
enum err entry_count(struct store *st, const struct entry_may *may, const struct entry_query *q, int64_t *out);
/* Counts by state, for a desk. */
struct entry_tally { struct str word; int64_t n; };
enum err entry_tally_states(struct store *st, struct arena *a, const struct entry_may *may, const struct entry_query *q,
                            struct entry_tally **out, size_t *n);
/* The entry that has these values of its register's `key`, or of its first unique field that is given; ERR_ABSENT.  Whether it may be
 * seen is entry_get's to say. */
enum err entry_keyed(struct store *st, struct arena *a, int64_t school, const struct reg *reg, const struct entry_field *fields, size_t n, int64_t *id);
