/* lines.h - the rules of a text as they are kept: one a line, "id TAB tag TAB picture TAB text". */
#pragma once
#include "house/agreement/agreement.h"

struct str agreement_lines(struct arena *a, const struct agreement *g);
/* Also lines of three fields, without id: the oldest. */
void agreement_lines_read(struct arena *a, struct str text, struct agreement *g);
