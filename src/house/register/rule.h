/* rule.h - conditions of register files: what must be filled in when, and what may never be.
 *
 *   required-when = place is home and data is personal
 *   rule = when state is permitted : encrypted is yes, until is ahead | Media leaves the building encrypted and for a time only.
 *
 *   rule = when state is lent : person is signed | Nobody has a device of the school without a current agreement.
 *   rule = when place is home : device.encrypted is yes | ...          a field of the entry that `device` points at; device.state too
 *   rule = children is in image-consent given | ...                    each has an entry in that register, in that state, not past its `until`
 *   rule = when state is lent : device is not in device-loan lent | ...        none has, but for this entry itself
 *
 * "state" is the state that the entry would have.  Pure but for what is asked of the school (ask.h). */
#pragma once
#include "house/register/register.h"

/* Reads "FIELD is VALUE and FIELD is filled"; `and` and `,` both join.  Values: several with "or". */
enum err conds_read(struct arena *a, struct str text, struct str file, long line, struct diag *d, struct conds *out);

/* What an entry would hold.  values[i] belongs to reg->fields[i]. */
struct rule_view {
	const struct reg *reg;
	const struct str *values;
	struct str state;
	int64_t now_utc;
	/* COND_ASK: whether the person or thing named by `value` is what the condition says.  NULL: not asked, taken as true. */
	enum err (*ask)(void *ctx, const struct field *f, struct str value, const struct cond *c, bool *yes);
	/* What an entry that a field points at says under a name; NULL: nothing. */
	enum err (*look)(void *ctx, const struct field *f, struct str value, struct str name, const struct field **of, struct str *out);
	void *ctx;
};
enum err conds_hold(const struct conds *c, const struct rule_view *v, bool *yes);
/* Every rule and every required-when that does not hold, as findings (file = the field's name): ERR_INVALID. */
enum err reg_rules_check(const struct rule_view *v, struct diag *d);
/* The state that the entry takes by itself; v->state when none fits. */
enum err reg_auto_state(const struct rule_view *v, struct str *out);
