/* family.h - what the pages of families share. */
#pragma once
#include "gen_ui.h"
#include "house/family/family.h"
#include "house/web/web.h"

/* The adult at this browser, by their link (first) or signed in, and the children they may see.  ERR_SIGNIN: nobody, or
 * somebody with no child here to see. */
struct family_who { int64_t adult; bool by_link; struct person *children; size_t n; };
enum err family_who(struct page_ctx *c, struct family_who *out);

/* Languages that families of English schools speak most, by code; an unknown code is its own name, "" has none. */
struct str family_language_name(struct str code);
struct part_select family_language_choice(struct page_ctx *c, struct str now);
