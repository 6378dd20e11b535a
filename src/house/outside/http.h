/* http.h - one short question to a provider, over HTTPS (plain HTTP to this machine alone): no
 * redirect is followed, TLS 1.2 or better, limits on size and time. */
#pragma once
#include "base/buf.h"

enum { HTTP_SECONDS = 6, HTTP_CONNECT_SECONDS = 3 };

struct http_ask {
	const char *url;
	const char *post;              /* a form, encoded; NULL: GET */
	const char *user, *secret;     /* HTTP Basic, RFC 6749 2.3.1: form-encoded already; NULL: none */
	const char *bearer;            /* a token for the header Authorization (RFC 6750); NULL: none */
	int seconds;                   /* 0: HTTP_SECONDS */
	const char *ca_file;           /* NULL: the system's */
};
/* The body goes to `out`, whose max is the limit.  ERR_NET, ERR_TIMEOUT: not reached; else the status says. */
enum err http_ask(const struct http_ask *q, struct buf *out, long *status);
