/* folder.h - a folder of settings files that people drop things into: each NAME.conf in the order of names, with a stamp that tells
 * whether it was changed since it was last looked at.  What begins with a point is an editor's and is left alone. */
#pragma once
#include <sys/types.h>
#include <time.h>

#include "base/str.h"

struct file_stamp { struct timespec at; off_t bytes; ino_t node; };
bool file_stamp_same(const struct file_stamp *a, const struct file_stamp *b);

/* One file: its path, good until the function returns. */
typedef enum err folder_fn(void *owner, const char *path, const struct file_stamp *stamp);
/* Every file, also after one whose function failed; the first failure is given.  A file that goes meanwhile is not met.  A folder that is not
 * there is -ENOENT. */
enum err folder_each(const char *dir, folder_fn *fn, void *owner);
