/* captive.h - how operating systems ask whether they are behind a captive
 * portal, and what each takes for "no".  Pure. */
#pragma once
#include "base/str.h"

struct captive { struct str host, path /* absent: any */; int status; const char *type, *body; };

/* The probe that this is, or NULL.  path with its query. */
const struct captive *captive_probe(struct str host, struct str path);
