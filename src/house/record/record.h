/* record.h - concerns and cases.
 *
 * Every report is a case from the start: nothing has to be promoted.  Three
 * registers keep apart what must not be guessed from another's counts:
 *   case             about a child          class child   DSL, deputies, headteacher
 *   allegation       about an adult here    class staff   headteacher only
 *   allegation-head  about the headteacher  class chair   chair of governors only
 * Under each stand its step entries (case-step) and its notes (case-note), with
 * the same class and the same people.  The subject of a case, and whoever a
 * child said must not see it, find nothing: not in lists, counts, searches,
 * chronologies or notices; for them every function answers ERR_ABSENT.
 *
 * Words are kept as typed; an amendment is a note of its own.  There is no way to attach a file. */
#pragma once
#include "house/account/rights.h"
#include "house/family/family.h"
#include "house/procedure/compare.h"
#include "house/procedure/library.h"
#include "house/store/entry.h"

enum { RECORD_WORDS_MAX = 10000, RECORD_BARRED_MAX = 24, RECORD_TEAM_MAX = 12, RECORD_REFERENCE_MAX = 16 };

struct desk {                             /* what every function here needs; borrowed */
	struct store *store;
	const struct library *library;
};

/* What a person with these roles may see of cases. */
struct entry_may record_may(int64_t school, int64_t person, role_set roles);

/* ---- reporting ---- */

enum record_about { ABOUT_CHILD, ABOUT_ADULT, ABOUT_HEAD };
enum record_origin { ORIGIN_TELL, ORIGIN_PAGE, ORIGIN_STAFF, ORIGIN_LEARNER, ORIGIN_PARENT, ORIGIN_MAIL };

struct report {
	enum record_about about;
	enum record_origin origin;        /* TELL: a worry told at the gate; PAGE: one tap on a refused page; MAIL: the wellbeing mailbox */
	struct str procedure;             /* filtering-breach, concern; absent: by origin */
	int64_t subject;                  /* the child, or the adult; 0 = not known */
	int64_t author;                   /* who reports; 0 = not signed in */
	struct str words;                 /* as typed; may be absent */
	struct str said;                  /* what the child said, word for word */
	struct str whom, place;           /* as typed */
	struct str body;                  /* where somebody is hurt, and what was seen */
	struct str asked;                 /* whether anybody was asked to send or copy a picture of a child (11.2-11), in words */
	struct str pictures;              /* what a young child chose instead of words, or with them */
	struct str risk_area;             /* content contact conduct commerce; absent: not known yet */
	struct str reporter;              /* name and how to reach them, of a parent without sign-in; sealed */
	struct str address, category;     /* of the page, from the gate's record; absent for sealed lists */
	struct str event_key;             /* gate/worker/segment/record: makes it idempotent; absent = none */
	struct str topic_type;            /* of data/topics.conf; absent: not known yet */
	int64_t teacher;                  /* whom the reporter chose to tell, where the profile says "any teacher" (7.8-08); 0 = nobody */
	bool danger;
	int64_t happened_utc;
	int64_t barred[RECORD_BARRED_MAX];        /* must not see it: the child said so */
	size_t n_barred;
	int64_t team[RECORD_TEAM_MAX];            /* told and given it besides those of the table: the wellbeing team */
	size_t n_team;
};

struct received {
	int64_t id;                       /* of the case; not for the reporter's eyes */
	char reference[RECORD_REFERENCE_MAX];     /* given to the reporter */
	bool merged;                      /* added to an open case of the same child, topic and day */
	size_t told;                      /* people notified */
	bool in_hours;                    /* somebody reads it today; if not, the page says so */
};
/* Keeps the report, opens the case with its procedure, notifies.  One transaction.
 * The same event_key again gives the same case and does nothing. */
enum err record_report(const struct desk *k, const struct act *act, const struct report *r, struct diag *d,
                       struct received *out);
/* What a reporter may know of their reference: "received", "being looked at", "dealt with".
 * ERR_ABSENT for a wrong one (compare nothing else). */
enum err record_status(const struct desk *k, int64_t school, struct str reference, struct str *out);
/* The profile lets any teacher be told first of what this procedure is for. */
bool record_teacher_told(const struct desk *k, struct str procedure);
/* Whether somebody reads reports now (the page says so before writing). */
bool record_in_hours(const struct desk *k, int64_t now_utc);
/* When what is written now is read at the latest: "today, by 4:00pm", or the next school day by name and date. */
struct str record_read_when(const struct desk *k, struct arena *a, int64_t now_utc);
/* A person's own reports about children, newest first: reference, day and how each stands; nothing else. */
struct own_report { struct str reference, says; int64_t made_utc; };
enum err record_own(const struct desk *k, struct arena *a, int64_t school, int64_t person, struct own_report **out, size_t *n);

/* ---- cases ---- */

struct case_line {                        /* one row of a list */
	int64_t id, version, subject, owner, opened_utc, ack_due_utc, ack_utc, due_utc;
	struct str reg, state, title, kind, origin, category, reference, risk_area;
	struct str next;                  /* title of the step that is due first */
	bool danger, overdue, acknowledged;
};
struct case_page { struct case_line *lines; size_t n; int64_t total; };
enum case_order { CASES_BY_DUE, CASES_NEWEST };
/* The lists of Today, each whole at its own address; a case leaves one when it is done, never because it was read. */
#define CASE_LIST_TABLE(X) \
	X(CASES_ALL,     "",        "Cases",                 "There is nothing here.") \
	X(CASES_NEW,     "new",     "New: not taken on yet", "Everything has been taken on.") \
	X(CASES_OVERDUE, "overdue", "Overdue",               "Nothing is overdue.") \
	X(CASES_DUE,     "due",     "Due today",             "Nothing more is due today.") \
	X(CASES_MINE,    "mine",    "Mine",                  "You look after no open case.") \
	X(CASES_WAITING, "waiting", "Waiting for others",    "Nothing waits for others.") \
	X(CASES_PARENTS, "parents", "Parents not yet told",  "No parents wait to be told.")
enum case_list {
#define CASE_LIST_ENUM_(name, word, title, none) name,
	CASE_LIST_TABLE(CASE_LIST_ENUM_)
#undef CASE_LIST_ENUM_
	N_CASE_LISTS
};
const char *case_list_word(enum case_list l);
const char *case_list_title(enum case_list l);
const char *case_list_none(enum case_list l);
enum case_list case_list_of(struct str word);          /* CASES_ALL when it is none */
struct case_query { enum case_list list; const char *state; /* open, closed, NULL = both */ struct str words; int64_t about; bool mine; int64_t offset, limit; };
enum err record_cases(const struct desk *k, struct arena *a, const struct entry_may *may, const struct case_query *q,
                      struct case_page *out);

/* An adult with parental responsibility for a child of the case. */
struct case_adult {
	int64_t person;
	struct str name, relation, language, phone;
	bool interpreter;                 /* on file: needs one */
	bool kept_from;                   /* barred from the child by the lead: is told nothing, and nothing waits for them */
	bool excluded;                    /* must not see this case: the child said so, or it is about them */
};
/* A step that somebody added to the case. */
struct case_action { int64_t id, owner, due_utc, made_by, made_utc, ended_utc; struct str state, title, why, outcome; bool overdue; };
/* Whom outside the school we turned to. */
struct case_referral {
	int64_t id, case_id, sent_utc, chase_utc, answered_utc, chased;
	struct str state, agency, channel, reference, what, outcome;      /* agency: as the directory calls it */
	bool overdue;
};

struct case_step {
	const struct proc_step *def;
	struct step_status status;
	struct str details;               /* what was filled in, "label: value" lines */
	struct str values;                /* the same as a form: field=value&... */
	int64_t by, recorded_utc, entry;  /* entry: of the newest record; 0 none */
};
struct case_event { int64_t at_utc, recorded_utc, by; struct str title, text; bool out_of_order, replaced; };     /* replaced: a later record of the step stands */
struct case_view {
	struct case_line line;
	struct entry entry;               /* fields opened: words, address, reporter */
	bool limited;                     /* the asker only raised it: their own words and the state, nothing else */
	struct procedure procedure;       /* the version that the case began with */
	struct case_step *steps;
	size_t n_steps;
	struct case_event *chronology;    /* in the order things happened */
	size_t n_chronology;
	int64_t *learners;                /* children it is about, or that are named in it */
	size_t n_learners;
	struct case_adult *adults;
	size_t n_adults;
	struct case_action *actions;      /* open first, by the day they are due */
	size_t n_actions;
	struct case_referral *referrals;  /* waiting first, by the day we ask again */
	size_t n_referrals;
	struct proc_facts facts;          /* what the engine was told, in the arena */
	size_t *missing;                  /* steps that closing waits for */
	size_t n_missing;
};
enum err record_view(const struct desk *k, struct arena *a, const struct entry_may *may, int64_t id, struct case_view *out);

/* Whether documents may be attached to this case: not when a procedure that leads it, or led it, says uploads = no. */
enum err record_uploads(const struct desk *k, const struct entry_may *may, int64_t id, bool *out);

/* Every look at a file is kept in the audit, and shown on the file itself (10-05); so is a look that was refused
 * (7.5.1-03), when there is a case of that number. */
enum err record_looked(const struct desk *k, const struct act *act, int64_t id, bool refused);
/* What a look took: never renumber, the audit keeps the word. */
#define LOOK_TABLE(X) \
	X(LOOK_CASE,       "case.viewed",     "") \
	X(LOOK_REFUSED,    "case.refused",    ", who may not, and was refused") \
	X(LOOK_PRINT,      "case.printed",    ", who printed it") \
	X(LOOK_DOCUMENT,   "case.document",   ", who opened a document of it") \
	X(LOOK_CHRONOLOGY, "case.chronology", ", in the child's chronology") \
	X(LOOK_EXPORT,     "case.exported",   ", who took a copy out")
enum look_how {
#define LOOK_ENUM_(name, what, words) name,
	LOOK_TABLE(LOOK_ENUM_)
#undef LOOK_ENUM_
};
enum err record_looked_how(const struct desk *k, const struct act *act, int64_t id, enum look_how how);
/* The case itself, for what is kept with it (documents, links, retention).  ERR_ABSENT unless it is seen whole. */
enum err record_file(const struct desk *k, struct arena *a, const struct entry_may *may, int64_t id, struct entry *out);
struct case_look { int64_t at_utc, person; bool refused; struct str words; };
enum err record_looks(const struct desk *k, struct arena *a, const struct entry_may *may, int64_t id, struct case_look **out, size_t *n);

/* "I have seen it": stops the clock, and makes the person its owner if there is none. */
enum err record_acknowledge(const struct desk *k, const struct act *act, const struct entry_may *may, int64_t id);
struct step_input {
	struct str step;
	enum proc_what what;
	int64_t about;                    /* a step for each child: which one; 0 = for all of them */
	struct str answer;
	const struct entry_field *values; /* the step's fields */
	size_t n_values;
	const int64_t *whom;              /* whose access is stopped or given back; may be left out where the case has one person only */
	size_t n_whom;
	struct str reason;                /* PROC_SKIPPED, PROC_UNDONE: why; a correction: why; out of order: why */
	bool corrects;                    /* takes the place of an earlier record; both stay: the reason is required */
	int64_t seen;                     /* the newest record of this step that the writer had before them; 0 none */
	int64_t happened_utc;             /* 0 = now */
	bool already_happened;            /* the truth is taken although the step is locked or waiting */
};
/* The people of a case whose access a step can stop or give back: its subject and those involved. */
enum { CASE_PEOPLE_MAX = 32 };
size_t case_people(const struct entry *e, int64_t out[CASE_PEOPLE_MAX]);
/* ERR_STATE: planned while locked or waiting (the finding says why).  ERR_INVALID: fields missing.  ERR_FORBIDDEN: a
 * strict step, by somebody without its role.  Somebody else's record that the writer had not seen stays beside the new
 * one: *other (may be NULL) says who made it, 0 nobody. */
enum err record_step_seen(const struct desk *k, const struct act *act, const struct entry_may *may, int64_t id,
                          const struct step_input *in, struct diag *d, int64_t *other);
enum err record_step(const struct desk *k, const struct act *act, const struct entry_may *may, int64_t id,
                     const struct step_input *in, struct diag *d);

/* ---- steps of one's own; whom we asked ---- */

struct action_in { struct str title, why; int64_t owner, due_utc; role_set owner_roles; };
/* The owner is somebody who may read the case.  Findings: title, why, owner, due. */
enum err record_action_add(const struct desk *k, const struct act *act, const struct entry_may *may, int64_t id,
                           const struct action_in *in, struct diag *d, int64_t *action);
/* Done with what came of it, or dropped with the reason.  ERR_STATE: it has ended already. */
enum err record_action_end(const struct desk *k, const struct act *act, const struct entry_may *may, int64_t id,
                           int64_t action, bool done, struct str outcome, struct diag *d);

struct referral_in { struct str agency, channel, reference, what; int64_t sent_utc, chase_utc; };     /* chase 0: in three school days */
/* Findings: agency, channel, what, sent, chase. */
enum err record_referral_add(const struct desk *k, const struct act *act, const struct entry_may *may, int64_t id,
                             const struct referral_in *in, struct diag *d, int64_t *referral);
/* What became of it.  REFERRAL_CHASED: we asked again, and do so once more on `chase_utc`. */
enum referral_turn { REFERRAL_CHASED, REFERRAL_ANSWERED, REFERRAL_ENDED };
enum err record_referral_turn(const struct desk *k, const struct act *act, const struct entry_may *may, int64_t id,
                              int64_t referral, enum referral_turn turn, struct str words, int64_t chase_utc, struct diag *d);
/* Everything that this person's cases wait for from others, the day of asking again first. */
enum err record_waiting(const struct desk *k, struct arena *a, const struct entry_may *may, struct case_referral **out, size_t *n);

/* A task that a step opened is done, by whoever it was for: the case's chronology says so.  Other keys are nothing to it. */
enum err record_task_ended(const struct desk *k, const struct act *act, struct str key, struct str title, struct str outcome);

/* ---- what a case had closed for everybody at the gate (11.2-15) ---- */

struct case_block { int64_t id, case_id, since_utc, lifted_utc, by; struct str host, path, place, why; bool on; };      /* path absent: all of it */
/* Of a case, for whoever works on it; newest last. */
enum err record_blocks(const struct desk *k, struct arena *a, const struct entry_may *may, int64_t id, struct case_block **out, size_t *n);
/* All that hold, for the keeper, which tells the gate. */
enum err record_blocks_on(const struct desk *k, struct arena *a, int64_t school, struct case_block **out, size_t *n);
/* Only the safeguarding lead and the headteacher: ERR_FORBIDDEN.  ERR_STATE: lifted already.  Finding: lift_why. */
enum err record_block_lift(const struct desk *k, const struct act *act, const struct entry_may *may, int64_t id, int64_t block, struct str why, struct diag *d);

/* ---- a newer version of the procedure ---- */

/* What taking the newer text would change; any = false: the case has the newest, or it was declined. */
struct case_offer { bool any; int64_t version; struct proc_difference *v; size_t n; };
enum err record_offer(const struct desk *k, struct arena *a, const struct entry_may *may, int64_t id, struct case_offer *out);
/* Takes it (what is done stays done) or keeps the old one, with the reason.  ERR_STATE: nothing is offered. */
enum err record_offer_answer(const struct desk *k, const struct act *act, const struct entry_may *may, int64_t id, bool take,
                             struct str why, struct diag *d);
enum note_kind { NOTE_PLAIN, NOTE_AMENDMENT, NOTE_CONTACT };
enum err record_note(const struct desk *k, const struct act *act, const struct entry_may *may, int64_t id,
                     enum note_kind kind, struct str text, int64_t happened_utc, struct diag *d);
/* Somebody was pointed to help; whoever raised the case may record it too, and learns nothing by it. */
enum err record_signpost(const struct desk *k, const struct act *act, const struct entry_may *may, int64_t id, struct str text);
/* Hands the case to somebody who may see it; both stand in the chronology.  A child's case goes only to the lead or
 * to somebody with current training (4-02): otherwise ERR_INVALID with a finding on "to". */
enum err record_hand_over(const struct desk *k, const struct act *act, const struct entry_may *may, int64_t id,
                          int64_t to, role_set to_roles, struct str why, struct diag *d);
/* ERR_INVALID and one finding for each thing that is missing. */
enum err record_close(const struct desk *k, const struct act *act, const struct entry_may *may, int64_t id, struct diag *d);
enum err record_reopen(const struct desk *k, const struct act *act, const struct entry_may *may, int64_t id, struct str why);
/* Names somebody as subject, or bars them; they lose sight of it at once. */
enum err record_exclude(const struct desk *k, const struct act *act, const struct entry_may *may, int64_t id,
                        int64_t person, enum entry_as as);

/* Another child is involved: steps for each child wait for them too.  part: in a few words, "saw it". */
enum err record_involve(const struct desk *k, const struct act *act, const struct entry_may *may, int64_t id,
                        int64_t learner, struct str part, struct diag *d);
/* Another procedure leads from here on.  What was recorded stays, and so do the prohibitions of the one before.
 * ERR_INVALID: no such procedure, or no reason. */
bool record_about_adults(struct str procedure);       /* a procedure that leads what is about an adult who works here */
enum err record_change(const struct desk *k, const struct act *act, const struct entry_may *may, int64_t id,
                       struct str procedure, struct str why, struct diag *d);

/* ---- a refused page: one tap for the teacher ---- */

struct refused_page {
	int64_t subject, happened_utc;
	struct str address, category, event_key;
	const int64_t *teachers;          /* whose class it is; none: it becomes a breach at once */
	size_t n_teachers;
};
/* Idempotent by event_key. */
enum err record_page(const struct desk *k, const struct act *act, const struct refused_page *p, struct diag *d, int64_t *id);
struct page_line { int64_t id, subject, happened_utc; struct str address, category; };
/* Those that wait for this person. */
enum err record_pages(const struct desk *k, struct arena *a, const struct entry_may *may, struct page_line **out, size_t *n);
/* Harmless: done.  Otherwise it becomes a filtering breach with the address and a link to the gate's record. */
enum err record_tap(const struct desk *k, const struct act *act, const struct entry_may *may, int64_t id, bool harmless,
                    struct str words, struct diag *d);

/* ---- the desk ---- */

/* For governors and trends: numbers only, of closed and open cases of class child between two times, without those
 * that are kept from the viewer (0 = the program): a count would give away what a list does not. */
struct record_count { struct str word; int64_t n; };
enum err record_counts(const struct desk *k, struct arena *a, int64_t school, int64_t viewer, const char *field, int64_t from_utc,
                       int64_t upto_utc, struct record_count **out, size_t *n);
/* Escalates what nobody has acknowledged in its time.  Called every minute by the keeper; how many went on. */
enum err record_tick(const struct desk *k, int64_t school, size_t *escalated);
