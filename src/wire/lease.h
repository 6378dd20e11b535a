/* lease.h - which hardware address has which network address, as the files of DHCP
 * servers say it.  Pure; bounded by the text.  A file is read from its start; the last
 * line about an address counts (all three servers append and rewrite later).
 *
 *   LEASE_ISC      dhcpd.leases and dhcpd6.leases of ISC's server (dhcpd.leases(5)); in the second the hardware address is taken from
 *                  the DUID that follows the number of the association, written with octal escapes or as hexadecimal pairs
 *   LEASE_KEA      kea-leases4.csv and kea-leases6.csv (memfile); columns by the names in the first line
 *   LEASE_DNSMASQ  dnsmasq.leases; for IPv6 the hardware address is taken from the DUID where it is one of it (RFC 8415 11.2, 11.4)
 *
 * What cannot be read is passed over: a torn last line, a lease without a hardware address. */
#pragma once
#include "wire/addr.h"

enum lease_kind { LEASE_ISC, LEASE_KEA, LEASE_DNSMASQ, N_LEASE_KIND };
const char *lease_kind_word(enum lease_kind k);          /* "isc", "kea", "dnsmasq" */
enum err lease_kind_read(struct str word, enum lease_kind *out);

struct lease { struct addr addr; uint8_t mac[6]; int64_t until_utc; };      /* until_utc: 0 given back; INT64_MAX no end */

enum { LEASE_COLUMNS = 32 };
struct lease_reader {
	enum lease_kind kind;
	struct str rest;
	bool header;
	int column[5];
	bool owned;                     /* ISC, IPv6: inside an association whose DUID says a hardware address: */
	uint8_t owner[6];
};
struct lease_reader lease_reader_of(enum lease_kind kind, struct str text);
/* false at the end. */
bool lease_next(struct lease_reader *r, struct lease *out);

/* "02:11:22:33:44:55", also with "-" or nothing between.  ERR_SYNTAX: none, or one that no device has (all zero, a group's). */
enum err mac_read(struct str text, uint8_t out[6]);
void mac_text(const uint8_t mac[6], char out[18]);
/* Made up by the device itself ("private wireless address"), not given by its maker (IEEE 802: locally administered). */
static inline bool mac_made_up(const uint8_t mac[6]) { return mac[0] & 2; }
