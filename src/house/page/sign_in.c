/* Signing in, the second step, the lock, signing out. */
#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "gen_ui.h"
#include "house/account/password.h"
#include "house/notify/notify.h"
#include "house/page/outside.h"
#include "house/page/passkeys.h"
#include "house/page/device.h"
#include "house/page/routes.h"
#include "house/page/sign_in.h"
#include "house/page/young.h"
#include "house/web/directive.h"

static enum err staff_page(struct page_ctx *c)
{
	struct str next = passkeys_next(c);
	return page_show(c, sign_in, "Sign in", .errors = page_errors(c), .username = page_field(c, "username"),
		.username_error = page_wrong_text(c, "username"), .password_error = page_wrong_text(c, "password"),
		.outside = outside_buttons(c, next), .next = next,
		.passkey = passkeys_button(c, PASSKEY_IN, "/sign-in/passkey", page_text(TEXT_passkey_sign_in)));
}

enum err sign_in_show(struct page_ctx *c) { return staff_page(c); }

enum err sign_in_guess(struct page_ctx *c, struct person *p, enum text_key bad, enum text_key wait)
{
	struct guess g;
	struct str name = page_need(c, "username", USERNAME_MAX, "Enter your sign-in name."), secret = page_secret(c, "password");
	if (secret.n == 0)
		page_wrong(c, "password", "Enter your password.");
	if (page_is_wrong(c))
		return OK;
	struct place from = page_place(c);
	enum err e = password_guess_from(c->db, c->web->account, c->school, name, secret, &from, &g);
	if (e == ERR_SIGNIN)
		page_wrong(c, "username", "%.*s", STRF(page_text(bad)));
	else if (e == ERR_BUSY)
		page_wrong(c, "username", "%.*s", STRF(page_text(wait)));
	else
		TRY(e);
	return e == OK ? person_get(c->db, c->arena, c->school, g.person, p) : OK;
}

/* This browser is known from now on; a grown-up is told when it is one more than before. */
static enum err arrived(struct page_ctx *c, const struct person *p)
{
	bool first;
	struct place at = { c->req->peer, page_browser(c) };
	struct act act = { c->school, p->id, "signed in in a new browser" };
	TRY(browser_remember(c->db, c->school, p->id, &at, &first));
	return first && p->kind != KIND_LEARNER ? notify_add(c->db, &act, NOTICE_BROWSER_NEW, p->id, "/me/sessions", 0, 0) : OK;
}

static bool waits(struct page_ctx *c, const struct person *p, const struct session *s)
{
	return !s->second && (p->has_factor || (c->web->account->second_factor && rights_second_factor(c->web->rights, p->roles)));
}

enum err sign_in_known(struct page_ctx *c, const struct person *p, enum session_how how, bool second, struct session *s)
{
	char token[SESSION_TOKEN_TEXT];
	if (p->kind == KIND_LEARNER)
		TRY(device_for_staff(c, p));
	int64_t before = young_seen_before(c, p->id);
	if (c->session)
		(void)session_end(c->db, c->school, c->session->person, c->session->id);       /* gone already is as good */
	TRY(session_begin_known(c->db, c->web->account, p, how, second, c->req->peer, c->req->agent, token, s));
	page_cookie(c, arena_str(c->arena, str_z(token)).p);
	mem_wipe(token, sizeof token);
	TRY(young_tell_changes(c, p, s, before));
	if (p->kind == KIND_LEARNER && how != HOW_CARD)
		TRY(young_arrived_otherwise(c, p, s));
	return waits(c, p, s) ? OK : arrived(c, p);
}

enum err sign_in_begin(struct page_ctx *c, const struct person *p, struct session *s) { return sign_in_known(c, p, HOW_PASSWORD, false, s); }

enum err sign_in_whole(struct page_ctx *c)
{
	TRY(session_full(c->db, c->session));
	TRY(page_renew(c));
	return arrived(c, c->person);
}

enum err sign_in_tell_of_others(struct page_ctx *c, const struct person *p, const struct session *mine)
{
	struct session *all;
	size_t n;
	TRY(session_list(c->db, c->arena, c->web->account, c->school, p->id, &all, &n));
	for (size_t i = 0; i < n; i++) {
		if (all[i].id == mine->id || addr_same(all[i].peer, mine->peer) || all[i].locked)
			continue;
		struct page_ctx as = *c;
		as.session = &all[i];
		page_flash(&as, FLASH_WARNING, "Your account has just been signed in at another place. If that was not you, change your password and tell the technician.");
		as.session = arena_new(c->arena, struct session);
		*as.session = *mine;
		page_flash(&as, FLASH_WARNING, "Your account is also signed in at another place. If that is not you, change your password and tell the technician.");
	}
	return OK;
}

enum err sign_in_do(struct page_ctx *c)
{
	struct person p = { 0 };
	struct session s;
	TRY(sign_in_guess(c, &p, TEXT_sign_in_bad, TEXT_sign_in_wait));
	if (page_is_wrong(c))
		return staff_page(c);
	TRY(sign_in_begin(c, &p, &s));
	TRY(sign_in_tell_of_others(c, &p, &s));
	if (p.kind == KIND_LEARNER)
		return page_redirect(c, "/welcome");
	return page_redirect(c, "%.*s", STRF(page_next(c, page_field(c, "next"), "/home")));
}

/* ---- the gate is told who is at this address ---- */

static bool peer_known(struct addr a)
{
	static const struct addr none;
	return !addr_same(a, none);
}

enum err sign_in_bind(struct page_ctx *c, const struct person *p, int64_t until)
{
	if (!peer_known(c->req->peer))
		return ERR_ABSENT;
	return directive_bind(c, &(struct directive_bind){ .addr = c->req->peer, .person = p->id, .class_id = p->class_id,
		.group = person_group(p), .standing = page_standing(c, p->id), .until_utc = until });
}

/* Where the gate sends whoever has to sign (in): to the agreement, by way of signing in.  Grown-ups come here from
 * their home page as well: a desk is theirs for the internet only when they say so. */
enum err sign_show(struct page_ctx *c)
{
	if (!c->person)
		return page_redirect(c, "/sign-in/pupil");
	if (c->session->half || c->session->locked)
		return page_redirect(c, "/home");
	if (c->person->kind == KIND_LEARNER)
		return page_redirect(c, "/welcome");
	enum err e = sign_in_bind(c, c->person, c->session->until_utc);
	if (e != OK)
		log_line(LOG_WARN, "portal: the gate was not told of a sign-in: %s", err_text(e));
	struct str standing = str_z(page_standing(c, c->person->id));
	if (!str_is(standing, "current") && !str_is(standing, "grace"))
		return page_redirect(c, "/agreement");
	page_flash(c, e == OK ? FLASH_DONE : FLASH_WARNING, "%.*s", STRF(page_text(e == OK ? TEXT_home_open : TEXT_home_not_open)));
	return page_redirect(c, "/home");
}

/* A passkey whose owner was verified is two factors: no name, no password, no code. */
enum err sign_in_passkey_do(struct page_ctx *c)
{
	int64_t who;
	struct person p;
	struct session s;
	TRY(passkeys_check(c, PASSKEY_IN, 0, "username", &who));
	if (page_is_wrong(c))
		return staff_page(c);
	TRY(person_get(c->db, c->arena, c->school, who, &p));
	TRY(sign_in_known(c, &p, HOW_PASSKEY, true, &s));
	TRY(sign_in_tell_of_others(c, &p, &s));
	return page_redirect(c, "%.*s", STRF(page_next(c, page_field(c, "next"), "/home")));
}

/* ---- the lock ---- */

static enum err unlock_page(struct page_ctx *c)
{
	return page_show(c, unlock, "Locked", .errors = page_errors(c), .error = page_wrong_text(c, "password"),
		.name = c->person->name, .outside = outside_buttons(c, passkeys_next(c)), .next = passkeys_next(c),
		.passkey = passkeys_button(c, PASSKEY_PROVE, "/unlock/passkey", page_text(TEXT_passkey_unlock)));
}

enum err unlock_show(struct page_ctx *c)
{
	if (c->session->locked && c->session->how == HOW_CARD)
		return page_redirect(c, "/sign-in/pupil");       /* no password to ask for: the card again */
	return c->session->locked ? unlock_page(c) : page_redirect(c, "/home");
}

static enum err unlocked(struct page_ctx *c)
{
	TRY(session_unlock(c->db, c->session));
	TRY(page_renew(c));
	return page_redirect(c, "%.*s", STRF(page_next(c, page_field(c, "next"), "/home")));
}

enum err unlock_do(struct page_ctx *c)
{
	struct guess g;
	struct place from = page_place(c);
	enum err e = password_guess_from(c->db, c->web->account, c->school, c->person->username, page_secret(c, "password"), &from, &g);
	if (e == ERR_SIGNIN || e == ERR_BUSY) {
		page_wrong(c, "password", "%.*s", STRF(page_text(e == ERR_BUSY ? TEXT_sign_in_wait : TEXT_unlock_bad)));
		return unlock_page(c);
	}
	TRY(e);
	return unlocked(c);
}

enum err unlock_passkey_do(struct page_ctx *c)
{
	int64_t who;
	TRY(passkeys_check(c, PASSKEY_PROVE, c->session->person, "password", &who));
	return page_is_wrong(c) ? unlock_page(c) : unlocked(c);
}

enum err sign_out_do(struct page_ctx *c)
{
	TRY(session_end(c->db, c->school, c->session->person, c->session->id));
	if (peer_known(c->req->peer) && directive_unbind(c, c->req->peer) != OK)
		log_line(LOG_WARN, "portal: the gate was not told of a sign-out");
	page_cookie(c, NULL);
	return page_redirect(c, "/");
}
