/* sealed_watch.h - the proof that the protected lists (IWF, police) are applied, and every gap of it (UKSIC F-I1 to F-I4).
 *
 * Test names are asked for: those of the lists that are loaded, of the gate's own listeners, at least once a day; those that were agreed with
 * the supplier of a filter in front, each hour (upstream.h).  What came of it is kept day by day (register sealed-check; each asking
 * is a version), so that `green` on a page rests on something that happened.  A time without protection is a gap (register sealed-gap): when it began, what it
 * was, when and how it ended.  Whoever answers for the filter has one task for it, which closes itself; governors are told, and read of it on their page. */
#pragma once
#include "house/store/entry.h"
#include "policy/decide/sealed_state.h"

enum { SEALED_GAPS_SHOWN = 200, SEALED_DAYS_SHOWN = 60 };
enum sealed_whom { ASKED_OWN, ASKED_UPSTREAM };

/* One asking; what is neither refused nor open gave no answer. */
struct sealed_sum { size_t asked, refused, open; struct str says; };
/* Kept under today.  Nothing asked: nothing is kept. */
enum err sealed_keep(struct store *st, const struct act *act, enum sealed_whom whom, const struct sealed_sum *sum, int64_t now_utc);
/* Fills own, upstream and upstream_lacks from what was kept. */
enum err sealed_evidence(struct store *st, struct arena *a, int64_t school, struct sealed_facts *f);
/* Whether the gate's own names must be asked now: not refused yet today, or not the last time. */
bool sealed_own_due(const struct sealed_facts *f, int64_t now_utc);

/* Opens and ends gaps with their tasks and notices; one transaction.  Call it each hour. */
enum err sealed_look(struct store *st, const struct act *act, const struct sealed_facts *f, int64_t now_utc);

struct sealed_gap { int64_t id, begin_utc, end_utc /* 0: it goes on */; enum sealed_cause cause; struct str ended, says; };
/* Newest first, of those that had not ended before since_utc. */
enum err sealed_gaps(struct store *st, struct arena *a, int64_t school, int64_t since_utc, struct sealed_gap **out, size_t *n);
/* "From 3 November 2026 at 9:05am to ...: the feed had stopped.  How it ended." */
struct str sealed_gap_words(struct arena *a, const struct sealed_gap *g);

struct sealed_day { int64_t id, tried_utc, asked, refused; enum sealed_whom whom; struct str state /* held, open, silent */, says; };
/* Newest first. */
enum err sealed_days(struct store *st, struct arena *a, int64_t school, size_t most, struct sealed_day **out, size_t *n);
