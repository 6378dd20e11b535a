/* safe.h - "Is this device safe?": a page of the gate that a child and a technician can read, without signing in.  What it shows is
 * tried by the browser itself: small pictures under names that only the gate answers for (the gate's own, a test name that must be
 * refused, and one inside TLS), each with words in its place when it does not come.  No script.
 *
 * Whoever is not known learns that they are not known, and nothing about the school's groups, networks or lists. */
#pragma once
#include "gate/page/site.h"

#define SAFE_SEEN "/.well-known/gatehouse/seen.svg"
/* "names." and our name: whether a device asks the gate for names. */
bool safe_is_names(const char *gate_name, struct str host);
void safe_show(const struct site_conf *c, const struct site_ask *a, struct site_reply *r);
/* The picture; its words say by which way it came. */
void safe_seen(const struct site_conf *c, const struct site_ask *a, struct site_reply *r);
