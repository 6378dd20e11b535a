/* hour.h - a time of day as people write it: "3pm", "3:30 pm", "15:00", "15.30",
 * "noon".  A bare number from 1 to 7 is an afternoon hour: schools do not open at three. */
#pragma once
#include "base/err.h"
#include "base/str.h"

/* Minutes after midnight; ERR_SYNTAX. */
enum err hour_read(struct str s, int *minutes);
