/* tls_hello.h - what a TLS ClientHello says in clear: the server name, the
 * protocols offered, whether an encrypted hello is inside.  Pure; reads across
 * records and fragments (RFC 8446 4.1.2, 5.1; RFC 6066 3; RFC 7301; RFC 9849). */
#pragma once
#include "base/str.h"

enum {
	TLS_HELLO_MAX = 16 * 1024,      /* bytes of hello, without record headers */
	TLS_NAME_MAX = 255,
};

struct tls_hello {
	char name[TLS_NAME_MAX + 1];    /* server name in lower case, NUL-terminated; empty when absent */
	size_t name_n;
	bool ech;                       /* carries an encrypted hello (or a decoy of one: they look alike) */
	bool alpn_h2, alpn_h1;          /* offers h2, http/1.1 */
	bool tls13;                     /* offers TLS 1.3 */
};

/* seen: all bytes of the connection so far.  ERR_END: good so far, more is
 * needed.  ERR_SYNTAX: no TLS, or a malformed hello.  ERR_LIMIT: too long. */
enum err tls_hello_read(struct str seen, struct tls_hello *out);
