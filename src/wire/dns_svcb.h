/* dns_svcb.h - the data of SVCB and HTTPS records (RFC 9460), as far as a
 * filter must look into it. */
#pragma once
#include "wire/dns_name.h"

enum dns_svcb_cut {
	DNS_SVCB_ECH = 1,             /* RFC 9848: with it the server name would be hidden from the proxy */
	DNS_SVCB_HINTS = 2,           /* ipv4hint, ipv6hint: addresses past the answer that was checked */
};

struct dns_svcb { uint16_t priority; struct dns_name target; struct str params; };   /* a view */

/* Checks the order and lengths of the parameters (RFC 9460 2.2). */
enum err dns_svcb_read(struct str data, struct dns_svcb *out);
/* Copies the data without these parameters, also out of `mandatory`; out has
 * room for data.n.  *cut tells whether anything went. */
enum err dns_svcb_scrub(struct str data, unsigned what, uint8_t *out, size_t *n, bool *cut);
