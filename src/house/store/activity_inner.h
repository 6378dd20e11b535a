/* activity_inner.h - inside the store: months of browsing events. */
#pragma once
#include "house/store/activity.h"

int64_t month_of(int64_t at_ms);               /* 202611 */
int64_t month_start_ms(int64_t month);
int64_t month_next(int64_t month);
/* The table that holds a month: its own on SQLite, the partitioned one on PostgreSQL. */
struct str month_table(struct db *db, struct arena *a, int64_t month);
/* Makes the month's table when it is new.  `kept`: it was not dropped before. */
enum err month_ensure(struct db *db, int64_t month, bool *kept);
/* Months that are there, newest first. */
enum err month_list(struct db *db, struct arena *a, int64_t **out, size_t *n);
/* Rows and table of a month go; its tombstone stays. */
enum err month_drop(struct db *db, int64_t month, int64_t now_utc);
