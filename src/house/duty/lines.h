/* lines.h - lines that a duty's form takes from what the program knows: `lines = WORD` in its file. */
#pragma once
#include "house/duty/turn.h"

bool duty_lines_known(struct str word);
/* "filter-groups, filter-check, mechanisms, systems": for a finding. */
struct str duty_lines_words(struct arena *a);
