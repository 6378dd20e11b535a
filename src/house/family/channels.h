/* channels.h - the school's own feeds and platform, as families are told of them
 * (4.6-10).  A school whose profile has official channels names them; one that has none
 * names none, whatever was typed before. */
#pragma once
#include "base/arena.h"
#include "base/diag.h"
#include "house/procedure/library.h"
#include "house/store/act.h"
#include "house/store/db.h"

enum { CHANNELS_MAX = 20, CHANNEL_MAX = 120 };
/* By line; none without the profile's consent (library NULL: none). */
enum err family_channels(struct db *db, struct arena *a, const struct library *l, int64_t school, struct str **out, size_t *n);
/* One a line; findings: field "channels". */
enum err family_channels_set(struct db *db, const struct act *act, struct str lines, struct diag *d);
