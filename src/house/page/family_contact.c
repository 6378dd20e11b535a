/* One adult of one child: how they stand, their link, an answer from paper or telephone, a bar. */
#include "base/clock.h"
#include "base/mem.h"
#include "base/time.h"
#include "gen_ui.h"
#include "house/family/answer.h"
#include "house/family/link.h"
#include "house/page/form.h"
#include "house/page/desk.h"
#include "house/page/families.h"
#include "house/page/family.h"
#include "house/page/page_store.h"
#include "house/page/qr.h"
#include "house/page/routes.h"
#include "io/settings.h"

struct pair { struct person child, adult; struct family_contact contact; bool on_file; };

static enum err pair_of(struct page_ctx *c, struct pair *out)
{
	struct family_contact *k;
	int64_t adult;
	size_t n;
	TRY(families_child(c, &out->child));
	TRY(page_id(c, "adult", &adult));
	TRY(person_get(c->db, c->arena, c->school, adult, &out->adult));
	if (out->adult.kind == KIND_LEARNER)
		return ERR_ABSENT;
	TRY(family_contacts(c->db, c->arena, c->school, out->child.id, &k, &n));
	for (size_t i = 0; i < n; i++)
		if (k[i].adult == adult) {
			out->contact = k[i];
			out->on_file = true;
		}
	return OK;
}

static struct str path(struct page_ctx *c, const struct pair *p, const char *more)
{
	return arena_fmt(c->arena, "/families/child/%lld/adult/%lld%s", (long long)p->child.id, (long long)p->adult.id, more);
}

/* ---- the page ---- */

static struct part_select relations(struct page_ctx *c, enum relation now)
{
	struct part_select_items *items = arena_array(c->arena, struct part_select_items, RELATION_N);
	for (int r = 0; r < RELATION_N; r++)
		items[r] = (struct part_select_items){ str_z(relation_word((enum relation)r)), str_z(relation_title((enum relation)r)), r == (int)now };
	return (struct part_select){ .name = STR("relation"), .label = page_text(TEXT_families_relation_label), .error = page_wrong_text(c, "relation"),
		.items = items, .n_items = RELATION_N };
}

static struct str link_words(struct page_ctx *c, const struct family_link *l)
{
	if (l->used_utc)
		return arena_fmt(c->arena, "opened %.*s", STRF(time_words(c->arena, l->used_utc)));
	if (l->ended_utc)
		return arena_fmt(c->arena, "ended: %.*s", STRF(l->ended_why));
	if (l->expires_utc <= clock_utc())
		return STR("too old");
	return arena_fmt(c->arena, "waits until %.*s", STRF(time_date_words(c->arena, l->expires_utc)));
}

static enum err links(struct page_ctx *c, const struct pair *p, struct view_family_contact *v)
{
	struct family_link *l;
	size_t n;
	TRY(link_list(c->db, c->arena, c->school, p->adult.id, &l, &n));
	struct view_family_contact_links *rows = arena_array(c->arena, struct view_family_contact_links, n + 1);
	for (size_t i = 0; i < n && i < 5; i++)
		rows[v->n_links++] = (struct view_family_contact_links){
			arena_fmt(c->arena, "%s, %.*s", l[i].how == LINK_MAIL ? "Mail" : "Letter", STRF(time_date_words(c->arena, l[i].made_utc))), link_words(c, &l[i]) };
	v->links = rows;
	v->refusal = str_z(link_refusal(c->db, c->arena, c->school, p->adult.id));
	return OK;
}

static struct str digest_of(struct page_ctx *c, int64_t person)
{
	struct store st = page_store(c);
	struct family_text t;
	if (answer_text(&st, c->arena, c->school, person, STR_NONE, &t) != OK)
		return STR("");
	char *hex = arena_alloc(c->arena, 2 * SHA256_BYTES + 1);
	hex_put(t.digest, SHA256_BYTES, hex);
	return str_z(hex);
}

static struct str own_words(struct page_ctx *c, const struct pair *p)
{
	struct store st = page_store(c);
	struct agreement_state s;
	if (agreement_state_of(&st, c->arena, &p->adult, clock_utc(), &s) != OK || !s.last.at_utc)
		return page_text(TEXT_families_waits);
	return arena_fmt(c->arena, "%.*s %.*s", STRF(page_text(s.last.declined ? TEXT_families_said_no : TEXT_families_agreed)), STRF(time_date_words(c->arena, s.last.at_utc)));
}

static void answer_part(struct page_ctx *c, const struct pair *p, struct view_family_contact *v)
{
	static const struct choice about[] = { { "child", TEXT_families_answer_child }, { "own", TEXT_families_answer_own } };
	static const struct choice how[] = { { "paper", TEXT_families_answer_paper }, { "telephone", TEXT_families_answer_telephone } };
	static const struct choice what[] = { { "agree", TEXT_families_answer_agree }, { "decline", TEXT_families_answer_decline } };
	v->about = page_radios(c, "about", TEXT_families_answer_about, about, p->adult.kind == KIND_PARENT ? 2 : 1);
	v->how = page_radios(c, "how", TEXT_families_answer_how, how, 2);
	v->what = page_radios(c, "what", TEXT_families_answer_what, what, 2);
	v->talked = page_ticked(c, "talked");
	v->talked_error = page_wrong_text(c, "talked");
	v->told_by = page_field(c, "told_by");
	v->told_by_error = page_wrong_text(c, "told_by");
	v->own_digest = digest_of(c, p->adult.id);
	v->child_digest = digest_of(c, p->child.id);
	v->child_state = arena_fmt(c->arena, "%.*s: %.*s", STRF(page_text(TEXT_families_answer_child)), STRF(families_answer(c, p->adult.id, p->child.id)));
	v->own_state = arena_fmt(c->arena, "%.*s: %.*s", STRF(page_text(TEXT_families_answer_own)), STRF(own_words(c, p)));
}

static bool may_bar(const struct page_ctx *c) { return page_has_role(c, ROLE_DSL) || page_has_role(c, ROLE_DEPUTY); }

/* Why, for those who may lift it: the register is sealed to all others. */
static enum err reasons(struct page_ctx *c, const struct pair *p, struct view_family_contact *v)
{
	struct store st = page_store(c);
	struct entry_may may = record_may(c->school, c->person->id, c->roles);
	struct entry_query q = { .reg = "contact-bar", .limit = 10, .n_where = 2,
		.where = { { "adult", ENTRY_IS, p->adult.id, STR_NONE }, { "child", ENTRY_IS, p->child.id, STR_NONE } } };
	struct entry_page page;
	if (!may_bar(c))
		return OK;
	TRY(entry_list(&st, c->arena, &may, &q, &page));
	struct str *list = arena_array(c->arena, struct str, page.n + 1);
	for (size_t i = 0; i < page.n; i++)
		list[i] = arena_fmt(c->arena, "%.*s, %.*s: %.*s", STRF(time_date_words(c->arena, page.entries[i].made_utc)), STRF(page.entries[i].state),
		                    STRF(entry_value(&page.entries[i], "why")));
	v->reasons = list;
	v->n_reasons = page.n;
	return OK;
}

static enum err contact_page(struct page_ctx *c, const struct pair *p)
{
	struct contact_details d;
	TRY(family_details(c->db, c->arena, c->school, p->adult.id, &d));
	struct view_family_contact v = { .errors = page_errors(c), .base = arena_fmt(c->arena, "/families/child/%lld", (long long)p->child.id),
		.heading = arena_fmt(c->arena, "%.*s and %.*s", STRF(p->adult.name), STRF(p->child.name)), .save = path(c, p, ""), .invite = path(c, p, "/invite"),
		.to_print = path(c, p, "/letter"), .answer = path(c, p, "/answer"), .bar = path(c, p, "/bar"), .drop = path(c, p, "/drop"),
		.on_file = p->on_file, .may_write = families_writes(c), .may_bar = may_bar(c), .barred = p->contact.barred,
		.since = p->contact.barred ? arena_fmt(c->arena, "Since %.*s, by %.*s.", STRF(time_date_words(c->arena, p->contact.barred_utc)), STRF(page_who(c, p->contact.barred_by))) : STR(""),
		.relation = relations(c, p->on_file ? p->contact.relation : RELATION_PARENT), .responsible = !p->on_file || p->contact.responsible, .paper = p->contact.paper,
		.phone = d.phone, .phone_error = page_wrong_text(c, "phone"), .postal = d.postal, .postal_error = page_wrong_text(c, "postal"),
		.organisation = d.organisation, .organisation_error = page_wrong_text(c, "organisation"), .language = family_language_choice(c, d.language),
		.interpreter = d.interpreter, .has_mail = p->adult.email.n > 0 && !p->contact.paper, .why_error = page_wrong_text(c, "why") };
	TRY(links(c, p, &v));
	TRY(reasons(c, p, &v));
	answer_part(c, p, &v);
	page_begin(c, "Family");
	view_family_contact_put(&c->reply.body, &c->env, &v);
	return page_end(c);
}

enum err family_contact_show(struct page_ctx *c)
{
	struct pair p = { 0 };
	TRY(pair_of(c, &p));
	return contact_page(c, &p);
}

/* ---- correcting ---- */

static enum err save(struct page_ctx *c, const struct pair *p, const struct act *act)
{
	struct contact_details d = { .phone = page_field(c, "phone"), .postal = page_field(c, "postal"), .organisation = page_field(c, "organisation"),
		.language = page_field(c, "language"), .interpreter = page_ticked(c, "interpreter") };
	struct contact_in in = { .adult = p->adult.id, .child = p->child.id, .responsible = page_ticked(c, "responsible"), .paper = page_ticked(c, "paper") };
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	TRY(db_tx_begin(c->db, &tx));
	if (relation_read(page_field(c, "relation"), &in.relation) != OK)
		page_wrong(c, "relation", "Choose how they are related.");
	TRY(family_put(c->db, act, &in, &c->errors));
	TRY(family_details_set(c->db, act, p->adult.id, &d, &c->errors));
	return page_is_wrong(c) ? ERR_INVALID : db_tx_commit(&tx);
}

/* Whoever is put on a child's file is asked to read, at once (5.4-07); without a mail address the office prints a letter. */
static enum err ask_joiner(struct page_ctx *c, const struct pair *p, const struct act *act)
{
	if (p->on_file || !p->adult.email.n || page_ticked(c, "paper") || link_refusal(c->db, c->arena, c->school, p->adult.id))
		return OK;
	return link_invite(c->db, act, p->adult.id);
}

enum err family_contact_do(struct page_ctx *c)
{
	struct pair p = { 0 };
	struct act act = page_act(c, "family file");
	TRY(pair_of(c, &p));
	enum err e = save(c, &p, &act);
	if (page_is_wrong(c))
		return contact_page(c, &p);
	TRY(e);
	TRY(ask_joiner(c, &p, &act));
	page_flash(c, FLASH_DONE, "Kept.");
	return page_redirect(c, "%.*s", STRF(path(c, &p, "")));
}

enum err family_drop_do(struct page_ctx *c)
{
	struct pair p = { 0 };
	struct act act = page_act(c, "family file");
	TRY(pair_of(c, &p));
	TRY(family_drop(c->db, &act, p.adult.id, p.child.id));
	page_flash(c, FLASH_DONE, "%.*s is no longer on this child's file.", STRF(p.adult.name));
	return page_redirect(c, "/families/child/%lld", (long long)p.child.id);
}

enum err family_bar_do(struct page_ctx *c)
{
	struct pair p = { 0 };
	struct store st = page_store(c);
	struct act act = page_act(c, "who must not be told");
	TRY(pair_of(c, &p));
	if (!may_bar(c))
		return ERR_FORBIDDEN;
	bool on = str_is(page_field(c, "on"), "yes");
	enum err e = family_bar(&st, &act, p.adult.id, p.child.id, on, page_field(c, "why"), &c->errors);
	if (page_is_wrong(c))
		return contact_page(c, &p);
	TRY(e);
	page_flash(c, FLASH_DONE, on ? "Barred. Their link has ended." : "The bar is lifted.");
	return page_redirect(c, "%.*s", STRF(path(c, &p, "")));
}

/* ---- the link ---- */

enum err family_invite_do(struct page_ctx *c)
{
	struct pair p = { 0 };
	struct act act = page_act(c, "asked a family");
	TRY(pair_of(c, &p));
	TRY(link_invite(c->db, &act, p.adult.id));
	page_flash(c, FLASH_DONE, "A message with the link is on its way to the address on file.");
	return page_redirect(c, "%.*s", STRF(path(c, &p, "")));
}

enum err family_letter_do(struct page_ctx *c)
{
	struct pair p = { 0 };
	struct contact_details d;
	char token[LINK_TOKEN_TEXT];
	struct act act = page_act(c, "printed a letter to a family");
	TRY(pair_of(c, &p));
	TRY(link_make(c->db, &act, p.adult.id, LINK_LETTER, token));
	TRY(family_details(c->db, c->arena, c->school, p.adult.id, &d));
	struct str link = arena_fmt(c->arena, "%s/family/open/%s", c->web->settings ? c->web->settings->public_url : "", token);
	mem_wipe(token, sizeof token);
	struct qr code = { 0 };
	TRY(qr_make(c->arena, link, &code));
	return page_show(c, family_letter, "Letter", .school = str_z(c->web->school_name), .name = p.adult.name, .postal = d.postal,
		.date = time_date_words(c->arena, clock_utc()), .link = link, .until = time_date_words(c->arena, clock_utc() + LINK_LETTER_S), .side = code.side, .path = code.path);
}

/* ---- paper and telephone ---- */

static enum err enter(struct page_ctx *c, const struct pair *p, const struct act *act, enum answer_how how, bool agreed)
{
	struct store st = page_store(c);
	uint8_t digest[SHA256_BYTES];
	bool own = str_is(page_field(c, "about"), "own");
	if (hex_get(page_field(c, own ? "own_digest" : "child_digest"), digest, sizeof digest) != OK) {
		page_wrong(c, "about", "%.*s", STRF(page_text(TEXT_families_nothing)));
		return ERR_INVALID;
	}
	if (own)
		return answer_own(&st, act, &(struct answer_own){ .adult = p->adult.id, .how = how, .declined = !agreed, .talked = page_ticked(c, "talked"),
			.digest = digest, .told_by = page_field(c, "told_by") });
	return answer_give(&st, act, &(struct answer_in){ .adult = p->adult.id, .child = p->child.id, .how = how, .agreed = agreed, .talked = page_ticked(c, "talked"),
		.digest = digest, .taken_by = act->person, .told_by = page_field(c, "told_by") }, &c->errors);
}

enum err family_answer_do(struct page_ctx *c)
{
	struct pair p = { 0 };
	enum answer_how how = ANSWER_PAPER;
	struct act act = page_act(c, "entered an answer of a family");
	TRY(pair_of(c, &p));
	(void)page_need(c, "about", 20, "Choose what was answered.");
	if (answer_how_read(page_field(c, "how"), &how) != OK || (how != ANSWER_PAPER && how != ANSWER_TELEPHONE))
		page_wrong(c, "how", "Choose how they told you.");
	struct str what = page_need(c, "what", 20, "Choose what they said.");
	if (str_is(what, "agree") && !page_ticked(c, "talked"))
		page_wrong(c, "talked", "Ask whether they talked it over with the child, then tick this.");
	enum err e = page_is_wrong(c) ? OK : enter(c, &p, &act, how, str_is(what, "agree"));
	if (page_is_wrong(c))
		return contact_page(c, &p);
	TRY(e);
	page_flash(c, FLASH_DONE, "The answer is kept. It counts as if they had given it by their link.");
	return page_redirect(c, "%.*s", STRF(path(c, &p, "")));
}
