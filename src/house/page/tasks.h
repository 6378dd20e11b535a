/* tasks.h - what other pages show of tasks. */
#pragma once
#include "house/web/web.h"

/* How many wait for whoever asks, and how many of them are late; -1 for people who have none (children, parents, visitors). */
enum err page_tasks_waiting(struct page_ctx *c, int64_t *open, int64_t *overdue);

/* Who sees everybody's tasks and may open one for anybody. */
bool tasks_leads(const struct page_ctx *c);
/* Children, parents and visitors have no tasks. */
bool tasks_works_here(const struct page_ctx *c);
