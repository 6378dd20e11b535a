/* lists_fetch.h - keeps the lists of gatehouse.conf fresh:
 *
 *   [list NAME]
 *   url = https://...            one file: plain, gzip or zstd
 *   category = gambling          as in data/categories.conf; absent for a TSV that names its own
 *   format = hosts               absent: found out
 *   sha256 = HEX                 the file must have this digest
 *   min_bytes = 1000             smaller is refused
 *   min_entries = 100            fewer is refused
 *   ca_file = FILE               certificates to trust for this address
 *
 * Each list is fetched, read and judged by itself; a bad one keeps its old file.
 * Then all are compiled with the starter list, tested, and swapped in one rename.
 * Files: PREFIX/lists/src/NAME.list and NAME.state, PREFIX/lists/lists.snap. */
#pragma once
#include "base/diag.h"
#include "policy/compile/lists.h"

struct lists_fetch_ask {
	const char *prefix, *data;
	const uint8_t *sealed_key;       /* 32 bytes or NULL */
	const char *only;                /* one list by name; NULL: all */
	bool starter;                    /* compile data/lists/starter as well */
};

struct lists_fetch_sum { size_t lists, fresh, unchanged, failed; bool swapped; uint64_t entries; };

/* OK also when single lists failed: see the sum and the diag (one finding a list: what happened). */
enum err lists_fetch(const struct lists_fetch_ask *a, struct diag *d, struct lists_fetch_sum *out);
/* Builds dir/lists.snap beside the old one, tests it, and renames it over the old one. */
enum err lists_swap(struct lists *l, const char *dir);
