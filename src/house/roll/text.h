/* text.h - the bytes of an uploaded table as UTF-8.  School offices save as UTF-8
 * with or without a byte order mark, as Windows-1252, or as "Unicode text" of a
 * spreadsheet (UTF-16 with its mark).  Read strictly: a NUL, a byte that Windows-1252
 * does not have, or two encodings in one file refuse the whole, naming the line.
 * Pure. */
#pragma once
#include "base/arena.h"
#include "base/diag.h"

enum roll_encoding { ROLL_UTF8, ROLL_CP1252, ROLL_UTF16 };

/* `out` is good UTF-8 without a mark, in the arena or a view of `bytes`.  Findings carry file and line. */
enum err roll_text(struct arena *a, struct str file, struct str bytes, struct diag *d, struct str *out, enum roll_encoding *how);
