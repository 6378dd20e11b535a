/* duty.h - what the pages of the calendar share. */
#pragma once
#include "house/page/routes.h"

/* Whoever works here: staff, governors, volunteers, supply, contractors.  Children, parents and visitors have no duties. */
bool duty_works_here(const struct page_ctx *c);
/* Keeps the school year: the office, the business manager, whoever leads. */
bool duty_keeps_year(const struct page_ctx *c);
/* Sees everybody's: whoever leads, governors, the administrator. */
bool duty_leads(const struct page_ctx *c);
