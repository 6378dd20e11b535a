/* hits.h - what the lists say about one name, address or URL. */
#pragma once
#include <stddef.h>
#include <stdint.h>

enum { HITS_MAX = 32 };

struct hit {
	uint16_t list;       /* number in the catalog */
	uint16_t category;   /* of that list */
	uint16_t length;     /* bytes of the name's end that matched (hosts), of the path's start (URLs), bits (addresses) */
};

struct hits { uint16_t n; struct hit v[HITS_MAX]; };     /* longest match first; past HITS_MAX dropped */
