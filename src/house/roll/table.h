/* table.h - a table of text (RFC 4180, and with semicolons or tabs), read whole
 * by libcsv within limits.  Quoted cells may hold line ends.  Rows keep the line on
 * which they begin, as an editor counts.  Empty rows are dropped.  Pure. */
#pragma once
#include "base/arena.h"
#include "base/diag.h"

enum {
	ROLL_BYTES_MAX = 32 * 1024 * 1024, ROLL_ROWS_MAX = 50000, ROLL_COLUMNS_MAX = 200, ROLL_CELL_MAX = 10000,
	ROLL_CELLS_MAX = 2000000,      /* of a whole file */
};

struct roll_cells { long line; const struct str *cells; size_t n; };    /* cells trimmed */
struct roll_table { struct str file; struct roll_cells *rows; size_t n; char sep; };

/* `text` is UTF-8 (roll_text).  One finding says what to mend: ERR_SYNTAX, ERR_LIMIT. */
enum err roll_table(struct arena *a, struct str file, struct str text, struct diag *d, struct roll_table *out);
/* A cell; absent past the end of a short row. */
struct str roll_cell(const struct roll_cells *r, size_t column);
