/* The break-glass account: opening it with two envelopes, and keeping the envelopes. */
#include "base/clock.h"
#include "base/mem.h"
#include "base/time.h"
#include "gen_queries.h"
#include "gen_ui.h"
#include "house/account/glass.h"
#include "house/account/password.h"
#include "house/page/routes.h"
#include "house/page/sign_in.h"

static struct store store_of(struct page_ctx *c) { return (struct store){ c->db, c->web->keys, c->web->registers }; }

/* ---- opening ---- */

static enum err open_page(struct page_ctx *c)
{
	return page_show(c, break_glass, "Break-glass account", .errors = page_errors(c), .first = str_z(glass_keepers(GLASS_FIRST)),
		.second = str_z(glass_keepers(GLASS_SECOND)), .first_name = page_field(c, "first_name"), .second_name = page_field(c, "second_name"),
		.first_error = page_wrong_text(c, "first_name"), .second_error = page_wrong_text(c, "second_name"),
		.first_code_error = page_wrong_text(c, "first_code"), .why = page_field(c, "why"), .why_error = page_wrong_text(c, "why"));
}

enum err break_glass_show(struct page_ctx *c) { return open_page(c); }

/* One of the two, by name and password: with a finding when they are not right. */
static enum err read_key(struct page_ctx *c, const char *name, const char *password, const char *code, struct glass_key *out)
{
	struct guess g;
	struct person p;
	struct place from = page_place(c);
	struct str username = page_need(c, name, USERNAME_MAX, "Enter the sign-in name.");
	if (username.n == 0)
		return OK;
	enum err e = password_guess_from(c->db, c->web->account, c->school, username, page_secret(c, password), &from, &g);
	if (e == ERR_SIGNIN || e == ERR_BUSY) {
		page_wrong(c, name, "%.*s", STRF(page_text(e == ERR_BUSY ? TEXT_sign_in_wait : TEXT_sign_in_bad)));
		return OK;
	}
	TRY(e);
	TRY(person_get(c->db, c->arena, c->school, g.person, &p));
	*out = (struct glass_key){ p.id, p.roles, page_field(c, code) };
	return OK;
}

static enum err begin(struct page_ctx *c, int64_t account)
{
	struct person p;
	struct session *s = arena_new(c->arena, struct session);
	TRY(person_get(c->db, c->arena, c->school, account, &p));
	TRY(sign_in_known(c, &p, HOW_GLASS, true, s));
	c->session = s;
	page_flash(c, FLASH_WARNING, "%.*s", STRF(page_text(TEXT_glass_open_now)));
	return page_redirect(c, "/people");
}

enum err break_glass_do(struct page_ctx *c)
{
	struct glass_try t = { .school = c->school };
	struct store st = store_of(c);
	int64_t account;
	t.why = page_need(c, "why", GLASS_WHY_MAX, "Say why it is needed.");
	TRY(read_key(c, "first_name", "first_password", "first_code", &t.first));
	TRY(read_key(c, "second_name", "second_password", "second_code", &t.second));
	if (page_is_wrong(c))
		return open_page(c);
	enum err e = glass_open(&st, &t, &account);
	if (e == ERR_FORBIDDEN || e == ERR_STATE) {
		page_wrong(c, "first_code", "%.*s", STRF(page_text(e == ERR_STATE ? TEXT_glass_not_sealed : TEXT_glass_bad)));
		return open_page(c);
	}
	TRY(e);
	return begin(c, account);
}

/* ---- the envelopes ---- */

static enum err may_look(struct page_ctx *c)
{
	bool may = glass_keeps(c->roles, GLASS_FIRST) || glass_keeps(c->roles, GLASS_SECOND) || page_has_role(c, ROLE_ADMIN);
	return may ? OK : ERR_FORBIDDEN;
}

static struct str half_words(struct page_ctx *c, const struct glass_half *h)
{
	if (!h->made_utc)
		return page_text(TEXT_glass_none);
	struct str who = h->person ? person_name(c->db, c->arena, c->school, h->person) : page_text(TEXT_glass_command);
	return arena_fmt(c->arena, "%.*s, %.*s", STRF(who), STRF(time_date_words(c->arena, h->made_utc)));
}

static enum err openings(struct page_ctx *c, struct view_glass_envelopes *v)
{
	struct q_glass_openings_row *rows;
	size_t n;
	TRY(q_glass_openings(c->db, c->arena, &(struct q_glass_openings_args){ .school = c->school }, &rows, &n));
	struct view_glass_envelopes_openings *list = arena_array(c->arena, struct view_glass_envelopes_openings, n + 1);
	for (size_t i = 0; i < n; i++)
		list[i] = (struct view_glass_envelopes_openings){ time_words(c->arena, rows[i].opened_utc),
			person_name(c->db, c->arena, c->school, rows[i].first), person_name(c->db, c->arena, c->school, rows[i].second), rows[i].why };
	v->openings = list;
	v->n_openings = n;
	return OK;
}

static enum err acts(struct page_ctx *c, struct view_glass_envelopes *v)
{
	struct person p;
	struct q_glass_acts_row *rows;
	size_t n;
	enum err e = person_by_username(c->db, c->arena, c->school, STR(GLASS_USERNAME), &p);
	if (e != OK)
		return e == ERR_ABSENT ? OK : e;
	TRY(q_glass_acts(c->db, c->arena, &(struct q_glass_acts_args){ .school = c->school, .person = p.id }, &rows, &n));
	struct view_glass_envelopes_acts *list = arena_array(c->arena, struct view_glass_envelopes_acts, n + 1);
	for (size_t i = 0; i < n; i++)
		list[i] = (struct view_glass_envelopes_acts){ time_words(c->arena, rows[i].at_utc), rows[i].what,
			str_is(rows[i].about_kind, "person") ? person_name(c->db, c->arena, c->school, rows[i].about) : STR(""), rows[i].why };
	v->acts = list;
	v->n_acts = n;
	return OK;
}

enum err glass_envelopes_show(struct page_ctx *c)
{
	struct glass_status s;
	struct view_glass_envelopes v = { .errors = page_errors(c), .first = str_z(glass_keepers(GLASS_FIRST)), .second = str_z(glass_keepers(GLASS_SECOND)) };
	TRY(may_look(c));
	TRY(glass_status(c->db, c->school, &s));
	v.sealed = s.sealed;
	v.first_made = half_words(c, &s.half[0]);
	v.second_made = half_words(c, &s.half[1]);
	v.may_first = glass_keeps(c->roles, GLASS_FIRST) && s.half[1].person != c->session->person;
	v.may_second = glass_keeps(c->roles, GLASS_SECOND) && s.half[0].person != c->session->person;
	TRY(openings(c, &v));
	TRY(acts(c, &v));
	page_begin(c, "Break-glass envelopes");
	view_glass_envelopes_put(&c->reply.body, &c->env, &v);
	return page_end(c);
}

/* Shown once, to whoever keeps it. */
enum err glass_envelopes_do(struct page_ctx *c)
{
	struct act act = page_act(c, "a new envelope");
	char code[GLASS_TEXT];
	int64_t half;
	TRY(str_i64(page_field(c, "half"), &half));
	if (half < GLASS_FIRST || half > GLASS_SECOND || !glass_keeps(c->roles, (int)half))
		return ERR_FORBIDDEN;
	TRY(glass_make(c->db, c->web->keys, &act, (int)half, code));
	enum err e = page_show(c, glass_code, "Break-glass envelope", .code = str_z(code), .name = c->person->name, .school = str_z(c->web->school_name),
		.keepers = str_z(glass_keepers((int)half)), .made = time_date_words(c->arena, clock_utc()));
	mem_wipe(code, sizeof code);
	return e;
}
