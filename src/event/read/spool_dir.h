/* spool_dir.h - which segments a worker's folder holds.  Inside event/read. */
#pragma once
#include "base/str.h"

enum { SPOOL_PATH = 1024 };

/* The lowest sequence at or above `from`, and the highest of all; 0: none. */
enum err spool_dir_find(const char *folder, uint64_t from, uint64_t *lowest, uint64_t *newest);
enum err spool_dir_path(const char *folder, uint64_t sequence, char out[SPOOL_PATH]);
