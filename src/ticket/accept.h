/* accept.h - whose Kerberos ticket this is (RFC 4120, RFC 4121), by MIT's GSSAPI,
 * which only accept.c includes.  The key is P/ticket/http.keytab, of the service
 * HTTP/NAME-OF-THE-PROXY; it may be replaced while the program runs.  What was shown
 * once is remembered in P/ticket/replay until it has run out, also over a restart. */
#pragma once
#include "io/ticket_ask.h"

struct accept;
/* folder: P/ticket; made when absent, with a krb5.conf of its own: no file of the machine decides whom we believe.
 * ERR_ABSENT: there is no key in it; ERR_CRYPTO: it holds none that can be used.  Before the sandbox; once a process. */
enum err accept_open(const char *folder, const struct ticket_options *o, struct accept **out);
void accept_free(struct accept **a);                     /* *a may be NULL */
/* Blocks for some milliseconds.  room: the login of a good one. */
struct ticket_answer accept_token(struct accept *a, struct str token, char room[TICKET_LOGIN_MAX + 1]);
