/* bounce.h - what a mail server reports of letters that it could not deliver
 * (message/delivery-status, RFC 3464 2): whose address, and whether for good. */
#pragma once
#include "base/arena.h"

enum { BOUNCE_MAX = 50 };

struct bounce {
	struct str mail;       /* the recipient's address */
	struct str status;     /* "5.1.1" */
	bool for_good;         /* failed, and not to be tried again (class 5) */
};
/* ERR_SYNTAX: this is no report, or names nobody.  ERR_LIMIT: more than BOUNCE_MAX recipients. */
enum err bounce_read(struct arena *a, struct str bytes, struct bounce out[BOUNCE_MAX], size_t *n);
