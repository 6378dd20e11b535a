/* fact.h - the facts about one thing, a line each, on its page: a summary list that is filled line by line. */
#pragma once
#include "gen_ui.h"
#include "house/web/web.h"

/* Adds a line; nothing when there is no value.  The lines stand in the page's arena. */
void page_fact(struct page_ctx *c, struct part_summary *s, struct str key, struct str value);
