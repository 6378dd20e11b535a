/* me.h - what is kept of somebody that is theirs to know: who they are, what they were given, what they signed, where
 * they are signed in, who changed what.  Only accounts: nothing of cases, concerns, alerts, vulnerability, activity or
 * who looked at it is gathered here, so nothing of it can be in the page or the file. */
#pragma once
#include "house/account/session.h"
#include "house/family/family.h"
#include "house/outside/identity.h"
#include "house/store/entry.h"
#include "house/web/web.h"

enum { ME_CHANGES_MAX = 200 };
struct my_change { int64_t at_utc; struct str what, who; };

struct mine {
	struct person person;
	struct str class_name;         /* pupils; absent: none */
	struct contact_details details;
	struct grant *grants;          /* past and present */
	size_t n_grants;
	struct entry *signatures;      /* newest first */
	size_t n_signatures;
	struct identity *links;
	size_t n_links;
	struct session *sessions;
	size_t n_sessions;
	struct my_change *changes;     /* to their account, newest first, at most ME_CHANGES_MAX */
	size_t n_changes;
};
enum err me_gather(struct page_ctx *c, struct mine *out);
/* A pupil's own page, which says how to ask for what is kept; `status` 403 where a pupil comes to the adults' file. */
enum err me_learner_show(struct page_ctx *c, int status);
/* Whether their agreement waits to be signed, now or within its days of grace. */
enum err me_must_sign(struct page_ctx *c, bool *out);
/* What the policy asks of whoever is signed in: a learner's own agreement in its words, for adults the list of the policy. */
enum err me_asks(struct page_ctx *c, struct str **out, size_t *n);
/* "Pupils, year 3 to 6, version 2" */
struct str me_signed_what(struct page_ctx *c, const struct entry *e);
