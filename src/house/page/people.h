/* people.h - what every page shares that gives somebody a way into an account. */
#pragma once
#include "gen_ui.h"
#include "house/web/web.h"

/* Who makes a way in for a person of high rights could act as them: only administrators may, and nobody for themselves. */
enum err people_may_reset(struct page_ctx *c, int64_t id);
/* Whoever makes both a way in (`what` of the audit) and a new second step for such a person is that person: ERR_FORBIDDEN. */
enum err people_other_half(struct page_ctx *c, int64_t id, const char *what);
/* The page of a person; a password or a code that was just made is shown on it, once. */
enum err people_page(struct page_ctx *c, int64_t id, struct str issued, struct str code);
/* Those who must know of it are told. */
enum err people_tell_of_access(struct page_ctx *c, const struct act *act, int64_t about);

/* To choose from; `none` is what the empty choice says. */
struct part_select people_kinds(struct page_ctx *c, struct str chosen, struct str none);
struct part_select people_years(struct page_ctx *c, struct str chosen, struct str none);
enum err people_classes(struct page_ctx *c, struct str chosen, struct str none, struct part_select *out);
/* A finding on "username" for a name that is no one person's (5.3-14). */
void page_own_name(struct page_ctx *c, struct str username);
