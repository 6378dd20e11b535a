/* registry.h - the public suffix list, as its text is published (publicsuffix.org/list,
 * the part run by registries): which names are suffixes.  Made for asking millions
 * of names: one look at the last label says no for nearly all of them, and names are
 * compared whole, so that nobody can make a name that is taken for another.
 *
 * Limits: REGISTRY_RULES_MAX rules, REGISTRY_TEXT_MAX bytes.  A line that is no rule is ERR_SYNTAX:
 * half a list of suffixes would let a block of co.uk pass. */
#pragma once
#include "base/str.h"

enum { REGISTRY_RULES_MAX = 32768, REGISTRY_TEXT_MAX = 4 << 20 };

struct registry;
enum err registry_read(struct str text, struct registry **out);
void registry_free(struct registry **p);                       /* *p may be NULL */
size_t registry_count(const struct registry *p);               /* rules */
/* host in normal form.  A single label is one; so is the parent of a wildcard rule (*.sch.uk: sch.uk). */
bool registry_suffix(const struct registry *p, struct str host);
