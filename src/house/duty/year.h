/* year.h - the school year as the office enters it: terms, holidays, INSET days, closures;
 * entries of the register `school-day`, from which the one calendar is made (house/procedure/calendar.h).
 * Who may write is the page's to check. */
#pragma once
#include "base/diag.h"
#include "house/procedure/library.h"
#include "house/store/entry.h"

enum { YEAR_DAYS_MAX = ENTRY_PAGE_MAX };

/* As typed: `kind` term, holiday, inset, closed; dates in any form that people write; no `to` = one day. */
struct year_in { struct str kind, name, from, to; };

struct year_day {
	int64_t id, version, from_utc, to_utc;     /* UK midnights; `to` is the first day after */
	struct str kind, name;
};

/* What is current and not over before `since`, by day. */
enum err year_list(struct store *st, struct arena *a, int64_t school, int64_t since, struct year_day **out, size_t *n);
/* ERR_INVALID with sentences (file = the field): impossible dates, overlaps, INSET days at weekends, a term of half a year. */
enum err year_add(struct store *st, const struct act *act, const struct year_in *in, struct diag *d, int64_t *id);
/* ERR_STALE: somebody changed it meanwhile. */
enum err year_change(struct store *st, const struct act *act, int64_t id, int64_t seen, const struct year_in *in, struct diag *d);
/* Taken out: it was entered by mistake.  Its versions stay. */
enum err year_end(struct store *st, const struct act *act, int64_t id);

/* The calendar that follows, into the library: at start, after a change, and by the keeper each minute. */
enum err year_load(struct store *st, int64_t school, const struct library *l);
