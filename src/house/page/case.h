/* case.h - what the pages of one case share. */
#pragma once
#include "house/page/desk.h"

/* The case once more, with what is wrong in the form. */
enum err case_again(struct page_ctx *c, int64_t id);
/* Done: back to the case with a word.  Invalid: the case again, with what is wrong. */
enum err case_answer(struct page_ctx *c, int64_t id, enum err e, const char *done);
/* The contacts that somebody can be pointed to from a case. */
struct part_select case_help(struct page_ctx *c);
/* Rows of the steps of one group, in the arena: 0 to do now, the most pressing first; 1 not yet; 2 settled; -1 all. */
struct part_case_step *page_case_steps(struct page_ctx *c, const struct case_view *v, int group, size_t *n);
/* A name, and for an adult of the family how they are related. */
struct str page_case_person(struct page_ctx *c, const struct case_view *v, int64_t person);
struct str page_join(struct arena *a, const struct str *v, size_t n, const char *between);
/* Lines about the adults of the children, whom was asked outside, and the steps of one's own that have ended. */
const struct str *page_case_family(struct page_ctx *c, const struct case_view *v, size_t *n);
const struct str *page_case_asked(struct page_ctx *c, const struct case_view *v, bool all, size_t *n);
const struct str *page_case_own(struct page_ctx *c, const struct case_view *v, bool all, size_t *n);
/* The case of the form, before anything is said about the form; ERR_ABSENT for whoever only raised it. */
enum err case_open_whole(struct page_ctx *c, struct desk_view *k, int64_t *id, struct case_view *v);
/* What the case goes by: policies, guidance, as they stood when it was opened (2.2-02, 11.5-02, 11.2-02).  s NULL: the whole case. */
void page_case_about(struct page_ctx *c, const struct case_view *v, const struct proc_step *s);
