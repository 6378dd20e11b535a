/* file.h - whole files, replaced as a whole.  Paths are C strings. */
#pragma once
#include "base/buf.h"

void fd_close(int *fd);                      /* for AUTO; -1 is nothing; sets -1 */

/* The whole file, appended to b; ERR_LIMIT when longer than b's limit allows. */
enum err file_read(const char *path, struct buf *b);
/* Exactly n bytes (a key); ERR_CORRUPT when the file has another length. */
enum err file_read_exact(const char *path, void *out, size_t n);
/* Written beside it, synced, renamed over it, folder synced: a reader sees the old or the new. */
enum err file_replace(const char *path, struct str bytes, unsigned mode);
/* Made new with these bytes, synced; ERR_EXISTS when it is there. */
enum err file_create(const char *path, struct str bytes, unsigned mode);
enum err file_append(const char *path, struct str bytes, unsigned mode);     /* O_APPEND, synced */
enum err file_remove(const char *path);      /* absent is OK */
bool file_exists(const char *path);
enum err file_size(const char *path, uint64_t *out);

struct file_map { struct str bytes; };       /* mapped read-only; empty file: n = 0 */
enum err file_map(const char *path, struct file_map *out);
void file_unmap(struct file_map *m);         /* for AUTO */

enum err dir_make(const char *path, unsigned mode);      /* with its parents; existing is OK */
enum err dir_sync(const char *path);
/* Calls fn for each name but . and .. ; stops at the first error. */
enum err dir_each(const char *path, enum err (*fn)(void *owner, const char *name), void *owner);

/* Exclusive lock on a file, made when absent; held while *fd is open.  ERR_BUSY: somebody has it. */
enum err file_lock(const char *path, int *fd);
enum err fd_write_all(int fd, struct str bytes);         /* goes on after EINTR and short writes */
/* "a/b" in out[n]; ERR_LIMIT when it does not fit. */
enum err path_join(char *out, size_t n, const char *a, const char *b);
