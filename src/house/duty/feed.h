/* feed.h - somebody's duties as iCalendar (RFC 5545) at a secret address of their own.
 *
 * The token has 160 random bits; the store keeps its SHA-256 only.  One address a person: a new one
 * ends the old.  Titles and days stand in the feed, and the school's terms; no name of anybody, no answer, no
 * case.  Whoever has left or works here no longer has none. */
#pragma once
#include "house/duty/turn.h"

enum { FEED_TOKEN_BYTES = 20, FEED_TOKEN_TEXT = 30, FEED_WINDOW_S = 300, FEED_ADDRESS_MAX = 60, FEED_OWN_NETWORK_MAX = 600, FEED_TOKEN_MAX = 12 };

/* A new address; the one before stops.  `token` is shown once. */
enum err feed_make(struct store *st, const struct act *act, int64_t person, char token[FEED_TOKEN_TEXT]);
enum err feed_end(struct store *st, const struct act *act, int64_t person);
/* When the one in force was made; 0: none. */
enum err feed_made(struct store *st, int64_t school, int64_t person, int64_t *made_utc);
/* Whose it is; ERR_ABSENT: nobody's. */
enum err feed_person(struct store *st, int64_t school, struct str token, int64_t *person);

/* Counts this fetch at the address (`peer` as text), before the token is looked at: ERR_BUSY when there were too many. */
enum err feed_count(struct db *db, int64_t school, struct str peer, bool own_network);
/* The same for a calendar that there is. */
enum err feed_count_of(struct db *db, int64_t school, int64_t person);

/* The calendar of a person with these roles, for a year ahead and what was due in the last ninety days. */
enum err feed_write(const struct duty_desk *k, int64_t school, int64_t person, role_set roles, struct str portal, int64_t now_utc, struct buf *out);
/* One property, folded at 75 octets between characters, ended with CRLF; `text`: , ; \ and line breaks are escaped. */
void ical_line(struct buf *out, const char *name, struct str value, bool text);
