/* reading.h - what staff have to read, on the home page. */
#pragma once
#include "gen_ui.h"
#include "house/web/web.h"

/* What waits for whoever is signed in; at most two lines are added. */
enum err page_reading_waits(struct page_ctx *c, struct part_duties_waits *out, size_t *n);
