/* turn.h - duties as they fall due, what people answered, and the one calendar of them.
 *
 * A turn is one time that a duty fell due, for one person or for those who hold its roles;
 * with each part of it goes a task (house/task), which reminds every week until it is done.  An
 * answer is a statement entry: exact words, their version, who, as what, when.  Late is
 * kept as late, for ever.  Titles and words come from files, with which entry a turn is
 * about (its name where all staff may see the register, else its number): no child stands in them.
 * Who may call what is the page's to check, with duty_turn_parts(). */
#pragma once
#include "house/account/rights.h"
#include "house/duty/duty.h"
#include "house/procedure/library.h"
#include "house/store/entry.h"

struct duty_desk { struct store *store; const struct library *library; const struct duty_list *duties; };

struct duty_turn {
	int64_t id, version, person, done_by;      /* person 0: of roles */
	struct str duty, key, title, state, roles, evidence;       /* state: open, done, declined, missed, dropped */
	int64_t opened_utc, due_utc, done_utc, wording;
	bool late;                                 /* done after due, or open after it */
};

/* Opens what falls due, takes what registers show as done, tells those who must know of a delay.  Once a minute by the
 * keeper; idempotent.  `opened` may be NULL. */
enum err duty_run(const struct duty_desk *k, const struct act *act, int64_t now_utc, size_t *opened);

enum duty_which { DUTY_OPEN = 1, DUTY_OVERDUE, DUTY_ENDED };
struct duty_query {
	enum duty_which which;
	int64_t person;                /* who asks; 0 with everyone */
	role_set roles;
	bool works_here, everyone;
	const char *duty;              /* NULL: any */
	int64_t offset, limit;         /* limit 0 = 50 */
};
/* Open ones by the day they are due, ended ones by that day, newest first. */
enum err duty_turns(const struct duty_desk *k, struct arena *a, int64_t school, const struct duty_query *q, struct duty_turn **out, size_t *n, int64_t *total);
/* Those that an entry of a register opened ("on = entry ..."), newest first, at most ten. */
enum err duty_turns_of(const struct duty_desk *k, struct arena *a, int64_t school, int64_t entry, struct duty_turn **out, size_t *n);
enum err duty_turn_get(const struct duty_desk *k, struct arena *a, int64_t school, int64_t id, struct duty_turn *out);

/* What falls due later in the year and is not open yet. */
struct duty_ahead { const struct duty *duty; struct duty_time at; };
enum err duty_ahead(const struct duty_desk *k, struct arena *a, int64_t school, int64_t from_utc, int64_t to_utc, struct duty_ahead **out, size_t *n);
/* Whether somebody with these roles does it (a part of it). */
bool duty_is_of(const struct duty *d, role_set roles, bool works_here);

/* ---- parts ---- */

struct duty_statement { int64_t id, turn, person, at_utc, number; struct str role, answer, wording, lines, fields, note; bool late; };
/* One for each of who[]; `by` absent: it waits. */
struct duty_part { struct str roles; struct duty_statement by; };
enum err duty_turn_parts(const struct duty_desk *k, struct arena *a, const struct act *act, const struct duty *d, const struct duty_turn *t,
                         struct duty_part parts[DUTY_WHO_MAX], size_t *n);
/* The part that this person may do now; -1: none (not theirs, done, or they have done another part of it). */
int duty_part_of(const struct duty_part *parts, size_t n, const struct duty_turn *t, int64_t person, role_set roles, bool works_here);
/* "Designated safeguarding lead or Deputy". */
struct str duty_roles_text(struct arena *a, struct str group);

/* Lines to answer: of the file, then those that the program makes. */
struct duty_lines { struct duty_line *v; struct str *shows; size_t n; };    /* shows: evidence beside a line; may be absent */
enum err duty_lines(const struct duty_desk *k, struct arena *a, int64_t school, const struct duty *d, int64_t person, struct duty_lines *out);

struct duty_answer { struct str answer; struct str note; const struct str *lines, *line_notes, *fields; };
/* `answer`: yes, no, done; lines[i]: yes, no, na for each of `lines` (not of a statement: there they are part of its words); fields[i] for each of d->fields.  One transaction.
 * ERR_INVALID with sentences; ERR_STATE: it is over; ERR_FORBIDDEN: not this person's part.  "no" opens a task for
 * leadership, once; so does each line answered "no". */
enum err duty_sign(const struct duty_desk *k, const struct act *act, role_set roles, bool works_here, const struct duty *d, int64_t turn,
                   const struct duty_lines *lines, const struct duty_answer *in, struct diag *d_out, int64_t *statement);
enum err duty_statements(const struct duty_desk *k, struct arena *a, int64_t school, const char *duty, int64_t person, int64_t offset, int64_t limit,
                         struct duty_statement **out, size_t *n, int64_t *total);

/* ---- wording and periods ---- */

struct duty_text { int64_t number, since_utc; struct str words; };
/* The words in force, kept as a new version when they changed. */
enum err duty_text(const struct duty_desk *k, struct arena *a, const struct act *act, const struct duty *d, struct duty_text *out);
/* What the school said; EVERY_NONE: nothing. */
struct duty_setting { struct duty_every every; int64_t by, at_utc; struct str why; };
enum err duty_setting(const struct duty_desk *k, struct arena *a, int64_t school, const struct duty *d, struct duty_setting *out);
/* ERR_INVALID with a sentence: not a period, or longer than the duty allows. */
enum err duty_set(const struct duty_desk *k, const struct act *act, const struct duty *d, struct str every, struct str why, struct diag *diag);
struct duty_every duty_every_now(const struct duty_desk *k, struct arena *a, int64_t school, const struct duty *d, bool *confirmed);
