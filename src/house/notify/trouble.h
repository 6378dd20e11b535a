/* trouble.h - what is wrong with mail, so that somebody mends it: the server for
 * sending or the mailbox cannot be used, or somebody's address gives letters back.
 * Sentences only: no word of a letter, no kind of notice.
 *
 * Sending and fetching clear their own trouble when they work again; an address is
 * clear when a letter to it is taken, or when it is changed. */
#pragma once
#include "base/arena.h"
#include "house/store/db.h"

enum trouble_what { TROUBLE_SEND, TROUBLE_FETCH, TROUBLE_ADDRESS };
/* person: of an address; else 0.  why: a plain sentence; kept with the time when it began. */
enum err trouble_note(struct db *db, int64_t school, enum trouble_what what, int64_t person, struct str why);
enum err trouble_clear(struct db *db, int64_t school, enum trouble_what what, int64_t person);

struct trouble { enum trouble_what what; int64_t person, since_utc, last_utc; struct str why; };
/* Servers first, then addresses, each from the oldest. */
enum err notify_trouble(struct db *db, struct arena *a, int64_t school, struct trouble **out, size_t *n);
