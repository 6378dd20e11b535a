/* when.h - a moment as people write it: "10:30", "9am", "today 3.15pm", "yesterday at 10:30", "14/9/2026 10:30",
 * "14 September 2026, 10:30am", "14 September 2026", 2026-09-14T10:30.  UK time; without a day it is today, without a
 * time midnight.  Pure: `now` is given. */
#pragma once
#include "base/time.h"

enum err when_read(struct str s, int64_t now_utc, int64_t *out_utc);      /* ERR_SYNTAX */
