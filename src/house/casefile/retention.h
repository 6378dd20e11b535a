/* retention.h - how long a case is kept (data/retention.conf), the hold that stands above
 * every rule, and disposal: listed when due, proposed by one person, done by another,
 * never by the clock.  Disposal destroys the key of the case: its words and documents
 * are gone, in every backup that has no older key table, and nothing finds or counts it by what it was about; a certificate stays
 * (what, when, why, who).  7.4-01; IICSA: a hold says "do not destroy". */
#pragma once
#include "base/conf.h"
#include "house/store/entry.h"

enum { RETENTION_RULES_MAX = 20, RETENTION_REGISTERS_MAX = 6, RETENTION_TEXT_MAX = 500, RETENTION_PAGE = 50 };
enum retention_from { RETAIN_BIRTH, RETAIN_CLOSED, RETAIN_LEFT, RETAIN_NEVER };
struct retention_rule {
	struct str id, title, why;
	enum retention_from from;
	int64_t years;
	struct str registers[RETENTION_REGISTERS_MAX];     /* cases of these begin with it */
	size_t n_registers;
};
struct retention { struct retention_rule v[RETENTION_RULES_MAX]; size_t n; };
/* Findings to d; texts live in the arena. */
enum err retention_load(struct arena *a, const char *path, struct diag *d, struct retention *out);
const struct retention_rule *retention_find(const struct retention *r, struct str id);          /* NULL: none */
const struct retention_rule *retention_for(const struct retention *r, struct str reg);          /* of a new case */
/* The day it is looked at: 0 when what it counts from is not known yet, or never comes. */
int64_t retention_due(const struct retention_rule *rule, int64_t event_utc);

struct desk;
struct case_keep { int64_t id, version, due_utc, held_utc, held_by; struct str rule, hold_why; bool hold, disposed; };
/* How this case is kept; id 0: as a new case of its register is.  The case was read as the asker before. */
enum err retention_of(const struct desk *k, struct arena *a, int64_t school, const struct entry *e, struct case_keep *out);
bool retention_held(const struct desk *k, int64_t school, const struct entry *e);
enum err retention_set(const struct desk *k, const struct act *act, const struct entry *e, struct str rule, struct diag *d);
/* On or off, by the lead, a deputy or the headteacher (the page checks), with the reason. */
enum err retention_hold(const struct desk *k, const struct act *act, const struct entry *e, bool on, struct str why, struct diag *d);

/* Closed cases that no rule was written down for get the one of their register, at most `most` in one go. */
enum err retention_tick(const struct desk *k, int64_t school, int64_t most, size_t *n);
/* Cases that are closed, not held, not disposed of, and due by that day; those the asker may see. */
struct due_line { int64_t id, number, due_utc; struct str reg, rule, state; int64_t proposal; };
enum err retention_list(const struct desk *k, struct arena *a, const struct entry_may *may, int64_t upto_utc, bool held, int64_t offset,
                        struct due_line **out, size_t *n, int64_t *total);

struct disposal { int64_t id, version, case_id, by, second, at_utc, proposed_utc; struct str state, what, rule, due, why, second_why; };
/* ERR_STATE with a finding: open, held, not due, or proposed already. */
enum err disposal_propose(const struct desk *k, const struct act *act, const struct entry_may *may, int64_t id, struct str why, struct diag *d, int64_t *out);
/* By somebody else than who proposed it: ERR_FORBIDDEN.  What stood in the way at the proposal is asked again. */
enum err disposal_confirm(const struct desk *k, const struct act *act, const struct entry_may *may, int64_t id, struct str why, struct diag *d);
enum err disposal_refuse(const struct desk *k, const struct act *act, const struct entry_may *may, int64_t id, struct str why, struct diag *d);
enum err disposal_get(const struct desk *k, struct arena *a, const struct entry_may *may, int64_t id, struct disposal *out);
/* The certificate of a case that was disposed of; 0: none that the asker may see. */
enum err disposal_of(const struct desk *k, struct arena *a, const struct entry_may *may, int64_t case_id, int64_t *out);
enum err disposal_list(const struct desk *k, struct arena *a, const struct entry_may *may, const char *state, int64_t offset,
                       struct disposal **out, size_t *n, int64_t *total);
