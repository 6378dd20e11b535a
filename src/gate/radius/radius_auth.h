/* radius_auth.h - whether an Accounting-Request was made by somebody who knows the
 * shared secret (RFC 2866 3: MD5; RFC 5997: Message-Authenticator, compared when
 * it is there), and the answer to it.  MD5 is what the protocol has: the packets
 * belong in a network of their own. */
#pragma once
#include "wire/radius.h"

bool radius_auth(struct str packet, const struct radius_acct *a, struct str secret);
/* Accounting-Response. */
void radius_answer(const struct radius_acct *a, struct str secret, uint8_t out[RADIUS_HEADER]);
