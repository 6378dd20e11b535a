/* entry_inner.h - inside the store: what entry.c and its neighbours share. */
#pragma once
#include "house/store/entry.h"

/* ---- entry_fields.c: fields of one version ---- */

/* What a version holds under a name that its register no longer asks: kept from version to version. */
struct entry_former { struct str name, value; bool sealed; };
/* Values by the register's fields: values[i] belongs to reg->fields[i]; absent = not filled. */
struct entry_values { const struct reg *reg; struct str *values; struct entry_former *former; size_t n_former; };
void values_former(struct entry_values *v, struct arena *a, struct str name, struct str value, bool sealed);
struct entry_values values_new(struct arena *a, const struct reg *reg);
/* Takes what was given over what is there; an empty value empties.  Findings for what does not fit. */
enum err values_take(struct entry_values *v, const struct entry_field *fields, size_t n, struct diag *d);
/* Of the fields that this school is asked for. */
enum err values_required(const struct entry_values *v, const struct registers *all, struct diag *d);
/* The open fields as a JSON object, in the register's order; and back. */
enum err values_json(struct arena *a, const struct entry_values *v, struct str *out);
enum err values_from_json(struct arena *a, struct str json, struct entry_values *v);
void values_list(struct arena *a, const struct entry_values *v, struct entry *out);
enum seal_class seal_class_of(enum entry_class class);
bool reg_seals(const struct reg *r);

/* ---- entry_query.c: the statements that find and read ---- */

struct entry_row {
	int64_t id, number, version, parent, root, key, made_by, made_utc, changed_by, changed_utc, class, version_class;
	struct str reg, state, body, why, digest, salt, said;
	int64_t disposal;              /* the certificate by which its words were erased; 0 = they are there */
};
/* The entry of that number, if it may be seen; version 0 = the newest, -1 = all, oldest first. */
enum err entry_rows(struct store *st, struct arena *a, const struct entry_may *may, int64_t id, int64_t version,
                    struct entry_row **out, size_t *n);
struct plan;                       /* entry_build.h */
/* Numbers of one page of what may be seen and fits, in order. */
enum err entry_ids(struct store *st, struct arena *a, const struct entry_may *may, const struct plan *p, int64_t **out, size_t *n);
/* The newest version of each of these, in this order; one that may not be seen is left out. */
enum err entry_rows_of(struct store *st, struct arena *a, const struct entry_may *may, const int64_t *ids, size_t n,
                       struct entry_row **out, size_t *found);
enum err entry_total(struct store *st, struct arena *a, const struct entry_may *may, const struct plan *p, int64_t *out);

/* ---- entry_rules.c: what the register's file says beside the fields; only for registers that say so ---- */

/* What it becomes by itself, stamps of who and when, rules, and what is required when.  *state: the one it will have, as asked and as it
 * becomes; `before`: the one it has ("" for a new one). */
struct entry_ruling { struct store *st; struct arena *a; const struct act *act; int64_t id; struct str before; };
enum err entry_rules(const struct entry_ruling *r, struct entry_values *v, struct str *state, struct diag *d);
/* Nothing changes in a frozen state (register.h), nor in what was taken back from one: a finding and ERR_STATE. */
enum err entry_frozen(const struct entry_values *v, const struct str *before, struct str state, struct diag *d);
/* What no other entry may have: taken for this one, or a finding and ERR_EXISTS.  Undone: given back. */
enum err entry_unique(struct store *st, struct arena *a, int64_t school, int64_t id, const struct entry_values *v, bool undone, struct diag *d);

/* ---- entry_read.c ---- */

/* Body and texts of a version, checked against its digest and opened. */
enum err entry_open(struct store *st, struct arena *a, const struct entry_may *may, const struct entry_row *row,
                    struct entry_values *values, bool *destroyed);

/* ---- entry.c ---- */

/* The version after `row` that says nothing, in the state REG_ERASED; in the transaction that is open. */
enum err entry_put_last(struct store *st, const struct act *act, const struct reg *reg, const struct entry_row *row);

/* ---- entry_index.c ---- */

/* Rows that the newest version is found and ordered by, in place of those before; in the transaction that is open. */
enum err entry_index_put(struct store *st, struct arena *a, int64_t school, int64_t id, const struct entry_values *v);
