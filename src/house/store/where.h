/* where.h - the two parts of the store, from the one setting `database`. */
#pragma once
#include "base/arena.h"

/* On SQLite the activity part is activity.db beside the file named; on PostgreSQL the same database. */
const char *store_activity_where(struct arena *a, const char *database);
