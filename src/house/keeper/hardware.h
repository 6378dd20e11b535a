/* hardware.h - which of the school's devices is at which address, by its hardware
 * address: the files of the DHCP servers say who was given what, the kernel's table of
 * neighbours who answers on the segments that this machine stands in (IPv4 and IPv6).
 *
 *   [hardware]
 *   leases = kea /var/lib/kea/kea-leases4.csv     isc, kea or dnsmasq, and the file; repeated, at most 8
 *   neighbours = yes              no, when absent
 *   people = no                   yes: a device that is lent to a pupil counts as that pupil, while the agreement is in force
 *
 * It is the weakest way to know anybody, because a hardware address is only said, never proved (decisions/0231): it never
 * replaces a sign-in, a class, a visit or an account of the wireless; devices with the profile of staff are left to better ways;
 * without `people` it names the device and its rules, and opens nothing.  An address that a device made up itself is no device's. */
#pragma once
#include "base/diag.h"
#include "io/settings.h"
#include "policy/read/live.h"

enum { HARDWARE_FILES = 8, HARDWARE_MS = 5000, HARDWARE_ADDRESSES_MAX = 16384, HARDWARE_FILE_MAX = 32 * 1024 * 1024, HARDWARE_SURE = 40, HARDWARE_BIND_S = 3600 };

struct keeper;
struct hardware;
/* *out NULL: there is no such block.  Findings in d; ERR_INVALID with errors. */
enum err hardware_new(struct settings *s, struct diag *d, struct hardware **out);
void hardware_free(struct hardware **h);                 /* *h may be NULL */
/* Looks again, and binds and unbinds what changed.  Trouble with a file is logged once. */
void keeper_hardware(struct keeper *k, int64_t now_ms);
/* Known only by what a device says of itself: whatever is surer replaces it. */
static inline bool hardware_how(enum live_how how) { return how == LIVE_HOW_LEASE || how == LIVE_HOW_NEIGHBOUR; }

/* What was seen last, for the page: addresses in use; of devices in the register; made up by the device itself; neither. */
struct hardware_counts { uint64_t all, ours, made_up, strangers; };
/* Of P/run/hardware, which the keeper writes.  ERR_ABSENT: it looks at none. */
enum err hardware_counts_read(const char *prefix, struct hardware_counts *out);
