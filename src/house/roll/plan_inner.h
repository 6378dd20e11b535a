/* plan_inner.h - what the parts of a plan share: everybody who is or was there, by
 * reference and by name. */
#pragma once
#include "base/buf.h"
#include "base/map.h"
#include "base/vec.h"
#include "house/roll/plan.h"

struct roll_there {
	int64_t id, upto_utc, class_id;
	enum person_kind kind;
	struct str name, group, email, ref, born, language, phone, username, folded;
	struct str key;                /* in the directory that this roll is of; absent: not linked to it */
	int year;
	int care;
	bool here;
	size_t row;                    /* 1 + the row that is them; 0 none */
	bool stays;                    /* a refused row may be about them */
	bool leaves;                   /* by this plan */
	size_t next;                   /* 1 + the next one of the same name; 0 the last */
};
struct roll_guardian { int64_t parent, learner; struct str relation; bool responsible, barred, from_roll; };

struct roll_matching {
	struct db *db;
	struct arena *a;
	int64_t school, now;
	const struct roll *r;
	const struct roll_options *o;
	struct diag *d;
	struct roll_there *there;
	size_t n_there;
	struct map *by_ref, *by_name, *by_id, *by_key;     /* 1 + index; by_name: the first of a chain */
	size_t *is;                    /* for each row: 1 + who they are; 0: nobody yet */
	bool *refused;                 /* for each row */
	struct roll_class *classes;
	size_t n_classes, cap_classes;
	struct map *by_class;          /* folded name -> 1 + index */
	struct roll_guardian *guardians;
	size_t n_guardians;
	struct { int64_t class, person; } *teaching;
	size_t n_teaching;
	struct map *first_guardian;    /* learner as text -> 1 + index of their first */
	struct map *named_mail, *named_phone;      /* folded names of contacts with whom the file has one, in any row */
};
enum err roll_matching_load(struct roll_matching *m);
void roll_matching_done(struct roll_matching *m);
/* The name with a title in front of it; both folded. */
bool roll_titled(struct str folded, struct str name);
/* Fills is[] and refused[]. */
void roll_match(struct roll_matching *m);
/* Index of the class of this name, made new when there is none. */
size_t roll_class_at(struct roll_matching *m, struct str name);
struct roll_class *roll_class_named(struct roll_matching *m, struct str name);     /* the same; until the next new one */
struct roll_class *roll_class_by_id(struct roll_matching *m, int64_t id);
void roll_refuse_row(struct roll_matching *m, size_t row, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
/* The plan of what was loaded; `m` is kept for applying. */
enum err roll_plan_in(struct roll_matching *m, struct roll_plan *out);
/* Everybody of this id; NULL: nobody. */
struct roll_there *roll_there_by_id(struct roll_matching *m, int64_t id);
/* The range of guardians of a child: first index, and how many. */
size_t roll_guardians_of(struct roll_matching *m, int64_t learner, size_t *n);
/* The adult of the house that a contact is, for this child (0: a new child); NULL: a new one. */
struct roll_there *roll_contact_known(struct roll_matching *m, const struct roll_contact *x, int64_t learner);
/* What changes in the classes that this member of staff teaches (person 0: a new one), added to `out`. */
void roll_teaching_text(struct roll_matching *m, const struct roll_person *p, int64_t person, struct buf *out);
/* What the file empties: a whole file, with the column, that has none for this adult beside any child.  A contact named
 * differently than on file keeps both. */
bool roll_mail_emptied(struct roll_matching *m, const struct roll_contact *x, const struct roll_there *t);
bool roll_phone_emptied(struct roll_matching *m, const struct roll_contact *x, const struct roll_there *t);
/* Says so in the plan, added to `out`. */
void roll_emptied_text(struct roll_matching *m, const struct roll_person *row, int64_t learner, struct buf *out);
/* Whether the contacts of this row differ from what is on file. */
bool roll_contacts_differ(struct roll_matching *m, const struct roll_person *row, int64_t learner);
