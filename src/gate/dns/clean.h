/* clean.h - what we believe of a resolver's answer.  Pure.
 *
 * Kept: the records that lead from the question through CNAME and DNAME to the
 * type that was asked (with their signatures when asked for), and the SOA of a
 * negative answer (RFC 2308; with DNSSEC proofs when asked for).  Everything
 * else goes: the additional section, foreign authority, what stands beside the
 * way.  `ech` goes out of SVCB and HTTPS records, and the signature over them,
 * so that the server name stays visible to the proxy.  Addresses of private
 * networks in answers about public names go too (rebinding), where asked. */
#pragma once
#include "gate/dns/cache.h"

struct dns_clean_opts {
	bool dnssec_ok;               /* keep RRSIG, NSEC, NSEC3 */
	bool allow_private;           /* a local domain: its own network is meant */
};

enum dns_verdict {
	DNS_GOOD,                     /* an answer, positive or negative */
	DNS_BAD,                      /* the server cannot or will not: ask another one */
	DNS_CUT,                      /* truncated: ask again over TCP */
};

struct dns_cleaned {
	uint32_t life_s;              /* how long it may be kept: 0 only when bad */
	bool private_;                /* something private was taken out */
	size_t aliases_n;             /* bytes in aliases */
	char aliases[DNS_ALIASES_MAX * 254];    /* hosts led through, each ended by NUL */
};

/* in: as read, its question already compared.  made: the message to keep, with
 * the question's name in lower case, no OPT.  */
enum dns_verdict dns_clean(const struct dns_msg *in, const struct dns_name *name, uint16_t type,
                           const struct dns_clean_opts *o, struct dns_msg *made, struct dns_cleaned *out);
/* Whether an A or AAAA datum is of a private, local or special network. */
bool dns_is_private(uint16_t type, struct str data);
