/* channel.h - the school's own social media channels: what opens one in an emergency is kept
 * sealed, and each opening is told (8.3-05); active channels ask for their notices and their
 * yearly look (8.3-06, 8.3-08, 8.3-11).  The channel itself is an entry of official-channel. */
#pragma once
#include "house/store/entry.h"

enum { CHANNEL_SECRET_MAX = 2000, CHANNEL_REVIEW_DAYS = 365 };

/* Seals what opens the channel (name, password, recovery); the one before is replaced. */
enum err channel_seal(struct store *st, const struct act *act, int64_t channel, struct str secret, struct diag *d);
/* When it was last sealed; ERR_ABSENT: never. */
enum err channel_sealed(struct store *st, struct arena *a, int64_t school, int64_t channel, int64_t *at_utc);
/* Opens it for one of the two leaders of the channel, nobody else: ERR_FORBIDDEN.  The reason is required.  The opening is kept, and the
 * other leader, the headteacher and whoever looks after the channel are told, before the text is given. */
enum err channel_open(struct store *st, struct arena *a, const struct act *act, int64_t channel, struct str why, struct diag *d, struct str *secret);
/* Tasks, each once: parents and learners are told of an active channel; its yearly look is due. */
enum err channel_tick(struct store *st, int64_t school, int64_t now_utc);
