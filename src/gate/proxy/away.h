/* away.h - the explanation for the school's devices at home (2-07).  A device that asks the school for names from outside is
 * answered, for a name that is refused, with the address of these doors.  They show one page, whatever is asked
 * for, and nothing else: no host is ever dialled from here, no form is taken, nothing is logged (the question
 * for the name was), so that a port which the whole internet reaches is no proxy and no way in.
 *
 * Plain HTTP: the page.  HTTPS: when the name in the hello is one that a list or a rule closes for the strictest group (not only its wall), or one that a device of ours at that
 * address was just told is closed (gate/told.h), and there is a CA, the page under a certificate for that name, which only devices with the school's certificate believe; otherwise a TLS alert.
 * At most AWAY_CONNS connections of a worker and AWAY_LEAVES_S certificates a second, so that strangers take no room from the school. */
#pragma once
#include "gate/proxy/inside.h"

enum { AWAY_CONNS = 256, AWAY_LEAVES_S = 20 };

static inline bool door_away(enum door d) { return d == DOOR_AWAY || d == DOOR_AWAY_TLS; }
/* The first bytes are in c->early: when the hello is whole, a certificate is asked for or the connection ends. */
void away_hello(struct client *c);
/* A request's head is in c->in: the page. */
void away_serve(struct client *c);
