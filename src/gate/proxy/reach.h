/* reach.h - which addresses the proxy may open connections to: not our own, not
 * the school's inside, not what is no host at all.  A page must not reach
 * through the gate what its reader cannot reach (RFC 6890). */
#pragma once
#include "wire/addr.h"

enum { REACH_MAX = 16 };

struct reach { struct prefix allow[REACH_MAX]; size_t n; };    /* inside prefixes that are allowed all the same */

bool reach_may(const struct reach *r, struct addr a);
