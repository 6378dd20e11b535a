/* reply.h - writes answers to clients into a fixed room.  Pure.  Every function
 * gives the bytes written; what does not fit the asker's size becomes an empty
 * answer with TC. */
#pragma once
#include "gate/dns/cache.h"
#include "wire/addr.h"
#include "wire/dns_ask.h"

struct reply {
	const struct dns_ask *ask;
	struct str question;          /* its bytes as they came: the letter case is the asker's */
	uint8_t *out;                 /* room for `cap`, at least 512 */
	size_t cap;                   /* what the transport takes */
	struct str says;              /* plain words with the extended error (RFC 8914 2), at most 100 bytes; absent as a rule */
};

enum { REPLY_TTL_MAX_S = 60 /* a rule may change the answer */, REPLY_STALE_S = 30 /* RFC 8767 4 */ };

/* No records.  ede: DNS_EDE_NONE or a code; it goes only to those who speak EDNS. */
size_t reply_empty(const struct reply *r, enum dns_rcode rcode, int ede);
/* Empty and truncated: come by TCP. */
size_t reply_truncated(const struct reply *r);
/* The address when it suits the type asked (A, AAAA), else no records. */
size_t reply_addr(const struct reply *r, const struct addr *a4, const struct addr *a6, uint32_t ttl_s, int ede);
/* RFC 8482: a small answer to ANY. */
size_t reply_any(const struct reply *r);
/* What the cache holds; TTLs aged and at most REPLY_TTL_MAX_S. */
size_t reply_entry(const struct reply *r, const struct dns_entry *e, int64_t now_s, int ede);
/* A CNAME to `to`, then the records of e (asked under that name; may be NULL: the CNAME alone). */
size_t reply_alias(const struct reply *r, const struct dns_name *to, const struct dns_entry *e, int64_t now_s);
