/* h2.h - HTTP/2 towards clients whose TLS is read (RFC 9113), over nghttp2.  Every stream becomes a client of the proxy at the
 * other end of a pipe and speaks HTTP/1.1 there: so one path judges, logs, scans and answers, whatever the client speaks.
 *
 * Limits: H2_STREAMS at once; a head as in HTTP/1 (HTTP1_HEAD_MAX, HTTP1_FIELDS_MAX); a client that opens streams only to reset
 * them is sent away (CVE-2023-44487); endless CONTINUATION and floods of small frames are nghttp2's to stop.  Bodies flow as fast
 * as the slower side takes them: windows open when bytes have been taken. */
#pragma once
#include "gate/proxy/inside.h"

enum { H2_STREAMS = 100, H2_WINDOW = 256 * 1024, H2_RESETS = 200 /* more than requests answered */ };

void h2_begin(struct client *c);                         /* the handshake is done, and both chose h2 */
void h2_event(struct client *c, unsigned what);          /* of c->s */
void h2_free(struct h2 **h);
