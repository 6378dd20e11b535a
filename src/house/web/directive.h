/* directive.h - what a portal worker asks of the keeper, which alone may change
 * what the gate does.  One frame with a JSON object {"directive": NAME, "school":..,
 * "by": person, ...} to P/run/directive.sock; the answer is {"ok": true, "id": ..} or
 * {"ok": false, "why": sentence}.  ERR_NET when the keeper is not there: the page
 * says so and nothing is half done. */
#pragma once
#include "house/web/web.h"
#include "wire/addr.h"

/* Standing of a person's agreement, as the gate knows it (policy/decide). */
struct directive_bind {
	struct addr addr;              /* the peer that nginx saw, never one from a header */
	int64_t person, class_id;
	const char *group;             /* "ks2" */
	const char *standing;          /* "unknown" "unsigned" "declined" "grace" "current" */
	int64_t until_utc;
};
enum err directive_bind(const struct page_ctx *c, const struct directive_bind *b);
enum err directive_unbind(const struct page_ctx *c, struct addr addr);
/* Any other: `json` is the inside of the object after "directive", "school" and "by", made with json_pack by the
 * caller; the answer's bytes go to `answer` (may be NULL). */
enum err directive_ask(const struct page_ctx *c, const char *name, const char *json_members, struct buf *answer);
