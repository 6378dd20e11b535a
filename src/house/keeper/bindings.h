/* bindings.h - who is signed in where, as the keeper knows it: what it wrote to
 * live.log and has not ended.  When somebody's standing changes (they sign, a
 * grace period ends, they leave, move to another class or year) the bindings of that person are written again.
 * Allowances and blocks stand here too, so that only whoever teaches the class
 * of a rule takes it back, and no number is given twice. */
#pragma once
#include "policy/read/live.h"

enum { BINDINGS_MAX = LIVE_BIND_MAX };

struct binding { uint8_t addr[16]; int64_t person, class_id, device, until_utc; enum standing standing; uint32_t group; enum live_how how; uint8_t sure; };     /* group: a checksum of its name */

struct live_given { uint32_t id; int64_t class_id, until_utc; };      /* an allowance or block that holds */

struct bindings {
	struct binding *v;
	size_t n, cap;
	struct live_given *rules;
	size_t n_rules, cap_rules;
};

void bindings_done(struct bindings *b);
/* Folds a record in, as the gate does; sessions are ignored. */
void bindings_apply(struct bindings *b, const struct live_record *r);
/* Forgets what has ended. */
void bindings_expire(struct bindings *b, int64_t now_utc);
/* The rule of this number, if it holds; NULL otherwise. */
const struct live_given *bindings_rule(const struct bindings *b, uint32_t id);
