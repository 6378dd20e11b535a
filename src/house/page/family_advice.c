#include "house/page/family_advice.h"

#include "base/mem.h"
#include "base/time.h"
#include "house/page/page_store.h"
#include "house/page/routes.h"
#include "house/procedure/library.h"

enum { SHOWN_MAX = 20 };

bool page_cyber_choices(const struct page_ctx *c)
{
	return c->web->library && profile_has(&c->web->library->profile, STR("cyberchoices.audience"), STR("community"));
}

struct str page_choice_words(struct page_ctx *c, const char *reg, const char *field, struct str value)
{
	const struct reg *r = registers_find(c->web->registers, str_z(reg));
	const struct field *f = r ? reg_field(r, str_z(field)) : NULL;
	return f ? field_show(c->arena, f, value) : value;
}

enum err page_messages_out(struct page_ctx *c, const char *topic, int64_t from_utc, struct entry_page *out)
{
	struct store st = page_store(c);
	struct entry_may may = { .school = c->school, .classes = ENTRY_BIT(ENTRY_GENERAL) };
	struct entry_query q = { .reg = "family-message", .states = { "sent" }, .order_by = "issued", .limit = MESSAGES_MAX };
	if (from_utc)
		q.where[q.n_where++] = (struct entry_where){ "issued", ENTRY_FROM, from_utc, STR_NONE };
	if (topic)
		q.where[q.n_where++] = (struct entry_where){ "topic", ENTRY_IS, 0, str_z(topic) };
	*out = (struct entry_page){ 0 };
	return registers_find(c->web->registers, STR("family-message")) ? entry_list(&st, c->arena, &may, &q, out) : OK;
}

static bool for_families(const struct entry *e)
{
	struct str to = entry_value(e, "audience");
	return str_find(to, STR("parents")) >= 0 || str_find(to, STR("community")) >= 0;
}

static enum err messages(struct page_ctx *c, struct part_family_advice *out)
{
	struct entry_page page;
	TRY(page_messages_out(c, NULL, 0, &page));
	struct part_family_advice_messages *rows = arena_array(c->arena, struct part_family_advice_messages, SHOWN_MAX);
	for (size_t i = 0; i < page.n && out->n_messages < SHOWN_MAX; i++) {
		const struct entry *e = &page.entries[i];
		int64_t on = 0;
		if (!for_families(e))
			continue;
		(void)time_read_iso(entry_value(e, "issued"), &on);       /* without a day it is shown without one */
		rows[out->n_messages++] = (struct part_family_advice_messages){ .title = entry_value(e, "title"), .words = entry_value(e, "words"),
			.form = page_choice_words(c, "family-message", "channel", entry_value(e, "channel")), .language = entry_value(e, "language"),
			.address = entry_value(e, "address"), .on = on ? time_date_words(c->arena, on) : STR_NONE };
	}
	out->messages = rows;
	return OK;
}

enum err page_family_advice(struct page_ctx *c, struct part_family_advice *out)
{
	const struct library *l = c->web->library;
	*out = (struct part_family_advice){ .cyber = page_cyber_choices(c) };
	if (!l || !c->web->registers)
		return ERR_UNSUPPORTED;
	const struct contact **v = arena_array(c->arena, const struct contact *, l->contacts.n + 1);
	size_t n = contacts_for(&l->contacts, FOR_PARENTS, v);
	struct part_family_advice_links *links = arena_array(c->arena, struct part_family_advice_links, n + 1);
	for (size_t i = 0; i < n; i++)
		if (v[i]->web.n)
			links[out->n_links++] = (struct part_family_advice_links){ v[i]->web, v[i]->title, v[i]->use };
	out->links = links;
	return messages(c, out);
}

enum err for_families_show(struct page_ctx *c)
{
	struct part_family_advice advice;
	TRY(page_family_advice(c, &advice));
	return page_show(c, for_families, "For parents and carers", .advice = advice);
}
