/* table.h - lists on pages: search box, pages, and the same rows as CSV.
 *
 *   struct table t = table_read(c, 50);             reads ?q= &page= from the request
 *   ... rows from t.offset, t.limit, matching t.q; t.total = how many there are
 *   .pages = table_pages(c, &t)                     for {{> pagination pages}}
 *
 * CSV: `?csv=1` on the same address, when table_csv(&t) is true. */
#pragma once
#include "house/web/web.h"
struct part_pagination;

struct table {
	struct str q;                  /* search words; absent: none */
	int64_t page, limit, offset;   /* page counts from 1 */
	int64_t total;                 /* set by the page */
	int64_t enough;                /* set by the page whose rows are counted no further than this: "10000 or more"; 0: all are counted */
	bool csv;                      /* all rows were asked for, as CSV: limit is TABLE_CSV_MAX */
};
enum { TABLE_CSV_MAX = 50000, TABLE_Q_MAX = 200 };

struct table table_read(struct page_ctx *c, int64_t per_page);
/* Addresses of the pages, keeping every other query parameter. */
struct part_pagination table_pages(struct page_ctx *c, const struct table *t);
/* The address of this page with ?csv=1. */
struct str table_csv_href(struct page_ctx *c);

/* CSV (RFC 4180, UTF-8 with BOM for spreadsheets).  A cell that a spreadsheet would take for a formula
 * (=, +, -, @, tab, CR in front) gets an apostrophe in front. */
void csv_begin(struct page_ctx *c, const char *filename);
void csv_cell(struct page_ctx *c, struct str s);
void csv_int(struct page_ctx *c, int64_t n);
void csv_row(struct page_ctx *c);               /* ends the row */
enum err csv_end(struct page_ctx *c);
