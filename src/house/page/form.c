#include "house/page/form.h"

#include "base/mem.h"

struct part_input page_input(struct page_ctx *c, const char *name, enum text_key label, struct str hint)
{
	return (struct part_input){ .name = str_z(name), .label = page_text(label), .hint = hint, .value = page_field(c, name),
		.error = page_wrong_text(c, name) };
}

struct part_textarea page_area(struct page_ctx *c, const char *name, enum text_key label, int rows)
{
	return (struct part_textarea){ .name = str_z(name), .label = page_text(label), .value = page_field(c, name),
		.error = page_wrong_text(c, name), .rows = rows };
}

struct part_radios page_radios(struct page_ctx *c, const char *name, enum text_key legend, const struct choice *all, size_t n)
{
	struct part_radios_items *items = arena_array(c->arena, struct part_radios_items, n);
	for (size_t i = 0; i < n; i++)
		items[i] = (struct part_radios_items){ .value = str_z(all[i].value), .label = page_text(all[i].label), .id = i ? STR_NONE : str_z(name),
			.checked = str_is(page_field(c, name), all[i].value) };
	return (struct part_radios){ .name = str_z(name), .legend = page_text(legend), .error = page_wrong_text(c, name), .items = items, .n_items = n };
}
