/* dns_name.h - a domain name in wire form without compression (RFC 1035 3.1),
 * length bytes and the root included. */
#pragma once
#include "base/rd.h"
#include "base/wr.h"
#include "wire/dns.h"

struct dns_name {
	uint8_t n;                     /* bytes in use, 1 (the root) to 255; 0 only before the first read */
	uint8_t b[DNS_NAME_MAX];
};

/* Reads the name at *at of a message and moves *at behind it.  A pointer must
 * go backwards of everything read so far, so it ends (RFC 1035 4.1.4).
 * dns_name_read folds to lower case; dns_name_raw keeps the case. */
enum err dns_name_read(struct str msg, size_t *at, struct dns_name *out);
enum err dns_name_raw(struct str msg, size_t *at, struct dns_name *out);
/* From "www.example.org" with or without the last dot; "" and "." are the
 * root.  No escapes: our own names and hosts in normal form only. */
enum err dns_name_of(struct str text, struct dns_name *out);
/* As a host in lower case without the last dot; out has room for 254 and is
 * NUL-terminated.  ERR_SYNTAX when a label holds anything but letters, digits,
 * '-' and '_': such a name cannot be told from another one in text. */
enum err dns_name_host(const struct dns_name *n, char out[254], size_t *len);
bool dns_name_same(const struct dns_name *a, const struct dns_name *b);      /* ASCII case folded */
bool dns_name_under(const struct dns_name *n, const struct dns_name *zone);  /* n is zone or below it */
