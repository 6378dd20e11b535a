/* draft.h - what somebody has begun to write in a form and not sent.
 *
 * Sealed with a data key of its own; only its writer ever gets it back, whatever role
 * anybody has.  When it is sent, thrown away or DRAFT_KEEP_S old, the row goes and the
 * key is destroyed, so that no backup opens it.  Adults only: a learner's screen is
 * shared, and no page of a learner's shows what was told. */
#pragma once
#include "house/store/entry.h"

enum { DRAFT_KEEP_S = 3 * 86400, DRAFT_MAX = 64 * 1024, DRAFT_FORM_MAX = 40 };

/* text: at most DRAFT_MAX bytes, replaces what was there; act->person is whose it is.  ERR_LIMIT, ERR_INVALID (nobody). */
enum err draft_save(struct store *st, const struct act *act, const char *form, struct str text);
/* Their own; ERR_ABSENT: none. */
enum err draft_get(struct store *st, struct arena *a, int64_t school, int64_t person, const char *form, struct str *text,
                   int64_t *changed_utc);
/* Gone for good; OK also when there is none. */
enum err draft_drop(struct store *st, const struct act *act, const char *form);
/* Wipes what is older than DRAFT_KEEP_S; how many. */
enum err draft_sweep(struct store *st, int64_t school, int64_t now_utc, size_t *n);
