/* addr.h - IP addresses and prefixes as values.  IPv4 is held mapped
 * (::ffff:a.b.c.d), so that one comparison serves both. */
#pragma once
#include "base/str.h"

enum { ADDR_TEXT_MAX = 46, PREFIX_TEXT_MAX = 50 };

struct addr { uint8_t b[16]; };
struct prefix { struct addr a; uint8_t bits; };      /* bits of 128, also for IPv4 (96 + n) */

/* Dotted quad without leading zeros, or IPv6 (RFC 4291 2.2), also in [brackets]; no zone. */
enum err addr_read(struct str s, struct addr *out);
/* RFC 5952 text, NUL-terminated; gives its length. */
size_t addr_text(struct addr a, char out[ADDR_TEXT_MAX]);
bool addr_is4(struct addr a);
bool addr_same(struct addr a, struct addr b);
struct addr addr_of4(const uint8_t b[4]);
/* "10.0.0.0/8", "2001:db8::/32", or an address alone.  Bits past the length must be zero
 * unless loose. */
enum err prefix_read(struct str s, bool loose, struct prefix *out);
size_t prefix_text(struct prefix p, char out[PREFIX_TEXT_MAX]);
bool prefix_has(struct prefix p, struct addr a);
struct addr addr_mask(struct addr a, uint8_t bits);  /* keeps the first bits of 128 */
/* The first address in a text that the internet could reach (no private or local one): for whatever must not tell the
 * school's own.  A word of four numbers with points counts as one. */
bool addr_in_text(struct str text, struct addr *out);
