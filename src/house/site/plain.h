/* plain.h - text as a reader sees it, one byte a letter, with the place that each came from: no accents, no characters of no width,
 * wide letters and look-alikes as plain ones, lower case beside it.  Other letters stay as their UTF-8 bytes. */
#pragma once
#include "base/arena.h"

struct plain { char *c; char *low; uint32_t *at; size_t n; };      /* c[i] came from byte at[i]; at[n] is the end */
struct plain plain_of(struct arena *a, struct str text);
