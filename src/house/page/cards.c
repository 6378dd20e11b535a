/* Cards of a class: printing, printing anew, stopping.  Held by those who teach it. */
#include "base/clock.h"
#include "base/mem.h"
#include "base/time.h"
#include "gen_ui.h"
#include "house/account/card.h"
#include "house/account/password.h"
#include "house/account/username.h"
#include "house/page/my_class.h"
#include "house/page/page_store.h"
#include "house/page/qr.h"
#include "house/page/routes.h"
#include "house/procedure/library.h"
#include "io/settings.h"

enum { YEAR_OF_CARDS = 2 };              /* where the profile does not say: to the end of key stage 1 */

static int last_year(struct page_ctx *c)
{
	return c->web->library ? (int)profile_number(&c->web->library->profile, "card.last_year", YEAR_OF_CARDS) : YEAR_OF_CARDS;
}

static bool may_have(struct page_ctx *c, const struct person *p) { return p->year <= last_year(c); }

/* ---- the list ---- */

static enum err state_of(struct page_ctx *c, const struct person *p, struct view_cards_children *out)
{
	struct card k;
	enum err e = card_get(c->db, c->web->keys, c->school, p->id, &k);
	*out = (struct view_cards_children){ .id = p->id, .name = p->name, .can = may_have(c, p) };
	if (e == ERR_ABSENT)
		out->state = page_text(TEXT_card_none);
	else
		TRY(e);
	out->checked = out->can && (e == ERR_ABSENT || !k.usable);
	if (e == ERR_ABSENT)
		return OK;
	struct str who = person_name(c->db, c->arena, c->school, k.made_by);
	if (!k.usable)
		out->state = page_text(TEXT_card_ended);
	else if (k.locked)
		out->state = page_text(TEXT_card_locked);
	else
		out->state = arena_fmt(c->arena, "Printed %.*s by %.*s", STRF(time_date_words(c->arena, k.printed_utc)), STRF(who));
	out->old = k.usable && k.made_utc < account_term_start(c->web->account, clock_utc());
	out->usable = k.usable;
	return OK;
}

static enum err cards_page(struct page_ctx *c, const struct school_class *k, const struct person *about, struct str issued)
{
	struct person *kids;
	size_t n;
	bool some_cannot = false;
	TRY(page_children(c, k->id, &kids, &n));
	struct view_cards_children *rows = arena_array(c->arena, struct view_cards_children, n + 1);
	for (size_t i = 0; i < n; i++) {
		TRY(state_of(c, &kids[i], &rows[i]));
		some_cannot |= !rows[i].can;
	}
	return page_show(c, cards, "Cards", .errors = page_errors(c), .class_name = k->name, .class_id = k->id, .children = rows, .n_children = n,
		.issued = issued, .username = about ? about->username : STR_NONE, .error = page_wrong_text(c, "child"), .some_cannot = some_cannot, .year = last_year(c));
}

enum err cards_show(struct page_ctx *c)
{
	struct school_class k;
	enum err e;
	return page_class(c, &k, &e) ? cards_page(c, &k, NULL, STR_NONE) : e;
}

/* ---- printing ---- */

/* A card needs an account; a child whose name the roll brought without one gets a sign-in name now. */
static enum err with_account(struct page_ctx *c, const struct act *act, const struct person *p)
{
	if (p->username.n)
		return OK;
	struct person_in in = { .kind = p->kind, .name = p->name, .group = p->group, .email = p->email, .year = p->year, .class_id = p->class_id };
	TRY(username_suggest(c->db, c->arena, c->school, p->kind, p->name, &in.username));
	return person_change(c->db, act, p->id, &in, &c->errors);
}

static struct str picture(struct arena *a, const char *word) { return arena_fmt(a, "/static/pic-%s.svg", word); }

static enum err print_one(struct page_ctx *c, const struct act *act, const struct person *kids, size_t n, const struct person *p, bool fresh,
                          struct view_card_sheet_cards *out)
{
	char code[CARD_CODE_TEXT];
	struct card k;
	struct qr qr;
	struct arena *a = c->arena;
	TRY(with_account(c, act, p));
	TRY(card_print(c->db, c->web->keys, act, p->id, p->class_id, fresh, code, &k));
	TRY(qr_make(a, arena_fmt(a, "%s/card/%s", c->web->settings ? c->web->settings->public_url : "https://portal.test", code), &qr));
	*out = (struct view_card_sheet_cards){ .name = page_first_name(a, kids, n, p), .badge = picture(a, badge_word(k.badge)), .colour = badge_colour(k.badge), .path = qr.path, .side = qr.side,
		.one = str_z(phrase_word(k.phrase.pick[0])), .two = str_z(phrase_word(k.phrase.pick[1])), .three = str_z(phrase_word(k.phrase.pick[2])),
		.one_picture = picture(a, phrase_word(k.phrase.pick[0])), .two_picture = picture(a, phrase_word(k.phrase.pick[1])),
		.three_picture = picture(a, phrase_word(k.phrase.pick[2])), .full = p->name };
	mem_wipe(code, sizeof code);
	return OK;
}

/* Not redirected: the codes are shown once and kept nowhere. */
static enum err sheet(struct page_ctx *c, const struct school_class *k, const struct person *kids, size_t n)
{
	struct act act = page_act(c, "printed cards for a class");
	struct view_card_sheet_cards *cards = arena_array(c->arena, struct view_card_sheet_cards, n + 1);
	bool fresh = page_ticked(c, "fresh");
	size_t made = 0;
	AUTO(db_tx_done) struct db_tx tx = { 0 };
	TRY(db_tx_begin(c->db, &tx));
	for (size_t i = 0; i < n; i++)
		if (page_ticked_id(c, "child", kids[i].id) && may_have(c, &kids[i]))
			TRY(print_one(c, &act, kids, n, &kids[i], fresh, &cards[made++]));
	if (!made) {
		page_wrong(c, "child", "%.*s", STRF(page_text(TEXT_card_tick)));
		return cards_page(c, k, NULL, STR_NONE);
	}
	TRY(db_tx_commit(&tx));
	return page_show(c, card_sheet, "Cards to print", .class_name = k->name, .class_id = k->id, .school = str_z(c->web->school_name),
		.cards = cards, .n_cards = made);
}

/* For a child who signs in with a password and forgot it; not redirected: it is shown once. */
static enum err new_password(struct page_ctx *c, const struct school_class *k, const struct person *p)
{
	struct act act = page_act(c, "the teacher made a new password");
	struct str issued = password_suggest(c->arena);
	struct person now;
	TRY(with_account(c, &act, p));
	TRY(password_set(c->db, &act, p->id, issued, true, &c->errors));
	TRY(person_get(c->db, c->arena, c->school, p->id, &now));
	return cards_page(c, k, &now, issued);
}

enum err cards_do(struct page_ctx *c)
{
	struct school_class k;
	struct person *kids;
	size_t n;
	int64_t stop, fresh;
	enum err e;
	if (!page_class(c, &k, &e))
		return e;
	TRY(page_children(c, k.id, &kids, &n));
	if (str_i64(page_field(c, "password"), &fresh) == OK)
		for (size_t i = 0; i < n; i++)
			if (kids[i].id == fresh)
				return new_password(c, &k, &kids[i]);
	if (str_i64(page_field(c, "stop"), &stop) != OK)
		return sheet(c, &k, kids, n);
	for (size_t i = 0; i < n; i++)
		if (kids[i].id == stop) {
			struct act act = page_act(c, "a card was stopped");
			e = card_end(c->db, &act, stop);
			if (e != ERR_ABSENT)
				TRY(e);
			page_flash(c, FLASH_DONE, "The card of %.*s is stopped.", STRF(kids[i].name));
		}
	return page_redirect(c, "/class/%lld/cards", (long long)k.id);
}
