/* chart.h - a procedure as a flow chart, drawn from the same data that leads a
 * case (clause 10-14): SVG 1.1 with presentation attributes only, so that it
 * stands under a strict content security policy and prints. */
#pragma once
#include "base/buf.h"
#include "house/procedure/procedure.h"

/* Steps that this profile leaves out are not drawn.  Limits: those of the procedure. */
void procedure_chart(const struct procedure *p, const struct profile *profile, struct buf *out);
