/* keeping.h - how long entries of registers are kept (the `retain` line of their file), carried out: what has come to the end of its time is listed to those who
 * keep the register, one proposes, another agrees (the page asks who may: reg_may.propose, .dispose), and the entries are erased (entry_erase); a certificate stays.  Never by the clock.  A
 * hold wins: on the entry itself, or on a case about somebody who is named in it; the second is not shown, for who keeps a register need not know of a case.
 * 7.4-01; decision 0200. */
#pragma once
#include "base/diag.h"
#include "house/account/rights.h"
#include "house/store/entry.h"

enum { KEEPING_PAGE = 50, KEEPING_TEXT_MAX = 500 };

struct kept_line { int64_t id, number, due_utc, made_utc; struct str state; };
/* Entries of the register whose time is over and that nothing holds, oldest first, KEEPING_PAGE of them from `offset`; a register whose file says no time has none. */
enum err keeping_due(struct store *st, struct arena *a, int64_t school, const struct reg *r, int64_t now_utc, int64_t offset, struct kept_line **out, size_t *n);
enum err keeping_count(struct store *st, int64_t school, const struct reg *r, int64_t now_utc, int64_t *n);
/* Entries on hold themselves. */
enum err keeping_held(struct store *st, struct arena *a, int64_t school, const struct reg *r, struct kept_line **out, size_t *n);

struct entry_hold { int64_t id, version, by, since_utc; bool on; struct str why; };
enum err keeping_hold_of(struct store *st, struct arena *a, int64_t school, int64_t entry, struct entry_hold *out);
/* On or off; ERR_INVALID with a finding ("hold_why") without a reason. */
enum err keeping_hold(struct store *st, const struct act *act, const struct entry *e, bool on, struct str why, struct diag *d);

struct entries_disposal { int64_t id, version, by, second, at_utc, proposed_utc; struct str state, reg, entries, what, rule, why, second_why; };
/* ERR_INVALID: no reason, or nothing chosen; ERR_STATE: one of them is not due (any more); ERR_EXISTS: one waits for a second person already. */
enum err keeping_propose(struct store *st, const struct act *act, const struct reg *r, const int64_t *ids, size_t n, struct str why, struct diag *d, int64_t *out);
/* By somebody else than who proposed it (ERR_FORBIDDEN); each of them is looked at again: ERR_STATE with a finding ("why") when one is not due any more. */
enum err keeping_confirm(struct store *st, const struct act *act, const struct reg *r, int64_t id, struct str why, struct diag *d);
enum err keeping_refuse(struct store *st, const struct act *act, const struct reg *r, int64_t id, struct str why, struct diag *d);
/* ERR_ABSENT when it is of another register. */
enum err keeping_get(struct store *st, struct arena *a, int64_t school, const struct reg *r, int64_t id, struct entries_disposal *out);
/* KEEPING_PAGE of them from `offset`, the newest first; *total: how many there are. */
enum err keeping_list(struct store *st, struct arena *a, int64_t school, const struct reg *r, const char *state, int64_t offset, struct entries_disposal **out, size_t *n, int64_t *total);

/* Opens a task for those who keep a register when something in it has come to the end of its time, once a month. */
enum err keeping_tick(struct store *st, const struct rights *rights, int64_t school, int64_t now_utc, size_t *n);
