/* names.h - values that point at people and at entries of other registers: how they are read, written and shown.
 * A person is written "Tansy Testerley (tansy.testerley)", by sign-in name alone, or by a name that only one has; an entry
 * "12", "#12" or "#12 Green laptop".  All texts are in the arena. */
#pragma once
#include "house/store/entry.h"

/* What was typed, as it is kept (field_clean, and ids for names).  Findings (file = the field's name): ERR_INVALID. */
enum err names_read(struct store *st, struct arena *a, int64_t school, const struct field *f, struct str typed, struct diag *d, struct str *out);
/* For a form and a CSV cell: names_read reads it back. */
struct str names_text(struct store *st, struct arena *a, int64_t school, const struct field *f, struct str value);
/* For a page. */
struct str names_show(struct store *st, struct arena *a, int64_t school, const struct field *f, struct str value);
/* What an entry is called: the first field among its register's columns. */
struct str names_title(struct store *st, struct arena *a, int64_t school, const struct reg *reg, const struct entry *e);
/* The entry of this number; 0: none. */
int64_t names_entry(struct store *st, struct arena *a, int64_t school, const struct reg *reg, int64_t number);
