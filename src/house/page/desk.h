/* desk.h - what the pages of reporting and cases share. */
#pragma once
#include "gen_ui.h"
#include "house/page/routes.h"
#include "house/record/record.h"

/* The store and library of this thread, and what the asker may see.  `store` is the caller's room. */
struct desk_view { struct store store; struct desk desk; struct entry_may may; };
enum err page_desk(struct page_ctx *c, struct desk_view *out);
/* Rows for {{> case-table}}. */
struct part_case_table page_case_table(struct page_ctx *c, const char *caption, const char *none, const struct case_page *p);
/* "21 November 2026 at 9:05am", or absent for 0. */
struct str page_when(struct page_ctx *c, int64_t utc);
struct str page_due(struct page_ctx *c, int64_t utc);       /* "today at 2:30pm", "tomorrow at 4:00pm", else as page_when */
/* "Designated safeguarding lead or Deputy": who acts in a step. */
struct str page_step_roles(struct page_ctx *c, const struct proc_step *s);
/* The pupil of this full name or sign-in name; two of one name are told apart by the second.  0: none, or more than one,
 * and a finding on the field says so. */
int64_t page_learner_named(struct page_ctx *c, const char *field, struct str name);
/* A person's name, "the program" for 0. */
struct str page_who(struct page_ctx *c, int64_t person);
