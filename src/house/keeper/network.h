/* network.h - who signed in to the school's wireless, as RADIUS accounting tells the
 * gate (event NETWORK): whose account that is, bound to the address.  It never
 * stands above what is surer: an address where somebody signed in at the portal,
 * or a class, keeps that; only what came this way is renewed and ended this way. */
#pragma once
#include "base/err.h"

enum { NETWORK_HOURS = 12, NETWORK_SURE = 70 /* the account of the network: it may have been lent */ };

struct keeper;
struct event;
/* Again and again is the same as once.  An account that is nobody's is nothing. */
enum err keeper_network(struct keeper *k, const struct event *e);
