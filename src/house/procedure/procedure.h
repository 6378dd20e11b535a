/* procedure.h - a safeguarding procedure as data, and the pure engine that
 * says what state each step of a running case is in.
 *
 * A file of data/procedures/ holds [procedure ID], [step ID]... and [expect ...]
 * blocks; `frame = common` adds the steps of data/procedures/common.conf around
 * them.  docs: data/procedures/README.
 *
 * Locks stop planned acts only.  What has already happened can always be
 * recorded; it is then marked out of order. */
#pragma once
#include "house/procedure/calendar.h"
#include "house/procedure/profile.h"

enum { PROC_STEPS_MAX = 96, PROC_ENTRIES_MAX = 4096 };

enum step_kind { STEP_ACT, STEP_DECISION, STEP_NOTICE, STEP_AGENCY, STEP_REVIEW };
enum proc_field_type { ASK_LINE, ASK_TEXT, ASK_WHEN, ASK_CONTACT, ASK_CHOICE };
enum proc_each { EACH_NONE, EACH_LEARNER, EACH_ADULT };
enum due_kind { DUE_NONE, DUE_AT_ONCE, DUE_MINUTES, DUE_SCHOOL_DAYS };

struct proc_answer {
	struct str id, label;
	struct str change;                /* a procedure that leads better after this answer; absent: none */
	bool no_uploads;                  /* after this answer nothing is attached to the case */
};

struct proc_field {
	struct str id, label;
	enum proc_field_type type;
	bool required;
	struct str only_if;               /* asked with this answer only, or these: "yes or unsure"; absent = always */
	struct proc_answer *options;      /* ASK_CHOICE */
	size_t n_options;
};

struct proc_cond {
	bool is_param, negate;
	struct str key;                   /* parameter, or step id */
	size_t step;                      /* index, when a step */
	struct str *values;               /* any of these; a parameter with none means yes */
	size_t n_values;
};

struct proc_lock { size_t step; struct str why; };

/* An answer, or a field of a review that says "this has to change", opens a task for somebody.  tell: the field whose
 * words go with it, and then nobody else sees the task; absent: none. */
struct proc_task { struct str field, value, role, title, tell; int days; };

/* What recording a step does besides: access of those whom the writer chooses among the people of the case is stopped or comes
 * back (`on`: a kind of the register of access), or what a field names (`on`) is closed for everybody at the gate: the whole
 * site, or that page and what lies below it. */
enum proc_effect { EFFECT_NONE, EFFECT_SUSPEND, EFFECT_RESTORE, EFFECT_BLOCK, EFFECT_BLOCK_PAGE };
struct proc_does { enum proc_effect what; struct str on, answer; };       /* answer: with this one only; absent: always */

struct proc_step {
	struct str id, title, text;
	enum step_kind kind;
	struct str *who;                  /* roles; any of them may act */
	size_t n_who;
	struct str who_param;             /* or: the roles in this parameter */
	enum due_kind due;
	int due_amount;                   /* minutes or school days */
	size_t *needs;                    /* steps that come first */
	size_t n_needs;
	size_t *shows;                    /* steps whose state is told beside this one */
	size_t n_shows;
	struct proc_cond *when;           /* all must hold */
	size_t n_when;
	struct proc_lock *locks;
	size_t n_locks;
	struct proc_field *fields;
	size_t n_fields;
	struct proc_answer *answers;
	size_t n_answers;
	struct str *contacts;             /* ids of the contact directory */
	size_t n_contacts;
	struct str *clauses;
	size_t n_clauses;
	bool never_locked;                /* 999, LADO, IWF, health */
	bool may_skip;                    /* may be marked "not applicable" with a reason */
	bool optional;                    /* closing does not wait for it */
	bool is_outcome, is_review;       /* what a closed case must always have */
	bool repeats;                     /* recorded again each time it happens: meetings */
	bool strict;                      /* recorded by the roles of `who` alone, whoever else may read the case */
	enum proc_each each;              /* one entry for every child involved, or for each adult with parental
	                                     responsibility for one; done when each has one */
	struct proc_does *does;
	size_t n_does;
	struct proc_task *tasks;
	size_t n_tasks;
	struct str recipients_param;      /* notice: who is told, from the profile */
	struct str file;
	long line;
};

struct procedure {
	struct str id, title, about;
	int64_t version;
	struct str digest;                /* hex SHA-256 of the source text */
	struct str source;                /* the text itself, own file and frame: kept with each running case */
	bool no_uploads;                  /* `uploads = no`: no file may be attached to such a case, whatever it holds */
	struct str *never;                /* forbidden acts, shown on top */
	size_t n_never;
	struct proc_step *steps;          /* in the order shown */
	size_t n;
	size_t *order;                    /* the same in an order in which everything is known in time */
};

/* Whether this answer has somebody's access stopped or given back; whether it has something closed at the gate. */
bool proc_step_turns(const struct proc_step *s, struct str answer);
bool proc_step_closes(const struct proc_step *s, struct str answer);
/* Whether any answer of it stops or gives back. */
bool proc_step_asks_whom(const struct proc_step *s);

/* From a file of data/procedures/, with its frame from the same folder; runs the expect lines when `profiles`
 * (n of them) are given.  Everything lives in the arena. */
enum err procedure_load(struct arena *a, const char *path, const struct profile *profiles, size_t n,
                        struct diag *d, struct procedure *out);
/* From a text kept with a case (procedure.source). */
enum err procedure_read(struct arena *a, struct str name, struct str source, struct diag *d, struct procedure *out);
/* Whether a document may be attached to a case that this procedure leads, or led (11.2-10). */
bool procedure_uploads(const struct procedure *p);
const struct proc_step *procedure_step(const struct procedure *p, struct str id);    /* NULL: none */
ptrdiff_t procedure_find(const struct procedure *p, struct str id);                  /* index or -1 */

/* ---- the engine ---- */

enum proc_what { PROC_DONE, PROC_SKIPPED, PROC_UNDONE };      /* UNDONE takes back an earlier entry */

struct proc_entry {                       /* one thing recorded about a step; in recorded order */
	struct str step;
	enum proc_what what;
	struct str answer;                /* of a decision or notice */
	int64_t about;                    /* steps for each: which one; 0 = all children, or nobody is named */
	int64_t happened_utc, recorded_utc;
};

struct proc_facts {
	const struct profile *profile;
	const struct calendar *calendar;
	const struct proc_entry *entries;
	size_t n;
	const int64_t *learners;          /* the children involved, as far as they are named */
	size_t n_learners;
	const int64_t *adults;            /* with parental responsibility for one of them, who may be told at all */
	size_t n_adults;
	int64_t opened_utc, now_utc;
};

enum step_state { STATE_WAITING, STATE_OPEN, STATE_LOCKED, STATE_DONE, STATE_SKIPPED, STATE_NOT_APPLICABLE };

struct step_status {
	enum step_state state;
	bool overdue;                     /* open or locked, and past its time */
	bool late;                        /* done, after its time */
	bool out_of_order;                /* done before what should have come first, or without the answer that asks for it */
	bool never_locked;                /* of the step: whatever its state, it may be done now */
	int64_t open_since_utc;           /* 0: not open yet */
	int64_t due_utc;                  /* 0: no time set */
	int64_t done_utc;                 /* when it happened */
	struct str answer;
	struct str why;                   /* waiting for, or locked because */
	size_t n_wait;                    /* steps for each: how many children or adults still wait */
};

/* out has room for p->n.  Pure and deterministic; needs no memory. */
void procedure_run(const struct procedure *p, const struct proc_facts *f, struct step_status *out);
/* May this step be planned and done now?  ERR_STATE: waiting, locked or not applicable (never a step that is never locked); *why says it. */
enum err procedure_may(const struct step_status *s, struct str *why);
/* Steps that closing still waits for: indexes into out (room for p->n); the count. */
size_t procedure_missing(const struct procedure *p, const struct step_status *s, size_t *out);
/* Whether this field is asked with this answer. */
bool proc_field_asked(const struct proc_field *f, struct str answer);
/* Whether a step for each has an entry in force for this child or adult. */
const struct proc_entry *procedure_entry_for(const struct proc_step *s, const struct proc_facts *f, int64_t who);
const char *step_state_words(enum step_state s);
/* The roles that act in this step: its own, or those of its parameter. */
size_t procedure_who(const struct proc_step *s, const struct profile *p, const struct str **out);
