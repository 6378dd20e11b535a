/* tell.h - "Tell someone", "Tell my teacher about this page" and "Ask for this
 * site": from a checked form to an event on the disk.  A worry is for the
 * safeguarding lead, a blocked page for the teacher first. */
#pragma once
#include "event/write/spool.h"
#include "gate/identity/identity.h"

enum { TELL_WORDS_MAX = 2000 /* characters */, TELL_NAME_MAX = 100, TELL_NOT_MAX = 200, ASK_WORDS_MAX = 500, ASK_SITE_MAX = 300 };

struct tell {
	struct str words, feel, name, not_to;  /* as written; any may be empty */
	struct str ref;                        /* of this press */
	struct str host, path;                 /* of the page that was refused; absent when none, and for sealed pages */
	struct str reason, rule, category, list;       /* ASK: why it is refused */
	bool blocked_page;                     /* a blocked page rather than a worry */
};

/* ERR_LIMIT: too long (nothing was kept).  Otherwise what spool_add_durable says:
 * OK means that it is on the disk.  spool may be NULL: ERR_STATE. */
enum err tell_someone(struct spool *spool, int64_t school, struct str group, const struct who *who, struct addr from, const struct tell *t);
enum err tell_ask(struct spool *spool, int64_t school, struct str group, const struct who *who, struct addr from, const struct tell *t);
/* Whether somebody reads it today: school days 8:30 to 16:00, UK time. */
bool tell_read_today(int64_t now_utc);
