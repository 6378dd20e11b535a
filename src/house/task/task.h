/* task.h - what somebody must do by a day.  Opened by the program or a person, for a
 * person or for whoever holds a role; with a list to confirm one by one, if it needs
 * one.  Those it is for are told when it opens and, once it is due, every week until
 * it is done; each reminder is a version of the task.  Done late is kept as late.
 * Nothing is deleted: a task is done, or dropped with the reason.
 *
 * Entries of the registers `task` and `task-item`.  Titles never hold words of a case
 * nor a child's name (a title may be read by all of leadership): `about` says whom it
 * is about, `link` where to go.  Safeguarding work without an owner is the lead DSL's
 * (4-01); what the DSL hands to a deputy stays on the DSL's list, and the DSL alone
 * signs it off (4-03).  Who may call what is the page's to check. */
#pragma once
#include "base/diag.h"
#include "house/account/rights.h"
#include "house/store/entry.h"

enum { TASK_ITEMS_MAX = 2000, TASK_PAGE = 25, TASK_REMIND_S = 7 * 86400 };

/* What can be answered on a list: a task names those it takes. */
#define TASK_ANSWER_TABLE(X) \
	X("yes",     "Confirmed") \
	X("no",      "Not so: see the note") \
	X("keep",    "Keep") \
	X("change",  "Change: see the note") \
	X("end",     "End")
const char *task_answer_title(struct str word);        /* "" for none */

struct task_item_in {
	struct str label, details;     /* at most 300 and 500 bytes */
	int64_t about;                 /* a person; 0 none */
	struct str key;                /* what it stands for, for the program; absent: none */
};

struct task_in {
	const char *kind;              /* a word of the program: "access-review" */
	struct str title;              /* at most 200 bytes */
	struct str details;            /* absent: none */
	const char *link;              /* a path of the portal; NULL: the task's own page */
	int64_t about;                 /* a person; 0 none */
	int64_t for_person;            /* 0: for the role */
	const char *for_role;          /* a word of data/roles.conf; NULL and no person: "dsl" */
	int64_t due_utc;               /* > 0 */
	const char *key;               /* task_open_once: at most 120 bytes */
	const char *answers;           /* words of TASK_ANSWER_TABLE; NULL = "yes" */
	bool private;                  /* shown to nobody but those it is for */
	const struct task_item_in *items;
	size_t n_items;
};

/* Opens it and tells those it is for.  One transaction, with the whole list. */
enum err task_open(struct store *st, const struct act *act, const struct task_in *in, struct diag *d, int64_t *id);
/* The same, but when a task of this key was ever opened, whatever became of it, that one is meant and nothing is
 * opened: call it as often as you like.  `opened` may be NULL. */
enum err task_open_once(struct store *st, const struct act *act, const struct task_in *in, struct diag *d, int64_t *id, bool *opened);

struct task {
	int64_t id, number, version;
	struct str state;              /* open, ready (the delegate has done it, the DSL signs off), done, dropped */
	struct str kind, title, details, link, role, key, answers, outcome;
	int64_t about, for_person, delegate, opened_by, done_by, reminders;
	int64_t opened_utc, due_utc, done_utc, reminded_utc;       /* 0 = not */
	bool private, late;            /* late: done after due, or still open after it */
};
enum err task_get(struct store *st, struct arena *a, int64_t school, int64_t id, struct task *out);
/* Whether it is for this person: by name, by a role held now, or handed to them. */
bool task_is_for(const struct task *t, int64_t person, role_set roles);

/* Which tasks, of whom. */
enum task_which { TASK_OPEN = 1, TASK_OVERDUE, TASK_ENDED };
struct task_query {
	enum task_which which;
	int64_t person;                /* who asks */
	role_set roles;                /* that they hold now */
	bool everyone;                 /* not only theirs: all that are not private */
	const char *kind;              /* NULL = any */
	int64_t offset, limit;         /* limit 0 = TASK_PAGE */
};
/* Open ones by the day they are due, ended ones newest first. */
enum err task_list(struct store *st, struct arena *a, int64_t school, const struct task_query *q,
                   struct task **out, size_t *n, int64_t *total);
enum err task_count(struct store *st, int64_t school, const struct task_query *q, int64_t *out);
/* The newest one of a key, whatever its state; ERR_ABSENT. */
enum err task_by_key(struct store *st, struct arena *a, int64_t school, const char *key, struct task *out);

/* The list.  `left`: how many wait for an answer (may be NULL). */
struct task_item {
	int64_t id, version, about, by, on_utc;
	struct str label, details, key, answer, note;      /* answer absent: it waits */
};
enum err task_items(struct store *st, struct arena *a, int64_t school, int64_t task, int64_t offset, int64_t limit,
                    struct task_item **out, size_t *n, int64_t *total, int64_t *left);
/* ERR_ABSENT: not a line of this task; ERR_INVALID: not an answer of it; ERR_STATE: the task is over.
 * An answer may be given again: the last one counts, all are kept. */
enum err task_answer(struct store *st, const struct act *act, int64_t task, int64_t item, struct str answer, struct str note, struct diag *d);

/* Done.  ERR_STATE: it is over, or its list has unanswered lines (a finding says how many).  Done by the delegate:
 * it is `ready`, and whoever handed it over is told. */
enum err task_done(struct store *st, const struct act *act, int64_t id, struct str outcome, struct diag *d);
/* No longer needed; the reason is required. */
enum err task_drop(struct store *st, const struct act *act, int64_t id, struct str why, struct diag *d);
/* Open again, with the reason; due on that day. */
enum err task_reopen(struct store *st, const struct act *act, int64_t id, struct str why, int64_t due_utc, struct diag *d);
/* Hands it to somebody; it stays with those it is for, who sign it off.  0 takes it back.
 * Work of the DSL goes only to somebody trained within two years (4-02): ERR_INVALID. */
enum err task_delegate(struct store *st, const struct act *act, int64_t id, int64_t to, struct diag *d);

/* Reminds of what is due and was not reminded of for a week; `n` = how many tasks. */
enum err task_remind(struct store *st, int64_t school, int64_t now_utc, size_t *n);
