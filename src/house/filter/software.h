/* software.h - the register of software as the filter hears of it (7.5-08): programs come down from the addresses of approved entries, for
 * the groups on whose devices they are approved, until the day of their next look; from nowhere else, for nobody. */
#pragma once
#include "base/arena.h"
#include "base/buf.h"
#include "house/store/entry.h"

/* [source software-N] blocks.  An address that cannot be read opens nothing. */
enum err software_policy(struct store *st, struct arena *a, int64_t school, int64_t now_utc, struct buf *out);
