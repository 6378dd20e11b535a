/* duty.h - what must be done again: definitions from data/duties/NAME.conf and the school's own
 * P/duties/NAME.conf.  docs/duties.md has the language with examples; in short:
 *
 *   [duty log-review]
 *   title = Look at how the internet was used
 *   who = technician                   who does it; "dsl/deputy head": two parts, the first by either of two roles,
 *                                      the second by another person; staff: whoever works here
 *   each = yes                         everybody of `who` for themselves
 *   every = week                       week, N weeks, N months (1 2 3 4 6), half-term, term, year
 *   by = 30 September                  within the year; otherwise by the last school day of the period
 *   on = safer internet day            instead of every: that day, first inset, joining, entry REGISTER STATE
 *   within = 14 days                   after joining, the entry, the first INSET day
 *   open-period = yes                  the policy names no period: ours is a proposal until `confirm` says so
 *   parameter = review.logs            of the profile: its value is the school's own period
 *   amber = 7 days                     shown as due soon, and opened, so long before (default: 7)
 *   red = 0 days                       after due: then `tell` are told
 *   ask = I have ...                   a statement; its exact words and version are kept with each answer
 *   line = privacy | There is ...      things to answer one by one: yes, no with a note, does not apply
 *   lines = filter-groups              lines that the program makes (house/duty/lines.h)
 *   field = found | What did you find? | required
 *   needs = visit                      is done by an entry in that register, made meanwhile; "needs = REGISTER STATE FIELD ...": by one whose
 *                                      day (`on`) lies in that school year, in that state, with a yes in each of those fields
 *   clear = attempt open | Each ...    nothing may be left in that register in that state; the sentence says so
 *   page = /activity                   where it is done
 *   clauses = 3-05 7.3.4-03
 *
 * A file dropped into a folder of a running system is taken up within a minute; one with an error is refused with
 * file, line and mend, and what it said before stays in force. */
#pragma once
#include "base/conf.h"
#include "house/procedure/calendar.h"
#include "house/procedure/profile.h"

enum { DUTY_WHO_MAX = 4, DUTY_LINES_MAX = 60, DUTY_FIELDS_MAX = 12, DUTIES_MAX = 300, DUTY_FILES_MAX = 300 };

enum duty_unit { EVERY_NONE, EVERY_WEEK, EVERY_MONTH, EVERY_HALF, EVERY_TERM, EVERY_YEAR };
struct duty_every { enum duty_unit unit; int n; };
/* "week", "2 weeks", "half-term", "term", "3 months", "12 months" and "year" alike. */
enum err duty_every_read(struct str s, struct duty_every *out);
struct str duty_every_text(struct arena *a, struct duty_every e);      /* "every 2 weeks", as the forms read it after "every " */
int duty_every_days(struct duty_every e);                              /* about: to compare */

enum duty_on { ON_PERIOD, ON_SAFER_INTERNET_DAY, ON_FIRST_INSET, ON_JOINING, ON_ENTRY };

struct duty_line { struct str id, text; };
struct duty_field { struct str id, label; bool required; };

struct duty {
	struct str id, title, ask, hint, page, tell, confirm, lines_from, needs, clauses, parameter, on_register, on_state, file;
	struct str clear, clear_state, clear_says;  /* a register where nothing may be left in that state; absent: none */
	struct str needs_state, needs_yes;         /* absent: any entry made meanwhile */
	struct str if_key, if_value;               /* a parameter of the profile that must say this; absent: always */
	struct str who[DUTY_WHO_MAX];              /* roles with "/" between: one of them */
	size_t n_who;
	bool each, open_period, yes_no;            /* yes_no: can be answered "not true" */
	struct duty_every every, longest;          /* longest: no setting may be longer; EVERY_NONE: any */
	enum duty_on on;
	int by_month, by_day, within_days, amber_days, red_days;
	const struct duty_line *lines;
	size_t n_lines;
	const struct duty_field *fields;
	size_t n_fields;
	long line;
};

/* What is in force; immutable, lives until duties_free. */
struct duty_list { const struct duty *v; size_t n; struct str wrong; };     /* wrong: "file:line: sentence" a line; absent: all is well */
struct duties;
/* ERR_INVALID with findings when a shipped file is wrong. */
enum err duties_load(const char *dir, struct diag *d, struct duties **out);
void duties_free(struct duties **d);
/* The school's own folder beside the shipped one; it need not be there.  Wrong files are left out (duty_list.wrong). */
void duties_own(struct duties *d, const char *dir);
/* Reads what changed since; cheap when nothing did.  Any thread. */
void duties_refresh(struct duties *d, bool *changed);
const struct duty_list *duties_now(const struct duties *d);
const struct duty *duty_find(const struct duty_list *l, struct str id);      /* NULL: none */
/* One text, into the arena; findings to d. */
enum err duties_read(struct arena *a, struct str file, struct str text, struct diag *d, struct duty **out, size_t *n);

/* Whether this school has it: its parameter says so. */
bool duty_applies(const struct duty *d, const struct profile *p);
/* The period: the setting (may be EVERY_NONE), else the profile's parameter, else the file's.  `confirmed`: the school or
 * its policy said it. */
struct duty_every duty_period(const struct duty *d, const struct profile *p, struct duty_every setting, bool *confirmed);

/* One time that it falls due. */
struct duty_time { struct str key; int64_t from_utc, to_utc, opens_utc, due_utc; };
/* The one of the period that holds `utc`; false: none (a week of holidays; not by the clock).  `to_utc` leads to the next. */
bool duty_time_at(const struct duty *d, struct duty_every every, const struct calendar *c, struct arena *a, int64_t utc, struct duty_time *out);
