/* meters.h - what every gate worker shows of itself (io/meter.h): its spool and its policy. */
#pragma once
#include "event/write/spool.h"
#include "gate/policy_watch.h"
#include "io/meter.h"

/* Sets what both programs have, and beats.  From the spool's timer. */
void meters_tick(struct meter_page *m, const struct spool *spool, const struct policy_watch *watch, int64_t now_ms);
