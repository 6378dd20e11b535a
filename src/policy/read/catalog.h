/* catalog.h - the categories and lists that a snapshot knows.  A category is
 * what rules speak of (pornography, gaming); a list is a source of names in
 * one category, with its version, so that a refusal can say where it came from.
 * Views into the snapshot; categories and lists are numbered from 0. */
#pragma once
#include "policy/read/snapshot.h"

enum category_flag {
	CATEGORY_SENSITIVE = 1,      /* shown to few, told without detail */
	CATEGORY_ILLEGAL = 2,        /* nothing opens it, for nobody */
	CATEGORY_ALLOW = 4,          /* a list of good places (help, education): allow rules only */
	CATEGORY_HELP = 8,           /* help lines: never blocked, never kept against a name */
	CATEGORY_SEALED = 16,        /* held as keyed tags only */
	CATEGORY_SERVICE = 32,       /* a service with a signed risk assessment stands above it */
};

/* What a category does by default, by kind of group (data/categories.conf). */
enum category_age { AGE_EARLY_YEARS, AGE_KS1, AGE_KS2, AGE_STAFF, AGE_GOVERNORS, AGE_GUESTS, AGE_N };

struct category {
	struct str name;             /* "pornography": [a-z0-9-] */
	struct str title;            /* "Pornography" */
	uint8_t flags;               /* enum category_flag */
	uint8_t block;               /* bit 1 << enum category_age: blocked there unless the school says otherwise */
};

struct list {
	struct str name;             /* "ut1/adult" */
	struct str version;          /* as its publisher says, or the date of the file */
	uint16_t category;
	uint32_t entries;            /* kept */
	int64_t read_utc;            /* when it was compiled */
};

struct catalog { struct str categories, lists; uint16_t categories_n, lists_n; };

enum { CATEGORY_NONE = 0xffff, LIST_NONE = 0xffff };

/* Of a checked snapshot; one without these sections gives an empty catalog. */
void catalog_open(const struct snapshot *s, struct catalog *out);
struct category catalog_category(const struct catalog *c, uint16_t i);     /* i < categories_n */
struct list catalog_list(const struct catalog *c, uint16_t i);             /* i < lists_n */
uint16_t catalog_find(const struct catalog *c, struct str category);       /* or CATEGORY_NONE */

enum err catalog_categories_check(const struct snapshot *s, struct str bytes);
enum err catalog_lists_check(const struct snapshot *s, struct str bytes);
