/* may.h - who may do what with a register: its file names a capability of data/roles.conf (`rights`), or roles; what the file says
 * beats what the capability says.  Words in such a list: a role, a capability, "adults" (everybody but pupils, parents and
 * visitors), "nobody". */
#pragma once
#include "house/account/rights.h"
#include "house/clause/clause.h"
#include "house/store/entry.h"

struct reg_may {
	bool see;                      /* every entry */
	bool see_own;                  /* those that they raised, or that were given to them */
	bool add, change, approve;
	bool personal;                 /* fields that are personal, too */
	bool propose;                  /* that entries go whose time is over: who sees all and changes it by a named role, not as one of the "adults" */
	bool dispose;                  /* agrees to it: the roles of the file's `dispose`, else those that roles.conf says confirm; who sees all */
};
struct reg_may reg_may_of(const struct rights *r, role_set roles, const struct reg *reg);
/* Whether they may take a move: its words may also be "add", "change", "approve", "see"; or "@FIELD", who
 * stands in that field of the entry. */
bool reg_may_move(const struct rights *r, role_set roles, const struct reg *reg, const struct reg_move *m, const struct entry *e, int64_t person);
/* What the entry store shows them of it. */
struct entry_may reg_entry_may(const struct reg *reg, const struct reg_may *may, int64_t school, int64_t person);
/* Roles, capabilities and clauses that the files name and that are not there, as findings: ERR_INVALID.  `clauses` may be NULL. */
enum err registers_check(const struct registers *all, const struct rights *r, const struct clauses *clauses, struct diag *d);
