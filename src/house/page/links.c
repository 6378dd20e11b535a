/* The contact directory: for parents without sign-in, for those who work here with theirs. */
#include "base/mem.h"
#include "base/time.h"
#include "house/page/desk.h"

static enum err list(struct page_ctx *c, unsigned audience, bool staff, enum text_key title, enum text_key text)
{
	const struct library *l = c->web->library;
	if (!l)
		return ERR_UNSUPPORTED;
	const struct contact **v = arena_array(c->arena, const struct contact *, l->contacts.n + 1);
	size_t n = contacts_for(&l->contacts, audience, v);
	struct view_links_rows *rows = arena_array(c->arena, struct view_links_rows, n + 1);
	for (size_t i = 0; i < n; i++)
		rows[i] = (struct view_links_rows){ .name = v[i]->title, .use = v[i]->use, .phone = v[i]->phone, .web = v[i]->web,
			.mail = v[i]->mail, .note = v[i]->note,
			.verified = v[i]->verified_utc ? time_date_words(c->arena, v[i]->verified_utc) : STR_NONE };
	return page_show(c, links, page_text(title).p, .title = page_text(title), .text = page_text(text), .staff = staff,
		.rows = rows, .n_rows = n);
}

enum err links_show(struct page_ctx *c) { return list(c, FOR_PARENTS, false, TEXT_links_parents, TEXT_links_parents_text); }

/* Entries for staff only are left out for everybody who does not work here. */
enum err contacts_show(struct page_ctx *c)
{
	bool outside = page_has_role(c, ROLE_LEARNER) || page_has_role(c, ROLE_PARENT) || page_has_role(c, ROLE_VISITOR);
	return list(c, outside ? FOR_PARENTS : FOR_SETTINGS | FOR_STAFF, !outside, TEXT_links_contacts, TEXT_links_contacts_text);
}
