/* download.h - which kinds of files somebody may not download from this address (policy/read/downloads.h).  Pure, as decide(). */
#pragma once
#include "policy/decide/decide.h"
#include "policy/read/downloads.h"

/* Bits of the kinds that are closed there: those of the group, without the approved ones where the register of software names this address as
 * their source.  p may be NULL: none (whatever asks is refused anyway). */
uint32_t download_closed(const struct policy *p, const struct facts *f);
