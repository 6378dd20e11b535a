/* inside.h - what the parts of training share; nobody else includes it. */
#pragma once
#include "gen_queries.h"
#include "house/training/workshop.h"

struct entry_may training_may(int64_t school);
struct str training_text(struct str s);                        /* "" for absent */
/* An entry of one of our registers; ERR_ABSENT for any other. */
enum err training_entry(const struct training *t, const char *reg, int64_t id, struct entry *out);
enum err training_change(const struct training *t, const struct act *act, int64_t id, int64_t version, const char *state, const struct entry_field *f, size_t n,
                         struct diag *d);
/* It is had; in the transaction that is open.  Twice from one source: nothing. */
enum err training_had(const struct training *t, const struct act *act, int64_t person, struct str module, int64_t on_utc, int64_t source, const char *how);
/* The role record of a lead's training follows (4-02). */
enum err training_setting_entry(const struct training *t, struct str key, struct entry_page *out);
