/* diag.h - findings for people who must mend their input (a list, a form, a
 * configuration): where, and a plain sentence that says the mend.  Collects
 * every finding up to a limit; counts the rest. */
#pragma once
#include "base/arena.h"
#include "base/buf.h"

enum diag_level { DIAG_NOTE, DIAG_WARNING, DIAG_ERROR };

struct diag_item {
	enum diag_level level;
	struct str file;          /* as the person knows it; may be absent */
	long line;                /* 1-based; 0 when a line makes no sense (a form: the field is `file`) */
	struct str text;          /* one sentence */
};

struct diag {
	struct arena arena;
	struct diag_item *items;  /* owned */
	size_t n, cap, max;       /* max: findings kept */
	size_t errors, warnings;  /* all, kept or not */
};

struct diag diag_init(size_t max);
void diag_done(struct diag *d);
void diag_add(struct diag *d, enum diag_level level, struct str file, long line,
              const char *fmt, ...) __attribute__((format(printf, 5, 6)));
/* Like diag_add with DIAG_ERROR, and hands back ERR_SYNTAX for TRY. */
enum err diag_fail(struct diag *d, struct str file, long line,
                   const char *fmt, ...) __attribute__((format(printf, 4, 5)));
/* "file:line: sentence", one a line. */
void diag_print(const struct diag *d, struct buf *out);
