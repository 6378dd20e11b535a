/* certificate.h - a device's own certificate at a door with TLS.  That it is the school's, for clients and in its time is
 * the handshake's to say (gate/proxy/tls.h); which device it is, and whether it still counts, is asked of the policy at each
 * question: one that is withdrawn counts no more at once, also on a connection that is open and in a session that is resumed. */
#pragma once
#include "gate/policy_watch.h"
#include "gate/proxy/tls.h"

enum { CERTIFICATE_NAME = 64 };        /* its name for the policy: the fingerprint in hexadecimal */

/* For tls_server_asks.  Nobody is asked as long as the school has made no certificate ([text device] certificates). */
struct tls_asks certificate_asks(struct policy_watch *w);
/* What this connection showed, once its handshake is over.  GOOD: name is filled in. */
enum tls_shown certificate_shown(const struct tls *t, char name[CERTIFICATE_NAME + 1], int64_t *until_utc);
/* Why it did not count, for events. */
const char *certificate_why(enum tls_shown s);
