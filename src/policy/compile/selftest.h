/* selftest.h - the `expect` lines of a policy, asked of the compiled snapshot
 * with the same decide() that the gate uses:
 *
 *   expect = block www.example.test as ks2 at 2026-11-23T10:00 reason category:gaming
 *   expect = allow www.google.com as ks2 safe forcesafesearch.google.com
 *
 * verdict (allow, block, sign), address, `as` who (see explain.h), then in any
 * order `at` a time, `reason` a reason's word (category:NAME and rule:NAME also
 * name what decided), `safe` the name that it must be answered with. */
#pragma once
#include "base/diag.h"
#include "policy/decide/explain.h"

/* One finding for a line that does not hold or cannot be read.  Times that a
 * line does not give are now_utc. */
void selftest_line(const struct policy *p, struct str text, struct str file, long line, int64_t now_utc, struct diag *d);
