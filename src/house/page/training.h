/* training.h - what the pages of training share. */
#pragma once
#include "gen_ui.h"
#include "house/page/page_store.h"
#include "house/page/routes.h"
#include "house/training/workshop.h"

/* The training of this page; ERR_FORBIDDEN for whoever does not work here.  `st` is the caller's room. */
enum err page_training(struct page_ctx *c, struct store *st, struct training *t);
/* Sees everybody's; plans, closes and confirms. */
bool training_reads(const struct page_ctx *c);
bool training_writes(const struct page_ctx *c);
/* "3 Mar 2026"; "" for 0. */
struct str training_short(struct page_ctx *c, int64_t utc);
struct str training_date(struct page_ctx *c, int64_t utc);
/* Rows of what is asked of one person, and of what they have had. */
struct part_training_needs training_needs(struct page_ctx *c, const struct training *t, const struct matrix *m);
enum err training_record(struct page_ctx *c, const struct training *t, int64_t person, struct part_training_record *out);
/* "every 12 months", "once" */
struct str training_every(struct page_ctx *c, int months);
