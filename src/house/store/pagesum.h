/* pagesum.h - a checksum on every page of a SQLite file, in the eight bytes that
 * each page reserves: CRC-32C over the page's number and content, and its
 * complement.  Written when a page goes to the file, checked whenever one is read
 * from it; a page in the write-ahead log is guarded by the log's own sums. */
#pragma once
#include "base/diag.h"

#define PAGESUM_VFS "gatehouse"
enum { PAGESUM_BYTES = 8, PAGESUM_PAGE = 4096 };

void pagesum_register(void);           /* once per process; safe to repeat */
/* Opened through PAGESUM_VFS, a file that is neither empty nor one of ours (pages of PAGESUM_PAGE bytes that carry sums) is SQLITE_NOTADB.
 * Reads every page of the file, also of one that is in use, by this process too.  Each bad one is a finding; ERR_CORRUPT: it is not one of ours. */
enum err pagesum_walk(const char *path, struct diag *d, int64_t *pages);
