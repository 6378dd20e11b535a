/* site.h - what the pages of the public page and its desk share. */
#pragma once
#include "gen_ui.h"
#include "house/page/page_store.h"
#include "house/site/site.h"

/* Paragraphs, and the points of lists ("- "), of a text that somebody wrote. */
struct part_prose page_prose(struct page_ctx *c, struct str text);
/* "For: Parents and carers. Last checked on 3 November 2026." */
struct str page_site_checked(struct page_ctx *c, const struct site_page *p);
/* Written from the right or from the left. */
struct str page_dir(struct page_ctx *c, struct str language);
/* The address of the register's page that the school's website is asked to link to: website.page; absent: none. */
struct str page_website(const struct page_ctx *c);
/* The text of the policy for everybody: its paragraphs, or none and `held` when the guard found something in it; a task says so, once a version. */
struct document;
enum err page_policy_text(struct page_ctx *c, const struct document *doc, struct part_prose *out, bool *held);
