/* case.h - what the pages of one case share. */
#pragma once
#include "house/page/desk.h"

/* The case once more, with what is wrong in the form. */
enum err case_again(struct page_ctx *c, int64_t id);
/* Done: back to the case with a word.  Invalid: the case again, with what is wrong. */
enum err case_answer(struct page_ctx *c, int64_t id, enum err e, const char *done);
/* The contacts that somebody can be pointed to from a case. */
struct part_select case_help(struct page_ctx *c);
