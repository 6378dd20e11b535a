/* intercept.h - connections that a rule of the router turned to us, although the
 * client meant to speak to a server (docs/ways-in.md).  Plain HTTP is an ordinary
 * exchange by its Host.  Of TLS only the hello is read: its server name is judged,
 * then the bytes go to an address of THAT name as our own resolvers give it, never
 * to the address that the client chose: a false name leads to the site it names.
 *
 * A hello without a name is refused, unless the group's rule says `nameless = open`
 * and the address itself is open; one with an encrypted part goes by its outer name,
 * unless the rule says `ech = refused`.  Every refusal is an event and ends with a
 * TLS alert, since no page can be shown without a certificate. */
#pragma once
#include "gate/proxy/inside.h"

/* The first bytes are in c->early.  Judges when the hello is whole. */
void intercept_hello(struct client *c);
/* The server of an allowed name cannot be reached, or the hello is refused: alert, then the end. */
void intercept_end(struct client *c, uint8_t alert);

enum { ALERT_HANDSHAKE = 40, ALERT_ACCESS_DENIED = 49, ALERT_INTERNAL = 80, ALERT_NAME = 112 };     /* RFC 8446 6 */

/* Where the client meant to go: before a redirect (SO_ORIGINAL_DST), or with TPROXY the socket's own address. */
enum err intercept_target(int fd, struct sock_addr *out);
/* Whether this hello may pass for a group with these rules (GROUP_NAMELESS, GROUP_NO_ECH): NULL, or why not.  Pure. */
const char *intercept_why_not(bool named, bool ech, unsigned group_flags);
