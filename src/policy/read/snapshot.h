/* snapshot.h - a compiled policy, mapped read-only.  One file: a header with
 * magic, format, generation, length and the SHA-256 of the rest; a table of
 * sections {id, offset, bytes, CRC-32C}; the sections, 64-byte aligned.  Its
 * bytes are foreign until snapshot_open() has checked every digest and handed
 * each section to the checker of its kind, which follows every offset in it:
 * after that, readers need no checks of their own.  docs/snapshot.md.
 *
 * Costs about 4 ns a byte: open it outside the serving loop. */
#pragma once
#include "base/str.h"

struct snapshot;

/* A new kind of section is one line here: name, number (never used again), checker.
 * Checkers run in this order, so one may read the sections above it:
 *     enum err x_check(const struct snapshot *s, struct str bytes);
 * ERR_CORRUPT for anything that does not fit.  section_any_check takes any bytes. */
#define SECTION_TABLE(X) \
	X(META,       1,  texts_check) \
	X(CATEGORIES, 2,  catalog_categories_check) \
	X(LISTS,      3,  catalog_lists_check) \
	X(HOSTS,      4,  hostset_check) \
	X(URLS,       5,  urlset_check) \
	X(ADDRS,      6,  addrset_check) \
	X(SEALED,     7,  sealed_check) \
	X(GROUPS,     8,  groups_check) \
	X(RULES,      9,  rules_check) \
	X(TEXTS,      10, texts_check) \
	X(CALENDAR,   11, calendar_check) \
	X(RANGES,     12, ranges_check) \
	X(TOKENS,     13, tokens_check) \
	X(SAFESEARCH, 14, safesearch_check) \
	X(PHRASES,    15, phrases_check) \
	X(ENGINES,    16, engines_check) \
	X(DOWNLOADS,  17, downloads_check) \
	X(TIMES,      18, times_check)

enum section {
#define SECTION_ENUM_(name, id, check) SECTION_##name = (id),
	SECTION_TABLE(SECTION_ENUM_)
#undef SECTION_ENUM_
	SECTION_MAX = 31
};

enum { SNAPSHOT_FORMAT = 3, SNAPSHOT_ALIGN = 64 };
#define SNAPSHOT_MAX_BYTES ((size_t)1 << 30)

/* ERR_CORRUPT: damaged; ERR_VERSION: a format not understood here; or what the system says. */
enum err snapshot_open(const char *path, struct snapshot **out);
/* The same over bytes in memory, which must outlive it and stand 64-byte aligned (tests, fuzzing). */
enum err snapshot_over(struct str bytes, struct snapshot **out);
void     snapshot_free(struct snapshot **s);              /* *s may be NULL */
uint64_t snapshot_generation(const struct snapshot *s);
size_t   snapshot_bytes(const struct snapshot *s);
/* A section's bytes, or STR_NONE when the file has none.  64-byte aligned; valid until the free. */
struct str snapshot_section(const struct snapshot *s, enum section id);
bool snapshot_has(const struct snapshot *s, enum section id);
const uint8_t *snapshot_digest(const struct snapshot *s); /* 32 bytes, as in the header */
const char *snapshot_section_name(uint32_t id);           /* "hosts"; NULL if unknown */
