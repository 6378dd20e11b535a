/* bindings.h - who is signed in where, as the keeper knows it: what it wrote to
 * live.log and has not ended.  When somebody's standing changes (they sign, a
 * grace period ends, they leave) the bindings of that person are written again. */
#pragma once
#include "policy/read/live.h"

enum { BINDINGS_MAX = LIVE_BIND_MAX };

struct binding { uint8_t addr[16]; int64_t person, class_id, until_utc; enum standing standing; };

struct bindings { struct binding *v; size_t n, cap; };

void bindings_done(struct bindings *b);
/* Folds a record in, as the gate does; kinds other than BIND and UNBIND are ignored. */
void bindings_apply(struct bindings *b, const struct live_record *r);
/* Forgets what has ended. */
void bindings_expire(struct bindings *b, int64_t now_utc);
