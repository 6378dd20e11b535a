/* roll.h - who a school says is there: one file, or the files of a OneRoster
 * export, as rows of people.  A row that cannot be taken is a finding with its line,
 * what is wrong and the mend; the others go on.  Pure: nothing here knows who is in
 * the house already (plan.h).  Everything lives in the arena. */
#pragma once
#include "base/diag.h"
#include "house/account/people.h"
#include "house/roll/columns.h"

struct roll_file { struct str name, bytes; };

struct roll_contact {
	struct str ref;                /* the school's own; absent: none */
	struct str name, email, phone;
	struct str relation;           /* a word of family.h; absent: not said */
	int responsible;               /* has parental responsibility: 1, 0, -1 not said */
	bool barred;                   /* the file says: must not be told */
	bool says_email, says_phone;   /* the file has the column: empty means none */
};

struct roll_person {
	struct str file;
	long line;
	enum person_kind kind;
	struct str key;                /* lasting number in a directory (roll.source); absent: of a file */
	struct str ref, name, email, username, class, language, authority;
	struct str born;               /* "2017-03-09" */
	struct str folded;             /* of the name, for comparing */
	int year;                      /* YEAR_NONE: not said */
	int care;                      /* 1 in care, 0 not, -1 not said */
	int64_t leaves_utc;            /* 0: not said */
	bool gone;                     /* the file says that they are here no longer */
	struct roll_contact *contacts;
	size_t n_contacts;
	const struct str *teaches;     /* names of classes */
	size_t n_teaches;
};

/* Rows that were refused: whoever they are about does not leave because of it. */
struct roll_refused { struct str ref, folded, key; };

struct roll {
	const char *form;              /* "OneRoster 1.1", "a table" */
	struct roll_person *people;
	size_t n;
	struct roll_refused *refused;
	size_t n_refused;
	size_t quiet;                  /* of them, those of a directory who are in none of the named groups: no findings */
	uint32_t says;                 /* bits of enum roll_field: what the file speaks about */
	bool says_contacts, says_teaches;
	struct str source;             /* the name of a directory (directory.h); absent: a file */
	bool delta;                    /* lists changes only: who is not in it stays */
};
#define ROLL_SAYS(r, field) (((r)->says >> (field)) & 1u)

enum { ROLL_FINDINGS_MAX = 2000 };                /* kept; all are counted */

/* One table with known columns (roll_columns_missing is NULL). */
enum err roll_read_table(struct arena *a, const struct roll_table *t, const struct roll_columns *c, struct diag *d, struct roll *out);
