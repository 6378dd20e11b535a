/* radius.h - an Accounting-Request (RFC 2866): who came onto the network, with which
 * address.  Pure; what it says is believed only after radius_auth.h has compared
 * the shared secret.  Views into the packet. */
#pragma once
#include "wire/addr.h"

enum { RADIUS_HEADER = 20, RADIUS_PACKET_MAX = 4096, RADIUS_USER_MAX = 253, RADIUS_ADDRS = 4 };
enum radius_status { RADIUS_START = 1, RADIUS_STOP = 2, RADIUS_INTERIM = 3 };      /* others tell of the access point itself */

struct radius_acct {
	uint8_t id;
	uint8_t authenticator[16];
	uint32_t status;               /* 0: none given */
	struct str user;               /* User-Name, as sent */
	uint8_t mac[6];                /* Calling-Station-Id; all zero: none, or not one */
	struct addr addr[RADIUS_ADDRS];/* Framed-IP-Address, Framed-IPv6-Address */
	size_t n_addrs;
	size_t message_at;             /* offset of the 16 bytes of Message-Authenticator; 0: none */
	size_t length;                 /* bytes of the packet that count (the rest is padding) */
};

/* ERR_SYNTAX: no Accounting-Request, or a malformed one. */
enum err radius_read(struct str packet, struct radius_acct *out);
