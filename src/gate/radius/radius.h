/* radius.h - hears from the school's wireless who signed in to it (RADIUS
 * accounting, RFC 2866) and tells the spool; the house finds whose account it is
 * and binds the address (event NETWORK).  Only packets of the clients named, with
 * the shared secret, are answered or believed; the rest is counted and dropped.
 *
 *   [radius]
 *   listen = 10.0.0.2:1813
 *   client = 10.0.0.0/24            access points and RADIUS servers; repeated
 *   secret_file = keys/radius.secret          one line, mode 0600
 */
#pragma once
#include "event/write/spool.h"
#include "io/loop.h"
#include "io/settings.h"
#include "wire/radius.h"

enum { RADIUS_CLIENTS = 32, RADIUS_SECRET_MAX = 128 };

struct radius_options {
	struct sock_addr listen;
	bool on;                       /* there is a [radius] block */
	struct prefix client[RADIUS_CLIENTS];
	size_t clients;
	char secret[RADIUS_SECRET_MAX + 1];
};
/* Reads the block and the secret's file; findings in d; ERR_INVALID when there are errors. */
enum err radius_config(struct settings *s, struct diag *d, struct radius_options *out);

struct radius;
/* o is borrowed; spool may be NULL in tests. */
enum err radius_new(struct loop *l, const struct radius_options *o, struct spool *spool, int64_t school, struct radius **out);
void radius_free(struct radius **r);                     /* *r may be NULL; before the loop */
struct radius_counts { uint64_t taken, strangers, forged, malformed; };
struct radius_counts radius_counts(const struct radius *r);
/* The event for one address; texts are views of the packet and of `room`. */
struct event radius_event(const struct radius_acct *a, struct addr addr, int64_t school, char room[64]);
