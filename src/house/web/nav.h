/* The menu of a page: home first, then what is for every day, at most so many that they fit in a line or two, then the
   page that one is on.  The home page shows the rest (page/own.c).  Learners see all of theirs: it is three links. */
#pragma once

#include "gen_ui.h"
#include "house/web/web.h"

/* Fills nav and n_nav of `l`, whose `learner` says which menu it is; in the page's arena. */
void nav_menu(struct page_ctx *c, struct part_layout *l);
