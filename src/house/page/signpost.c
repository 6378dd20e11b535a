/* From a concern, pointing somebody to help: a contact of the directory, kept in the record (4.3-11). */
#include "base/mem.h"
#include "house/page/case.h"

struct part_select case_help(struct page_ctx *c)
{
	const struct contacts *all = &c->web->library->contacts;
	struct part_select_items *items = arena_array(c->arena, struct part_select_items, all->n + 1);
	size_t n = 0;
	items[n++] = (struct part_select_items){ .value = STR(""), .label = STR("Choose") };
	for (size_t i = 0; i < all->n; i++)
		if (all->v[i].state == CONTACT_LIVE)
			items[n++] = (struct part_select_items){ .value = all->v[i].id, .label = all->v[i].title };
	return (struct part_select){ .name = STR("contact"), .label = page_text(TEXT_signpost_contact), .error = page_wrong_text(c, "contact"),
		.items = items, .n_items = n };
}

enum err case_signpost_do(struct page_ctx *c)
{
	struct desk_view k;
	int64_t id;
	struct act act = page_act(c, "pointed somebody to help");
	TRY(page_id(c, "id", &id));
	TRY(page_desk(c, &k));
	const struct contact *x = contact_find(&c->web->library->contacts, page_field(c, "contact"));
	if (!x)
		page_wrong(c, "contact", "Choose one of the contacts.");
	struct str who = str_upto(page_field(c, "helped"), 200);
	if (!x)
		return case_answer(c, id, ERR_INVALID, "");
	struct str reach = x->phone.n ? x->phone : x->web.n ? x->web : x->mail;
	struct str text = arena_fmt(c->arena, "%.*s%s%.*s%s%.*s", STRF(x->title), reach.n ? ", " : "", STRF(reach), who.n ? "; for: " : "", STRF(who));
	return case_answer(c, id, record_signpost(&k.desk, &act, &k.may, id, text), "It is kept that you pointed to this help.");
}
