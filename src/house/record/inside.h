/* inside.h - shared by the files of house/record only. */
#pragma once
#include "house/notify/notify.h"
#include "house/record/record.h"

enum { FIELDS_MAX = 32, ACK_LEVEL_LAST = 2, LINK_MAX = 64 };

/* Fields of an entry being written; texts that are absent are left out. */
struct fields { struct entry_field v[FIELDS_MAX]; size_t n; };
void fields_text(struct fields *f, const char *name, struct str value);
void fields_int(struct arena *a, struct fields *f, const char *name, int64_t value);

/* The program's own sight of this school's entries: jobs and clocks, never a page. */
struct entry_may record_program(int64_t school);
int64_t entry_int(const struct entry *e, const char *field);
bool is_case_register(struct str reg);
/* The case, if the asker may see it whole, or only raised it (*limited). */
enum err case_get(const struct desk *k, struct arena *a, const struct entry_may *may, int64_t id, struct entry *out,
                  bool *limited);
/* The same, and ERR_ABSENT when limited: whoever acts must see it whole. */
enum err case_for_work(const struct desk *k, struct arena *a, const struct entry_may *may, int64_t id, struct entry *out);
/* Writes fields of the case as the program: clocks and bookkeeping. */
enum err case_put(const struct desk *k, const struct act *act, struct entry *e, const char *state, const struct fields *f);
/* An entry under a case, with the case's class and people. */
size_t case_heirs(const struct entry *e, struct entry_person *out, size_t max);
enum err case_child(const struct desk *k, const struct act *act, const struct entry *e, const char *reg,
                    const struct fields *f, struct diag *d);
enum err case_note(const struct desk *k, const struct act *act, const struct entry *e, const char *kind, struct str text,
                   int64_t happened_utc);
enum err case_note_of(const struct desk *k, const struct act *act, const struct entry *e, const char *kind, struct str text,
                      int64_t happened_utc, struct str event_key);
/* The procedure that the case began with. */
enum err case_procedure(const struct desk *k, struct arena *a, int64_t school, const struct entry *e, struct procedure *out);
enum err case_text(const struct desk *k, struct arena *a, int64_t school, int64_t text, struct procedure *out);
bool stands_as(const struct entry *e, int64_t person, enum entry_as as);
/* Adds a person to the case and to all that stands under it. */
enum err case_person_add(const struct desk *k, const struct act *act, struct entry *e, int64_t person, enum entry_as as);
/* Keeps a procedure's text; the id of its entry. */
enum err procedure_keep(const struct desk *k, const struct act *act, const struct procedure *p, int64_t *id);
/* Entries of case-step, oldest first, as the engine reads them; `entries` likewise whole. */
enum err case_entries(const struct desk *k, struct arena *a, int64_t school, const struct entry *e, struct proc_entry **out,
                      struct entry **entries, size_t *n);
/* Entries of one register under a case, oldest first. */
enum err case_under(const struct desk *k, struct arena *a, int64_t school, const struct entry *e, const char *reg,
                    struct entry **out, size_t *n);
/* A case as its procedure stands now: the engine's answer for each step, and the records that it read. */
struct run {
	struct procedure p;
	struct step_status *status;       /* of p.steps */
	struct proc_entry *facts;
	struct entry *entries;            /* of facts, whole */
	size_t n;                         /* facts */
	int64_t *learners;                /* children involved */
	size_t n_learners;
	struct case_adult *adults;        /* with parental responsibility for one of them */
	size_t n_adults;
	struct proc_facts given;          /* what the engine was told */
};
/* The registers of what stands under a case; it follows the case in whoever must not see it. */
extern const char *const CASE_UNDER[5];
enum err case_adults(const struct desk *k, struct arena *a, int64_t school, const struct entry *e, const int64_t *learners,
                     size_t n_learners, struct case_adult **out, size_t *n);
enum err case_actions(const struct desk *k, struct arena *a, int64_t school, const struct entry *e, struct case_action **out, size_t *n);
enum err case_referrals(const struct desk *k, struct arena *a, int64_t school, const struct entry *e, struct case_referral **out, size_t *n);
/* A step of the procedure turned to an agency: its referral is kept, once a step. */
enum err case_step_referral(const struct desk *k, const struct act *act, struct entry *e, const struct proc_step *s,
                            const struct step_input *in);
/* A review says that something has to change: the task is opened. */
enum err case_step_tasks(const struct desk *k, const struct act *act, const struct entry *e, const struct proc_step *s,
                         const struct step_input *in);
/* What the procedure has this step do besides being recorded. */
enum err case_step_does(const struct desk *k, const struct act *act, const struct entry *e, const struct proc_step *s,
                        const struct step_input *in, struct diag *d);
struct str case_step_value(const struct step_input *in, struct str field);
/* The children that a case is about or that are named in it; out has room for e->n_people. */
size_t case_learners(const struct entry *e, int64_t *out);
enum err case_run(const struct desk *k, struct arena *a, int64_t school, const struct entry *e, struct run *out);
/* Whoever acts on a case has seen it: the clock stops and an owner is set. */
enum err case_acknowledge(const struct desk *k, const struct act *act, struct entry *e);
/* Runs the engine and stores the next step due. */
enum err case_refresh(const struct desk *k, const struct act *act, struct entry *e);
void case_line_of(const struct entry *e, struct case_line *l);
/* Sentences for the record of an automatic step. */
enum err case_step_auto(const struct desk *k, const struct act *act, const struct entry *e, const char *step,
                        const char *answer, struct str details, int64_t happened_utc);

/* When a report must be taken on at the latest: danger in minutes at any hour, the rest by the end of the school day. */
int64_t case_ack_due(const struct desk *k, bool danger, int64_t from_utc);

/* Who may be told: neither subject nor barred; each person once. */
struct circle {
	const struct desk *k;
	const struct act *act;
	const struct entry_person *people;
	size_t n_people;
	int64_t told[64];
	size_t n_told;
	int64_t about;
	int64_t chair;                    /* assigned because nobody else may see it; 0 = none */
	const char *link;
};
enum err circle_role(struct circle *c, struct str role, enum notice what);
/* One person, unless they must not be told or were. */
enum err circle_person(struct circle *c, int64_t person, enum notice what);
/* The roles in a parameter of the profile. */
enum err circle_param(struct circle *c, const char *param, enum notice what);
/* Tells whoever the profile says, of a report of this procedure. */
enum err circle_report(struct circle *c, const struct report *r, struct str procedure, enum entry_class class);
bool person_holds(const struct desk *k, int64_t school, int64_t person, const char *role);
/* Refused pages that no teacher answered by the end of the day become breaches. */
enum err record_pages_due(const struct desk *k, const struct act *act);
