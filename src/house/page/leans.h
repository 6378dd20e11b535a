/* leans.h - what a page goes by: the policies, guidance and outside bodies that
 * data/linked.conf puts there (2.2-02 to 2.2-10, 7.3-01, 1-07, 11.2-02, 11.2-03).
 * Every page of an adult has it by its path; a page that is about a procedure or a
 * step says so first. */
#pragma once
#include "gen_ui.h"
#include "house/linked/linked.h"
#include "house/web/web.h"

/* Called for each page (web/page.c).  Nothing where nothing stands, for pupils, and when the store cannot be asked. */
void page_leans(struct page_ctx *c, struct part_layout *l);
/* "procedure svsh"; before the page is shown. */
void page_about(struct page_ctx *c, const char *what, struct str id);
/* Everything of each policy that the profile asks for, now. */
enum err page_linked(struct page_ctx *c, struct linked_now **out, size_t *n);
/* How one of them stands, in words and a colour. */
struct part_tag page_linked_tag(const struct linked_now *x);
