/* register.h - definitions of registers, from data/registers/NAME.conf:
 *
 *   [register filter-change]
 *   title = Filter changes
 *   class = general                    general personal child staff chair
 *   states = proposed assessed live refused withdrawn
 *
 *   [field host]
 *   label = Which site?
 *   type = text                        text longtext date time int choice person bool
 *   required = yes
 *   index = yes                        found and ordered by
 *   sealed = no                        sealed fields cannot be indexed; their words are searched by token
 *   words = yes                        an open field whose words are searched
 *   choice = unblock | Open a site     choices: value | label, one a line
 *   max = 200                          bytes; default 500 (text), 20000 (longtext)
 *   hint = ...
 *
 * Loading them never changes the schema. */
#pragma once
#include "base/arena.h"
#include "base/diag.h"

enum field_type { FIELD_TEXT = 1, FIELD_LONGTEXT, FIELD_DATE, FIELD_TIME, FIELD_INT, FIELD_CHOICE, FIELD_PERSON, FIELD_BOOL };

struct field_choice { struct str value, label; };

struct field {
	struct str name, label, hint;
	enum field_type type;
	bool required, index, sealed, words;
	size_t max_bytes;
	struct field_choice *choices;
	size_t n_choices;
};

struct reg {
	struct str id, title, hint;
	int class;                     /* enum entry_class */
	struct str *states;            /* the first one is where an entry starts; may be none */
	size_t n_states;
	struct field *fields;
	size_t n_fields;
};

struct registers;
enum err registers_load(const char *dir, struct diag *d, struct registers **out);
/* From one text, for tests. */
enum err registers_read(struct str file, struct str text, struct diag *d, struct registers **out);
void registers_free(struct registers **r);
const struct reg *registers_find(const struct registers *r, struct str id);         /* NULL when there is none */
size_t registers_count(const struct registers *r);
const struct reg *registers_at(const struct registers *r, size_t i);                /* by id */
const struct field *reg_field(const struct reg *r, struct str name);                /* NULL when there is none */
/* Checks one value, and gives what it is indexed as (number, UTC seconds, or text).  Findings to d. */
enum err field_check(const struct field *f, struct str value, struct diag *d);
bool field_is_number(const struct field *f);           /* indexed as a number */
enum err field_number(const struct field *f, struct str value, int64_t *out);
