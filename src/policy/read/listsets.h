/* listsets.h - which lists hold a name: names that stand on the same lists
 * share one numbered set.  The dictionary behind the tables of hostset,
 * urlset and addrset: u32le ends of the sets, then u16le list numbers. */
#pragma once
#include "policy/read/hits.h"
#include "policy/read/snapshot.h"

enum { LISTSETS_MAX = 65535 };

struct listsets {
	const uint8_t *at;            /* u32le n + 1: where each set begins in members */
	const uint8_t *members;       /* u16le lists */
	uint32_t n;                   /* sets are numbered 1 to n */
};

/* Bytes of a dictionary. */
static inline size_t listsets_bytes(uint32_t n, uint32_t members_n) { return 4 * ((size_t)n + 1) + 2 * (size_t)members_n; }
/* p: that many bytes, checked by listsets_check. */
static inline struct listsets listsets_over(const uint8_t *p, uint32_t n)
{
	return (struct listsets){ p, p + 4 * ((size_t)n + 1), n };
}
/* Adds the lists of a set (1 to n) to the hits; list_category: u16le a list. */
void listsets_hits(const struct listsets *s, uint32_t set, const uint8_t *list_category, size_t length, struct hits *out);
/* Sets follow each other, none is empty, every list exists. */
enum err listsets_check(const struct listsets *s, uint32_t members_n, size_t lists_n);
/* How many lists the snapshot knows. */
size_t listsets_lists(const struct snapshot *s);
