/* hostset.h - millions of listed names, looked up by every ending of a host
 * at one cache miss an ending.  Names are kept as 32-bit tags in 64-byte
 * buckets under a keyed 64-bit hash (about 2e-9 false matches an ending),
 * with a 16-bit number of a set of lists: one name may be on several.
 * A listed name covers the names below it.  Plain value; views into the
 * snapshot; lookups allocate nothing and do not fail. */
#pragma once
#include "policy/read/hits.h"
#include "policy/read/snapshot.h"
#include "policy/read/tagset.h"

struct hostset { struct tagset tags; const uint8_t *list_category; /* u16le a list */ };

void hostset_open(const struct snapshot *s, struct hostset *out);
/* host in normal form.  True when something matched; out may be NULL. */
bool hostset_find(const struct hostset *h, struct str host, struct hits *out);
/* Many at once, which hides the cache misses: found[i] as hostset_find gives. */
void hostset_find_many(const struct hostset *h, const struct str *hosts, size_t n, bool *found);
uint64_t hostset_count(const struct hostset *h);

enum err hostset_check(const struct snapshot *s, struct str bytes);
