/* tasks.h - what other pages show of tasks. */
#pragma once
#include "house/web/web.h"

/* How many wait for whoever asks, and how many of them are late; -1 for people who have none (children, parents, visitors). */
enum err page_tasks_waiting(struct page_ctx *c, int64_t *open, int64_t *overdue);
