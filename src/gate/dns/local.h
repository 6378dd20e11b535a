/* local.h - names that are answered here and never asked of a resolver: our
 * own, those that stand for this machine or this network only, and those by
 * which browsers and systems ask whether this network filters.  Pure. */
#pragma once
#include "base/str.h"

enum dns_local {
	DNS_LOCAL_NOT,          /* an ordinary name */
	DNS_LOCAL_GATE,         /* the gate's own name, or below it: its address */
	DNS_LOCAL_HOST,         /* localhost (RFC 6761 6.3) */
	DNS_LOCAL_NONE,         /* there is no such name: NXDOMAIN */
	DNS_LOCAL_EMPTY,        /* the name is, but holds nothing: resolver.arpa, so that nobody is led to an
	                         * encrypted resolver past the gate (RFC 9462 6.5) */
};

/* host: lower case, no trailing dot.  gate_name: the same. */
enum dns_local dns_local(struct str host, struct str gate_name);
