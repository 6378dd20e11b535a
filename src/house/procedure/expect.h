/* expect.h - the [expect ...] blocks of a procedure: what must hold before it is
 * used.  Lines in order: profile = NAME, given = STEP [ANSWER], given = minutes N,
 * then = STEP STATE (waiting open locked done skipped not-applicable overdue).
 * The case opens on a Monday at 9:00. */
#pragma once
#include "house/procedure/procedure.h"

enum err procedure_expect(struct arena *a, const struct procedure *p, const struct conf *c,
                          const struct profile *profiles, size_t n, struct diag *d);
