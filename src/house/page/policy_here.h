/* policy_here.h - the policy that runs, for pages that explain it. */
#pragma once
#include "house/web/web.h"
#include "policy/read/policy.h"

/* ERR_ABSENT when none is in use yet.  Opened for one page view: policy_free() it. */
enum err page_policy(const struct page_ctx *c, struct policy **out);
/* Whether activity is kept under names now (7.3.4-06, -07). */
bool page_named(const struct page_ctx *c);
