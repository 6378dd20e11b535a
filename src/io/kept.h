/* kept.h - small files that sandboxed workers go on needing after somebody replaced
 * them: a certificate and its key.  The parent, which can still read, looks each second
 * and hands new bytes over in memory that it shares with its workers; they look at a
 * number.  Made before the workers are. */
#pragma once
#include "base/buf.h"

enum { KEPT_FILES = 2, KEPT_MAX = 64 * 1024 /* bytes of one */ };

struct kept;
/* Reads all of them.  Paths are borrowed.  ERR_LIMIT, or why one cannot be read. */
enum err kept_new(const char *const path[], size_t n, struct kept **out);
/* One that may not be there yet: then it is empty, under number 0. */
enum err kept_later(const char *path, struct kept **out);
void kept_free(struct kept **k);                         /* *k may be NULL */
/* The parent: whether one changed.  One that cannot be read now, or is empty, changes nothing yet. */
bool kept_look(struct kept *k);
/* A worker: another number means another content. */
unsigned kept_number(const struct kept *k);
/* A worker: appends file i.  ERR_BUSY: being written just now; come again. */
enum err kept_read(const struct kept *k, size_t i, struct buf *out);
