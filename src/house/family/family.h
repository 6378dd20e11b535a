/* family.h - who may be told about a child, and which children an adult may see.
 *
 * Three facts stand between an adult and a child (table `guardian`): how they
 * are related, whether they have parental responsibility (Children Act 1989 s.3),
 * and whether they are barred: a court order or a risk, a safeguarding lead's
 * decision, whose reason is sealed in register `contact-bar`.  A barred adult sees
 * and hears nothing of that child, whatever else is on file.  For a child in care the
 * local authority is a contact of its own (relation `local-authority`).
 *
 * Everything that tells somebody about a child asks here first.  Adults who left
 * (a date of leaving that has passed) count as barred.  Writes are one transaction
 * with an audit record. */
#pragma once
#include "base/arena.h"
#include "base/diag.h"
#include "house/account/people.h"
#include "house/store/entry.h"

enum { FAMILY_MAX = 40, FAMILY_PHONE_MAX = 40, FAMILY_POSTAL_MAX = 400, FAMILY_LANGUAGE_MAX = 35, FAMILY_WHY_MAX = 2000 };

/*        relation               word              title                 is responsible unless the school says otherwise */
#define RELATION_TABLE(X) \
	X(RELATION_MOTHER,      "mother",          "Mother",                1) \
	X(RELATION_FATHER,      "father",          "Father",                1) \
	X(RELATION_PARENT,      "parent",          "Parent",                1) \
	X(RELATION_STEP,        "step-parent",     "Step-parent",           0) \
	X(RELATION_GRANDPARENT, "grandparent",     "Grandparent",           0) \
	X(RELATION_GUARDIAN,    "guardian",        "Legal guardian",        1) \
	X(RELATION_FOSTER,      "foster-carer",    "Foster carer",          0) \
	X(RELATION_RELATIVE,    "relative",        "Other relative",        0) \
	X(RELATION_SOCIAL,      "social-worker",   "Social worker",         0) \
	X(RELATION_AUTHORITY,   "local-authority", "Local authority",       1) \
	X(RELATION_OTHER,       "other",           "Other contact",         0)
enum relation {
#define RELATION_ENUM_(name, word, title, r) name,
	RELATION_TABLE(RELATION_ENUM_)
#undef RELATION_ENUM_
	RELATION_N
};
const char *relation_word(enum relation r);
const char *relation_title(enum relation r);
bool relation_responsible(enum relation r);
enum err relation_read(struct str word, enum relation *out);      /* "" reads as RELATION_PARENT */

/* One adult of one child, as on file. */
struct family_contact {
	int64_t adult, child;
	struct str name, organisation, email, phone, postal, language;    /* of the adult; email absent: none */
	enum relation relation;
	bool responsible, barred, interpreter, paper;      /* paper: letters, no mail */
	bool here;                     /* has not left */
	int64_t barred_utc, barred_by;
};

/* Whether anything at all about the child may reach this adult: on file, here, not barred. */
bool family_may_tell(struct db *db, int64_t school, int64_t adult, int64_t child);
/* Who is told about a child, each separately: every adult with parental responsibility who is not barred, and for a
 * child in care the local authority.  `missing`: a sentence for the office when the list cannot be whole (nobody with
 * responsibility, a child in care without a local authority); NULL when it is. */
enum err family_told(struct db *db, struct arena *a, int64_t school, int64_t child, struct family_contact **out, size_t *n, const char **missing);
/* The children that an adult may see: learners here now, parental responsibility (or the local authority of a child in care), not barred. */
enum err family_sees(struct db *db, struct arena *a, int64_t school, int64_t adult, struct person **out, size_t *n);
bool family_sees_child(struct db *db, int64_t school, int64_t adult, int64_t child);
/* Everybody on file for a child, the barred too: for the office's and the lead's pages only. */
enum err family_contacts(struct db *db, struct arena *a, int64_t school, int64_t child, struct family_contact **out, size_t *n);
/* The other way: all children on file for an adult. */
enum err family_of_adult(struct db *db, struct arena *a, int64_t school, int64_t adult, struct family_contact **out, size_t *n);

/* Puts an adult on a child's file or corrects it; does not touch a bar.  The adult is anybody but a learner. */
struct contact_in { int64_t adult, child; enum relation relation; bool responsible, paper; };
enum err family_put(struct db *db, const struct act *act, const struct contact_in *in, struct diag *d);
/* Takes an adult off a child's file.  A barred one stays: ERR_STATE, lift the bar first. */
enum err family_drop(struct db *db, const struct act *act, int64_t adult, int64_t child);
/* What a letter, a call or a meeting needs; absent text = none.  Findings: field "phone", "postal", "language". */
struct contact_details { struct str phone, postal, organisation, language; bool interpreter; };
enum err family_details(struct db *db, struct arena *a, int64_t school, int64_t person, struct contact_details *out);
enum err family_details_set(struct db *db, const struct act *act, int64_t person, const struct contact_details *in, struct diag *d);
/* A learner is looked after by a local authority, or no longer. */
enum err family_in_care(struct db *db, int64_t school, int64_t child, bool *out);
enum err family_in_care_set(struct db *db, const struct act *act, int64_t child, bool on);

/* Bars an adult from a child, or lifts it: act->person holds the role dsl or deputy (else ERR_FORBIDDEN); `why` is
 * required and kept sealed.  Links of that adult that are pending or open end in the same transaction, and what waits
 * in the outbox for them about this family. */
enum err family_bar(struct store *st, const struct act *act, int64_t adult, int64_t child, bool on, struct str why, struct diag *d);
