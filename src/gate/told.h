/* told.h - which names a device of the school at home was just told are closed: gatehouse-dns says so, the door for devices at home (gate/proxy/away.h)
 * asks.  It knows the name in a hello and the address it comes from, not whose device it is; so a name that is merely on no list of what is open has its page there only
 * if a device of ours at that very address (a /64 of IPv6) asked for that very name a moment ago and was refused it.
 *
 * A file in P/run of TOLD_SLOTS numbers, mapped by every worker: a keyed digest of address, name and minute, and nothing to read back from it.
 * A number is written whole or not at all; an older one that falls together with a newer is forgotten, and its page is the browser's own message. */
#pragma once
#include "wire/addr.h"

enum { TOLD_SLOTS = 4096, TOLD_MINUTE_S = 60 };

struct told;
/* The file is made when it is missing; whichever program comes first does.  Before the sandbox. */
enum err told_open(const char *path, struct told **out);
void told_close(struct told **t);                        /* *t may be NULL */
void told_say(struct told *t, struct addr from, struct str host, int64_t now_utc);
/* Within this minute or the one before. */
bool told_heard(const struct told *t, struct addr from, struct str host, int64_t now_utc);
