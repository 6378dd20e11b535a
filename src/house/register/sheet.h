/* sheet.h - entries of a register from a spreadsheet (CSV).  The first line names the columns: a field's label or name, "Number",
 * "Stage".  A line with a number changes that entry; without one it is found by the register's key, else it is new.  Columns that are
 * not there stay as they are.  What CSV out writes, this reads back as "as it is already". */
#pragma once
#include "house/register/may.h"

enum { SHEET_ROWS_MAX = 5000, SHEET_BYTES_MAX = 8 * 1024 * 1024, SHEET_KEEP_S = 86400 };
enum sheet_what { SHEET_NEW = 1, SHEET_CHANGE, SHEET_SAME, SHEET_BAD };

struct sheet_row { long line; enum sheet_what what; int64_t id; struct str says; };       /* says: what is wrong, or what it is called */
struct sheet { struct sheet_row *rows; size_t n, n_new, n_changed, n_same, n_bad; };

struct sheet_of {
	struct store *st;
	const struct reg *reg;
	struct reg_may may;
	struct entry_may view;
	struct act act;
};
/* Does every line in one transaction and takes it back again (dry), or keeps it when no line is bad (ERR_INVALID, and nothing is
 * written, when one is).  What is wrong with the file as a whole: findings with its line, and ERR_SYNTAX (ERR_LIMIT where libcsv stops). */
enum err sheet_run(const struct sheet_of *s, struct arena *a, struct str name, struct str bytes, bool dry, struct diag *d, struct sheet *out);
