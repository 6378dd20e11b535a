/* negotiate.h - "Negotiate" in a Proxy-Authorization field (RFC 4559): the token, and
 * what its outside says (RFC 2743 3.1, RFC 4178).  Pure.  The library that knows
 * Kerberos reads only what passed here: one whole token whose first mechanism is
 * Kerberos 5 and which carries its first message (RFC 4120 5.5.1, AP-REQ), so that one
 * step is enough.  NTLM, and whatever would ask for more steps, is turned away. */
#pragma once
#include "base/buf.h"

enum { NEGOTIATE_TOKEN_MAX = 16 * 1024 /* a ticket with its owner's groups */, NEGOTIATE_MECHS_MAX = 16, NEGOTIATE_LOGIN_MAX = 64 };

/* field: the value of the header.  token is cleared first; its max counts.  ERR_ABSENT: another scheme; ERR_SYNTAX;
 * ERR_LIMIT; ERR_UNSUPPORTED: no Kerberos, or not at once. */
enum err negotiate_read(struct str field, struct buf *token);
/* The same of the bytes.  message: Kerberos' own part of it, which alone is given on; a view. */
enum err negotiate_token(struct str token, struct str *message);
/* "Tansy.T@SCHOOL.EXAMPLE" is tansy.t where that is the realm (compared by letter, RFC 4120 6.1).  ERR_FORBIDDEN: of
 * another realm; ERR_UNSUPPORTED: of a service or a computer ("host/...", "PC1$"), or with letters that no login has. */
enum err negotiate_login(struct str principal, struct str realm, char out[NEGOTIATE_LOGIN_MAX + 1]);
