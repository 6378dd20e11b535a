/* families.h - what the office's pages of families share. */
#pragma once
#include "house/account/people.h"
#include "house/web/web.h"

/* OK for those who enrol children or look after them; ERR_FORBIDDEN for others who read accounts. */
enum err families_may(const struct page_ctx *c);
bool families_writes(const struct page_ctx *c);
/* The child of the address (":id"), for those who may. */
enum err families_child(struct page_ctx *c, struct person *out);
/* "Agreed 21 November 2026, on paper", "Not answered". */
struct str families_answer(struct page_ctx *c, int64_t adult, int64_t child);
