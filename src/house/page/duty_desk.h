/* duty_desk.h - the duties of the page at hand, taken up anew when a file changed. */
#pragma once
#include "house/duty/turn.h"
#include "house/web/web.h"

/* `st` is the caller's room. */
struct duty_desk duty_desk_of(const struct page_ctx *c, struct store *st);
/* "Due soon", "Done late", with a colour for its tag.  `d` may be NULL: its file is gone. */
struct str duty_tag(const struct duty_turn *t, const struct duty *d, const char **colour);
/* Who does it; `t` NULL: the roles. */
struct str duty_whose(struct page_ctx *c, const struct duty *d, const struct duty_turn *t);
struct str duty_statement_title(struct page_ctx *c, const struct duty_statement *s);
