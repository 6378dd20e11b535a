/* list_seen.h - which version of each list the gate used, and since when, so that a decision of the past leads to the list as it was then
 * (UKSIC transparency, FIELD A5).  Written when the gate says that it took a policy into use; protected lists are left out, for their names
 * and days tell too much.  Kept for LIST_SEEN_DAYS after another version took its place: longer than any log of browsing. */
#pragma once
#include "base/arena.h"
#include "house/store/db.h"
#include "policy/read/policy.h"

enum { LIST_SEEN_DAYS = 800 };

/* The lists of p are in use from since_utc on.  *changed (may be NULL): how many are new, of another version, or gone. */
enum err list_seen(struct db *db, int64_t school, const struct policy *p, int64_t since_utc, size_t *changed);

/* The version in use at that time; ERR_ABSENT: not known, or the list was not in use. */
enum err list_version_at(struct db *db, struct arena *a, int64_t school, struct str list, int64_t at_utc, struct str *out);
