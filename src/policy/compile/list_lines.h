/* list_lines.h - a file line by line, however long it is: plain, gzip (also
 * several members) or zstd, told apart by their first bytes.  What it unpacks
 * to has a limit, so that a small file cannot fill the machine. */
#pragma once
#include "base/str.h"

enum { LINES_BLOCK = 256 * 1024 };

struct lines;
enum err lines_open(const char *path, size_t max_bytes, struct lines **out);
struct lines *lines_over(struct str bytes, size_t max_bytes);    /* borrows the bytes */
void lines_free(struct lines **l);
/* The beginning of the unpacked text, for guessing the format; consumes nothing. */
enum err lines_sample(struct lines *l, struct str *out);
/* The next line without its end (LF or CRLF), valid until the next call.  A line longer than LINES_BLOCK / 2
 * comes as its beginning, *cut set.  ERR_END after the last; ERR_LIMIT past max_bytes; ERR_CORRUPT when it
 * does not unpack. */
enum err lines_next(struct lines *l, struct str *line, bool *cut);
