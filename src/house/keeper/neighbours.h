/* neighbours.h - asks the kernel for its neighbours (wire/neighbour.h): netlink, no other program. */
#pragma once
#include "wire/lease.h"

/* Calls fn for each, in at most a second.  ERR_TIMEOUT; ERR_SYNTAX; the kernel's errors. */
enum err neighbours_each(void (*fn)(void *owner, const struct lease *l), void *owner);
