/* dns_ask.h - reads a query as a server meets it, quickly and without memory.
 * It is lenient where leniency costs nothing (unknown options, other
 * additional records) and strict where an answer could mislead. */
#pragma once
#include "wire/dns_name.h"

struct dns_ask {
	uint16_t id, flags;           /* as they came */
	uint16_t type, class_;
	size_t question_end;          /* bytes up to the end of the question; 12 when there is none */
	struct dns_name name;         /* lower case */
	char host[254];               /* the same as text; host_n 0: the root or no host (see odd) */
	uint8_t host_n;
	bool odd;                     /* the name cannot be written as a host */
	bool edns, dnssec_ok;
	uint16_t udp_bytes;           /* what the asker takes: at least 512 */
	enum dns_rcode rcode;         /* NOERROR, or what must be answered: FORMERR, NOTIMP, BADVERS */
};

/* ERR_SYNTAX: no answer may be given at all (too short, or itself an answer).
 * Otherwise *out is usable and out->rcode says whether to go on. */
enum err dns_ask_read(struct str bytes, struct dns_ask *out);
static inline struct str dns_ask_host(const struct dns_ask *a) { return (struct str){ a->host, a->host_n }; }
