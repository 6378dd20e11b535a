/* listsets_build.h - numbers the sets of lists while a table is built. */
#pragma once
#include "base/map.h"
#include "base/vec.h"
#include "base/wr.h"
#include "policy/read/listsets.h"

enum { LISTSETS_MEMBERS = 512 };      /* lists in one set; more are left out */

struct listsets_build {
	struct map *known;            /* members as bytes -> number */
	VEC(uint32_t) at;             /* at[s] .. at[s + 1] in members; number s + 1 */
	VEC(uint16_t) members;
	uint32_t *single;             /* list -> number of the set that holds it alone */
};

void listsets_begin(struct listsets_build *s, size_t lists_n);
void listsets_done(struct listsets_build *s);
/* The number of a set of lists (ascending); 0: there are too many sets. */
uint32_t listsets_number(struct listsets_build *s, const uint16_t *lists, size_t n);
/* The number of what two sets hold together; 0 as above. */
uint32_t listsets_join(struct listsets_build *s, uint32_t a, uint32_t b);
size_t listsets_size(const struct listsets_build *s);
void listsets_put(const struct listsets_build *s, struct wr *w);
