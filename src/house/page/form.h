/* form.h - the fields of a form, each with what was typed and what is wrong with it. */
#pragma once
#include "gen_ui.h"
#include "house/web/web.h"

/* hint: STR_NONE for none */
struct part_input page_input(struct page_ctx *c, const char *name, enum text_key label, struct str hint);
struct part_textarea page_area(struct page_ctx *c, const char *name, enum text_key label, int rows);

struct choice { const char *value; enum text_key label; };
/* The first one has the field's name as its id, so that the error summary finds it. */
struct part_radios page_radios(struct page_ctx *c, const char *name, enum text_key legend, const struct choice *all, size_t n);
