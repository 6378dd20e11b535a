/* directory.h - what the school knows of each outside body of data/contacts.conf:
 * who rang or opened it and when, and whether its link opens (12.1 to 12.3, 4.1-15).
 * A link that fails opens a task, once for each failure. */
#pragma once
#include "house/procedure/contacts.h"
#include "house/store/entry.h"

enum { CONTACT_STALE_DAYS = 366 };             /* confirmed longer ago is shown as not confirmed */

struct contact_known {
	int64_t entry, version;                /* 0: nothing is known yet */
	int64_t verified_utc, verified_by, checked_utc;
	bool opens;                            /* of the last try; meaningless while checked_utc is 0 */
	struct str found;
};

enum err contact_known_of(struct store *st, struct arena *a, int64_t school, struct str contact, struct contact_known *out);
/* "I rang it, or opened it, and it is right." */
enum err contact_confirm(struct store *st, const struct act *act, struct str contact);
/* The result of a try.  A failure after a success, or the first failure, opens a task for the safeguarding lead. */
enum err contact_tried(struct store *st, const struct act *act, const struct contact *x, bool opens, struct str found);
bool contact_stale(const struct contact_known *s, int64_t now_utc);

/* Tries every link whose last try is `days` old.  get: OK when the address opens; why, a sentence.  n: how many were tried. */
typedef enum err contact_get_fn(void *ctx, const char *url, char why[200]);
enum err contacts_try(struct store *st, const struct act *act, const struct contacts *all, int64_t days,
                      contact_get_fn *get, void *ctx, size_t *n);
