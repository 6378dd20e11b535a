/* logins.h - whose Kerberos tickets count at the gate: everybody of the school's roll
 * who has a login and whose agreement is in force.  The policy holds a keyed digest of
 * the login, who it is, and their group; who leaves or has not signed is not in it, and
 * their ticket opens nothing. */
#pragma once
#include "base/buf.h"
#include "house/store/entry.h"

/* [login ...] blocks for the policy; key: P/keys/token.key, 32 bytes. */
enum err logins_policy(struct store *st, struct arena *a, int64_t school, const uint8_t key[32], int64_t now_utc, struct buf *out);
