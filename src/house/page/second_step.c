/* The second step: a code from a telephone, a passkey, a code on paper; and setting the first one up. */
#include "base/clock.h"
#include "base/mem.h"
#include "house/account/password.h"
#include "house/account/recovery.h"
#include "house/page/passkeys.h"
#include "house/page/qr.h"
#include "house/page/routes.h"
#include "house/page/sign_in.h"

static enum err go_on(struct page_ctx *c) { return page_redirect(c, "%.*s", STRF(page_next(c, page_field(c, "next"), "/home"))); }

static enum err ask_page(struct page_ctx *c)
{
	struct factor_state s;
	TRY(factor_state(c->db, c->school, c->session->person, &s));
	return page_show(c, factor_ask, "Second step", .errors = page_errors(c), .error = page_wrong_text(c, "code"), .app = s.app, .paper = s.codes > 0,
		.passkey = passkeys_button(c, PASSKEY_SECOND, "/sign-in/second", page_text(TEXT_passkey_second)), .next = passkeys_next(c));
}

enum err factor_ask_show(struct page_ctx *c)
{
	return c->session->has_factor ? ask_page(c) : page_redirect(c, "/sign-in/set-up");
}

/* A finding on `code`, or what else went wrong. */
static enum err told(struct page_ctx *c, enum err e, enum text_key bad)
{
	if (e != ERR_SIGNIN && e != ERR_BUSY)
		return e;
	if (!page_is_wrong(c))
		page_wrong(c, "code", "%.*s", STRF(page_text(e == ERR_BUSY ? TEXT_sign_in_wait : bad)));
	return OK;
}

enum err factor_ask_do(struct page_ctx *c)
{
	struct place from = page_place(c);
	struct factor_state s;
	struct str code = page_need(c, "code", 10, "Enter the code.");
	TRY(factor_state(c->db, c->school, c->session->person, &s));
	if (!s.app)
		return ERR_STATE;
	if (!page_is_wrong(c))
		TRY(told(c, factor_check(c->db, c->web->keys, c->web->account, c->school, c->session->person, code, &from), TEXT_factor_bad));
	if (page_is_wrong(c))
		return ask_page(c);
	TRY(sign_in_whole(c));
	return go_on(c);
}

enum err passkey_second_do(struct page_ctx *c)
{
	int64_t who;
	TRY(passkeys_check(c, PASSKEY_SECOND, c->session->person, "code", &who));
	if (page_is_wrong(c))
		return ask_page(c);
	TRY(sign_in_whole(c));
	return go_on(c);
}

/* ---- on paper ---- */

static enum err paper_page(struct page_ctx *c)
{
	return page_show(c, recovery, "Code on paper", .errors = page_errors(c), .error = page_wrong_text(c, "code"), .next = passkeys_next(c));
}

enum err recovery_show(struct page_ctx *c) { return c->session->has_factor ? paper_page(c) : page_redirect(c, "/sign-in/set-up"); }

static void say_left(struct page_ctx *c, int64_t left)
{
	if (left == 1)
		page_flash(c, FLASH_WARNING, "%.*s", STRF(page_text(TEXT_recovery_used_one)));
	else
		page_flash(c, FLASH_WARNING, "You have used a code on paper. Look at how you sign in: you have %lld left.", (long long)left);
}

enum err recovery_do(struct page_ctx *c)
{
	struct place from = page_place(c);
	struct factor_state s;
	struct str code = page_need(c, "code", 30, "Enter the code.");
	if (!c->session->has_factor)
		return ERR_STATE;
	if (!page_is_wrong(c))
		TRY(told(c, recovery_use(c->db, c->web->keys, c->web->account, c->school, c->session->person, code, &from), TEXT_recovery_bad));
	if (page_is_wrong(c))
		return paper_page(c);
	TRY(sign_in_whole(c));
	TRY(factor_state(c->db, c->school, c->session->person, &s));
	say_left(c, s.codes);
	return go_on(c);
}

/* ---- setting up the first one: all that a session without it may do, when its role needs one ---- */

struct str factor_spaced(struct page_ctx *c, const char *secret)
{
	AUTO(buf_done) struct buf spaced = buf_init(100);
	for (size_t i = 0; secret[i]; i++) {
		if (i && i % 4 == 0)
			buf_byte(&spaced, ' ');
		buf_byte(&spaced, secret[i]);
	}
	return arena_str(c->arena, buf_str(&spaced));
}

/* What authenticator apps read (the "otpauth" form that they share). */
static struct str otpauth(struct page_ctx *c, const char *secret)
{
	AUTO(buf_done) struct buf b = buf_init(1000);
	buf_z(&b, "otpauth://totp/Gatehouse:");
	form_encode(&b, c->person->username);
	buf_fmt(&b, "?secret=%s&issuer=Gatehouse", secret);
	return arena_str(c->arena, buf_str(&b));
}

enum err factor_new_page(struct page_ctx *c, const char *secret, const char *action, struct part_passkey passkey)
{
	struct qr qr;
	TRY(qr_make(c->arena, otpauth(c, secret), &qr));
	return page_show(c, factor_new, "Set up your second step", .qr = qr.path, .side = qr.side, .required = c->session->half, .errors = page_errors(c), .error = page_wrong_text(c, "code"), .action = str_z(action),
		.spaced = factor_spaced(c, secret), .secret = arena_str(c->arena, str_z(secret)), .passkey = passkey, .next = passkeys_next(c));
}

static enum err new_page(struct page_ctx *c, const char *secret)
{
	return factor_new_page(c, secret, "/sign-in/set-up", passkeys_form(c, "/sign-in/set-up/passkey", page_text(TEXT_passkey_set_up)));
}

enum err factor_new_show(struct page_ctx *c)
{
	char secret[FACTOR_SECRET_TEXT];
	if (!c->session->half)
		return page_redirect(c, "/me/factors");
	if (c->session->has_factor)
		return page_redirect(c, "/sign-in/code");
	factor_new(secret);
	return new_page(c, secret);
}

/* The secret of the form, when its code fits; else a finding. */
enum err factor_new_read(struct page_ctx *c, const char **secret)
{
	int64_t step;
	*secret = arena_z(c->arena, page_field(c, "secret"));
	struct str code = page_need(c, "code", 10, "Enter the code.");
	if (strlen(*secret) != FACTOR_SECRET_TEXT - 1)
		return ERR_SYNTAX;
	if (!page_is_wrong(c) && !factor_fits(*secret, code, clock_utc(), &step))
		page_wrong(c, "code", "%.*s", STRF(page_text(TEXT_factor_bad)));
	return OK;
}

static enum err set_up_done(struct page_ctx *c)
{
	TRY(sign_in_whole(c));
	page_flash(c, FLASH_DONE, "%.*s", STRF(page_text(TEXT_factor_new_done)));
	return page_redirect(c, "/me/factors");
}

enum err factor_new_do(struct page_ctx *c)
{
	const char *secret;
	struct act act = page_act(c, "own second step");
	if (c->session->has_factor || !c->session->half)
		return ERR_STATE;                /* only somebody who has none sets one up: else a half session could replace it */
	TRY(factor_new_read(c, &secret));
	if (page_is_wrong(c))
		return new_page(c, secret);
	TRY(factor_set(c->db, c->web->keys, &act, c->session->person, secret));
	return set_up_done(c);
}

enum err passkey_set_up_do(struct page_ctx *c)
{
	char secret[FACTOR_SECRET_TEXT];
	if (c->session->has_factor || !c->session->half)
		return ERR_STATE;
	TRY(passkeys_add(c));
	if (page_is_wrong(c)) {
		factor_new(secret);
		return new_page(c, secret);
	}
	return set_up_done(c);
}
