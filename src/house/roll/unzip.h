/* unzip.h - the tables inside a zip, in memory: no name in an archive ever becomes a
 * path.  Refused, with what to do: folders and paths, links, encrypted or damaged
 * archives, an archive inside, two files of one name, and more than the limits (a
 * small archive that unpacks into a huge one).  `__MACOSX/` and files that are no
 * table are passed over.  Pure. */
#pragma once
#include "house/roll/roll.h"

enum {
	UNZIP_FILES_MAX = 40,                      /* tables */
	UNZIP_ENTRIES_MAX = 200,
	UNZIP_BYTES_MAX = 64 * 1024 * 1024,        /* of all, unpacked */
	UNZIP_RATIO_MAX = 200,                     /* unpacked to packed, of the whole archive */
};

bool unzip_is(struct str bytes);                   /* begins as a zip does */
enum err unzip(struct arena *a, struct str name, struct str bytes, struct diag *d, struct roll_file **out, size_t *n);
