/* book.h - the signer's own files: SHA-256 of what follows, then numbers in network order and pieces with their length
 * before them.  Replaced as a whole, readable by the signer alone, believed only when the digest fits. */
#pragma once
#include "base/buf.h"
#include "base/rd.h"

/* Room for the digest; what belongs in the file is added after it. */
void book_begin(struct buf *b);
void book_num(struct buf *b, uint64_t v, size_t bytes);
void book_piece(struct buf *b, struct str s);                    /* at most 65535 bytes */
enum err book_write(const char *path, struct buf *b);
/* *r: over what follows the digest, in b.  ERR_CORRUPT when the digest does not fit. */
enum err book_read(const char *path, struct buf *b, struct rd *r);
/* The piece that comes next, added to out; one that does not fit makes the reading bad. */
void book_take(struct rd *r, struct buf *out);
