/* host.h - names of hosts in their normal form: lower case, no trailing dot,
 * internationalised labels as A-labels (RFC 5891), 1 to 253 bytes, labels of
 * 1 to 63 bytes out of a-z 0-9 - _.  An address is not a name (see addr.h).
 * Everything past these functions handles the normal form only. */
#pragma once
#include "base/str.h"

enum { HOST_MAX = 253, HOST_LABEL_MAX = 63, HOST_LABELS_MAX = 127 };

/* ERR_SYNTAX: not a name; ERR_LIMIT: too long; ERR_UNSUPPORTED: it is an address.
 * out is NUL-terminated. */
enum err host_norm(struct str in, char out[HOST_MAX + 1], size_t *n);
/* Already in normal form (and not an address). */
bool host_is_normal(struct str host);
/* Whether host is zone or stands below it: www.example.test is in example.test. */
bool host_within(struct str host, struct str zone);
/* The name above: "a.b.c" gives "b.c"; a single label gives STR_NONE. */
struct str host_parent(struct str host);
size_t host_labels(struct str host);

/* Public suffixes (publicsuffix.org, the part run by registries): co.uk, sch.uk, com.
 * A single label is always one.  Names in normal form only.  The list is the one built
 * into libpsl until host_suffixes_load() takes the newest one installed (reads a file:
 * before a sandbox, at start).  A program that asks millions of names loads it: then
 * wire/registry.h answers, some twenty times as fast. */
#define HOST_SUFFIX_FILE "/usr/share/publicsuffix/public_suffix_list.dat"
bool host_is_suffix(struct str host);
struct str host_registrable(struct str host);        /* suffix + one label; STR_NONE for a suffix */
void host_suffixes_load(void);
