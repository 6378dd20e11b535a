/* Kinds, years and classes to choose from. */
#include "base/mem.h"
#include "gen_ui.h"
#include "house/page/people.h"

struct part_select people_kinds(struct page_ctx *c, struct str chosen, struct str none)
{
	struct part_select_items *items = arena_array(c->arena, struct part_select_items, KIND_PARENT + 1);
	size_t n = 0;
	items[n++] = (struct part_select_items){ STR(""), none, false };
	for (int k = KIND_LEARNER; k <= KIND_PARENT; k++)
		items[n++] = (struct part_select_items){ str_z(kind_word((enum person_kind)k)), str_z(kind_title((enum person_kind)k)), str_is(chosen, kind_word((enum person_kind)k)) };
	return (struct part_select){ .name = STR("kind"), .label = page_text(TEXT_person_kind), .error = page_wrong_text(c, "kind"), .items = items, .n_items = n };
}

struct part_select people_years(struct page_ctx *c, struct str chosen, struct str none)
{
	struct part_select_items *items = arena_array(c->arena, struct part_select_items, YEAR_LAST + 2);
	size_t n = 0;
	items[n++] = (struct part_select_items){ STR(""), none, false };
	for (int y = YEAR_RECEPTION; y <= YEAR_LAST; y++) {
		struct str v = arena_fmt(c->arena, "%d", y);
		items[n++] = (struct part_select_items){ v, str_z(year_title(y)), str_eq(chosen, v) };
	}
	return (struct part_select){ .name = STR("year"), .label = page_text(TEXT_person_year), .error = page_wrong_text(c, "year"), .items = items, .n_items = n };
}

enum err people_classes(struct page_ctx *c, struct str chosen, struct str none, struct part_select *out)
{
	struct school_class *list;
	size_t n_list, n = 0;
	TRY(class_list(c->db, c->arena, c->school, &list, &n_list));
	struct part_select_items *items = arena_array(c->arena, struct part_select_items, n_list + 1);
	items[n++] = (struct part_select_items){ STR(""), none, false };
	for (size_t i = 0; i < n_list; i++) {
		struct str v = arena_fmt(c->arena, "%lld", (long long)list[i].id);
		items[n++] = (struct part_select_items){ v, list[i].name, str_eq(chosen, v) };
	}
	*out = (struct part_select){ .name = STR("class"), .label = page_text(TEXT_person_class), .error = page_wrong_text(c, "class"), .items = items, .n_items = n };
	return OK;
}
