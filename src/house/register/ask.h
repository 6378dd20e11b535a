/* ask.h - what a register's rule asks of the school: whether somebody named in a field is on the staff, a learner, or has signed what
 * they sign (the text in force now, not one before it); whether what is named stands in another register. */
#pragma once
#include "house/store/entry.h"

/* c->values: "signed", "staff", "learner", or "in" REGISTER STATE (but for the entry `self`).  Of a field that names several people
 * all must be so; nobody named is true. */
enum err ask_school(struct store *st, struct arena *a, int64_t school, int64_t self, const struct field *f, struct str value,
                    const struct cond *c, bool *yes);
/* A value (or "state") of the entry that a field points at; absent when it is not there. */
enum err ask_entry(struct store *st, struct arena *a, int64_t school, const struct field *f, struct str value, struct str name,
                   const struct field **of, struct str *out);
