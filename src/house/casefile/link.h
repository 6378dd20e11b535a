/* link.h - cases that belong together: with the reason, seen from both sides, and only by
 * whoever may see both.  A link never widens what somebody sees.  Entries of `case-link`
 * under the case of the stricter class. */
#pragma once
#include "house/record/record.h"

enum { LINK_REASON_MAX = 1000, LINKS_MAX = 100, LINK_PEOPLE_MAX = 40 };
struct case_tie { int64_t id, version, made_utc, made_by; struct str reason; struct case_line other; };
/* other: the case's number in its address, or its reference.  ERR_INVALID with findings on "other", "reason": not there (or
 * not to be seen), itself, linked already. */
enum err tie_add(const struct desk *k, const struct act *act, const struct entry_may *may, int64_t id, struct str other, struct str reason, struct diag *d);
enum err tie_end(const struct desk *k, const struct act *act, const struct entry_may *may, int64_t id, int64_t tie, struct str why, struct diag *d);
enum err tie_list(const struct desk *k, struct arena *a, const struct entry_may *may, int64_t id, struct case_tie **out, size_t *n);
/* The people of a case, and in how many other cases that the asker may see each of them stands. */
struct tie_person { int64_t person; enum entry_as as; int64_t others; };
enum err tie_people(const struct desk *k, struct arena *a, const struct entry_may *may, int64_t id, struct tie_person **out, size_t *n);
