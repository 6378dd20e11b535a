/* reindex.h - registers whose files changed: what became searchable in entries that stood there before.  A register that gets pages, or a field
 * that gets an index, is worked through in the background, a few seconds a minute; until it is done its list says how far it is. */
#pragma once
#include "house/store/entry.h"

/* The keeper's, once a minute.  *done: entries made again. */
enum err registers_reindex(struct store *st, int64_t school, int most_ms, size_t *done);
struct reindex_state { bool making; int64_t done, total; };
enum err reindex_state_of(struct store *st, struct arena *a, int64_t school, const struct reg *r, struct reindex_state *out);
