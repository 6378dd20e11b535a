/* neighbour.h - the kernel's table of neighbours (RTM_GETNEIGH over netlink): which hardware address answers for which
 * network address on the segments that this machine stands in.  Pure codecs; asking is io/neighbours.h. */
#pragma once
#include "wire/lease.h"

enum { NEIGHBOUR_ASK = 64 };
/* A question for the whole table of both families; its bytes. */
size_t neighbour_ask(uint32_t serial, uint8_t out[NEIGHBOUR_ASK]);
/* The next neighbour in a datagram of answers: OK; ERR_END: no more in it (*done: nor in later ones); ERR_SYNTAX.  Those that do not
 * answer (failed, incomplete), groups, and the machine's own are passed over.  until_utc: 0. */
enum err neighbour_next(struct str *rest, uint32_t serial, struct lease *out, bool *done);
