/* map.h - text to number, open addressing, keyed hash (SipHash), so that
 * foreign keys cannot make it slow.  Keys are copied.  Values are 64 bits: an
 * index or a pointer cast to uintptr_t (the map owns no pointee). */
#pragma once
#include "base/str.h"

struct map;
struct map *map_new(void);
void map_free(struct map **m);                     /* *m may be NULL */
void map_set(struct map *m, struct str key, uint64_t value);
bool map_get(const struct map *m, struct str key, uint64_t *value);    /* value may be NULL */
bool map_del(struct map *m, struct str key);
size_t map_count(const struct map *m);
/* Walks in no order: start with *at = 0; false at the end.  No changes meanwhile. */
bool map_each(const struct map *m, size_t *at, struct str *key, uint64_t *value);
