/* dns_msg.h - a whole DNS message as values, for the path where an answer is
 * inspected or made.  Names inside the data of the types of RFC 1035 (and those
 * of RFC 3597 4) are expanded on reading and compressed again on printing. */
#pragma once
#include "wire/dns_name.h"

enum { DNS_RR_MAX = 192, DNS_ROOM = 2 * DNS_MSG_MAX };     /* limits of one message */
enum dns_section { DNS_ANSWER, DNS_AUTHORITY, DNS_EXTRA, DNS_SECTIONS };

struct dns_rr {
	struct dns_name name;         /* owner, lower case */
	uint16_t type, class_;
	uint32_t ttl;                 /* seconds */
	struct str data;              /* in the message's own room, or the maker's */
};

struct dns_msg {                      /* large: static or heap, one a worker */
	uint16_t id, flags;
	bool asked;                   /* there is a question */
	struct dns_name name;         /* of the question, case kept (0x20 is compared on it) */
	uint16_t type, class_;
	uint16_t n[DNS_SECTIONS];     /* records of each section; they stand in rr[] in this order */
	bool edns, dnssec_ok;         /* OPT is held here, never in rr[] */
	uint16_t udp_bytes;
	uint8_t version, rcode_high;
	struct str options;           /* of OPT, raw, whole */
	struct dns_rr rr[DNS_RR_MAX];
	size_t used;                  /* bytes of room in use */
	uint8_t room[DNS_ROOM];
};

/* The whole of `bytes` must be one message.  ERR_LIMIT: more records than we take. */
enum err dns_msg_read(struct str bytes, struct dns_msg *m);
/* Prints into a room of `max` bytes; *n is its length.  Whatever does not fit
 * is left out from the end, section by section, and TC is set when an answer or
 * authority record went (RFC 2181 9).  ERR_LIMIT: not even the question fits. */
enum err dns_msg_print(const struct dns_msg *m, uint8_t *out, size_t max, size_t *n);
bool dns_msg_same(const struct dns_msg *a, const struct dns_msg *b);
/* Begins an empty message with this question. */
void dns_msg_begin(struct dns_msg *m, uint16_t id, uint16_t flags, const struct dns_name *name, uint16_t type);
/* Appends to the last section that has records or a later one; data is copied.  ERR_LIMIT. */
enum err dns_msg_add(struct dns_msg *m, enum dns_section s, const struct dns_name *name, uint16_t type, uint32_t ttl, struct str data);
static inline size_t dns_msg_count(const struct dns_msg *m) { return (size_t)m->n[0] + m->n[1] + m->n[2]; }
static inline unsigned dns_msg_rcode(const struct dns_msg *m) { return (m->flags & DNS_RCODE) | (unsigned)m->rcode_high << 4; }
