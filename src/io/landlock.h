/* landlock.h - Landlock by its system calls (no library needed), asking the kernel
 * which version it has and leaving out what that version does not know. */
#pragma once
#include <stdbool.h>

#include "base/err.h"

struct landlock { int fd, abi; bool net_free; };      /* net_free: leave TCP alone */
enum landlock_access { LANDLOCK_READ, LANDLOCK_WRITE };

/* ERR_UNSUPPORTED: this kernel has none. */
enum err landlock_begin(struct landlock *l);
/* A file or a folder with all in it.  Absent paths are passed over: then they cannot be reached. */
enum err landlock_path(struct landlock *l, const char *path, enum landlock_access a);
/* Restricts this process unless `so_far` is an error; closes; hands the error on. */
enum err landlock_end(struct landlock *l, enum err so_far);
