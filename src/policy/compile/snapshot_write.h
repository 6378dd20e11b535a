/* snapshot_write.h - puts sections together into a snapshot file.  Bytes are
 * borrowed until the write. */
#pragma once
#include "base/arena.h"
#include "policy/read/snapshot.h"

struct snapshot_out { struct str section[SECTION_MAX + 1]; };

static inline struct snapshot_out snapshot_out_init(void) { return (struct snapshot_out){ 0 }; }
/* A later one of the same id replaces the earlier. */
void snapshot_out_add(struct snapshot_out *o, enum section id, struct str bytes);
/* Takes over all list sections (CATEGORIES to SEALED) of a checked snapshot, which must outlive the write:
 * this is how a change of rules costs no reading of lists. */
void snapshot_out_lists(struct snapshot_out *o, const struct snapshot *from);
/* Writes path.tmp, syncs, renames to path, syncs the folder. */
enum err snapshot_out_file(const struct snapshot_out *o, const char *path, uint64_t generation);
/* Writes dir/NNNNNNNN.snap and hands back its path. */
enum err snapshot_out_write(const struct snapshot_out *o, struct arena *a, const char *dir, uint64_t generation,
                            const char **path);
/* Opens the generation's file, whole, and only then points dir/current at it (rename of a symlink). */
enum err snapshot_publish(const char *dir, uint64_t generation);
/* The same for a file that the caller has just opened whole and tried. */
enum err snapshot_point(const char *dir, uint64_t generation);
/* The generation that dir/current points at; ERR_ABSENT when there is none. */
enum err snapshot_current(const char *dir, uint64_t *generation);
/* Removes all but the newest `keep` files and the current one. */
enum err snapshot_prune(const char *dir, size_t keep);
