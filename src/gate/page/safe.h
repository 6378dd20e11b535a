/* safe.h - "Is this device safe?": a page of the gate that a child and a technician can read, without signing in.  What it shows is
 * tried by the browser itself: small pictures under names that only the gate answers for (the gate's own, a test name that must be
 * refused, and one inside TLS), each with words in its place when it does not come.  No script.
 *
 * Each showing has a number of its own, which stands in the test names (w0123456789abcdef.gaming.filter-check.test), so that what
 * the gate hears of them belongs to this showing and no answer kept by the device is taken for a new one.  The gate notes what
 * it hears itself, as events (SAFE: reason "opened", "refused", "inside"; ref: the number): the evidence of house/filter/witness.h.
 * A school's own word for the device comes with ?w=CODE, which the gate hands on unread.
 *
 * Whoever is not known learns that they are not known, and nothing about the school's groups, networks or lists. */
#pragma once
#include "gate/page/site.h"

enum { SAFE_NUMBER = 16 /* hex digits */, SAFE_CODE_MAX = 24 };
#define SAFE_SEEN "/.well-known/gatehouse/seen.svg"
/* "names." and our name: whether a device asks the gate for names. */
bool safe_is_names(const char *gate_name, struct str host);
void safe_show(const struct site_conf *c, const struct site_ask *a, struct site_reply *r);
/* The picture; its words say by which way it came. */
void safe_seen(const struct site_conf *c, const struct site_ask *a, struct site_reply *r);
