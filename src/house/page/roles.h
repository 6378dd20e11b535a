/* roles.h - what the pages of people, roles and rights share. */
#pragma once
#include "house/web/web.h"

/* May propose appointments and their ends. */
bool page_may_appoint(const struct page_ctx *c);
/* May see the changes of rights that wait: who proposes, who confirms. */
bool page_sees_rights(const struct page_ctx *c);
