/* service_form.h - a form made of a register's fields: what was typed, or what stands there. */
#pragma once
#include "gen_ui.h"
#include "house/store/entry.h"
#include "house/web/web.h"

enum { SERVICE_FIELDS_MAX = 60 };

/* The fields of `reg` whose names are in `names`, in that order; values from the form, or from `now` on a first look. */
struct view_service_form_inputs *service_inputs(struct page_ctx *c, const char *reg, const char *const *names, size_t n, const struct entry *now);
/* The same fields as the form brings them; findings for what is nobody's name. */
void service_typed(struct page_ctx *c, const char *reg, const char *const *names, size_t n, struct entry_field *out);
/* "KS2, Staff" of "ks2 staff". */
struct str service_groups_text(struct page_ctx *c, struct str groups);
struct part_checkboxes service_groups(struct page_ctx *c, struct str now);
/* The ticked ones as words. */
struct str service_groups_typed(struct page_ctx *c);
