/* role_lines.h - what pages say of roles that must be filled. */
#pragma once
#include "gen_ui.h"
#include "house/web/web.h"

/* A sentence for each role that is vacant, with since when; names nobody. */
enum err page_vacancies(struct page_ctx *c, struct str **out, size_t *n);
/* Roles that must be filled, with who holds them: for the policy as people here read it. */
enum err page_role_holders(struct page_ctx *c, struct part_summary *out);
