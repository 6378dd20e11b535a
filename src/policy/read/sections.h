/* sections.h - the checkers named in SECTION_TABLE, and where things stand in
 * a snapshot's header. */
#pragma once
#include "policy/read/snapshot.h"

#define SNAPSHOT_MAGIC STR("GHSNAP1\n")
enum { SNAPSHOT_HEADER = 64, SNAPSHOT_ENTRY = 24, SNAPSHOT_DIGEST_AT = 32 };

enum err section_any_check(const struct snapshot *s, struct str bytes);
#define SECTION_CHECK_(name, id, check) enum err check(const struct snapshot *s, struct str bytes);
SECTION_TABLE(SECTION_CHECK_)
#undef SECTION_CHECK_
