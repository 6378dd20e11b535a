/* dns.h - the numbers of the DNS that we speak of (IANA DNS parameters). */
#pragma once
#include <stdint.h>

enum dns_type {
	DNS_A = 1, DNS_NS = 2, DNS_CNAME = 5, DNS_SOA = 6, DNS_PTR = 12, DNS_MX = 15, DNS_TXT = 16, DNS_AAAA = 28,
	DNS_SRV = 33, DNS_DNAME = 39, DNS_OPT = 41, DNS_RRSIG = 46, DNS_NSEC = 47, DNS_NSEC3 = 50, DNS_SVCB = 64,
	DNS_HTTPS = 65, DNS_IXFR = 251, DNS_AXFR = 252, DNS_ANY = 255, DNS_HINFO = 13,
};
enum dns_class { DNS_IN = 1, DNS_CLASS_ANY = 255 };
enum dns_rcode {
	DNS_NOERROR = 0, DNS_FORMERR = 1, DNS_SERVFAIL = 2, DNS_NXDOMAIN = 3, DNS_NOTIMP = 4, DNS_REFUSED = 5,
	DNS_BADVERS = 16,                           /* RFC 6891: needs the upper bits in OPT */
};
enum dns_flag {
	DNS_QR = 0x8000, DNS_AA = 0x0400, DNS_TC = 0x0200, DNS_RD = 0x0100, DNS_RA = 0x0080, DNS_AD = 0x0020, DNS_CD = 0x0010,
	DNS_OPCODE = 0x7800, DNS_RCODE = 0x000f,
};
enum dns_option { DNS_OPTION_COOKIE = 10, DNS_OPTION_EDE = 15 };
enum dns_ede {                                      /* RFC 8914 4 */
	DNS_EDE_NONE = -1, DNS_EDE_STALE = 3, DNS_EDE_BLOCKED = 15, DNS_EDE_CENSORED = 16, DNS_EDE_FILTERED = 17,
	DNS_EDE_PROHIBITED = 18, DNS_EDE_STALE_NXDOMAIN = 19, DNS_EDE_NO_AUTHORITY = 22, DNS_EDE_NETWORK = 23,
};
enum {
	DNS_HEADER = 12,                            /* bytes */
	DNS_UDP_PLAIN = 512,                        /* most bytes of an answer without EDNS */
	DNS_UDP_MAX = 1232,                         /* ours with EDNS: no fragments on any link of 1280 */
	DNS_MSG_MAX = 65535,                        /* over TCP */
	DNS_NAME_MAX = 255, DNS_LABEL_MAX = 63,
};
