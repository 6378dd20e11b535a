/* site.h - the school's public page: what may not stand on it at this school, its published texts, its links (0-09, 5.4-06, 7.6-05
 * to 7.6-08, 7.9-07, 8.3-09, 11.3-07).
 *
 * A text is an entry of the register `website-page`.  It goes out when somebody who neither wrote nor changed it last approves it
 * and the guard finds nothing (a gate of the register); what is out is the version that was published last, whatever is written on
 * since; "taken down" is at once. */
#pragma once
#include "house/procedure/library.h"
#include "house/site/guard.h"
#include "house/store/entry.h"

/* Everybody who is or was here, the school's conferences, and what is allowed: the school's own address, number and e-mail (the
 * profile), the help lines of the directory, what leaders listed (register website-exception). */
enum err site_guard(struct store *st, struct arena *a, int64_t school, int64_t now_utc, struct guard **out);
/* What was found in one text, as sentences with their place and the mend; at most five. */
enum err site_say(const struct guard *g, struct arena *a, struct str label, struct str text, struct buf *out);

struct site_page { int64_t id; struct str title, topic, audience, language, text, link; int64_t published_utc, checked_utc; size_t order; };
enum { SITE_PAGES_MAX = 200 };
/* What is out now, in the order of the register's topics; language "": of every language. */
enum err site_pages(struct store *st, struct arena *a, int64_t school, struct str language, struct site_page **out, size_t *n);

/* ---- the school's website, elsewhere: parameter website.page ---- */

struct site_tried { bool known, opens, ceop; int64_t at_utc; struct str address, found; };
enum err site_tried_last(struct store *st, struct arena *a, int64_t school, struct site_tried *out);       /* known false: never */
/* body: what the page says; absent when it did not open, and why then says so.  A dead address, and a page without the CEOP button, open
 * a task each (once a month while it lasts).  ERR_STATE: no address is configured, a task asks for one. */
typedef enum err site_get_fn(void *ctx, const char *url, struct arena *a, struct str *body, char why[200]);
enum err site_try(struct store *st, const struct act *act, const struct profile *p, const struct contacts *contacts, site_get_fn *get, void *ctx);
/* A version of the policy came into force: somebody looks at the prospectus (5.4-06). */
enum err site_policy_changed(struct store *st, const struct act *act, int64_t version, struct str label);
