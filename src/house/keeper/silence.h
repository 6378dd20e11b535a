/* silence.h - logging that stopped: the keeper cannot read what the gate writes, or the gate tells nothing while the school is open.
 * Within the minutes of monitoring.silence_minutes the safeguarding lead and technical staff have a task and a notice, once for each
 * time that it stops (4.1-07). */
#pragma once
#include "base/err.h"

struct keeper;
enum err keeper_silence(struct keeper *k);
