/* link_check.h - whether the addresses of guidance and of linked policies open, and
 * whether local guidance is ours (1-07, 7.3-01, 11.2-03).  The contact directory has
 * its own (house/contact/directory.h). */
#pragma once
#include "house/contact/directory.h"

struct link_known { int64_t entry, version, checked_utc; bool opens; struct str found; };
enum err link_known_of(struct store *st, struct arena *a, int64_t school, struct str address, struct link_known *out);
/* A failure after a success, or the first failure, opens a task for the safeguarding lead.  what: whose address it is; page: ours. */
enum err link_tried(struct store *st, const struct act *act, struct str address, struct str what, const char *page, bool opens, struct str found);
/* Tries each address of current guidance and of policies in force whose last try is `days` old. */
enum err links_try(struct store *st, const struct act *act, int64_t days, contact_get_fn *get, void *ctx, size_t *n);
/* The address is one of the hosts of our local contacts, or below the same domain.  An empty one is not. */
bool link_local(const struct contacts *all, struct str address);
