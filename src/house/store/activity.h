/* activity.h - browsing events, apart from safeguarding records.  On SQLite a file
 * of its own with a table a month behind a view; on PostgreSQL partitions by month.
 * The ingest cursor stands inside, moved in the same transaction as the events, so
 * that a batch read twice is kept once.  Counts without names are kept for ever.
 *
 * Nobody's activity opens without a reason: activity_open_view() is the only way to
 * a named view, and keeps who looked at whom, when and why (in the house part). */
#pragma once
#include "event/event.h"
#include "house/store/act.h"
#include "house/store/db.h"

/* One event as kept.  Texts may be absent.  Helpline visits never get here with a person:
 * activity_ingest refuses to store person, device, host or address when `unnamed`. */
struct activity_event {
	int64_t at_ms, school;
	int64_t person, class_id, device;      /* 0 = unknown or not to be kept */
	int kind;                              /* enum event_kind: never renumbered */
	int how, sure;                         /* how, and how surely (percent), the person is known */
	bool unnamed;                          /* keep for the counts only */
	struct str group, host, path, reason, rule, category, list;
	struct str text;                       /* search words, a child's note to "tell someone" never: that is a case */
	uint8_t addr[16];
	uint64_t count;                        /* events that this one stands for; 0 counts as 1 */
};

/* Where the reader stands in one worker's spool. */
struct activity_cursor { struct str gate; int64_t worker, segment, record; };
/* The last record taken; zeroes when the worker is new. */
enum err activity_cursor_get(struct db *act_db, struct arena *a, struct str gate, int64_t worker, struct activity_cursor *out);

enum { ACTIVITY_BATCH_MAX = 5000, ACTIVITY_PAGE_MAX = 500, ACTIVITY_TEXT_MAX = 100 };

/* An event with its place in the spool. */
struct activity_item { int64_t segment, record; struct activity_event e; };
/* One transaction: items whose place is not after the cursor are skipped (already there), the rest are
 * kept and the cursor moved to `upto`.  Items are in spool order.  `kept` may be NULL. */
enum err activity_ingest(struct db *act_db, const struct activity_cursor *upto,
                         const struct activity_item *items, size_t n, int64_t *kept);

/* A named view, opened with a reason (3 to 500 bytes; else ERR_INVALID).  `from`/`upto` are UTC seconds. */
struct activity_view { int64_t id, school, viewer, person, class_id, from_utc, upto_utc; };
enum err activity_open_view(struct db *house, const struct act *act, int64_t person, int64_t class_id,
                            int64_t from_utc, int64_t upto_utc, struct activity_view *out);
/* Who looked at what, newest first, for the headteacher's and DSL's oversight; `about` 0 = everybody. */
struct activity_viewed { int64_t id, viewer, person, class_id, at_utc, from_utc, upto_utc; struct str why; };
enum err activity_views(struct db *house, struct arena *a, int64_t school, int64_t about, int64_t before_id, int64_t limit,
                        struct activity_viewed **out, size_t *n);

struct activity_row {
	int64_t id, at_ms, person, class_id, device, kind, how, sure, count;
	struct str host, path, group, reason, rule, category, list, text;
};
static inline bool activity_limited(const struct activity_row *r) { return event_limited((enum event_kind)r->kind, r->host.n, r->path.n); }

struct activity_query {
	int64_t kind;              /* 0 = any */
	struct str text;           /* part of a host name; absent = any */
	struct str category;       /* absent = any */
	bool refused_only;         /* rows with a reason */
	int64_t before_ms, before_id;      /* keyset: the last row of the page before; 0 = the first page */
	int64_t limit;             /* 0 = 50 */
};
/* Newest first.  `more`: there is another page.  ERR_FORBIDDEN without a view that was opened. */
enum err activity_search(struct db *act_db, struct arena *a, const struct activity_view *view,
                         const struct activity_query *q, struct activity_row **out, size_t *n, bool *more);
/* Counts by day, kind, group and category: no names in them, kept for ever. */
struct activity_count {
	int64_t day;               /* days since 1970, UK */
	int64_t kind;
	struct str group, category;
	int64_t n, limited;        /* limited: how many of n are a limited view (event_limited); a report says so */
};
enum err activity_counts(struct db *act_db, struct arena *a, int64_t school, int64_t from_day, int64_t upto_day,
                         struct activity_count **out, size_t *n);
/* What a class did today, without names: for the teacher's summary. */
enum err activity_class_counts(struct db *act_db, struct arena *a, int64_t school, int64_t class_id, int64_t from_utc,
                               int64_t upto_utc, struct activity_count **out, size_t *n);
/* The newest event of the program's own kinds: for "how old is this". 0 = none. */
enum err activity_newest_ms(struct db *act_db, int64_t school, int64_t *out);

/* Drops the months that ended before `keep_days` ago, leaving a tombstone here and an audit record for
 * each school of the house.  What a case holds was copied into the case before.  `dropped` may be NULL. */
enum err activity_retain(struct db *act_db, struct db *house, int64_t keep_days, int64_t now_utc, int64_t *dropped);
