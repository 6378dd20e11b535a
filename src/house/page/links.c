/* The contact directory: for parents without sign-in, for those who work here with theirs. */
#include "base/clock.h"
#include "base/mem.h"
#include "base/time.h"
#include "house/contact/directory.h"
#include "house/page/links.h"

/* The labels of the topics that an entry helps with. */
static struct str helps_with(struct page_ctx *c, const struct contact *x)
{
	AUTO(buf_done) struct buf b = buf_init(2000);
	struct str rest = x->topics, word;
	while (rest.n && str_next(&rest, ' ', &word)) {
		const struct topic *t = topic_find(&c->web->library->topics, word);
		if (t)
			buf_fmt(&b, "%s%.*s", b.n ? "; " : "", STRF(t->label));
	}
	return arena_str(c->arena, buf_str(&b));
}

static struct str checked_of(struct page_ctx *c, const struct contact_known *s)
{
	if (!s->checked_utc)
		return STR_NONE;
	return arena_fmt(c->arena, "%s on %.*s", s->opens ? "The link opened" : "The link did not open",
	                 STRF(time_date_words(c->arena, s->checked_utc)));
}

static struct part_contact_list_rows row_of(struct page_ctx *c, const struct contact *x, const struct contact_known *s, bool staff)
{
	int64_t verified = s->verified_utc > x->verified_utc ? s->verified_utc : x->verified_utc;
	struct contact_known now = { .verified_utc = verified };
	bool stale = contact_stale(&now, clock_utc()), edits = staff && page_may(c, CAP_CONTACTS, ACCESS_WRITE);
	return (struct part_contact_list_rows){ .name = x->title, .use = x->use, .phone = x->phone, .web = x->web, .mail = x->mail, .note = x->note,
		.topics = helps_with(c, x), .verified = verified ? time_date_words(c->arena, verified) : STR_NONE, .stale = stale,
		.checked = staff ? checked_of(c, s) : STR_NONE, .broken = s->checked_utc && !s->opens,
		.confirm = edits ? arena_fmt(c->arena, "/contacts/%.*s/confirm", STRF(x->id)) : STR_NONE };
}

enum err page_contacts(struct page_ctx *c, unsigned audience, bool staff, struct part_contact_list *out)
{
	const struct library *l = c->web->library;
	struct store st = { .db = c->db, .keys = c->web->keys, .registers = c->web->registers };
	if (!l || !c->web->registers)
		return ERR_UNSUPPORTED;
	const struct contact **v = arena_array(c->arena, const struct contact *, l->contacts.n + 1);
	size_t n = contacts_for(&l->contacts, audience, v);
	struct part_contact_list_rows *rows = arena_array(c->arena, struct part_contact_list_rows, n + 1);
	for (size_t i = 0; i < n; i++) {
		struct contact_known s;
		TRY(contact_known_of(&st, c->arena, c->school, v[i]->id, &s));
		rows[i] = row_of(c, v[i], &s, staff);
	}
	*out = (struct part_contact_list){ .staff = staff, .rows = rows, .n_rows = n };
	return OK;
}

static enum err list(struct page_ctx *c, unsigned audience, bool staff, enum text_key title, enum text_key text)
{
	struct part_contact_list contacts;
	TRY(page_contacts(c, audience, staff, &contacts));
	return page_show(c, links, page_text(title).p, .title = page_text(title), .text = page_text(text), .contacts = contacts);
}

/* Whom a pupil can turn to: Childline before all others, and nothing that is for grown-ups. */
static enum err for_pupils(struct page_ctx *c)
{
	struct part_contact_list help;
	TRY(page_contacts(c, FOR_LEARNERS, false, &help));
	struct part_contact_list_rows *rows = arena_array(c->arena, struct part_contact_list_rows, help.n_rows + 1);
	for (size_t i = 0; i < help.n_rows; i++) {
		rows[i] = help.rows[help.n_rows - 1 - i];         /* the file begins with the police and ends with Childline */
		rows[i].topics = STR_NONE;
	}
	return page_show(c, links, page_text(TEXT_links_pupils).p, .title = page_text(TEXT_links_pupils), .text = page_text(TEXT_links_pupils_text),
		.pupil = true, .contacts = { .child = true, .rows = rows, .n_rows = help.n_rows });
}

enum err links_show(struct page_ctx *c)
{
	return page_has_role(c, ROLE_LEARNER) ? for_pupils(c) : list(c, FOR_PARENTS, false, TEXT_links_parents, TEXT_links_parents_text);
}

/* Entries for staff only are left out for everybody who does not work here. */
enum err contacts_show(struct page_ctx *c)
{
	bool outside = page_has_role(c, ROLE_LEARNER) || page_has_role(c, ROLE_PARENT) || page_has_role(c, ROLE_VISITOR);
	return list(c, outside ? FOR_PARENTS : FOR_SETTINGS | FOR_STAFF, !outside, TEXT_links_contacts, TEXT_links_contacts_text);
}

enum err contact_confirm_do(struct page_ctx *c)
{
	struct store st = { .db = c->db, .keys = c->web->keys, .registers = c->web->registers };
	struct act act = page_act(c, "rang or opened it");
	const struct contact *x = c->web->library ? contact_find(&c->web->library->contacts, page_param(c, "id")) : NULL;
	if (!x)
		return ERR_ABSENT;
	TRY(contact_confirm(&st, &act, x->id));
	page_flash(c, FLASH_DONE, "%.*s is confirmed.", STRF(x->title));
	return page_redirect(c, "/contacts");
}
