/* register.h - definitions of registers, from data/registers/NAME.conf and from the school's own P/registers/NAME.conf.
 * docs/registers.md has the whole language with an example of each line; in short:
 *
 *   [register filter-change]
 *   title = Filter changes
 *   class = general                    general personal child staff chair
 *   states = proposed assessed live refused withdrawn
 *
 *   [field host]
 *   label = Which site?
 *   type = text                        text longtext date time int choice choices person persons bool money url email,
 *                                      entry REGISTER, device, service, case, class, document (a file: PDF, Word,
 *                                      OpenDocument, RTF or text, without pictures; casefile/screen.h)
 *   required = yes
 *   required-when = state is live and change is allow
 *   index = yes                        found and ordered by
 *   unique = yes                       no second entry has it; brings index
 *   sealed = no                        sealed fields cannot be indexed; their words are searched by token
 *   words = yes                        an open field whose words are searched
 *   choice = unblock | Open a site     choices: value | label, one a line
 *   max = 200                          bytes; default 500 (text), 20000 (longtext)
 *   hint = ...
 *
 * A register with `page = yes` has pages of its own, made of this file alone (house/page/register_*.c).
 * `[register device]` with `extends = yes` in a second file adds fields, choices and rules to one that is there.
 *
 * Loading never changes the schema.  What was loaded lives until registers_free, also after registers_refresh:
 * a `struct reg *` that somebody holds stays good while the next reader gets the new one. */
#pragma once
#include "base/arena.h"
#include "base/diag.h"
#include "house/condition/need.h"

enum field_type {
	FIELD_TEXT = 1, FIELD_LONGTEXT, FIELD_DATE, FIELD_TIME, FIELD_INT, FIELD_CHOICE, FIELD_PERSON, FIELD_BOOL,
	FIELD_MONEY,                   /* pence as a number; kept as "12.50" */
	FIELD_URL, FIELD_EMAIL,
	FIELD_PERSONS,                 /* ids with a space between */
	FIELD_ENTRY,                   /* an id of an entry of the register `of` */
	FIELD_CHOICES,                 /* several of its choices, a space between, in the file's order; each is indexed as NAME=VALUE */
	FIELD_CLASS,                   /* an id of a class */
};

struct field_choice { struct str value, label; };
struct reg_words { struct str *v; size_t n; };

/* One thing that must hold: FIELD is V | is not V | is filled | is empty | is ahead | is past | is signed. */
enum cond_op { COND_IS = 1, COND_IS_NOT, COND_FILLED, COND_EMPTY, COND_AHEAD, COND_PAST, COND_ASK };
struct cond { struct str field; enum cond_op op; bool not_in; struct reg_words values; };       /* COND_ASK: words of register/ask.h */
struct conds { struct cond *v; size_t n; };                                        /* all of them, "and" */

/* How a person named in a field stands to the entry (enum entry_as; 0: not at all). */
struct field {
	struct str name, label, hint, unit;
	struct str of;                 /* FIELD_ENTRY: the register it points into */
	struct str who;                /* people: "staff", "learner", "parent", "" anybody */
	enum field_type type;
	int stands;
	int stamp_days;                /* of a date's stamp: so many days after */
	struct str stamp;              /* a state: when an entry comes into it the program writes who (person) or when (date, time; "issued 120 days": so long after) here */
	bool required, index, sealed, words, unique;
	bool personal;                 /* only for those who may see what is personal; never in a print for governors */
	struct conds required_when;
	struct str only_key, only_value;       /* asked only where the profile says so; absent: everywhere */
	size_t max_bytes;
	struct field_choice *choices;
	size_t n_choices;
};

struct reg_state { struct str word, label, colour; };
struct reg_move { struct str from, to, label; struct reg_words who; bool second; };     /* second: not whoever made or last changed it */
struct reg_auto { struct str from, to; struct conds when; };            /* at each write, by itself: the first that fits */
struct reg_due { struct str field, says, role, state; int days; };           /* red when the date is so many days old, past (0) or come (-1); in that state */
struct reg_rule { struct conds when, must; struct str says; };                          /* `must` holds whenever `when` does */

struct reg_suggest { struct conds when; struct str href, says; };        /* what an entry that is so leads to: a proposal on its page, and nothing by itself */

struct reg {
	struct str id, title, hint;
	struct str one;                /* "a device": what one entry is called */
	int class;                     /* enum entry_class */
	struct str *states;            /* the first one is where an entry starts; may be none */
	size_t n_states;
	struct field *fields;
	size_t n_fields;
	/* Of those with pages. */
	bool page, own;                /* own: of the school's own files */
	struct str group;              /* how /registers lists it */
	struct str rights;             /* a capability of roles.conf: R sees, W adds and changes, A approves */
	struct reg_words see, see_own, add, change, approve, see_personal;      /* roles by name; none: as `rights` says */
	struct reg_words dispose;      /* who agrees to a disposal; none: the roles that may be the second person of a change of rights */
	struct reg_state *labels;      /* of its states */
	size_t n_labels;
	struct reg_move *moves;
	size_t n_moves;
	struct reg_rule *rules;
	size_t n_rules;
	struct reg_auto *autos;
	size_t n_autos;
	struct reg_suggest *suggests;
	size_t n_suggests;
	struct reg_due due;            /* field absent: none */
	struct reg_words map;          /* ROW COLUMN: fields (or "term") counted against each other; a gap is shown as one */
	struct str map_role;           /* of a person's row: everybody who holds this role has a row */
	struct reg_words columns, key, serves;
	struct reg_words frozen;       /* states in which no field changes: move it on first */
	struct str retain;             /* as written: "7 years after leaving" */
	int retain_months;             /* 0: kept */
	struct str retain_after;       /* "entry", "change", "leaving", or a date field */
	struct str file;               /* where it stands, for findings */
	struct str only_key, only_value;       /* a register of schools whose profile says so; absent: of every school */
	struct gate_def *gates;        /* what must be so before an entry moves on (house/condition/need.h) */
	size_t n_gates;
};
/* The state of an entry that was made by mistake; every register with pages has it beside its own. */
#define REG_UNDONE "undone"
/* The state of one that two people disposed of: its number and its days stay, nothing lists it. */
#define REG_ERASED "erased"

struct registers;
enum err registers_load(const char *dir, struct diag *d, struct registers **out);
/* With the school's own beside them (`own` may be NULL or a folder that is not there).  A file of the school's that is wrong is left
 * out with its findings as warnings; a shipped one that is wrong refuses the start. */
enum err registers_load_own(const char *dir, const char *own, struct diag *d, struct registers **out);
/* Reads again what changed in the folders since; cheap when nothing did (a stat a file).  A file that is wrong now is refused, and what it
 * said before stays in force; its findings stand in registers_wrong.  *changed: something new is in force.  Any thread. */
enum err registers_refresh(struct registers *r, bool *changed);
/* "file:line: sentence" a line, of files that were refused; absent: all is well.  Into `a`. */
struct str registers_wrong(const struct registers *r, struct arena *a);
/* From one text, for tests. */
enum err registers_read(struct str file, struct str text, struct diag *d, struct registers **out);
void registers_free(struct registers **r);
const struct reg *registers_find(const struct registers *r, struct str id);         /* NULL when there is none */
/* The school's profile, for gates that ask it; borrowed, set once before any thread.  NULL: none. */
struct profile;
void registers_set_profile(struct registers *r, const struct profile *p);
/* Whether the profile has this; true for an absent key, and without a profile. */
bool registers_only(const struct registers *r, struct str key, struct str value);
const struct profile *registers_profile(const struct registers *r);
size_t registers_count(const struct registers *r);
const struct reg *registers_at(const struct registers *r, size_t i);                /* by id; NULL past the end */
const struct field *reg_field(const struct reg *r, struct str name);                /* NULL when there is none */
bool reg_has_state(const struct reg *r, struct str word);
struct reg_state reg_state_of(const struct reg *r, struct str word);                /* label and colour, made up when the file says none */

/* ---- value.c: values ---- */

/* Checks one value, and gives what it is indexed as (number, UTC seconds, or text).  Findings to d. */
enum err field_check(const struct field *f, struct str value, struct diag *d);
/* A file that is kept with the entry: its value is the id of the document, "0" while it is being put there. */
static inline bool field_is_document(const struct field *f) { return f->type == FIELD_ENTRY && str_is(f->of, "document"); }
bool field_is_number(const struct field *f);           /* indexed as a number */
enum err field_number(const struct field *f, struct str value, int64_t *out);
/* What somebody typed, as it is kept: "3rd Nov 26" becomes 2026-11-03, "£4" 4.00, a choice's label its value.  What cannot be
 * read stays as typed, for field_check to say so. */
struct str field_clean(struct arena *a, const struct field *f, struct str typed);
/* As people read it; people and entries stay ids (house/register/people.h). */
struct str field_show(struct arena *a, const struct field *f, struct str value);
