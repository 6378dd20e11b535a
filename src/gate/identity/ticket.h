/* ticket.h - asks gatehouse-kerberos whose ticket a browser showed.  On the loop:
 * questions wait in one connection to P/run/kerberos.sock and are answered in order,
 * so that whatever the Kerberos library does with files and time happens elsewhere,
 * and the key of the service is not in the gate. */
#pragma once
#include "io/loop.h"
#include "io/ticket_ask.h"

enum { TICKETS_WAITING = 256, TICKET_WAIT_MS = 3000 };

struct tickets;
/* e OK: the answer, whose login is good until fn returns.  ERR_NET, ERR_BUSY, ERR_TIMEOUT: not now. */
typedef void ticket_fn(void *owner, enum err e, const struct ticket_answer *a);

struct tickets *tickets_new(struct loop *l, const char *socket_path);    /* borrowed, both */
void tickets_free(struct tickets **t);                   /* *t may be NULL; nobody may be waiting */
/* Calls fn once, perhaps before returning.  *wait names the wait; 0: fn was called already. */
void tickets_ask(struct tickets *t, struct str token, ticket_fn *fn, void *owner, uint64_t *wait);
void tickets_forget(struct tickets *t, uint64_t wait);   /* fn will not be called; 0 is nothing */
