/* door_ask.h - the portal's side of gatehouse-outside (door.h).  At most DOOR_ASKS_MAX threads wait
 * there at once, so that a provider that does not answer cannot stop the portal. */
#pragma once
#include "house/outside/judge.h"

enum { DOOR_ASKS_MAX = 3 };
struct door_reply { bool ok, away; struct str why, url, says; struct outsider who; };

/* ERR_BUSY: too many wait; ERR_NET: the program does not run.  Otherwise OK and the reply says. */
enum err door_begin(struct arena *a, const char *sock, struct str provider, struct str redirect, struct str state, struct str nonce,
                    struct str challenge, struct door_reply *out);
enum err door_code(struct arena *a, const char *sock, struct str provider, struct str redirect, struct str code, struct str verifier,
                   struct str nonce, struct door_reply *out);
enum err door_password(struct arena *a, const char *sock, struct str provider, struct str user, struct str password, struct door_reply *out);
enum err door_test(struct arena *a, const char *sock, struct str provider, struct door_reply *out);
/* "It answers: 214 pupils, ...": the people of its directory in numbers. */
enum err door_count(struct arena *a, const char *sock, struct str provider, struct door_reply *out);
/* Everybody in it, as it came (house/roll/directory.h reads it); `out` is a buffer of PEOPLE_BYTES_MAX. */
enum err door_people(const char *sock, struct str provider, struct buf *out);
