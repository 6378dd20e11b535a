/* Asking again before what matters (ROUTE_FRESH): a password or a passkey, with whatever the form had in it carried along. */
#include "base/mem.h"
#include "house/account/password.h"
#include "house/page/passkeys.h"
#include "house/page/routes.h"

/* Fields of the asking itself: never carried. */
static bool own_field(struct str name)
{
	static const char *const own[] = { "token", "once", "confirm", "confirm_password", "next", "client", "data", "signature", "credential", "handle" };
	for (size_t i = 0; i < ARRAY_N(own); i++)
		if (str_is(name, own[i]))
			return true;
	return false;
}

static enum err ask(struct page_ctx *c, struct str action)
{
	const struct form *f = &c->req->form;
	struct view_confirm_carried *carried = arena_array(c->arena, struct view_confirm_carried, f->n + 1);
	struct part_passkey_carried *same = arena_array(c->arena, struct part_passkey_carried, f->n + 1);
	struct part_passkey passkey = passkeys_button(c, PASSKEY_PROVE, action.p, page_text(TEXT_passkey_confirm));
	size_t n = 0;
	for (size_t i = 0; i < f->n; i++)
		if (!own_field(f->fields[i].name)) {
			carried[n] = (struct view_confirm_carried){ f->fields[i].name, f->fields[i].value };
			same[n++] = (struct part_passkey_carried){ f->fields[i].name, f->fields[i].value };
		}
	passkey.carried = same;
	passkey.n_carried = n;
	return page_show(c, confirm, "Is it still you?", .errors = page_errors(c), .error = page_wrong_text(c, "confirm_password"), .name = c->person->name,
		.action = action, .password = c->person->has_password, .passkey = passkey, .next = passkeys_next(c), .carried = carried, .n_carried = n);
}

static enum err check_password(struct page_ctx *c, struct str password)
{
	struct guess g;
	struct place from = page_place(c);
	enum err e = password_guess_from(c->db, c->web->account, c->school, c->person->username, password, &from, &g);
	if (e == ERR_SIGNIN || e == ERR_BUSY) {
		page_wrong(c, "confirm_password", "%.*s", STRF(page_text(e == ERR_BUSY ? TEXT_sign_in_wait : TEXT_confirm_bad)));
		return OK;
	}
	return e;
}

/* *good: it is still them; the session is fresh and has a new token. */
static enum err check(struct page_ctx *c, bool *good)
{
	int64_t who;
	struct str password = page_secret(c, "confirm_password");
	*good = false;
	if (page_field(c, "client").n)
		TRY(passkeys_check(c, PASSKEY_PROVE, c->session->person, "confirm_password", &who));
	else if (password.n)
		TRY(check_password(c, password));
	else
		page_wrong(c, "confirm_password", "Enter your password.");
	if (page_is_wrong(c))
		return OK;
	TRY(session_unlock(c->db, c->session));
	*good = true;
	return page_renew(c);
}

enum err web_confirm(struct page_ctx *c, bool *answered)
{
	bool good = false;
	*answered = true;
	if (page_ticked(c, "confirm"))
		TRY(check(c, &good));
	if (!good)
		return ask(c, arena_str(c->arena, c->req->path));
	*answered = false;
	return OK;
}

enum err confirm_show(struct page_ctx *c) { return ask(c, STR("/confirm")); }

enum err confirm_do(struct page_ctx *c)
{
	bool good;
	TRY(check(c, &good));
	return good ? page_redirect(c, "%.*s", STRF(page_next(c, page_field(c, "next"), "/home"))) : ask(c, STR("/confirm"));
}
