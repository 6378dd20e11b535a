/* archive_inner.h - what writing and restoring an archive share. */
#pragma once
#include "house/archive/archive.h"
#include "house/store/migrate.h"

#define ARCHIVE_MAGIC "GHBACKUP"
enum { ARCHIVE_VERSION = 1, ARCHIVE_COLUMNS = 60 };

struct archive_column { struct str name; enum db_type type; };
struct archive_table {
	enum db_part part;
	struct str name;
	struct archive_column columns[ARCHIVE_COLUMNS];
	size_t n;
};
/* Tables of a part in the order in which migrations make them: what is referred to stands first.
 * Events stand at the end, as one table "activity", whatever the engine makes of it. */
enum err archive_tables(struct db *db, enum db_part part, struct arena *a, struct archive_table **out, size_t *n);
/* The same, less what does not exist (yet) in this database. */
enum err archive_columns(struct db *db, struct arena *a, struct archive_table *t);
