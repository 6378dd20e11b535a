/* Correcting what is kept of somebody, and taking a leaving back. */
#include "base/mem.h"
#include "base/time.h"
#include "gen_queries.h"
#include "gen_ui.h"
#include "house/page/people.h"
#include "house/page/routes.h"

/* What is in the form: as typed, or as it is kept. */
static struct str filled(struct page_ctx *c, const char *field, struct str kept)
{
	return c->req->method == METHOD_POST ? page_field(c, field) : kept;
}

static bool works_here(const struct person *p) { return p->kind != KIND_LEARNER && p->kind != KIND_PARENT && p->kind != KIND_VISITOR; }

/* Whether they write to learners or parents (9.5-01). */
static enum err contacts(struct page_ctx *c, const struct person *p, struct part_checkboxes *out)
{
	struct q_contacts_get_row r;
	TRY(q_contacts_get_one(c->db, c->arena, &(struct q_contacts_get_args){ .school = c->school, .id = p->id }, &r));
	struct part_checkboxes_items *box = arena_new(c->arena, struct part_checkboxes_items);
	*box = (struct part_checkboxes_items){ .value = STR("yes"), .label = page_text(TEXT_person_contacts_label), .id = STR("contacts"),
		.checked = c->req->method == METHOD_POST ? page_ticked(c, "contacts") : r.on != 0 };
	*out = (struct part_checkboxes){ .name = STR("contacts"), .legend = page_text(TEXT_person_contacts), .hint = page_text(TEXT_person_contacts_hint), .items = box, .n_items = 1 };
	return OK;
}

static enum err edit_page(struct page_ctx *c, const struct person *p)
{
	struct part_select class;
	struct part_checkboxes families;
	TRY(contacts(c, p, &families));
	struct str number = arena_fmt(c->arena, "%lld", (long long)p->class_id), year = arena_fmt(c->arena, "%d", p->year);
	TRY(people_classes(c, filled(c, "class", number), page_text(TEXT_people_no_class), &class));
	return page_show(c, person_edit, "Correct", .errors = page_errors(c), .id = p->id, .who = p->name, .learner = p->kind == KIND_LEARNER,
		.works = works_here(p), .contacts = families,
		.name = filled(c, "name", p->name), .name_error = page_wrong_text(c, "name"),
		.username = filled(c, "username", p->username), .username_error = page_wrong_text(c, "username"),
		.email = filled(c, "email", p->email), .email_error = page_wrong_text(c, "email"),
		.year = people_years(c, filled(c, "year", year), page_text(TEXT_people_no_pupil)), .class = class,
		.why = page_field(c, "why"), .why_error = page_wrong_text(c, "why"));
}

/* Sign-in and mail names are a way into an account: for people of high rights an administrator changes them. */
static enum err whose(struct page_ctx *c, struct person *p)
{
	int64_t id;
	TRY(page_id(c, "id", &id));
	TRY(person_get(c->db, c->arena, c->school, id, p));
	return people_may_reset(c, id);
}

enum err person_edit_show(struct page_ctx *c)
{
	struct person p;
	TRY(whose(c, &p));
	return edit_page(c, &p);
}

static void read_form(struct page_ctx *c, const struct person *p, struct person_in *in)
{
	int64_t year, class = 0;
	*in = (struct person_in){ .kind = p->kind, .name = page_field(c, "name"), .username = page_field(c, "username"), .email = page_field(c, "email"),
		.group = p->group, .year = p->year, .class_id = p->class_id, .until_utc = p->left_utc };
	if (p->username.n && in->username.n == 0)
		page_wrong(c, "username", "Enter a sign-in name: theirs cannot be taken away.");
	if (!str_eq(in->username, p->username))
		page_own_name(c, in->username);
	if (p->kind != KIND_LEARNER)
		return;
	if (str_i64(page_field(c, "year"), &year) != OK || year < YEAR_RECEPTION || year > YEAR_LAST)
		page_wrong(c, "year", "Choose the year of this pupil.");
	else
		in->year = (int)year;
	if (page_field(c, "class").n && str_i64(page_field(c, "class"), &class) != OK)
		page_wrong(c, "class", "Choose a class.");
	in->class_id = class;
}

static enum err keep(struct page_ctx *c, const struct act *act, const struct person *p, const struct person_in *in)
{
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	TRY(db_tx_begin(c->db, &tx));
	if (works_here(p))
		TRY(q_contacts_set_do(c->db, &(struct q_contacts_set_args){ .school = c->school, .id = p->id, .on = page_ticked(c, "contacts") }, NULL));
	TRY(person_change(c->db, act, p->id, in, &c->errors));
	return db_tx_commit(&tx);
}

enum err person_edit_do(struct page_ctx *c)
{
	struct person p;
	struct person_in in;
	TRY(whose(c, &p));
	read_form(c, &p, &in);
	struct str why = page_need(c, "why", 200, "Say why, in a few words: it is kept in the record.");
	struct act act = page_act(c, arena_z(c->arena, why));
	enum err e = page_is_wrong(c) ? OK : keep(c, &act, &p, &in);
	if (page_is_wrong(c))
		return edit_page(c, &p);
	TRY(e);
	page_flash(c, FLASH_DONE, "Corrected.");
	return page_redirect(c, "/people/%lld", (long long)p.id);
}

enum err person_return_do(struct page_ctx *c)
{
	struct person p;
	struct act act = page_act(c, "is here again");
	TRY(whose(c, &p));
	TRY(person_return(c->db, &act, p.id));
	page_flash(c, FLASH_DONE, "%.*s is here again. They need a new password, and their roles again.", STRF(p.name));
	return page_redirect(c, "/people/%lld", (long long)p.id);
}
