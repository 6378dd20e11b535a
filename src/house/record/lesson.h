/* lesson.h - what follows when the closing review of a case says that something must change. */
#pragma once
#include "house/record/record.h"

/* Opens the task of the safeguarding lead (of the headteacher, for an allegation), once a case and kind of change.
 * Within the transaction of the step. */
enum err lesson_follow(const struct desk *k, const struct act *act, const struct entry *e, const struct step_input *in, struct diag *d);
