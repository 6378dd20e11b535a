/* compare.h - what one version of a procedure has that another has not, for the person who chooses between them. */
#pragma once
#include "house/procedure/procedure.h"

enum proc_differs { PROC_ADDED, PROC_REMOVED, PROC_CHANGED, PROC_FORBIDS, PROC_ALLOWS };
struct proc_difference {
	enum proc_differs what;           /* FORBIDS, ALLOWS: an act that is newly forbidden, or no longer */
	struct str step, title;           /* of the step; FORBIDS and ALLOWS: the sentence alone */
	struct str how;                   /* CHANGED: what is different, in words */
};
const char *proc_differs_words(enum proc_differs what);
/* In the order of the new one, then what fell away; in the arena.  Text of both must outlive the result. */
void procedure_compare(struct arena *a, const struct procedure *before, const struct procedure *after, struct proc_difference **out,
                       size_t *n);
