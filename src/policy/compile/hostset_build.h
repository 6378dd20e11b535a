/* hostset_build.h - makes the table of hostset.h.  Names may come in any order
 * and often; equal names become one entry with the set of their lists.
 * Memory while it builds: 24 bytes a name, and 8 for each label past two. */
#pragma once
#include "policy/compile/tagset_build.h"
#include "policy/read/hostset.h"

/* A name as it was read.  deeper: where in host_table.deeper the hashes of its endings of three and more labels
 * stand, shortest first, the name itself last; HOST_NAMED: it has two labels; HOST_LABEL: it has one. */
struct host_item { uint64_t anchor, name; uint32_t list, deeper; };
enum { HOST_NAMED = 0xffffffff, HOST_LABEL = 0xfffffffe, HOST_DEEPER_MAX = 0xfffffffd };

struct host_table {
	uint64_t key[HOSTHASH_KEY];
	VEC(struct host_item) items;
	VEC(uint64_t) deeper;
};

void host_table_done(struct host_table *t);
/* host in normal form. */
void host_add(struct host_table *t, struct str host, uint32_t list);
/* Uses the items up.  ERR_LIMIT: more different sets of lists than a table can number. */
enum err hostset_build(struct host_table *t, size_t lists_n, const struct tag_counts *c, struct bytes *out);
