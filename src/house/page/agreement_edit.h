/* agreement_edit.h - what the pages that keep agreements share. */
#pragma once
#include "house/agreement/agreement_store.h"
#include "house/web/web.h"

/* What the program brings, for this school's profile; false when it cannot be used. */
bool page_agreement_data(struct page_ctx *c, struct agreement_data *out);
/* A text of the program with the school's own lines of the one in force behind it. */
struct agreement page_with_own_lines(struct page_ctx *c, const struct agreement *brought, const struct agreement *now);
