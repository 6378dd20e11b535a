/* young.h - what the pages of children who sign in share. */
#pragma once
#include "house/account/lesson.h"
#include "house/account/people.h"
#include "house/web/web.h"

/* Notes where a learner signed in.  A second place at once: the teachers of the class are told, or the first ends, as the lesson says.
 * `l` may be NULL: no lesson is open. */
struct session;
/* The same for a learner who came in another way than by card: finds the lesson by itself. */
enum err young_arrived_otherwise(struct page_ctx *c, const struct person *p, const struct session *s);
enum err young_arrived(struct page_ctx *c, const struct person *p, const struct session *s, const struct lesson *l, const char *how);
/* When the person was here last; now, when never. */
int64_t young_seen_before(struct page_ctx *c, int64_t person);
/* Says at the first page what somebody else did with the person's password, code or card since then. */
enum err young_tell_changes(struct page_ctx *c, const struct person *p, const struct session *s, int64_t since_utc);
