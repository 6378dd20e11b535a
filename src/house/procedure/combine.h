/* combine.h - a case that changes its procedure keeps what was forbidden under
 * the one before: its "never" lines, its locks, and every step that these hang on
 * (needs, conditions), unless the new procedure has a step of that name. */
#pragma once
#include "house/procedure/procedure.h"

/* `next` with the prohibitions of `before`, as one procedure with a text and a digest of its own, in the arena.
 * ERR_SYNTAX with findings when the two cannot stand together. */
enum err procedure_combine(struct arena *a, const struct procedure *before, const struct procedure *next, struct diag *d,
                           struct procedure *out);
