/* archive.h - a backup: everything of a running house in one file, readable by
 * either engine, so that a school can also move from SQLite to PostgreSQL.
 *
 *   "GHBACKUP" u32 version
 *   blocks { u8 kind, u32 length, bytes }:
 *     'M' what it is (text)        'S' a migration that was applied: part, name, digest
 *     'T' a table: part, name, columns and their types
 *     'R' a row: per value u8 0 null, 1 int i64, 2 text u32+bytes, 3 blob u32+bytes
 *     'E' the table's end: u64 rows    'Z' the end
 *   SHA-256 of all before it
 * Numbers in network order.  Each part is of one moment (one snapshot of the database).
 * The keys of the school are not in it: without them the sealed texts stay shut. */
#pragma once
#include "base/diag.h"
#include "house/store/db.h"

enum { ARCHIVE_BLOCK_MAX = 4 * 1024 * 1024 };

struct archive_sum { int64_t tables, rows, bytes, made_utc; };

/* Writes the archive beside `path` and renames it when it is whole and on disk; mode 0600.  Never overwrites: ERR_EXISTS. */
enum err archive_write(struct db *house, struct db *activity, const char *path, struct archive_sum *out);
/* Reads it all and checks its digest and form; ERR_CORRUPT, ERR_VERSION. */
enum err archive_check(const char *path, struct archive_sum *out);
enum err archive_check_bytes(struct str bytes, struct archive_sum *out);
/* Checks it, then fills two databases that hold nothing yet (ERR_EXISTS otherwise), each in one transaction,
 * and brings their schema up to this program's. */
enum err archive_restore(const char *path, struct db *house, struct db *activity, struct archive_sum *out);
