/* gate_world.h - for tests of the house: the shipped policy of a profile, published, and what the gate decides by it.  Apart,
 * because the gate's calendar and the house's have one name. */
#pragma once
#include "base/arena.h"

/* Publishes into DIR/policy (which is there) what data/policy says for this profile, and `extra`. */
void gate_world_publish(const char *dir, const char *profile, struct str extra);
/* "block timetable", with what DIR/policy/live.log adds; `who` as in policy/decide/explain.h.  In the arena. */
const char *gate_world_says(struct arena *a, const char *dir, const char *url, const char *who, int64_t at_utc);
