/* list_parse.h - what one line of a published list says.  Pure.
 *
 *   struct list_cursor c = { line };  struct list_entry e;
 *   while (list_next(f, &c, &e)) ...           a hosts line may name several
 */
#pragma once
#include "policy/compile/lists.h"
#include "wire/url.h"

enum list_entry_kind { ENTRY_TARGET, ENTRY_EXCEPTION, ENTRY_BAD };

struct list_entry {
	enum list_entry_kind kind;
	struct str text;              /* view: a host, an address, a prefix, a host with a path */
	struct str categories;        /* view: of a TSV line */
	const char *reason;           /* ENTRY_BAD: why, in words that follow "'...' " */
};

struct list_cursor {
	struct str rest;              /* of the line */
	char more;                    /* what is left is further names parted by this byte; 0: a fresh line */
};

/* False: nothing (more) in this line.  Comments, blank lines and headings give nothing. */
bool list_next(enum list_format f, struct list_cursor *c, struct list_entry *out);
/* The format that most lines of a sample fit. */
enum list_format list_detect(struct str sample);

enum target_kind { TARGET_HOST, TARGET_ADDR, TARGET_URL };
struct target {
	enum target_kind kind;
	char host[HOST_MAX + 1];      /* normal form; of a URL on an address: its text */
	size_t host_n;
	struct prefix prefix;         /* TARGET_ADDR */
	struct str path;              /* TARGET_URL: view, not yet normal */
};
/* Reads the text of an entry; NULL, or why it cannot be read (as list_entry.reason). */
const char *list_target(struct str text, struct target *out);
