/* lists_state.h - inside lists.h: shared by list_add.c, list_read.c, list_tree.c,
 * list_names.c and lists.c only. */
#pragma once
#include "base/map.h"
#include "policy/compile/hostset_build.h"
#include "policy/compile/list_parse.h"
#include "policy/compile/lists.h"
#include "policy/read/sealed.h"

enum { NEVER_SLOTS = 4096, NEVER_BITS = 1 << 14, NEVER_EXACT = 1, NEVER_BELOW = 2, SEALED_TEST_MAX = 128, SAMPLE_EVERY = 1024, SAMPLES_MAX = 8192 };

#define SEALED_TEST_ZONE ".filter-check.test"

/* One list in one category. */
struct list_source {
	struct str name, version;     /* in the arena */
	uint16_t category;
	struct list_counts counts;
	uint64_t items;               /* added, duplicates too */
	int64_t read_utc;             /* as of when */
};

/* Names that no block list may hold, by hash. */
struct never {
	uint64_t hash[NEVER_SLOTS];
	uint8_t kind[NEVER_SLOTS];
	uint8_t seen[NEVER_BITS];     /* looked at first: 1 where a hash of the table falls */
	size_t n;
	bool labels;                  /* a single label protects what stands below it */
};

struct sealed_item { uint8_t tag[SEALED_TAG_BYTES]; uint16_t list; };
struct list_sample { struct str host; uint16_t list; };

struct lists {
	struct arena arena;
	struct diag *diag;
	struct lists_opts opts;
	VEC(struct category) categories;          /* texts in the arena */
	struct map *words;                        /* name or alias -> category */
	VEC(struct list_source) sources;
	struct map *source_of;                    /* name, NUL, category -> source */
	size_t files_refused, files_unknown;
	uint64_t key[2];
	uint8_t sealed_key[16];
	struct never never;
	struct host_table hosts;
	struct tag_table urls, addrs;
	VEC(struct sealed_item) sealed;
	VEC(struct list_sample) samples;
	struct bytes made[SECTION_SEALED + 1];    /* sections, by id */
	int64_t now_utc, as_of_utc;               /* as_of: of lists read now; 0: now */
};

/* The file being read. */
struct list_reading {
	struct lists *l;
	struct str file, list, version;
	uint16_t category;                        /* of the whole file, or CATEGORY_NONE for a TSV */
	size_t first;                             /* index of its source; SIZE_MAX until there is one */
	enum list_format format;
	long line;
	uint64_t read, unreadable, shown;
	size_t mark[4], samples_mark;             /* to take everything back */
};

/* list_names.c */
enum err list_names_load(struct lists *l);
enum err list_never_load(struct lists *l);
uint8_t list_never_kind(const struct lists *l, uint64_t hash);
size_t list_source_of(struct lists *l, struct str name, struct str version, uint16_t category);
/* list_add.c: puts one entry in, or gives the reason why not. */
const char *list_add(struct list_reading *r, size_t source, const struct target *t);
const char *list_add_host(struct list_reading *r, size_t source, struct str host);      /* in normal form */
