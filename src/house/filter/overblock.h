/* overblock.h - the over-block watch (7.3.1-03, 4.4-04): every night, and when somebody asks, the places that lessons need (register
 * overblock-site, begun from data/allow-set.conf) are decided as each group by the gate's own code over the policy in force: the name, as DNS and a
 * connection ask it, and the whole address.  Asked of a school morning in term, so that nobody's timetable counts as over-blocking.
 *
 * A night is kept as evidence with its rate; a place that was open the night before and is closed now opens a review.  Nothing goes out
 * to the internet: whether the site itself answers is not the filter's doing. */
#pragma once
#include "house/store/entry.h"
#include "policy/read/policy.h"

enum { OVERBLOCK_SITES_MAX = 500, OVERBLOCK_CELLS_MAX = 20000 };

/* One place that is closed for a group. */
struct overblock_cell { struct str title, address, group, because; bool by_name; /* already its name is closed */ };
struct overblock_night { int64_t id, at_utc, by, tried, closed, rate /* of a thousand */; bool failed; struct str says, cells; };

/* Fills the school's list when it is empty. */
enum err overblock_begin(struct store *st, const struct act *act, const char *allow_set);
/* One night: decides, keeps, opens a review where something closed since the last.  *closed: how many cells. */
enum err overblock_run(struct store *st, const struct act *act, const struct policy *p, int64_t now_utc, size_t *closed);
/* Nothing could be tried: kept with the reason. */
enum err overblock_fail(struct store *st, const struct act *act, const char *why);
/* Whether tonight's is due (20 hours after the last). */
enum err overblock_due(struct store *st, struct arena *a, int64_t school, int64_t now_utc, bool *due);
/* Newest first. */
enum err overblock_nights(struct store *st, struct arena *a, int64_t school, size_t most, struct overblock_night **out, size_t *n);
/* A line of night.cells. */
bool overblock_next(struct str *cells, struct overblock_cell *out);
