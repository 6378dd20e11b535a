/* h2_up.h - HTTP/2 towards a host (RFC 9113), over nghttp2: one connection, many requests.  Every request is a pipe: HTTP/1.1
 * goes in at the proxy's end and comes out of it, so the exchange (exchange.c) judges, scans and answers as it always does, and
 * what a host says in frames becomes a message only when it can be exactly one (h2_head.h).
 *
 * Limits: what the host allows, at most H2_UP_STREAMS at once; a head as in HTTP/1.  A stream's window is H2_UP_WINDOW; the
 * connection's is so wide that one slow reader holds up nobody else.  A silent host is asked for a sign of life (PING) while
 * somebody waits, and given up without one.  A host that pushes is in error. */
#pragma once
#include "gate/proxy/inside.h"

enum { H2_UP_STREAMS = 100, H2_UP_WINDOW = 256 * 1024, H2_UP_SILENT_MS = 10000, H2_UP_PING_MS = 10000 };

struct h2_up;
/* It can be used no more: nobody asks it again.  `shy`: the host wants HTTP/1.1, or failed before it had answered anything. */
typedef void h2_up_gone(void *owner, struct h2_up *u, bool shy);

/* Takes s, whose handshake is done.  gone is called exactly once, never before this returns. */
struct h2_up *h2_up_new(struct proxy *p, struct stream *s, h2_up_gone *gone, void *owner);
/* The proxy's end of a pipe for one request, its head to be written next.  The caller's; freeing it ends the request. */
struct stream *h2_up_open(struct h2_up *u);
bool h2_up_idle(const struct h2_up *u);                  /* no request is open */
bool h2_up_shy(const struct h2_up *u);
bool h2_up_room(const struct h2_up *u);                  /* one more may be opened */
void h2_up_sweep(struct h2_up *u);                       /* now and then; may call gone */
void h2_up_end(struct proxy *p);                         /* all of them, with what is in flight: the process ends */
void h2_up_close(struct h2_up *u);                       /* calls gone; memory goes when the last pipe is let go */
