/* status_lines.h - lines of the pages that say how things stand: the state of
 * the program, and the governors' page.  No line names a person. */
#pragma once
#include "house/page/policy.h"

/* href: where what is not in order is mended; NULL = nowhere in the portal.  cap: the right to read that page. */
struct status_line { struct str name; struct evidence e; const char *href; enum cap cap; };
struct status_lines { struct status_line *v; size_t n; };
enum { STATUS_LINES_MAX = 64 };

/* For technicians, the safeguarding lead and leadership: what runs, what waits, what is missing. */
enum err status_lines(struct page_ctx *c, const struct evidence_ask *q, struct status_lines *out);
/* Says of the last line where it is mended. */
void status_where(struct status_lines *l, const char *href, enum cap cap);
/* For governors: counts and outcomes.  A count of fewer than five is not told when it could point to a child. */
enum err governor_lines(struct page_ctx *c, const struct evidence_ask *q, struct status_lines *out);
/* Lines about sign-in, put to those that are there. */
enum err status_sign_in(struct page_ctx *c, int64_t now, struct status_lines *l);
/* Lines about the policies that belong together: what is missing or overdue. */
enum err status_linked(struct page_ctx *c, int64_t now, struct status_lines *l);
