/* cell.h - where the filter was tried (7.3.1-08; UKSIC, DfE 2.4): one place is a network, a group and whoever asked there: the filter itself
 * ("filter") or a real device of a kind.  Each result is kept as a version of the place's entry, so that its history stays.  A place
 * that was green and is red opens a review for leadership and technical staff; one not tried for the school's period is stale, and red. */
#pragma once
#include "house/store/entry.h"

enum { CELLS_MAX = 2000, CELL_STALE_DAYS = 42 /* a half term, when the profile sets no filter.witness_days */, CELL_OWN_DAYS = 8 /* the filter asks each week */ };

/* Kinds of real devices, and how people call one ("an iPad", "iPads"). */
struct cell_kind { const char *word, *one, *many; };
extern const struct cell_kind CELL_KINDS[];
extern const size_t N_CELL_KINDS;
const struct cell_kind *cell_kind(struct str word);    /* NULL: none */

struct cell_result {
	struct str network, group, device;     /* "10.2.0.0/16", "ks2", "filter" or a kind */
	bool passed;
	int64_t asked, refused;
	struct str how, says;                  /* honest words: by what means it was asked; what came of it */
};
/* *drifted (may be NULL): it was as it should be the last time, and is not now. */
enum err cell_put(struct store *st, const struct act *act, const struct cell_result *r, int64_t now_utc, bool *drifted);
/* The review that a drift opens; once a day and place. */
enum err cell_review(struct store *st, const struct act *act, const struct cell_result *r, int64_t now_utc);

struct cell { int64_t id, tried_utc, asked, refused; struct str network, group, device, how, says; bool passed, stale; };
enum err cell_list(struct store *st, struct arena *a, int64_t school, int64_t now_utc, int64_t period_days, struct cell **out, size_t *n);
/* Every result of a place, newest first. */
enum err cell_history(struct store *st, struct arena *a, int64_t school, int64_t id, struct cell **out, size_t *n);
