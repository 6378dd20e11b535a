/* filter_form.h - what the pages of requests, changes and "why?" share. */
#pragma once
#include "gen_ui.h"
#include "house/store/entry.h"
#include "house/web/web.h"
#include "wire/host.h"

/* The groups of the filter as a choice; `now` is the one that is set. */
struct part_select filter_groups(struct page_ctx *c, const char *name, enum text_key label, struct str now, bool everyone);
struct str filter_group_title(struct str group);
/* The address typed into `field`, in normal form; a finding when it is none.  `path` absent for the whole site. */
bool filter_address(struct page_ctx *c, const char *field, struct str *host, struct str *path);
/* Everything of the school's working registers. */
struct entry_may filter_may(const struct page_ctx *c);
/* "4 minutes", "2 hours", "3 days". */
struct str filter_took(struct arena *a, int64_t seconds);
/* "asked" -> "Waiting", with a colour for its tag. */
struct str filter_state(struct str state, const char **colour);
enum { ASSESS_TECHNICAL = 1, ASSESS_EDUCATIONAL = 2, ASSESS_CONSENT = 4 };
uint32_t filter_assess(const struct page_ctx *c);     /* which parts of a change this person may take */
/* Whether this person looks after the filter, and may have it tried now. */
bool filter_may_try(const struct page_ctx *c);
/* Has the keeper build the policy again; says so when it cannot be reached. */
void filter_publish(struct page_ctx *c);
