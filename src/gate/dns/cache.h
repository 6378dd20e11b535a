/* cache.h - answers of the resolvers, kept for as long as they say, in one
 * piece of memory that is taken at start.  Records are written round a ring, so
 * the oldest goes when room is needed; an open-addressing index of one cache
 * line a bucket finds them.  A hit allocates nothing.  One cache a worker.
 *
 * Groups do not matter here: the decision is made before the cache is asked. */
#pragma once
#include "wire/dns_msg.h"

struct dns_cache;

enum dns_key_bits { DNS_KEY_DO = 1, DNS_KEY_CD = 2 };
struct dns_key { const struct dns_name *name /* lower case */; uint16_t type; uint8_t bits; };

enum {
	DNS_ALIASES_MAX = 12,             /* names that one answer may lead through */
	DNS_TTLS_MAX = DNS_RR_MAX,
	DNS_STALE_S = 24 * 3600,          /* RFC 8767: how long past its end an answer may serve in need */
};

/* One answer, ready to be sent behind a header and the question. */
struct dns_entry {
	uint16_t flags;                   /* rcode and TC only */
	uint16_t n[DNS_SECTIONS];         /* records of each section */
	uint32_t life_s;                  /* from storing; at least 1 */
	uint16_t ttls;                    /* how many TTLs stand in it */
	const uint16_t *ttl_at;           /* where: bytes from the end of the question */
	struct str body;                  /* the records, compressed against name and question */
	struct str aliases;               /* hosts it leads through, one a NUL-ended text */
	bool private_;                    /* addresses of a private network were taken out */
	int64_t stored_s;                 /* set by the cache */
	bool stale;                       /* set by dns_cache_get: past its end */
};

struct dns_cache *dns_cache_new(size_t bytes);          /* memory for records; the index is a sixteenth more */
void dns_cache_free(struct dns_cache **c);              /* *c may be NULL */
void dns_cache_clear(struct dns_cache *c);
/* Views in *out hold until the next put.  now_s: seconds of any clock that never goes back. */
bool dns_cache_get(const struct dns_cache *c, struct dns_key k, int64_t now_s, struct dns_entry *out);
/* Copies.  An entry larger than an eighth of the ring is not kept. */
void dns_cache_put(struct dns_cache *c, struct dns_key k, int64_t now_s, const struct dns_entry *e);
/* Takes a printed message of one question apart: counts, TTL places, body.
 * ttl_at has room for DNS_TTLS_MAX.  Only bytes that dns_msg_print made. */
void dns_entry_of(struct str printed, uint16_t *ttl_at, struct dns_entry *out);
