/* dial.h - opens a connection to a host by name or address: resolves, leaves out
 * what may not be reached, tries IPv6 first and the next address beside it when
 * one is slow (RFC 8305, simply). */
#pragma once
#include "gate/proxy/reach.h"
#include "gate/proxy/resolve.h"

enum { DIAL_NEXT_MS = 250, DIAL_MS = 10000 };

struct dial;
/* OK: fd is the caller's.  ERR_FORBIDDEN: only addresses that may not be reached;
 * ERR_ABSENT, ERR_NET, ERR_TIMEOUT, ERR_BUSY.  The dial is gone when fn is called. */
typedef void dial_fn(void *owner, enum err e, int fd);

/* addr: NULL, or the address when host is one.  resolve and reach outlive the dial.
 * fn is never called before this returns. */
struct dial *dial_new(struct loop *l, struct resolve *r, const struct reach *reach, struct str host,
                      const struct addr *addr, uint16_t port, dial_fn *fn, void *owner);
void dial_free(struct dial **d);                   /* fn will not be called; *d may be NULL */
